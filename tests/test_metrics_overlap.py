"""chrF and ROUGE: by hand, against sacrebleu (where installed), and what holds of any text."""

import math
import random
from itertools import combinations

import pytest
from properties import given, st

from llmbook_utils.metrics import bleu, chrf, rouge_l, rouge_n

WORDS = st.lists(st.sampled_from("abcd"), max_size=8)
TEXT = st.text("abc ", max_size=10)


def words(text):
    return text.split()


def test_chrf_by_hand():
    """Two lengths of n-grams: a, b, x and ab, bx against a, b, c, d and ab, bc, cd; β = 2."""
    precision, recall = (2 / 3 + 1 / 2) / 2, (2 / 4 + 1 / 3) / 2
    expected = 5 * precision * recall / (4 * precision + recall)
    assert chrf(["ab x"], [["abc d"]], n=2) == pytest.approx(expected)
    equal = 2 * precision * recall / (precision + recall)
    assert chrf(["abx"], [["abcd"]], n=2, beta=1) == pytest.approx(equal)


def test_lengths_that_a_text_is_too_short_for_do_not_count():
    assert chrf(["ab"], [["ab"]]) == 1
    assert chrf(["猫"], [["猫"]]) == 1
    assert chrf([""], [["ab"]]) == chrf(["ab"], [[""]]) == chrf(["ab"], [["cd"]]) == 0


def test_chrf_sums_counts_before_it_divides():
    long, short = ("abcabcabc", "abcabcabc"), ("x", "y")
    both = chrf([long[0], short[0]], [[long[1]], [short[1]]], n=1)
    assert both == pytest.approx(9 / 10)
    assert both != pytest.approx((1 + 0) / 2)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("beta", [1, 2])
def test_chrf_as_sacrebleu(seed, beta):
    sacrebleu = pytest.importorskip("sacrebleu")
    draw = random.Random(seed)

    def text():
        return "".join(draw.choice("abc 猫") for _ in range(draw.randrange(1, 14)))

    references = [[text() for _ in range(draw.randrange(1, 4))] for _ in range(10)]
    candidates = [draw.choice(good)[: draw.randrange(1, 12)] + text() for good in references]
    most = max(map(len, references))
    columns = [[r[i] if i < len(r) else None for r in references] for i in range(most)]
    theirs = sacrebleu.corpus_chrf(candidates, columns, beta=beta)
    assert chrf(candidates, references, beta=beta) == pytest.approx(theirs.score / 100, abs=1e-9)
    one = sacrebleu.sentence_chrf(candidates[0], references[0], beta=beta)
    assert chrf(candidates[:1], references[:1], beta=beta) == pytest.approx(one.score / 100)


def test_rouge_by_hand():
    """Lin 2004, section 3.1: his sentences S1 (the reference), S2 and S3."""
    reference = words("police killed the gunman")
    same_order, other_order = words("police kill the gunman"), words("the gunman kill police")
    assert (
        rouge_n(same_order, reference) == rouge_n(other_order, reference) == (1 / 3, 1 / 3, 1 / 3)
    )
    assert rouge_l(same_order, reference) == (3 / 4, 3 / 4, 3 / 4)
    assert rouge_l(other_order, reference) == (2 / 4, 2 / 4, 2 / 4)


def test_rouge_counts_a_word_as_often_as_both_have_it():
    assert rouge_n(["a"] * 5, ["a", "a", "b"], 1) == pytest.approx((2 / 5, 2 / 3, 1 / 2))
    assert rouge_n([], ["a"], 1) == rouge_n(["a"], ["a"], 2) == (0, 0, 0)


def longest_by_trying(a, b):
    """Every subsequence of a, the longest first: is it one of b?"""
    for size in range(min(len(a), len(b)), 0, -1):
        for chosen in combinations(a, size):
            rest = iter(b)
            if all(word in rest for word in chosen):
                return size
    return 0


@given(WORDS, WORDS)
def test_the_longest_common_subsequence_is_the_longest(a, b):
    longest = longest_by_trying(a, b)
    expected = (longest / len(a) if a else 0, longest / len(b) if b else 0)
    assert rouge_l(a, b)[:2] == pytest.approx(expected)


@given(WORDS, WORDS)
def test_precision_and_recall_change_places_with_the_texts(a, b):
    for score in (rouge_l, rouge_n):
        there, back = score(a, b), score(b, a)
        assert there == pytest.approx((back.recall, back.precision, back.f1))


@given(TEXT, TEXT)
def test_chrf_is_between_0_and_1_and_1_for_the_reference(a, b):
    assert 0 <= chrf([a], [[b]]) <= 1 + 1e-12
    assert chrf([a], [[b, a]]) == pytest.approx(1 if a.strip() else 0)
    there, back = chrf([a], [[b]], beta=1), chrf([b], [[a]], beta=1)
    assert there == pytest.approx(back)


def test_what_the_metrics_do_not_see():
    """The wrong town costs BLEU and ROUGE less than harmless other words do."""
    reference = words("Mara lives in Oslo and keeps an owl .")
    wrong, free = reference.copy(), words("An owl is kept by Mara in her home town Oslo .")
    wrong[3] = "Rome"
    for score in (
        lambda said: bleu([said], [[reference]], n=2),
        lambda said: rouge_l(said, reference).f1,
        lambda said: chrf([" ".join(said)], [[" ".join(reference)]]),
    ):
        assert score(wrong) > score(free) + 0.1
        assert math.isclose(score(reference), 1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: chrf([], []),
        lambda: chrf(["a"], [[]]),
        lambda: chrf(["a"], ["a"]),
        lambda: chrf(["a"], [["a"], ["b"]]),
        lambda: rouge_n(["a"], ["a"], 0),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match=r"expected .*, got"):
        call()
