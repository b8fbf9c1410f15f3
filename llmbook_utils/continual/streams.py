"""Streams: tasks that come one after another, made from scikit-learn's handwritten digits.

Two streams, after the two that most papers use with MNIST:

*Permuted* (Goodfellow et al. 2013; Kirkpatrick et al. 2017): the pixels of every image are moved
about, in each task by another fixed permutation; the ten classes stay.
*Split* (Zenke et al. 2017): digits 0 and 1, then 2 and 3, up to 8 and 9. What the network must
answer makes three scenarios of it (van de Ven & Tolias 2019, table 2):

    task    which pair is it from? is told; 0 or 1 (2 or 3, …)?     choose between two outputs
    domain  is not told, and need not be known: even or odd?        two outputs, the same for all
    class   is not told: which of the ten digits?                   ten outputs

(The permuted stream is of the domain kind.) Each seed has its own split into training and test
images and its own permutations, so that an interval over seeds contains both.

Departs from the papers: 8×8 images instead of 28×28, 1300 training images instead of 60,000; as
many of each class, so that all tasks and seeds have arrays of one size.

Letters: S seeds, N images, I inputs (64 pixels), K outputs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

Scenario = Literal["task", "domain", "class"]
TRAIN, TEST = 130, 44  # images of each class; the rarest digit has 174 in all


@dataclass(frozen=True)
class Task:
    """One task for S seeds at once: images with the numbers of their outputs."""

    name: str
    train_x: Float[Tensor, "S N I"]
    train_y: Int[Tensor, "S N"]
    test_x: Float[Tensor, "S M I"]
    test_y: Int[Tensor, "S M"]
    outputs: Bool[Tensor, " K"]  # the outputs that may answer; all of them if the task is not told


@dataclass(frozen=True)
class Stream:
    """Tasks in their order."""

    name: str
    scenario: Scenario
    seeds: tuple[int, ...]
    tasks: tuple[Task, ...]

    @property
    def inputs(self) -> int:
        """I, the size of an image."""
        return self.tasks[0].train_x.shape[2]

    @property
    def classes(self) -> int:
        """K, how many outputs a network needs."""
        return len(self.tasks[0].outputs)


def permuted_digits(seeds: Sequence[int] = (0, 1, 2), tasks: int = 5) -> Stream:
    """Ten digits again and again, each time with the pixels in another order.

    The first task has the pixels where they are; the permutations of the others are a seed's own.

    Raises:
        ValueError: if there are no seeds, or fewer than one task.
    """
    seeds = _checked(seeds)
    if tasks < 1:
        raise ValueError(f"expected at least one task, got {tasks}")
    x, y, test_x, test_y = _digits(seeds)
    everything = torch.ones(10, dtype=torch.bool)
    made = []
    for number in range(tasks):
        places = torch.stack([_permutation(seed, number) for seed in seeds])[:, None]  # (S, 1, I)
        moved, test_moved = (some.gather(2, places.expand_as(some)) for some in (x, test_x))
        name = f"permutation {number}" if number else "as it is"
        made.append(Task(name, moved, y, test_moved, test_y, everything))
    return Stream("permuted", "domain", seeds, tuple(made))


def split_digits(scenario: Scenario, seeds: Sequence[int] = (0, 1, 2)) -> Stream:
    """Five pairs of digits, one after the other.

    Args:
        scenario: "task", "domain" or "class"; see above. With "task", ``Task.outputs`` lets only
            the two outputs of the pair answer, in training as in the test: an output layer of
            its own for each task.

    Raises:
        ValueError: if there is no such scenario, or no seeds.
    """
    if scenario not in get_args(Scenario):
        raise ValueError(f"expected a scenario of {get_args(Scenario)}, got {scenario!r}")
    seeds = _checked(seeds)
    x, y, test_x, test_y = _digits(seeds)
    made = []
    for first in range(0, 10, 2):
        pair = torch.arange(10).div(2, rounding_mode="floor") == first // 2
        some_x, some_y = _only(x, y, first)
        some_test_x, some_test_y = _only(test_x, test_y, first)
        outputs = torch.ones(10, dtype=torch.bool)
        if scenario == "domain":
            some_y, some_test_y = some_y % 2, some_test_y % 2
            outputs = outputs[:2]
        elif scenario == "task":
            outputs = pair
        name = f"{first} or {first + 1}"
        made.append(Task(name, some_x, some_y, some_test_x, some_test_y, outputs))
    return Stream(f"split ({scenario})", scenario, seeds, tuple(made))


def _only(
    x: Float[Tensor, "S N I"], y: Int[Tensor, "S N"], first: int
) -> tuple[Float[Tensor, "S M I"], Int[Tensor, "S M"]]:
    """The images of digits ``first`` and ``first + 1``; each seed has as many."""
    chosen = (y == first) | (y == first + 1)
    return x[chosen].view(len(x), -1, x.shape[2]), y[chosen].view(len(y), -1)


def _digits(
    seeds: Sequence[int],
) -> tuple[Float[Tensor, "S N I"], Int[Tensor, "S N"], Float[Tensor, "S M I"], Int[Tensor, "S M"]]:
    """Each seed's own split of the digits: 130 images of each class to train, 44 to test."""
    x, y = _all_digits()
    train, test = [], []
    for seed in seeds:
        rng = np.random.default_rng([seed, 0])
        orders = [rng.permutation(np.flatnonzero(y == digit)) for digit in range(10)]
        train.append(np.concatenate([order[:TRAIN] for order in orders]))
        test.append(np.concatenate([order[TRAIN : TRAIN + TEST] for order in orders]))
    made = [torch.from_numpy(some[np.stack(rows)]) for rows in (train, test) for some in (x, y)]
    return made[0], made[1], made[2], made[3]


def _permutation(seed: int, task: int) -> Int[Tensor, "64"]:
    if task == 0:
        return torch.arange(64)
    return torch.from_numpy(np.random.default_rng([seed, task]).permutation(64))


@cache
def _all_digits() -> tuple[Float[np.ndarray, "1797 64"], Int[np.ndarray, "1797"]]:
    from sklearn.datasets import load_digits  # here: it takes a second to import

    digits = load_digits()
    return (digits.data / 16).astype(np.float32), digits.target.astype(np.int64)


def _checked(seeds: Sequence[int]) -> tuple[int, ...]:
    seeds = tuple(seeds)
    if not seeds or any(not isinstance(s, int) or s < 0 for s in seeds):
        raise ValueError(f"expected one or more seeds, whole numbers from 0 up, got {seeds}")
    return seeds
