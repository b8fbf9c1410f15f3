"""A text against one that a person wrote: BLEU, chrF and ROUGE count what both have in common.

All are between 0 and 1. None of them knows what a text means: one wrong name in a long sentence
costs little, and a good sentence in other words gets next to nothing.

*BLEU* (Papineni et al. 2002, section 2.3) of a text with words:

    BLEU = min(1, e^(1 − r/c)) · (p_1 p_2 p_3 p_4)^(1/4)

where p_n is the share of the candidate's n-grams that stand in a reference, each counted at most as
often as it stands there (clipped); c the number of its words; r that of the reference closest in
length, the shorter of two. For a corpus all counts are summed before anything is divided.

*chrF* (Popović 2015, eq. 1) is made of n-grams of characters, and needs no words:

    chrF = (1 + β²) P R / (β² P + R)        P, R: means over n = 1 … 6 of precision and recall

*ROUGE* (Lin 2004) asks how much of the reference comes back: ROUGE-N by n-grams, ROUGE-L by the
longest common subsequence.

Left out: BLEU's tokenisation (words are given), chrF++ (words beside characters), stemming in
ROUGE, ROUGE-W and -S.
"""

import math
from collections import Counter
from collections.abc import Sequence

from llmbook_utils.metrics.labels import Scores, from_counts, same_number

Words = Sequence[str]


def bleu(candidates: Sequence[Words], references: Sequence[Sequence[Words]], n: int = 4) -> float:
    """BLEU of a corpus, as in the paper: 0 if not a single n-gram of the longest kind is right.

    Args:
        candidates: the words of each text.
        references: for each text, the words of one or more good ones.
        n: the longest n-grams.

    Raises:
        ValueError: if there are no texts, or not as many references, or none for a text.
    """
    same_number(references, candidates)
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


# chrF ---------------------------------------------------------------------------------------------


def chrf(
    candidates: Sequence[str],
    references: Sequence[Sequence[str]],
    n: int = 6,
    beta: float | int = 2,
) -> float:
    """chrF of a corpus: white space is left out; counts are summed over all texts first.

    Of several references a text is compared with the one that gives it the highest score. Lengths
    n of which the corpus or its references have no n-gram are left out of the mean. With the
    default β = 2 recall weighs more than precision ("chrF2", what sacrebleu reports as chrF).

    Args:
        candidates: the texts.
        references: for each text one or more good ones.
        n: the longest n-grams, in characters.
        beta: how much more recall weighs than precision.

    Raises:
        ValueError: no texts, not as many references, or none for a text.
    """
    same_number(references, candidates)
    total = [(0, 0, 0)] * n
    for candidate, good in zip(candidates, references, strict=True):
        if isinstance(good, str) or not good:
            raise ValueError(f"expected a list of references for each text, got {good!r}")
        counts = [_character_counts(candidate, reference, n) for reference in good]
        best = max(counts, key=lambda c: _chrf_of(c, beta))
        total = [(a + d, b + e, c + f) for (a, b, c), (d, e, f) in zip(total, best, strict=True)]
    return _chrf_of(total, beta)


def _character_counts(candidate: str, reference: str, n: int) -> list[tuple[int, int, int]]:
    """For each length: n-grams in both, in the candidate (0 if the reference has none), in it."""
    said, wanted = "".join(candidate.split()), "".join(reference.split())
    counts = []
    for size in range(1, n + 1):
        ours, theirs = _n_grams(said, size), _n_grams(wanted, size)
        counts.append(((ours & theirs).total(), ours.total() if theirs else 0, theirs.total()))
    return counts


def _chrf_of(counts: Sequence[tuple[int, int, int]], beta: float | int) -> float:
    used = [(right / a, right / b) for right, a, b in counts if a and b]
    if not used:
        return 0.0
    precision, recall = (math.fsum(column) / len(used) for column in zip(*used, strict=True))
    if not precision + recall:
        return 0.0
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


# ROUGE --------------------------------------------------------------------------------------------


def rouge_n(candidate: Words, reference: Words, n: int = 2) -> Scores:
    """ROUGE-N of one text: n-grams in both, each counted as often as it stands in both.

    Lin (2004, eq. 1) has recall alone, since all summaries were equally long there. Where they are
    not, F1 is usual.
    """
    if n < 1:
        raise ValueError(f"expected n-grams of at least one word, got n = {n}")
    said, wanted = _n_grams(candidate, n), _n_grams(reference, n)
    return from_counts((said & wanted).total(), said.total(), wanted.total())


def rouge_l(candidate: Words, reference: Words) -> Scores:
    """ROUGE-L of one text: words of the longest common subsequence (Lin 2004, eqs. 2 to 4).

    P = LCS / words of the candidate, R = LCS / words of the reference. A subsequence keeps the
    order and can leave words out. (The paper's F weighs recall more; here it is F1, as usual now.)
    """
    return from_counts(_longest_common(candidate, reference), len(candidate), len(reference))


def _longest_common(a: Words, b: Words) -> int:
    """The length of the longest common subsequence, row by row of the table of prefixes."""
    row = [0] * (len(b) + 1)  # row[j]: of the words of a read so far, and b[:j]
    for word in a:
        above, row = row, [0]
        for j, other in enumerate(b):
            row.append(above[j] + 1 if word == other else max(above[j + 1], row[j]))
    return row[-1]
