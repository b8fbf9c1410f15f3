"""Metrics of labels, and BLEU: by hand, against scikit-learn and sacrebleu (where installed)."""

import math
import random

import pytest
from sklearn.metrics import accuracy_score, precision_recall_fscore_support

from llmbook_utils.metrics import accuracy, bleu, precision_recall_f1, sentence_bleu


def test_precision_and_recall_by_hand():
    targets, predictions = [1, 1, 1, 0, 0], [1, 0, 1, 1, 0]  # TP 2, FP 1, FN 1
    assert precision_recall_f1(targets, predictions, "binary") == pytest.approx([2 / 3] * 3)
    assert precision_recall_f1(targets, predictions, "binary", positive=0) == pytest.approx(
        [1 / 2] * 3
    )
    assert precision_recall_f1(targets, predictions) == pytest.approx([(2 / 3 + 1 / 2) / 2] * 3)
    assert accuracy(targets, predictions) == 3 / 5


@pytest.mark.parametrize("average", ["micro", "macro", "binary"])
@pytest.mark.parametrize("seed", range(5))
def test_precision_recall_f1_as_scikit_learn(average, seed):
    draw = random.Random(seed)
    classes = 2 if average == "binary" else 4
    targets = [draw.randrange(classes) for _ in range(30)]
    predictions = [draw.choice([t, draw.randrange(classes)]) for t in targets]
    mine = precision_recall_f1(targets, predictions, average)
    theirs = precision_recall_fscore_support(targets, predictions, average=average, zero_division=0)
    assert mine == pytest.approx(theirs[:3])
    assert accuracy(targets, predictions) == pytest.approx(accuracy_score(targets, predictions))


def test_where_each_thing_has_one_class_micro_is_the_accuracy():
    targets, predictions = list("abcab"), list("abbcb")
    assert set(precision_recall_f1(targets, predictions, "micro")) == {
        accuracy(targets, predictions)
    }


def test_a_class_that_nobody_predicts_or_that_does_not_occur_has_zero():
    assert precision_recall_f1([1, 1], [0, 0], "binary") == (0, 0, 0)
    assert precision_recall_f1([0, 0], [0, 0], "binary") == (0, 0, 0)
    assert precision_recall_f1(["a", "a"], ["a", "b"]) == pytest.approx((1 / 2, 1 / 4, 1 / 3))


def test_the_clipped_precision_of_the_paper():
    """Papineni et al. 2002, section 2.1: seven times "the" has a modified precision of 2/7."""
    candidate = ["the"] * 7
    reference = ["the", "cat", "is", "on", "the", "mat"]
    assert bleu([candidate], [[reference]], n=1) == pytest.approx(2 / 7)


def test_short_texts_are_punished_and_long_ones_are_not():
    reference = ["a", "b", "c", "d", "e", "f", "g", "h"]
    assert bleu([reference], [[reference]]) == 1
    assert bleu([reference[:6]], [[reference]]) == pytest.approx(math.exp(1 - 8 / 6))
    assert bleu([reference[:6]], [[reference, reference[:5]]]) == pytest.approx(1)


def test_without_a_right_n_gram_the_corpus_has_0_and_a_sentence_is_smoothed():
    candidate, reference = ["a", "b", "x", "y"], ["a", "b", "c", "d"]
    assert bleu([candidate], [[reference]]) == 0
    p = [2 / 4, 1 / 3, 1 / (2 * 2), 1 / (4 * 1)]
    assert sentence_bleu(candidate, [reference]) == pytest.approx(math.prod(p) ** (1 / 4))
    assert sentence_bleu(["x", "y"], [reference]) == 0
    assert sentence_bleu(reference[:2], [reference]) == pytest.approx(math.exp(1 - 4 / 2))
    assert sentence_bleu([], [reference]) == 0


def texts(seed, number=12):
    """Candidates with one to three references, from a few words, so that much is right."""
    draw = random.Random(seed)

    def words():
        return [draw.choice("abcde") for _ in range(draw.randrange(1, 12))]

    candidates, references = [], []
    for _ in range(number):
        references.append([words() for _ in range(draw.randrange(1, 4))])
        candidates.append([w for w in draw.choice(references[-1]) + words() if draw.random() < 0.8])
    return candidates, references


@pytest.mark.parametrize("seed", range(8))
def test_bleu_as_sacrebleu(seed):
    sacrebleu = pytest.importorskip("sacrebleu")
    candidates, references = texts(seed)
    plain = [" ".join(c) for c in candidates]
    most = max(map(len, references))
    columns = [[" ".join(r[i]) if i < len(r) else None for r in references] for i in range(most)]
    theirs = sacrebleu.corpus_bleu(plain, columns, tokenize="none", smooth_method="none")
    assert bleu(candidates, references) == pytest.approx(theirs.score / 100, abs=1e-6)
    for candidate, text, good in zip(candidates, plain, references, strict=True):
        one = sacrebleu.sentence_bleu(text, [" ".join(r) for r in good], tokenize="none")
        assert sentence_bleu(candidate, good) == pytest.approx(one.score / 100, abs=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: accuracy([], []),
        lambda: accuracy([1], [1, 2]),
        lambda: precision_recall_f1([1], [1], "weighted"),
        lambda: bleu([], []),
        lambda: bleu([["a"]], []),
        lambda: bleu([["a"]], [[]]),
        lambda: sentence_bleu(["a"], []),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match=r"expected .*, got"):
        call()
