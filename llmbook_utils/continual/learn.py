"""One loop for all methods: tasks come one after another, and the matrix R is filled row by row.

All methods start from the same weights and get the same budget: in each stage so many steps of so
many rows, with Adam (started anew in each stage). What they do with it differs:

    naive    rows of the new task only                          the disease
    joint    rows of all tasks, from the first stage on         the ceiling: nothing is ever past
    freeze   after the first task, only the output layer learns
    L2, EWC  the loss gets a penalty (``penalties.py``)
    replay   a part of the rows are old ones, from a reservoir (``replay.py``)
    dynamic  replay, and the loss of new and old rows is weighted by need (``weighting.py``)

``methods.Method`` has these as parts, which can be combined. What a method costs beside its
gradient steps is counted: numbers that it keeps, rows that its Fisher needs.

S networks of ``network.py`` learn side by side, one for each seed of the stream. They share
nothing: the sum of their losses gives each its own gradient, and Adam treats each number by itself.

Letters: S seeds, T tasks and stages, N rows, I inputs, H hidden numbers, K outputs.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from llmbook_utils.continual.fisher import classifier_fisher
from llmbook_utils.continual.methods import Method
from llmbook_utils.continual.network import (
    Weights,
    accuracy,
    cross_entropy,
    logits,
    make_weights,
    masked,
)
from llmbook_utils.continual.penalties import Anchor, equal_importance, merge, quadratic_penalty
from llmbook_utils.continual.replay import Reservoir, split_batch
from llmbook_utils.continual.streams import Stream, Task
from llmbook_utils.continual.weighting import excess_weights


@dataclass(frozen=True)
class Recipe:
    """The budget of every method, and the network.

    Raises:
        ValueError: a number out of its range.
    """

    steps: int = 250  # of each stage
    batch: int = 32  # rows of each step
    learning_rate: float = 2e-3
    hidden: int = 100  # H, of both hidden layers

    def __post_init__(self) -> None:
        for name in ("steps", "batch", "hidden"):
            if getattr(self, name) < 1:
                raise ValueError(f"expected {name} ≥ 1, got {getattr(self, name)}")
        if not self.learning_rate > 0:
            raise ValueError(f"expected a learning_rate above 0, got {self.learning_rate}")


@dataclass(frozen=True)
class Run:
    """What came of it, for S seeds."""

    method: Method
    R: Float[np.ndarray, "S T T"]  # accuracy on task j after stage i
    weights: Weights  # at the end, S in front
    initial: Float[np.ndarray, "S T"]  # accuracy on each task before any training
    rows: int  # of gradient steps, for each seed: the budget
    extra_rows: int  # of the Fisher, for each seed
    stored: int  # numbers kept at the end beside the weights, for each seed
    seconds: float  # of the processor, for all seeds together


def learn(
    stream: Stream, method: Method, recipe: Recipe | None = None, floor: float | int = 0.0
) -> Run:
    """Let one network a seed learn the stream's tasks in order.

    Args:
        floor: for dynamic weights: the loss that cannot be beaten, in nats, the same for new and
            old rows. For the digits it is not known exactly; hardly any of them can be read in two
            ways, so 0 is close.

    Raises:
        ValueError: for a method that only a language model can use (LoRA).
    """
    if method.lora:
        raise ValueError(f"expected a method for small networks, got LoRA: {method}")
    recipe, began = recipe or Recipe(), time.process_time()
    seeds, tasks = stream.seeds, stream.tasks
    x, y, task_of, first = _rows(tasks)  # all rows of all tasks; task t has first[t] … first[t+1]
    outputs = torch.stack([task.outputs for task in tasks])  # (T, K)
    told = not bool(outputs.all())  # whether some outputs are barred
    sizes = (stream.inputs, recipe.hidden, recipe.hidden, stream.classes)
    weights = {name: w.requires_grad_() for name, w in make_weights(sizes, seeds).items()}
    generators = [torch.Generator().manual_seed(1_000_003 * seed + 1) for seed in seeds]
    memories = [Reservoir[int](method.buffer, np.random.default_rng([seed, 1])) for seed in seeds]
    everyone = torch.arange(len(seeds))[:, None]
    anchor: Anchor | None = None
    initial, R, extra_rows = _tested(weights, tasks), [], 0
    for stage, task in enumerate(tasks):
        new = range(len(task_of)) if method.joint else range(first[stage], first[stage + 1])
        n_new, n_old = split_batch(recipe.batch, method.share if len(memories[0]) else 0)
        drawn = [_draw(g, new, (recipe.steps, n_new)) for g in generators]
        if n_old:
            both = zip(generators, memories, strict=True)
            old = [_draw(g, memory.items, (recipe.steps, n_old)) for g, memory in both]
            drawn = [torch.cat(pair, 1) for pair in zip(drawn, old, strict=True)]
        batches = torch.stack(drawn, 1)  # (steps, S, batch)
        learning = _output_layer(weights) if method.freeze and stage else list(weights.values())
        adam = torch.optim.Adam(learning, recipe.learning_rate, fused=True)
        for chosen in batches:
            z = logits(weights, x[everyone, chosen])  # (S, batch, K)
            if told:
                z = masked(z, outputs[task_of[chosen]])
            losses = cross_entropy(z, y[everyone, chosen])  # (S, batch)
            loss = _weighted(losses, n_new, floor) if n_old and method.dynamic else losses.mean(1)
            total = loss.sum()  # over the seeds: each network gets its own gradient
            if anchor and method.strength:
                total = total + quadratic_penalty(weights, anchor, method.strength)
            adam.zero_grad()
            total.backward(inputs=learning)
            adam.step()
        R.append(_tested(weights, tasks))
        for memory in memories:
            for row in new if method.buffer else ():
                memory.offer(row)
        if method.penalty:
            anchor = _anchored(anchor, method, weights, task, generators)
            extra_rows += len(new) if method.penalty == "ewc" else 0
    kept = len(memories[0]) * (stream.inputs + 1)
    if method.joint:
        kept = len(task_of) * (stream.inputs + 1)
    if anchor:
        numbers = sum(w[0].numel() for w in weights.values())
        kept += numbers * (2 if method.penalty == "ewc" else 1)
    return Run(
        method,
        np.stack(R, 1),
        {name: w.detach() for name, w in weights.items()},
        initial,
        rows=len(tasks) * recipe.steps * recipe.batch,
        extra_rows=extra_rows,
        stored=kept,
        seconds=time.process_time() - began,
    )


def _rows(
    tasks: Sequence[Task],
) -> tuple[Float[Tensor, "S N I"], Int[Tensor, "S N"], Int[Tensor, " N"], list[int]]:
    """All training rows one after the other, the number of each one's task, where tasks begin."""
    sizes = [task.train_x.shape[1] for task in tasks]
    return (
        torch.cat([task.train_x for task in tasks], 1),
        torch.cat([task.train_y for task in tasks], 1),
        torch.repeat_interleave(torch.arange(len(tasks)), torch.tensor(sizes)),
        [0, *np.cumsum(sizes).tolist()],
    )


def _draw(
    generator: torch.Generator, rows: Sequence[int], shape: tuple[int, int]
) -> Int[Tensor, "A B"]:
    """Rows at random, each as likely as the others."""
    return torch.tensor(rows)[torch.randint(len(rows), shape, generator=generator)]


def _output_layer(weights: Weights) -> list[Tensor]:
    last = len(weights) // 2 - 1
    return [weights[f"w{last}"], weights[f"b{last}"]]


def _weighted(losses: Float[Tensor, "S N"], n_new: int, floor: float | int) -> Float[Tensor, " S"]:
    """w_new L_new + w_old L_old, with each network's own weights by excess."""
    both = torch.stack([losses[:, :n_new].mean(1), losses[:, n_new:].mean(1)], 1)  # (S, 2)
    weights = [excess_weights(pair, [floor, floor]) for pair in both.tolist()]
    return (torch.tensor(weights) * both).sum(1)


def _anchored(
    anchor: Anchor | None,
    method: Method,
    weights: Weights,
    task: Task,
    generators: Sequence[torch.Generator],
) -> Anchor:
    """The anchor after a task: EWC adds one more, L2 moves its only one to the newest weights."""
    now = {name: w.detach().clone() for name, w in weights.items()}
    if method.penalty == "l2":
        return Anchor(now, equal_importance(now))
    N = task.train_x.shape[1]
    order = torch.stack([torch.randperm(N, generator=g) for g in generators])  # mixes the batches
    everyone = torch.arange(len(generators))[:, None]
    fisher = classifier_fisher(
        now,
        task.train_x[everyone, order],
        method.fisher,
        task.train_y[everyone, order],
        task.outputs,
        generators[0],  # for "sampled", which draws for all seeds together
    )
    return merge(anchor, Anchor(now, fisher))


@torch.no_grad()
def _tested(weights: Weights, tasks: Sequence[Task]) -> Float[np.ndarray, "S T"]:
    """Each network's accuracy on the test images of each task."""
    columns = [
        accuracy(masked(logits(weights, task.test_x), task.outputs), task.test_y) for task in tasks
    ]
    return torch.stack(columns, 1).double().numpy()
