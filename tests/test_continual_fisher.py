"""The small network, which of its weights matter (the Fisher), and the springs on them."""

from itertools import pairwise

import pytest
import torch
from torch.nn import functional as F

from llmbook_utils.continual import (
    Anchor,
    classifier_fisher,
    diagonal_fisher,
    equal_importance,
    logits,
    make_weights,
    merge,
    quadratic_penalty,
)
from llmbook_utils.continual.network import accuracy, cross_entropy

CLOSE = {"rtol": 1e-4, "atol": 1e-6}


# The network and its Fisher -----------------------------------------------------------------------

SIZES = (6, 5, 4, 3)


@pytest.fixture
def three():
    """Three networks, 40 inputs for each, labels that are not the model's."""
    weights = {name: 2 * w for name, w in make_weights(SIZES, (0, 1, 2)).items()}
    g = torch.Generator().manual_seed(0)
    x = torch.randn(3, 40, 6, generator=g)
    return weights, x, torch.randint(3, (3, 40), generator=g)


def one(weights, s):
    return {name: w[s] for name, w in weights.items()}


def log_prob(weights, x, y):
    return -F.cross_entropy(logits(weights, x[None])[0], y)


def test_networks_side_by_side_are_each_alone(three):
    weights, x, _ = three
    together = logits(weights, x)
    for s in range(3):
        layers = torch.nn.Sequential()
        for layer, (i, o) in enumerate(pairwise(SIZES)):
            linear = torch.nn.Linear(i, o)
            linear.weight.data, linear.bias.data = (
                weights[f"w{layer}"][s].T,
                weights[f"b{layer}"][s, 0],
            )
            layers += torch.nn.Sequential(linear, torch.nn.ReLU())
        expected = layers[:-1](x[s])
        torch.testing.assert_close(together[s], expected, **CLOSE)
        torch.testing.assert_close(logits(one(weights, s), x[s]), expected, **CLOSE)


def test_weights_of_a_seed_do_not_depend_on_the_others():
    alone, together = make_weights(SIZES, (2,)), make_weights(SIZES, (9, 2))
    assert all(torch.equal(alone[name][0], w[1]) for name, w in together.items())


def test_fisher_by_autograd_one_example_at_a_time(three):
    weights, x, y = three
    fast = classifier_fisher(weights, x, "empirical", y)
    exact = classifier_fisher(weights, x, "exact")
    for s in range(3):
        parts = {n: w.clone().requires_grad_() for n, w in one(weights, s).items()}
        empirical_sum = {n: torch.zeros_like(w) for n, w in parts.items()}
        exact_sum = {n: torch.zeros_like(w) for n, w in parts.items()}
        for n in range(40):
            log_p = logits(parts, x[s, n : n + 1])[0].log_softmax(-1)
            for k in range(3):
                gradient = torch.autograd.grad(log_p[k], list(parts.values()), retain_graph=True)
                for name, g in zip(parts, gradient, strict=True):
                    exact_sum[name] += log_p[k].exp().detach() * g.square() / 40
                    if k == y[s, n]:
                        empirical_sum[name] += g.square() / 40
        for name in parts:
            torch.testing.assert_close(fast[name][s], empirical_sum[name], **CLOSE)
            torch.testing.assert_close(exact[name][s], exact_sum[name], **CLOSE)


def test_diagonal_fisher_of_any_model_agrees(three):
    weights, x, y = three
    for batch, estimator in ((1, "empirical"), (8, "batched")):
        fast = classifier_fisher(weights, x, estimator, y, batch=8)
        for s in range(3):
            slow = diagonal_fisher(log_prob, one(weights, s), x[s], y[s], batch)
            for name, f in slow.items():
                torch.testing.assert_close(fast[name][s], f, **CLOSE)


def test_sampled_fisher_is_the_exact_one_on_average(three):
    weights, x, _ = three
    g = torch.Generator().manual_seed(1)
    draws = [classifier_fisher(weights, x, "sampled", generator=g) for _ in range(400)]
    for name, exact in classifier_fisher(weights, x, "exact").items():
        values = torch.stack([draw[name] for draw in draws])
        error = values.std(0) / 400**0.5
        assert ((values.mean(0) - exact).abs() <= 5 * error + 1e-7).all()


def test_fisher_is_the_curvature_of_the_answers(three):
    """KL(p_θ ‖ p_θ+δ) ≈ ½ F_i δ² where only weight i is changed."""
    weights, x, _ = three
    weights = {name: w.double() for name, w in weights.items()}
    x = x.double()
    fisher = classifier_fisher(weights, x, "exact")
    p = logits(weights, x).softmax(-1)
    step = 1e-4
    for name in ("w1", "b2"):
        moved = {n: w.clone() for n, w in weights.items()}
        moved[name][:, 0, 1] += step
        q = logits(moved, x).log_softmax(-1)
        divergence = (p * (p.log() - q)).sum(-1).mean(-1)
        expected = fisher[name][:, 0, 1] * step**2 / 2
        torch.testing.assert_close(divergence, expected, rtol=1e-2, atol=1e-14)


def test_the_batched_shortcut_is_too_small_by_about_the_batch(three):
    """With labels drawn from the model, gradients have mean zero: exactly E = F / batch."""
    weights, x, _ = three
    g = torch.Generator().manual_seed(2)
    exact = classifier_fisher(weights, x, "exact")
    p = logits(weights, x).softmax(-1).flatten(0, 1)
    total = {name: torch.zeros_like(w) for name, w in weights.items()}
    for _ in range(300):
        drawn = torch.multinomial(p, 1, generator=g).view(3, 40)
        for name, f in classifier_fisher(weights, x, "batched", drawn, batch=8).items():
            total[name] += f / 300
    ratio = sum(f.sum() for f in exact.values()) / sum(f.sum() for f in total.values())
    assert 7 < ratio < 9.2


def test_fisher_where_some_outputs_may_not_answer(three):
    weights, x, _ = three
    fisher = classifier_fisher(weights, x, outputs=torch.tensor([True, True, False]))
    assert all(f.isfinite().all() for f in fisher.values())
    assert (fisher["w2"][..., 2] == 0).all()
    assert (fisher["w2"][..., :2] > 0).any()


def test_fisher_refuses_what_it_cannot_do(three):
    weights, x, y = three
    with pytest.raises(ValueError, match="expected labels for the empirical"):
        classifier_fisher(weights, x, "empirical")
    with pytest.raises(ValueError, match="batch from 1 to 40"):
        classifier_fisher(weights, x, "batched", y, batch=41)
    with pytest.raises(ValueError, match="at least 41"):
        diagonal_fisher(log_prob, one(weights, 0), x[0], y[0], batch=41)


def test_cross_entropy_of_networks_side_by_side(three):
    weights, x, y = three
    z = logits(weights, x)
    for s in range(3):
        expected = F.cross_entropy(z[s], y[s], reduction="none")
        torch.testing.assert_close(cross_entropy(z, y)[s], expected)
        assert accuracy(z, y)[s] == (z[s].argmax(1) == y[s]).float().mean()


# Penalties ----------------------------------------------------------------------------------------


def random_anchor(seed):
    g = torch.Generator().manual_seed(seed)
    now = make_weights(SIZES, (seed,))
    return Anchor(now, {name: torch.rand(w.shape, generator=g) for name, w in now.items()})


def gradient(penalty, weights):
    weights = {name: w.clone().requires_grad_() for name, w in weights.items()}
    return torch.autograd.grad(penalty(weights), list(weights.values()))


def test_penalty_by_hand():
    anchor = Anchor({"w": torch.tensor([1.0, 2.0])}, {"w": torch.tensor([3.0, 0.5])})
    now = {"w": torch.tensor([2.0, 0.0]), "free": torch.ones(3)}
    assert quadratic_penalty(now, anchor, 4).item() == 4 / 2 * (3 * 1 + 0.5 * 4)
    assert quadratic_penalty(anchor.weights, anchor, 4).item() == 0


def test_l2_is_the_penalty_with_equal_importance():
    old, now = make_weights(SIZES, (0,)), make_weights(SIZES, (1,))
    distance = sum((now[name] - old[name]).square().sum() for name in old)
    penalty = quadratic_penalty(now, Anchor(old, equal_importance(old)), 0.6)
    torch.testing.assert_close(penalty, 0.3 * distance)


def test_merged_anchors_pull_as_all_of_them_together():
    anchors, now = [random_anchor(seed) for seed in (0, 1, 2)], make_weights(SIZES, (9,))
    merged = None
    for anchor in anchors:
        merged = merge(merged, anchor)
    apart = gradient(lambda w: sum(quadratic_penalty(w, a, 2.5) for a in anchors), now)
    together = gradient(lambda w: quadratic_penalty(w, merged, 2.5), now)
    for a, b in zip(apart, together, strict=True):
        torch.testing.assert_close(a, b, **CLOSE)
    last_only = gradient(lambda w: quadratic_penalty(w, anchors[-1], 2.5), now)
    assert not torch.allclose(last_only[0], together[0], rtol=0.1)


def test_merging_what_matters_to_nobody_makes_no_nan():
    nothing = Anchor({"w": torch.ones(2)}, {"w": torch.zeros(2)})
    merged = merge(nothing, Anchor({"w": torch.zeros(2)}, {"w": torch.tensor([0.0, 1.0])}))
    assert merged.weights["w"].tolist() == [1.0, 0.0]


def test_penalty_refuses_bad_input():
    anchor = random_anchor(0)
    with pytest.raises(ValueError, match="at least 0"):
        quadratic_penalty(anchor.weights, anchor, -1)
    with pytest.raises(ValueError, match=r"none for \['b0', "):
        quadratic_penalty({}, anchor, 1)
