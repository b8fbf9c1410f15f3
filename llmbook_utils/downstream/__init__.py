"""Downstream tasks: one pretrained body, eight tasks, and what pretraining is worth (chapter 4).

    backbone     the GPT of chapter 8 in a new house: words of two languages, longer texts
    eight_tasks  where examples come from and how they are scored
    forms        rows, heads, losses, predictions: one label, a label a word, a span, a text
    fine_tune    one task, or several on one body
    transfer     learning curves: what a body is worth as labelled data grow

In short::

    words = Vocabulary.of(english, chinese)
    body = rehouse(pretrained(english), words)
    task = eight_tasks(english, chinese)["entities"]
    model = fine_tune(body, task, task.examples(32, seed=0), words)
    evaluate(model, task, task.examples(200, seed=1), words)
"""

from llmbook_utils.downstream.backbone import Vocabulary, fresh, rehouse
from llmbook_utils.downstream.eight_tasks import Example, Task, eight_tasks, unseen
from llmbook_utils.downstream.fine_tune import FROM_SCRATCH, RECIPES, Recipe, fine_tune, multi_task
from llmbook_utils.downstream.forms import Model, best_span, evaluate, predict
from llmbook_utils.downstream.transfer import Point, learning_curve

__all__ = [
    "FROM_SCRATCH",
    "RECIPES",
    "Example",
    "Model",
    "Point",
    "Recipe",
    "Task",
    "Vocabulary",
    "best_span",
    "eight_tasks",
    "evaluate",
    "fine_tune",
    "fresh",
    "learning_curve",
    "multi_task",
    "predict",
    "rehouse",
    "unseen",
]
