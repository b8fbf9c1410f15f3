"""Replay: a few old examples are kept, and seen again among the new ones (Robins 1995).

How to keep k of a stream whose length nobody knows? Reservoir sampling (Vitter 1985, algorithm R):
keep the first k; then the n-th example (n = k+1, k+2, …) is kept with probability k/n, in the place
of one of the k chosen at random. At any time, each example that has come is among the k with the
same probability k/n; so each task has a share of the memory that fits the number of its examples.

Left out: keeping the same number of each class (Chaudhry et al. 2019 compare), choosing what to
keep, and generating old examples instead of keeping them (Shin et al. 2017).
"""

from typing import Generic, TypeVar

import numpy as np

Item = TypeVar("Item")


class Reservoir(Generic[Item]):
    """A uniform sample of at most ``capacity`` of all items offered so far.

    Raises:
        ValueError: if the capacity is below zero.
    """

    def __init__(self, capacity: int, rng: np.random.Generator) -> None:
        if capacity < 0:
            raise ValueError(f"expected a capacity of at least 0, got {capacity}")
        self.capacity, self.rng = capacity, rng
        self.items: list[Item] = []
        self.seen = 0  # how many were offered

    def offer(self, item: Item) -> None:
        """Keep the item, or do not."""
        self.seen += 1
        if len(self.items) < self.capacity:
            self.items.append(item)
            return
        place = int(self.rng.integers(self.seen))  # 0 … seen − 1, all alike
        if place < self.capacity:
            self.items[place] = item

    def __len__(self) -> int:
        return len(self.items)


def split_batch(batch: int, share: float | int) -> tuple[int, int]:
    """How many rows of a batch are new and how many old: (batch − old, old).

    The batch does not grow, so that replay costs no more than training without it. At least one
    row is new, and at least one is old if ``share`` is above zero.

    Args:
        share: the part of the batch that is old, from 0 up to below 1.

    Raises:
        ValueError: if the share is out of its range, or a batch of one row is to be shared.
    """
    if not 0 <= share < 1:
        raise ValueError(f"expected a share of at least 0 and below 1, got {share}")
    if batch < (2 if share else 1):
        raise ValueError(f"expected a batch of at least {2 if share else 1}, got {batch}")
    old = min(max(round(batch * share), 1), batch - 1) if share else 0
    return batch - old, old
