"""Word2Vec: the loss against a direct sum, pairs against a slow way, what the world teaches."""

import math

import pytest
import torch
from torch.nn import functional as F

from llmbook_utils.evolution.word2vec import (
    Word2Vec,
    analogy,
    batches,
    count,
    negatives,
    neighbours,
    pairs,
    skip_gram_loss,
    subsample,
)
from llmbook_utils.train import TrainConfig, train


def test_the_loss_is_the_papers_sum():
    torch.manual_seed(0)
    model = Word2Vec(9, 4)
    torch.nn.init.normal_(model.context.weight)
    torch.nn.init.normal_(model.centre.weight)
    centre, context = torch.tensor([1, 5, 5]), torch.tensor([2, 5, 0])
    wrong = torch.tensor([[3, 4], [4, 4], [8, 0]])
    v, u = model.centre.weight.tolist(), model.context.weight.tolist()

    def ln_sigmoid(a, b, sign):
        dot = sum(x * y for x, y in zip(a, b, strict=True))
        return -math.log1p(math.exp(-sign * dot))

    expected = 0.0
    for c, o, ks in zip(centre.tolist(), context.tolist(), wrong.tolist(), strict=True):
        expected -= ln_sigmoid(u[o], v[c], 1) + sum(ln_sigmoid(u[k], v[c], -1) for k in ks)
    total, n = skip_gram_loss(model, (centre, context, wrong))
    assert n == 3
    assert total.item() == pytest.approx(expected, rel=1e-5)


def test_it_starts_undecided():
    """u = 0: each of the 1 + K decisions costs ln 2."""
    total, n = skip_gram_loss(
        Word2Vec(9, 4), (torch.tensor([1]), torch.tensor([2]), torch.tensor([[3, 4, 5]]))
    )
    assert total.item() / n == pytest.approx(4 * math.log(2))


@pytest.mark.parametrize("window", [1, 2, 3, 9])
def test_pairs_are_all_words_of_a_text_within_the_window(window):
    texts = [[1, 2, 3, 4], [5], [6, 7, 6, 8, 9, 6]]
    expected = sorted(
        (text[i], text[j])
        for text in texts
        for i in range(len(text))
        for j in range(len(text))
        if 0 < abs(i - j) <= window
    )
    centre, context = pairs(texts, window)
    assert sorted(zip(centre.tolist(), context.tolist(), strict=True)) == expected


def test_negatives_are_drawn_by_count_to_the_three_quarters():
    counts = torch.tensor([0, 1, 16, 81])
    drawn = negatives(counts, (4000, 10), torch.Generator().manual_seed(0))
    p = torch.tensor([0, 1, 8, 27]) / 36
    frequency = torch.bincount(drawn.flatten(), minlength=4) / 40_000
    assert frequency[0] == 0
    assert ((frequency - p).abs() <= 5 * (p * (1 - p) / 40_000).sqrt()).all()


def test_subsampling_keeps_rare_words_and_thins_frequent_ones():
    text = [[0] * 900 + [1] * 100]
    counts = count(text, 2)
    assert counts.tolist() == [900, 100]
    (left,) = subsample(text, counts, threshold=0.1)
    assert left.count(1) == 100
    p = math.sqrt(0.1 / 0.9)
    assert abs(left.count(0) - 900 * p) < 5 * math.sqrt(900 * p * (1 - p))


def test_batch_i_is_always_the_same():
    batch = batches([[1, 2, 3, 4]] * 3, 5, batch_size=8, K=2)
    for a, b, c in zip(batch(3), batch(3), batch(4), strict=True):
        assert torch.equal(a, b)
        assert not torch.equal(a, c)


def test_neighbours_and_analogies_of_vectors_that_are_known():
    words = ["king", "man", "queen", "woman", "apple"]
    vectors = torch.tensor([[1, 1, 0], [0, 1, 0], [1, 0, 1], [0, 0, 1], [-1, -1, -1]]).float()
    assert analogy(vectors, words, "man", "king", "woman")[0][0] == "queen"
    found = neighbours(vectors, words, "king", 4)
    assert found[0][0] in ("man", "queen")
    assert dict(found)["man"] == pytest.approx(F.cosine_similarity(vectors[0], vectors[1], 0))
    assert "king" not in dict(found)
    with pytest.raises(ValueError, match="expected a word of the vocabulary, got 'pear'"):
        neighbours(vectors, words, "pear")


def test_errors():
    with pytest.raises(ValueError, match="expected a window of at least 1, got 0"):
        pairs([[1, 2]], 0)
    with pytest.raises(ValueError, match="expected a sequence of at least two words"):
        pairs([[1], [2]], 2)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (1, 2))]
)
def test_in_the_tiny_world_words_of_a_kind_are_neighbours(world, seed):
    """Nearest word of each town, job, pet, food, name and day: of the same kind; and she : her."""
    from llmbook_utils.corpus import lexicon

    number = {word: i for i, word in enumerate(world.vocabulary)}
    texts = [[number[w] for w in d.words[:-1]] for d in world.documents(3000, seed)]
    torch.manual_seed(seed)
    model = Word2Vec(len(number))
    train(
        model,
        batches(texts, len(number), window=2, batch_size=1024, seed=seed),
        TrainConfig(500, 2e-2, warmup=20, final=0.0, weight_decay=0.0),
        loss=skip_gram_loss,
        progress=None,
    )
    kinds = {kind: [v.split()[-1] for v in world.values[kind]] for kind in world.attributes}
    kinds |= {"person": world.people, "day": [w[-1] for w in days(lexicon)]}
    right = total = 0
    for members in kinds.values():
        for word in members:
            nearest = neighbours(model.vectors, world.vocabulary, word, 1)[0][0]
            right += nearest in members
            total += 1
    assert right / total > 0.85, right / total
    assert analogy(model.vectors, world.vocabulary, "she", "her", "he")[0][0] == "him"


def days(lexicon):
    return [lexicon.phrase("day", i, "en") for i in range(7)]
