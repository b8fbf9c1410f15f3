"""What chapter 1 defines in its cells is what the package offers."""

import itertools
import math
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch

from llmbook_utils import autograd

CHAPTER = Path(__file__).parents[1] / "chapters" / "01_training_basics.ipynb"


def load(*ids):
    """Run the cells with these ids, in the chapter's order, and return what they define."""
    cells = {c.id: c for c in nbformat.read(CHAPTER, as_version=4).cells}
    missing = set(ids) - set(cells)
    assert not missing, f"no cell called {missing} in {CHAPTER.name}"
    scope = {"np": np, "math": math, "torch": torch}
    for cell_id in ids:
        exec(compile(cells[cell_id].source, cell_id, "exec"), scope)
    return scope


@pytest.fixture(scope="module")
def engine():
    return load(
        "value-class",
        "record",
        "operations-arithmetic",
        "operations-attach",
        "operations-functions",
        "topological-order",
        "backward",
    )


def expression(a, b):
    c = (a * b + b**3 - 1).tanh() - (2 / a + a / b).exp() * (3 - b)
    return (-c.sigmoid() + (c * c + 1).log() + (1 - a).relu()) / (2 + b) + a**0


@pytest.mark.parametrize(("x", "y"), [(0.7, -1.3), (-0.4, 0.9), (2.0, 1.5)])
def test_the_chapters_engine_equals_the_packages(engine, x, y):
    roots, inputs = [], []
    for Value in (engine["Value"], autograd.Value):
        a, b = Value(x), Value(y)
        root = expression(a, b)
        root.backward()
        root.backward()  # inputs accumulate, inner values do not
        roots.append(root)
        inputs.append((a.grad, b.grad))
    assert roots[0].data == roots[1].data
    assert inputs[0] == inputs[1]
    chapter = [(v.data, v.grad, v.op) for v in engine["topological_order"](roots[0])]
    package = [(v.data, v.grad, v.op) for v in autograd.topological_order(roots[1])]
    assert chapter == package


def test_the_chapters_optimisers_equal_pytorchs():
    chapter = load("sgd-momentum", "adam")
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=7), rng.normal(size=(30, 7))
    pairs = [
        (chapter["SGD"](0.1), lambda w: torch.optim.SGD(w, lr=0.1)),
        (chapter["SGD"](0.1, 0.9), lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9)),
        (chapter["Adam"](0.1), lambda w: torch.optim.Adam(w, lr=0.1)),
        (
            chapter["Adam"](0.1, 0.8, 0.99, 0.1),
            lambda w: torch.optim.Adam(w, 0.1, (0.8, 0.99), 0.1),
        ),
    ]
    for ours, make in pairs:
        w, theirs = start.copy(), torch.tensor(start, requires_grad=True)
        optimiser = make([theirs])
        for g in gradients:
            w = ours.step(w, g)
            theirs.grad = torch.tensor(g)
            optimiser.step()
        np.testing.assert_allclose(w, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)
        assert not np.allclose(w, start, atol=0.1), "the optimiser did not move"


def test_the_networks_gradient_equals_differences():
    chapter = load("softmax", "numpy-unpack", "numpy-forward")
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(5, 64)), np.arange(5), chapter["initial_weights"](0)

    def loss(w):
        return -np.log(chapter["forward"](w, X)[1][range(5), y]).mean()

    parts = chapter["backward_pass"](w, X, y, *chapter["forward"](w, X))
    gradient = np.concatenate([part.ravel() for part in parts])
    for i in rng.choice(len(w), 25, replace=False):
        step = np.zeros_like(w)
        step[i] = 1e-6
        assert gradient[i] == pytest.approx((loss(w + step) - loss(w - step)) / 2e-6, abs=1e-8)


def test_softmax_is_stable_and_sums_to_one():
    softmax = load("softmax")["softmax"]
    p = softmax(np.array([[1e4, 0.0, -1e4], [1.0, 2.0, 3.0]]))
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(p[1], np.exp([1, 2, 3]) / np.exp([1, 2, 3]).sum(), rtol=1e-12)


def test_kmeans_never_makes_the_loss_larger():
    step = load("kmeans-step")["kmeans_step"]
    X = np.random.default_rng(0).normal(size=(200, 3))
    c, losses = X[:6], []
    for _ in range(15):
        c, _, loss = step(X, c)
        losses.append(loss)
    assert all(b <= a + 1e-9 for a, b in itertools.pairwise(losses))
    assert losses[-1] < 0.9 * losses[0]
