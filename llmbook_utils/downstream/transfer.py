"""Transfer: what a body that was trained on something else is worth, as labelled data grow.

``learning_curve`` fine-tunes each body on more and more examples of a task and scores it on others.
Nothing but the body differs, so that the gap between two curves is what pretraining is worth.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from llmbook_utils.downstream.backbone import Vocabulary
from llmbook_utils.downstream.eight_tasks import Task, unseen
from llmbook_utils.downstream.fine_tune import Recipe, fine_tune
from llmbook_utils.downstream.forms import evaluate
from llmbook_utils.gpt import GPT


class Point(NamedTuple):
    """One run of a learning curve."""

    body: str
    examples: int
    seed: int
    score: float  # the task's metric


def learning_curve(
    bodies: Mapping[str, GPT],
    task: Task,
    words: Vocabulary,
    sizes: Sequence[int],
    recipe: Recipe,
    *,
    seeds: Sequence[int] = (0,),
    test: int = 100,
    metric: str | None = None,
) -> list[Point]:
    """Fine-tune every body on n examples, for each n of ``sizes`` and each seed.

    Args:
        bodies: name → body; each is copied.
        recipe: the same for all; the number of steps does not grow with n.
        seeds: of the training examples, the head and the batches. The ``test`` examples that
            score are the same for all, and none of them is among those.
        metric: one of the task's scores; by default its first.

    Raises:
        ValueError: if there are no bodies, sizes or seeds.
    """
    if not bodies or not sizes or not seeds:
        raise ValueError(
            f"expected bodies, sizes and seeds, got {list(bodies)}, {sizes} and {seeds}"
        )
    labelled = {seed: task.examples(max(sizes), seed) for seed in seeds}
    others = unseen(task, test, 999_999, (e for some in labelled.values() for e in some))
    points = []
    for seed, some in labelled.items():
        for n in sizes:
            for name, body in bodies.items():
                model = fine_tune(body, task, some[:n], words, recipe, seed=seed)
                scores = evaluate(model, task, others, words)
                points.append(Point(name, n, seed, scores[metric or task.metric]))
    return points
