"""What chapter 7 defines in its cells is right, and is what the package offers."""

import itertools
import math
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from llmbook_utils import arithmetic_coding, gpt
from llmbook_utils.corpus import World
from llmbook_utils.ngram import NGram

CHAPTER = Path(__file__).parents[1] / "chapters" / "07_lm_math.ipynb"
CELLS = {c.id: c for c in nbformat.read(CHAPTER, as_version=4).cells}
COUNTING = ("windows", "count", "surprise-of", "continuation", "kneser-ney-definition")
NETWORK = ("neural-forward", "neural-data", "neural-train")
CODING = ("frequencies", "encoder", "decoder")


def load(*ids, **scope):
    """Run the cells with these ids, in the order given, and return what they define."""
    missing = set(ids) - set(CELLS)
    assert not missing, f"no cell called {missing} in {CHAPTER.name}"
    libraries = {"np": np, "math": math, "torch": torch, "F": F, "cache": cache}
    scope = libraries | {"Counter": Counter, "defaultdict": defaultdict, "END": 0} | scope
    for cell_id in ids:
        exec(compile(CELLS[cell_id].source, cell_id, "exec"), scope)
    return scope


def numbered(world, documents):
    number = {word: i for i, word in enumerate(["<end>", *world.words])}
    return [[number[word] for word in document.words] for document in documents]


@pytest.fixture(scope="module")
def tiny():
    """A world that the chapter does not use: documents to train on, new ones, and their floor."""
    world = World(seed=11)
    train, new = world.documents(8000, seed=5), world.documents(500, seed=6)
    floor = -sum(d.log_prob for d in new) / sum(len(d.words) for d in new)
    return world, numbered(world, train), numbered(world, new), new, floor


def distribution(rng, size):
    """Some probabilities are zero."""
    p = rng.dirichlet(np.full(size, 0.3)) * (np.arange(size) % 4 != 1)
    return p / p.sum()


def test_the_surprises_of_the_words_add_up_to_that_of_the_text(tiny):
    world, *_, documents, _ = tiny
    surprises = load("chain-rule-check")["surprises"]
    for document in documents[:30]:
        nats = surprises(world.next_word, document.words)
        assert nats.min() >= 0
        assert nats.sum() == pytest.approx(-document.log_prob, rel=1e-9)


def test_cross_entropy_is_entropy_plus_kl_and_kl_is_never_negative():
    chapter = load("entropy", "cross-entropy")
    entropy, cross_entropy, kl = (chapter[k] for k in ("entropy", "cross_entropy", "kl"))
    assert entropy(np.full(8, 1 / 8)) == pytest.approx(math.log(8))
    assert entropy(np.array([1.0, 0.0])) == 0
    assert kl(np.array([0.5, 0.5, 0.0]), np.array([0.45, 0.45, 0.1])) == pytest.approx(
        math.log(0.5 / 0.45)
    )
    assert kl(np.array([0.45, 0.45, 0.1]), np.array([0.5, 0.5, 0.0])) == math.inf
    rng = np.random.default_rng(0)
    for size in (2, 5, 150):
        p, q = distribution(rng, size), rng.dirichlet(np.ones(size))
        assert kl(p, p) == pytest.approx(0, abs=1e-12)
        assert kl(p, q) > 1e-6
        known = nn.KLDivLoss(reduction="sum")(torch.tensor(np.log(q)), torch.tensor(p))
        assert kl(p, q) == pytest.approx(float(known), rel=1e-9)
        assert cross_entropy(p, q) == pytest.approx(entropy(p) + kl(p, q))


@pytest.mark.parametrize(("n", "d"), [(1, 0.75), (2, 0.75), (3, 0.4), (6, 0.75)])
def test_the_chapters_kneser_ney_equals_the_packages(tiny, n, d):
    world, train, new, *_ = tiny
    V = len(world.words) + 1
    chapter = load(*COUNTING, V=V)
    q = chapter["kneser_ney"](chapter["count"](train[:2000], n), n, d)
    package = NGram(n, V, "kneser-ney", discount=d).fit(train[:2000])
    ours = chapter["surprise_of"](q, new[:100], n)
    np.testing.assert_allclose(ours, package.nats(new[:100]), rtol=1e-9)
    for words in (new[0][:1], new[0][:9], [5, 5, 5, 5, 5, 5]):  # the last was never seen
        context = tuple(([0] * n + words)[len(words) + 1 :])
        np.testing.assert_allclose(q(context), package.probabilities(words), rtol=1e-9)
        assert q(context).sum() == pytest.approx(1)


@pytest.mark.parametrize(("n", "k"), [(1, 1.0), (3, 0.01), (5, 1.0)])
def test_the_chapters_add_k_equals_the_packages(tiny, n, k):
    world, train, new, *_ = tiny
    V = len(world.words) + 1
    chapter = load(*COUNTING, V=V)
    q = chapter["add_k"](chapter["count"](train[:2000], n), k)
    package = NGram(n, V, "add-k", k=k).fit(train[:2000])
    ours = chapter["surprise_of"](q, new[:100], n)
    np.testing.assert_allclose(ours, package.nats(new[:100]), rtol=1e-9)


def test_without_smoothing_new_text_is_infinitely_surprising_and_old_text_is_not(tiny):
    world, train, new, *_ = tiny
    chapter = load(*COUNTING, V=len(world.words) + 1)
    q = chapter["add_k"](chapter["count"](train, 4), 0)
    assert np.isfinite(chapter["surprise_of"](q, train[:200], 4)).all()
    assert chapter["surprise_of"](q, new, 4).max() == math.inf


def test_every_word_of_a_document_has_a_kind(tiny):
    world, *_, documents, _ = tiny
    kinds = load("kinds", world=world)["kinds"]
    for document in documents[:100]:
        kind = kinds(document)
        assert len(kind) == len(document.words)
        assert [k for k in kind if k == "end mark"] == kind[-1:]
        told = {w for w, k in zip(document.words, kind, strict=True) if k == "facts"}
        assert set(document.facts.values()) <= told
        named = [k for w, k in zip(document.words, kind, strict=True) if w in world.people]
        assert set(named) == {"names"}


def test_the_network_is_an_embedding_and_two_linear_layers():
    V, n, m, hidden = 30, 5, 4, 7
    chapter = load(*NETWORK, V=V)
    theta = chapter["initial"](n, m, hidden, seed=0)
    expected = V * m + ((n - 1) * m + 1) * hidden + (hidden + 1) * V
    assert sum(w.numel() for w in theta.values()) == expected
    layers = nn.Sequential(
        nn.Embedding(V, m),
        nn.Flatten(),
        nn.Linear((n - 1) * m, hidden),
        nn.Tanh(),
        nn.Linear(hidden, V),
    )
    with torch.no_grad():
        for name in ("d", "b"):  # they start at zero, which would hide a missing one
            theta[name].normal_(generator=torch.Generator().manual_seed(1))
        ours = [theta["C"], theta["H"].T, theta["d"], theta["U"].T, theta["b"]]
        for layer, weight in zip(layers.parameters(), ours, strict=True):
            layer.copy_(weight)
    contexts = torch.randint(V, (11, n - 1), generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(chapter["forward"](theta, contexts), layers(contexts))


def test_the_networks_data_are_the_windows(tiny):
    world, train, *_ = tiny
    chapter = load(*COUNTING, *NETWORK, V=len(world.words) + 1)
    X, y = chapter["as_arrays"](train[:50], 6)
    pairs = [(tuple(x.tolist()), int(w)) for x, w in zip(X, y, strict=True)]
    assert pairs == list(chapter["windows"](train[:50], 6))


def test_the_claim_in_a_world_that_the_chapter_does_not_use(tiny):
    """With less text and less training than in the chapter, and so with a wider margin."""
    world, train, new, _, floor = tiny
    V = len(world.words) + 1
    table = min(NGram(n, V).fit(train).nats_per_token(new) for n in (5, 6, 7))
    chapter = load(*NETWORK, V=V)
    theta = chapter["initial"](20, 16, 64, seed=1)
    data = *chapter["as_arrays"](train, 20), *chapter["as_arrays"](new, 20)
    *_, (_, network) = chapter["learn"](theta, *data, steps=1000)
    assert floor < network < table
    assert network - floor < 0.75 * (table - floor)


def test_reshaping_a_distribution():
    chapter = load("temperature-definition", "truncation-definition")
    rng = np.random.default_rng(0)
    for size in (3, 150):
        p = rng.dirichlet(np.full(size, 0.2))
        row = torch.tensor(p)[None]
        for T in (0.3, 1, 2):
            expected = (row.log() / T).softmax(-1)[0]
            np.testing.assert_allclose(chapter["temperature"](p, T), expected, rtol=1e-9)
        for k in (1, 2, size):
            expected = gpt.truncate(row.float(), top_k=k)[0]
            np.testing.assert_allclose(chapter["top_k"](p, k), expected, rtol=1e-5)
        for mass in (0.05, 0.5, 0.9):
            expected = gpt.truncate(row.float(), top_p=mass)[0]
            np.testing.assert_allclose(chapter["top_p"](p, mass), expected, rtol=1e-5)
    certain = np.array([0.0, 1.0, 0.0])
    np.testing.assert_array_equal(chapter["temperature"](certain, 0.01), certain)
    np.testing.assert_allclose(
        chapter["top_p"](np.array([0.4, 0.35, 0.15, 0.1]), 0.7), [0.4 / 0.75, 0.35 / 0.75, 0, 0]
    )


def test_words_are_drawn_with_their_probabilities():
    V, n, texts = 12, 4, 20_000
    chapter = load(*NETWORK, "write", V=V, n=n)
    theta = chapter["initial"](n, 3, 5, seed=3)
    rows, nats = chapter["write"](theta, texts, longest=1)
    with torch.no_grad():
        p = chapter["forward"](theta, torch.zeros(1, n - 1, dtype=torch.long)).softmax(1)[0]
    share = np.bincount(rows[:, 0], minlength=V) / texts
    assert (np.abs(share - p.numpy()) < 5 * np.sqrt(p.numpy() / texts)).all()
    np.testing.assert_allclose(nats, -np.log(p.numpy())[rows[:, 0]], rtol=1e-5)
    rows, _ = chapter["write"](theta, 50, longest=40)
    for row in rows:  # after its end, a text is nothing but end marks
        ended = np.flatnonzero(row == 0)
        assert len(ended) == 0 or (row[ended[0] :] == 0).all()


def random_model(seed, V):
    """A model whose probabilities depend on the words of the document so far."""

    def model(words):
        rng = np.random.default_rng([seed, *words])
        return rng.dirichlet(np.full(V, 0.3))

    return model


@pytest.mark.parametrize("seed", range(4))
def test_the_chapters_coder_gives_everything_back_in_as_many_bits_as_the_packages(seed):
    chapter, V = load(*CODING), 17
    model, rng = random_model(seed, V), np.random.default_rng(seed)
    message = rng.integers(0, V, 300).tolist()
    code, digits = chapter["encode"](message, model)
    assert chapter["decode"](code, digits, model, len(message)) == message
    prefixes = [chapter["current"](message[:i]) for i in range(len(message))]
    surprise = -sum(
        math.log2(chapter["frequencies"](model(prefix))[word] / 2 ** chapter["BITS"])
        for prefix, word in zip(prefixes, message, strict=True)
    )
    assert surprise <= digits < surprise + 2
    package = arithmetic_coding.encode(
        message, lambda words: model(chapter["current"](list(words)))
    )
    assert abs(8 * len(package) - digits) <= 16


@pytest.mark.parametrize("length", [0, 1, 2])
def test_short_messages_are_coded_too(length):
    chapter = load(*CODING)
    for message in itertools.product(range(3), repeat=length):
        code, digits = chapter["encode"](list(message), lambda _: np.array([0.0, 1e-9, 1 - 1e-9]))
        assert 0 <= code < 2**digits
        args = code, digits, lambda _: np.array([0.0, 1e-9, 1 - 1e-9]), length
        assert chapter["decode"](*args) == list(message)


def test_frequencies_are_those_of_the_package():
    frequencies = load(*CODING)["frequencies"]
    rng = np.random.default_rng(0)
    for size in (2, 150):
        p = distribution(rng, size)
        f = np.array(frequencies(p))
        assert f.min() >= 1
        assert f.sum() <= 2**24
        assert np.abs(f - arithmetic_coding.quantise(p)).max() <= 1  # p/Σp may round elsewhere
