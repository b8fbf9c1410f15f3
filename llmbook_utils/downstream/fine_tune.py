"""Fine-tuning: one task, or several at once on one body.

One step sees a batch of each task. With L_k the mean loss of task k's batch and w_k its weight, the
loss of the step is

    L = (1/K) Σ_k w_k L_k                      (multi-task learning, Caruana 1997, with weights)

so that a task does not count more because its rows are longer. For one task this is ordinary
fine-tuning: all weights of body and head are trained (Radford et al. 2018, section 3.2).

Left out: weights that change as training goes (chapter 6), choosing a task for each step by its
size, thawing layers one by one (Howard & Ruder 2018).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from llmbook_utils.downstream import forms
from llmbook_utils.downstream.backbone import PAD, Vocabulary
from llmbook_utils.downstream.eight_tasks import Example, Task
from llmbook_utils.downstream.forms import READINGS, Model, Row
from llmbook_utils.gpt import GPT
from llmbook_utils.train import Batch, Batches, TrainConfig, train

POOL = 8  # so many batches' rows are sorted by length together


@dataclass(frozen=True)
class Recipe:
    """How to fine-tune on a task."""

    examples: int  # labelled ones
    steps: int  # batches
    learning_rate: float  # the highest
    batch_size: int = 8  # rows

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value > 0:
                raise ValueError(f"expected {name} to be above 0, got {value!r}")


# Few examples where few are enough for the pretrained body; its learning rate is the best of 0.003,
# 0.006 and 0.01 (two seeds, other examples). About 10 s for all of them.
RECIPES = {
    "classification": Recipe(400, 100, 3e-3, batch_size=16),
    "entities": Recipe(32, 60, 3e-3),
    "roles": Recipe(48, 80, 6e-3),
    "questions": Recipe(1500, 240, 6e-3),
    "modelling": Recipe(1000, 100, 3e-3),
    "translation": Recipe(3000, 220, 1e-2, batch_size=16),
    "summarisation": Recipe(1600, 190, 1e-2),
    "dialogue": Recipe(1600, 200, 6e-3),
}
# The same examples and steps, with the best of those learning rates for fresh weights.
RATES = {"roles": 3e-3, "questions": 3e-3, "modelling": 1e-2, "translation": 6e-3}
RATES |= {"summarisation": 3e-3, "dialogue": 3e-3}
FROM_SCRATCH = {
    name: replace(recipe, learning_rate=RATES.get(name, recipe.learning_rate))
    for name, recipe in RECIPES.items()
}


def fine_tune(
    body: GPT,
    task: Task,
    examples: Sequence[Example],
    words: Vocabulary,
    recipe: Recipe | None = None,
    *,
    seed: int = 0,
    readings: int = READINGS,
) -> Model:
    """A copy of the body, with a head for the task, trained on these examples.

    Args:
        recipe: by default the task's, of ``RECIPES``; how many examples it asks for is up to the
            caller.
        seed: of the head and of the order of the examples.
        readings: see ``forms``.
    """
    data = {task.name: (task, examples)}
    recipe = recipe or RECIPES[task.name]
    return multi_task(body, data, words, recipe, seed=seed, readings=readings)


def multi_task(
    body: GPT,
    data: Mapping[str, tuple[Task, Sequence[Example]]],
    words: Vocabulary,
    recipe: Recipe,
    *,
    weights: Mapping[str, float | int] | None = None,
    seed: int = 0,
    readings: int = READINGS,
) -> Model:
    """A copy of the body with a head for each task, all trained together.

    Args:
        data: name → the task, which must have this name, and its examples.
        recipe: each of its steps sees ``batch_size`` examples of every task.
        weights: name → w_k; 1 where nothing is said.

    Raises:
        ValueError: no tasks, a task of another name, or a weight for a task that there is not.
    """
    weights = weights or {}
    if not data or set(weights) - set(data):
        raise ValueError(f"expected weights of {list(data)}, got {dict(weights)}")
    if (names := [task.name for task, _ in data.values()]) != list(data):
        raise ValueError(f"expected tasks by their names {names}, got {list(data)}")
    tasks = [task for task, _ in data.values()]
    sources = []
    for task, examples in data.values():
        rows = [forms.row(task, example, words, readings) for example in examples]
        sources.append(bucketed(rows, min(recipe.batch_size, len(rows)), words[PAD], seed))

    def batches(i: int) -> Batch:
        step, k = divmod(i, len(tasks))
        return *sources[k](step), torch.tensor(k)

    def loss(model: nn.Module, batch: Batch) -> tuple[Tensor, int]:
        ids, labels, k = batch
        task = tasks[int(k)]
        total, count = forms.loss(task, model(ids, task), labels)
        return weights.get(task.name, 1) * total / count, 1

    model = Model(body, tasks, seed)
    config = TrainConfig(
        recipe.steps,
        recipe.learning_rate,
        warmup=recipe.steps // 10,
        final=0.0,
        accumulate=len(tasks),
    )
    train(model, batches, config, loss=loss, progress=None)
    return model


def bucketed(rows: Sequence[Row], batch_size: int, pad: int, seed: int = 0) -> Batches:
    """Batches of rows of about the same length, so that little of them is padding.

    In each epoch rows are shuffled; of each ``POOL`` batches' rows the shortest ones go together,
    and the batches are shuffled again. Rows that do not fill a batch are left out of the epoch.

    Raises:
        ValueError: if there are fewer rows than one batch.
    """
    if not 1 <= batch_size <= len(rows):
        raise ValueError(
            f"expected a batch size from 1 to {len(rows)} (the rows), got {batch_size}"
        )
    count = len(rows) // batch_size
    epochs: dict[int, list[list[int]]] = {}  # epoch → its batches; only the newest is kept

    def batch(i: int) -> Batch:
        epoch, place = divmod(i, count)
        if epoch not in epochs:
            generator = torch.Generator().manual_seed(seed * 1_000_003 + epoch)
            order = torch.randperm(len(rows), generator=generator)[: count * batch_size]
            found: list[list[int]] = []
            for pool in order.split(POOL * batch_size):
                alike = sorted(pool.tolist(), key=lambda n: len(rows[n][0]))
                found += [alike[k : k + batch_size] for k in range(0, len(alike), batch_size)]
            mixed = torch.randperm(count, generator=generator).tolist()
            epochs.clear()
            epochs[epoch] = [found[k] for k in mixed]
        return forms.together([rows[n] for n in epochs[epoch][place]], pad)

    return batch
