"""How good are predictions and texts? Accuracy, precision, recall, F1, exact match, BLEU.

All are between 0 and 1. BLEU (Papineni et al. 2002, section 2.3) of a text with words:

    BLEU = min(1, e^(1 − r/c)) · (p_1 p_2 p_3 p_4)^(1/4)

where p_n is the share of the candidate's n-grams that stand in a reference, each counted at most as
often as it stands there (clipped); c the number of its words; r that of the reference closest in
length, the shorter of two. For a corpus all counts are summed before anything is divided.

Left out: BLEU's tokenisation (words are given), chrF, ROUGE.
"""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

Words = Sequence[str]


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
    _same_number(targets, predictions)
    return sum(t == p for t, p in zip(targets, predictions, strict=True)) / len(targets)


def exact_match(references: Sequence[str], texts: Sequence[str]) -> float:
    """The share of texts that are their reference, white space at both ends aside."""
    return accuracy([r.strip() for r in references], [t.strip() for t in texts])


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
    _same_number(targets, predictions)
    pairs = list(zip(targets, predictions, strict=True))
    right = Counter(t for t, p in pairs if t == p)
    in_targets, in_predictions = Counter(targets), Counter(predictions)
    if average == "micro":
        return _scores(right.total(), in_predictions.total(), in_targets.total())
    if average == "binary":
        return _scores(right[positive], in_predictions[positive], in_targets[positive])
    if average != "macro":
        raise ValueError(f"expected the average 'binary', 'micro' or 'macro', got {average!r}")
    classes = in_targets.keys() | in_predictions.keys()
    each = [_scores(right[c], in_predictions[c], in_targets[c]) for c in classes]
    return Scores(*(math.fsum(column) / len(each) for column in zip(*each, strict=True)))


def _scores(right: int, predicted: int, true: int) -> Scores:
    precision = right / predicted if predicted else 0.0
    recall = right / true if true else 0.0
    return Scores(precision, recall, 2 * right / (predicted + true) if right else 0.0)


def _same_number(targets: Sequence[object], predictions: Sequence[object]) -> None:
    if not len(targets) or len(targets) != len(predictions):
        raise ValueError(
            "expected as many predictions as targets, and at least one, "
            f"got {len(predictions)} and {len(targets)}"
        )


# BLEU ---------------------------------------------------------------------------------------------


def bleu(candidates: Sequence[Words], references: Sequence[Sequence[Words]], n: int = 4) -> float:
    """BLEU of a corpus, as in the paper: 0 if not a single n-gram of the longest kind is right.

    Args:
        candidates: the words of each text.
        references: for each text, the words of one or more good ones.
        n: the longest n-grams.

    Raises:
        ValueError: if there are no texts, or not as many references, or none for a text.
    """
    _same_number(references, candidates)
    right, all_of_them, c, r = [0] * n, [0] * n, 0, 0
    for candidate, good in zip(candidates, references, strict=True):
        one_right, one_all = _clipped(candidate, good, n)
        right = [a + b for a, b in zip(right, one_right, strict=True)]
        all_of_them = [a + b for a, b in zip(all_of_them, one_all, strict=True)]
        c, r = c + len(candidate), r + _closest(len(candidate), good)
    if not all(right):
        return 0.0
    return _combined([a / b for a, b in zip(right, all_of_them, strict=True)], c, r)


def sentence_bleu(candidate: Words, references: Sequence[Words], n: int = 4) -> float:
    """BLEU of one text, smoothed, so that it can be a reward.

    Of n-grams that the text is too short for, nothing is asked. The first p_n without a right
    n-gram is taken as 1 / (2 · number), the next one as 1 / (4 · number), … (NIST's smoothing;
    "exp" of Chen & Cherry 2014, and what sacrebleu does by default). 0 if no word is right.

    Raises:
        ValueError: if there is no reference.
    """
    right, all_of_them = _clipped(candidate, references, n)
    if not right[0]:
        return 0.0
    precisions, small = [], 1.0
    for hits, count in zip(right, all_of_them, strict=True):
        if not count:
            break
        small /= 1 if hits else 2
        precisions.append((hits or small) / count)
    return _combined(precisions, len(candidate), _closest(len(candidate), references))


def _clipped(candidate: Words, references: Sequence[Words], n: int) -> tuple[list[int], list[int]]:
    """For each length from 1 to n: how many n-grams are right (clipped), and how many there are."""
    if not references:
        raise ValueError("expected at least one reference for each text, got none")
    right, all_of_them = [], []
    for size in range(1, n + 1):
        wanted: Counter[tuple[str, ...]] = Counter()
        for reference in references:
            wanted |= _n_grams(reference, size)  # the larger of the two counts
        said = _n_grams(candidate, size)
        right.append((said & wanted).total())  # the smaller of the two counts
        all_of_them.append(said.total())
    return right, all_of_them


def _n_grams(words: Words, size: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def _closest(length: int, references: Sequence[Words]) -> int:
    return min((len(r) for r in references), key=lambda other: (abs(other - length), other))


def _combined(precisions: Sequence[float], c: int, r: int) -> float:
    brevity = 1.0 if c >= r else math.exp(1 - r / c)
    return brevity * math.exp(math.fsum(map(math.log, precisions)) / len(precisions))
