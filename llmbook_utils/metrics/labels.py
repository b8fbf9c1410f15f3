"""One label for each thing: accuracy, precision, recall, F1; and exact match of whole texts.

All are between 0 and 1.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple


class Scores(NamedTuple):
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float
    f1: float


def accuracy(targets: Sequence[Hashable], predictions: Sequence[Hashable]) -> float:
    """The share of predictions that are equal to their target.

    Raises:
        ValueError: if there are none, or not as many as targets.
    """
    same_number(targets, predictions)
    return sum(t == p for t, p in zip(targets, predictions, strict=True)) / len(targets)


def precision_recall_f1(
    targets: Sequence[Hashable],
    predictions: Sequence[Hashable],
    average: str = "macro",
    positive: Hashable = 1,
) -> Scores:
    """P = TP / (TP + FP), R = TP / (TP + FN), F1 = 2 P R / (P + R); where 0 / 0, it is 0.

    Args:
        average: "binary": of the class ``positive`` alone. "macro": the plain mean of the three
            numbers over all classes that occur. "micro": TP, FP and FN summed over all classes
            first; where each thing has one class, all three are then the accuracy.

    Raises:
        ValueError: no targets, not as many predictions, or another ``average``.
    """
    same_number(targets, predictions)
    pairs = list(zip(targets, predictions, strict=True))
    right = Counter(t for t, p in pairs if t == p)
    in_targets, in_predictions = Counter(targets), Counter(predictions)
    if average == "micro":
        return from_counts(right.total(), in_predictions.total(), in_targets.total())
    if average == "binary":
        return from_counts(right[positive], in_predictions[positive], in_targets[positive])
    if average != "macro":
        raise ValueError(f"expected the average 'binary', 'micro' or 'macro', got {average!r}")
    classes = in_targets.keys() | in_predictions.keys()
    each = [from_counts(right[c], in_predictions[c], in_targets[c]) for c in classes]
    return Scores(*(math.fsum(column) / len(each) for column in zip(*each, strict=True)))


def from_counts(right: int, predicted: int, true: int) -> Scores:
    """TP, TP + FP and TP + FN → precision, recall and F1 = 2 TP / (2 TP + FP + FN)."""
    precision = right / predicted if predicted else 0.0
    recall = right / true if true else 0.0
    return Scores(precision, recall, 2 * right / (predicted + true) if right else 0.0)


def same_number(targets: Sequence[object], predictions: Sequence[object]) -> None:
    """Refuse predictions that are not as many as the targets, or none at all."""
    if not len(targets) or len(targets) != len(predictions):
        raise ValueError(
            "expected as many predictions as targets, and at least one, "
            f"got {len(predictions)} and {len(targets)}"
        )
