"""What chapter 6 defines in its cells is what the package offers, and its claims hold elsewhere.

The first and the third part of its claim are repeated in ``test_continual_claims.py``.
"""

from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
from scipy.special import stdtrit
from torch.func import grad, vmap
from torch.nn import functional as F

from llmbook_utils import continual, pretraining
from llmbook_utils.corpus import World
from llmbook_utils.lora import LoRALinear

pytestmark = pytest.mark.usefixtures("one_thread")
CHAPTER = Path(__file__).parents[1] / "chapters" / "06_forgetting.ipynb"
CELLS = {c.id: c.source for c in nbformat.read(CHAPTER, as_version=4).cells}
LOOP = ("network", "stage", "row", "begin")
FISHER = ("network", "fisher", "shortcut")
OTHER_SEEDS = (31, 32, 33)


def load(*ids, **names):
    """Run the cells with these ids, and return what they define."""
    scope = {"np": np, "torch": torch, "F": F, "grad": grad, "vmap": vmap, "stdtrit": stdtrit}
    scope |= {"continual": continual, "replace": replace, "STEPS": 250, "BATCH": 32} | names
    for cell_id in ids:
        exec(compile(CELLS[cell_id], cell_id, "exec"), scope)
    return scope


@pytest.fixture(scope="module")
def stream():
    return continual.permuted_digits(OTHER_SEEDS)


@pytest.fixture(scope="module")
def trained(stream):
    """Networks of other seeds after task 1, and after going on with task 2 only, and with both."""
    scope = load(*LOOP)
    theta, draws = scope["begin"](OTHER_SEEDS)
    first, second = stream.tasks[:2]
    scope["stage"](theta, first, draws)
    after = [scope["copied"](theta)]
    scope["stage"](theta, second, draws)
    after.append(scope["copied"](theta))
    return after


# The loop and the matrix --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 5])
def test_the_chapters_permutations_are_the_packages(seed):
    scramble = load("scramble")["scramble"]
    tasks = continual.permuted_digits((seed,), tasks=3).tasks
    for number, task in enumerate(tasks):
        moved = scramble(tasks[0].test_x, seed, number)
        assert torch.equal(moved, task.test_x)
    assert not torch.equal(tasks[1].test_x, tasks[0].test_x)


def test_the_chapters_loop_is_the_packages_plain_training():
    scope = load(*LOOP, STEPS=40)
    seeds = (4, 9)
    stream = continual.permuted_digits(seeds, tasks=3)
    theta, draws = scope["begin"](seeds)
    R = []
    for task in stream.tasks:
        scope["stage"](theta, task, draws)
        R.append(scope["row"](theta, stream.tasks))
    run = continual.learn(stream, continual.Method("naive"), continual.Recipe(steps=40))
    np.testing.assert_allclose(np.stack(R, 1), run.R, atol=0.01)
    assert run.R[:, 0, 0].min() > 0.5


@pytest.mark.parametrize("shape", [(2, 2), (5, 5), (3, 4, 4)])
def test_the_chapters_scores_are_the_packages(shape):
    R = np.random.default_rng(sum(shape)).random(shape)
    scope = load("scores")
    for name in ("average_accuracy", "learning_accuracy", "backward_transfer", "forgetting"):
        np.testing.assert_allclose(scope[name](R), getattr(continual, name)(R), err_msg=name)
    untrained = np.random.default_rng(1).random(shape[:-1])
    ours, theirs = scope["forward_transfer"], continual.forward_transfer
    np.testing.assert_allclose(ours(R, untrained), theirs(R, untrained))


@pytest.mark.parametrize("S", [2, 3, 5, 12])
def test_the_chapters_interval_and_verdict_are_the_packages(S):
    scope, rng = load("interval"), np.random.default_rng(S)
    for shift in (0.0, 0.05, -1.0):
        a, b = rng.normal(0.5 + shift, 0.05, S), rng.normal(0.5, 0.05, S)
        assert scope["interval"](a) == pytest.approx(tuple(continual.t_interval(a)))
        assert scope["verdict"](a, b) == continual.compare(a, b)


def test_the_verdict_is_wrong_on_noise_in_five_of_a_hundred():
    verdict, rng = load("interval")["verdict"], np.random.default_rng(7)
    said = [verdict(*rng.normal(0.6, 0.05, (2, 3))) != "cannot tell" for _ in range(4000)]
    assert np.mean(said) == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 4000) ** 0.5)


def test_ten_steps_of_something_else_cost_much_and_the_end_is_worse(stream, trained):
    scope = load(*LOOP, STEPS=11)
    theta = {name: w.clone().requires_grad_() for name, w in trained[0].items()}
    seen = []
    scope["stage"](
        theta,
        stream.tasks[1],
        scope["begin"](OTHER_SEEDS)[1],
        look=lambda t: seen.append(scope["accuracy"](t, stream.tasks[0]).mean()),
    )
    before, ten_steps_later = seen
    assert before > 0.9
    assert ten_steps_later < before - 0.08
    assert scope["accuracy"](trained[1], stream.tasks[0]).mean() < ten_steps_later - 0.05


# Why it forgets -----------------------------------------------------------------------------------


def test_weights_that_are_good_at_both_lie_on_a_straight_way_downhill(stream, trained):
    scope = load(*LOOP)
    source = CELLS["path"].split("\n\n\n")[0]
    exec(source, scope)
    first, second = stream.tasks[:2]
    theta = {name: w.requires_grad_() for name, w in scope["copied"](trained[0]).items()}
    scope["stage"](theta, scope["both"](first, second), scope["begin"](OTHER_SEEDS)[1])
    theta = scope["copied"](theta)

    def worst_of_task_1(new):
        line = [
            scope["losses"](
                {k: torch.lerp(w, new[k], alpha) for k, w in trained[0].items()},
                first.test_x,
                first.test_y,
            )
            for alpha in np.linspace(0, 1, 11)
        ]
        return torch.stack(line).amax(0)  # of each seed

    only, both = worst_of_task_1(trained[1]), worst_of_task_1(theta)
    assert (both < 0.4 * only).all()
    assert (scope["accuracy"](theta, second) > 0.85).all()


# Springs ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def one(stream, trained):
    """One network, pictures and labels."""
    order = torch.randperm(1300, generator=torch.Generator().manual_seed(0))[:320]
    theta = {name: w[0] for name, w in trained[0].items()}
    task = stream.tasks[0]
    return theta, task.train_x[0, order], task.train_y[0, order]


def test_the_chapters_fishers_are_the_packages(one):
    theta, X, Y = one
    scope = load(*FISHER)
    ours = {
        "exact": scope["fisher"](theta, X),
        "empirical": scope["empirical"](theta, X, Y),
        "batched": scope["batched"](theta, X, Y),
    }
    stacked = {name: w[None] for name, w in theta.items()}
    for estimator, fisher in ours.items():
        theirs = continual.classifier_fisher(stacked, X[None], estimator, Y[None])
        for name in theta:
            torch.testing.assert_close(fisher[name], theirs[name][0], rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in (1, 2))]
)
def test_the_fisher_predicts_the_divergence_and_the_shortcut_does_not(stream, trained, seed):
    theta = {name: w[seed].double() for name, w in trained[0].items()}
    X, Y = stream.tasks[0].train_x[seed, ::3].double(), stream.tasks[0].train_y[seed, ::3]
    scope = load(*FISHER, X=X, sigma=0.003)
    jiggle = "def jiggled" + CELLS["fisher-check"].split("def jiggled")[1]
    exec(jiggle, scope)
    measured = np.mean(
        [scope["divergence"](theta, scope["jiggled"](theta, s)).item() for s in range(400)]
    )
    half = scope["sigma"] ** 2 / 2
    exact = half * sum(f.sum().item() for f in scope["fisher"](theta, X).values())
    mixed = torch.randperm(len(X), generator=torch.Generator().manual_seed(0))
    shortcut = scope["batched"](theta, X[mixed], Y[mixed])
    assert exact == pytest.approx(measured, rel=0.12)  # 400 jiggles: 3 standard errors and more
    assert half * sum(f.sum().item() for f in shortcut.values()) < 0.15 * measured
    # The two reasons: labels instead of the model's own answers, and the mean over 32.
    labels, both = (
        sum(f.sum().item() for f in fisher.values())
        for fisher in (scope["empirical"](theta, X, Y), shortcut)
    )
    assert 1.3 < exact / (half * labels) < 5
    assert 6 < labels / both < 32


def test_several_anchors_have_the_gradient_of_the_packages_merged_one(trained):
    scope = load("penalty")
    theta = {name: w.clone().requires_grad_() for name, w in trained[1].items()}
    g = torch.Generator().manual_seed(0)
    anchors, merged = [], None
    for _ in range(3):
        old = {k: w + 0.1 * torch.randn(w.shape, generator=g) for k, w in trained[0].items()}
        importance = {k: torch.rand(w.shape, generator=g) for k, w in old.items()}
        anchors.append((old, importance))
        merged = continual.merge(merged, continual.Anchor(old, importance))
    inputs = list(theta.values())
    ours = torch.autograd.grad(scope["quadratic_penalty"](theta, anchors, 7.0), inputs)
    theirs = torch.autograd.grad(continual.quadratic_penalty(theta, merged, 7.0), inputs)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)
    single = anchors[:1]
    torch.testing.assert_close(
        scope["quadratic_penalty"](theta, single, 7.0),
        continual.quadratic_penalty(theta, continual.Anchor(*single[0]), 7.0),
    )


# Incremental learning and dynamic weights ---------------------------------------------------------


def test_a_zeroed_gradient_does_not_freeze_and_a_missing_one_does():
    scope = load("freeze")
    moved = {how: scope["w"][how].item() - scope["before"][how] for how in ("zeroed", "masked")}
    assert abs(moved["zeroed"]) > 0.01
    assert moved["masked"] == 0


@pytest.mark.parametrize(("n", "k"), [(0, 3), (2, 3), (50, 1), (200, 7)])
def test_the_chapters_reservoir_is_the_packages(n, k):
    ours = load("reservoir")["reservoir"](range(n), k, np.random.default_rng(3))
    memory = continual.Reservoir(k, np.random.default_rng(3))
    for item in range(n):
        memory.offer(item)
    assert ours == memory.items


def test_the_reservoir_is_fair_and_the_variant_forgets_how_it_began():
    first_run = CELLS["reservoir-run"].split("rng, shares")[0]
    scope, rng = load("reservoir"), np.random.default_rng(5)
    exec(first_run, scope)
    runs, n, k = 3000, 40, 8
    share = {}
    for name in ("reservoir", "every_newcomer"):
        kept = np.ravel([scope[name](range(n), k, rng) for _ in range(runs)])
        share[name] = np.bincount(kept, minlength=n) / runs
    spread = (k / n * (1 - k / n) / runs) ** 0.5
    assert abs(share["reservoir"] - k / n).max() < 4.5 * spread
    assert share["every_newcomer"][:10].max() < 0.1 < 0.9 < share["every_newcomer"][-1]


@pytest.mark.parametrize(("B", "memory"), [(32, []), (32, ["old"]), (10, ["old"] * 9)])
def test_the_chapters_replay_batch_is_shared_like_the_packages(B, memory):
    batch = load("replay-batch")["replay_batch"](["new"], memory, B, np.random.default_rng(0))
    share = 0.5 if memory else 0
    assert (batch.count("new"), batch.count("old")) == continual.split_batch(B, share)


def test_the_chapters_dynamic_weights_are_the_packages():
    ours = load("dynamic")["dynamic_weights"]
    for losses, floors in (
        ([0.9, 0.8], [0.6, 0.7]),
        ([0.5, 0.7], [0.6, 0.7]),
        ([3.0, 2.0, 1.0], [0.0, 0.0, 0.0]),
    ):
        assert ours(losses, floors) == pytest.approx(continual.excess_weights(losses, floors))


def test_a_small_memory_looks_healthier_than_what_it_stands_for(stream, trained):
    """And so dynamic weights give the old task less than half."""
    first, second = stream.tasks[:2]
    names = {"after": trained, "first": first, "second": second, "SEEDS": OTHER_SEEDS}
    scope = load(
        *LOOP, "reservoir", "dynamic", "dynamic-memory", "half-losses", "dynamic-stage", **names
    )
    new, memory, unseen = scope["seen"][-50:].mean((0, 1))
    assert memory < 0.6 * unseen
    assert memory < new
    w_old = scope["w_old"].mean(1)
    assert w_old[:5].mean() < 0.2
    assert 0.1 < w_old[-50:].mean() < 0.45


# The claims, on other seeds -----------------------------------------------------------------------


def test_consolidation_saves_nothing_when_classes_are_new():
    pairs = continual.split_digits("class", OTHER_SEEDS)
    recipe, methods = continual.Recipe(steps=100), continual.METHODS
    plain, replay = (continual.learn(pairs, methods[n], recipe) for n in ("naive", "replay 200"))
    assert continual.average_accuracy(replay.R).min() > 0.75
    plain_learnt = continual.learning_accuracy(plain.R).mean()
    for strength in (30.0, 1e3, 1e5):
        ewc = continual.learn(pairs, replace(methods["EWC"], strength=strength), recipe)
        assert continual.average_accuracy(ewc.R).mean() < 0.25
        if strength < 1e5:
            assert abs(ewc.R - plain.R)[:, -1].mean() < 0.1
            assert ewc.R[:, -1, :-1].mean() < 0.1  # old digits
        else:  # stiffer springs only trade
            assert continual.learning_accuracy(ewc.R).mean() < plain_learnt - 0.08


def test_freezing_all_but_the_output_layer_keeps_nothing(stream):
    """The features are of some use, but the output layer that all tasks share is overwritten."""
    R = continual.learn(stream, continual.METHODS["freeze"]).R.mean(0)
    assert np.diag(R)[1:].min() > 0.4
    assert R[0, 0] > 0.9
    assert R[1:, 0].max() < 0.45
    told = continual.split_digits("task", OTHER_SEEDS)
    short = continual.Recipe(steps=100)
    freeze, plain = (
        continual.learn(told, continual.METHODS[n], short).R for n in ("freeze", "naive")
    )
    assert continual.average_accuracy(freeze).mean() < continual.average_accuracy(plain).mean()


def test_what_is_raised_has_a_price_for_each_network(stream):
    """The printed price is the mean over the seeds: as for one network alone."""
    scope = load(*LOOP, "penalty", "scores", SEEDS=OTHER_SEEDS)
    pairs = continual.split_digits("class", OTHER_SEEDS)
    scope["pairs"] = pairs
    for cell in ("bias-fisher", "bias-shift"):
        exec(CELLS[cell], scope)
    F8 = scope["F_bias"][..., 8:].sum((-1, -2)).mean().item()
    assert scope["price"] == pytest.approx(1000 / 2 * 30**2 * F8, rel=1e-3)


def test_an_output_never_seen_has_no_spring():
    scope = load(*LOOP, STEPS=150)
    task = continual.split_digits("class", OTHER_SEEDS).tasks[0]
    theta, draws = scope["begin"](OTHER_SEEDS)
    scope["stage"](theta, task, draws)
    F_bias = continual.classifier_fisher(scope["copied"](theta), task.train_x)["b2"][:, 0]
    seen, unseen = F_bias[:, :2], F_bias[:, 2:]
    assert (unseen.amax(1) < 0.2 * seen.amin(1)).all()
    p = scope["logits"](theta, task.train_x).softmax(-1)  # F = E[p (1 − p)], as the text says
    torch.testing.assert_close(F_bias, (p * (1 - p)).mean(1).detach(), rtol=1e-3, atol=1e-7)


# The language model -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worlds():
    old = World(seed=0)
    start = pretraining.pretrained(old, quiet=True)
    return continual.two_worlds(start, old, World(seed=1))


def test_the_chapters_mark_is_the_packages(worlds):
    definition = CELLS["under-mark"].split("\n\n\ndef facts")[0]
    scope = {"torch": torch}
    exec(definition, scope)
    ids = torch.randint(worlds.tokenizer.vocab_size, (3, 20))
    ids[:, 0] = worlds.end
    model = worlds.model
    ours, theirs = scope["UnderMark"](model, worlds), continual.UnderMark(model, worlds)
    with torch.no_grad():
        assert torch.equal(ours(ids), theirs(ids))
        assert not torch.equal(ours(ids), model(ids))


def test_a_new_mark_means_nothing_at_first(worlds):
    facts = continual.count_facts(worlds.model, worlds)
    assert facts.unmentioned == 96
    assert facts.contradicted == 32
    assert facts.new == 32 - len(worlds.changed)


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("n_new", [6, 4, 1])
def test_the_chapters_loss_is_the_packages(worlds, dynamic, n_new):
    scope = {"worlds": worlds} | load("dynamic")
    exec(CELLS["lm-loss"], scope)
    nats = torch.tensor([2.0, 1.7, 1.6, 1.4, 1.2, 1.1])
    expected = nats.mean()
    if dynamic and n_new < 6:
        old, new = nats[n_new:].mean(), nats[:n_new].mean()
        w_old, w_new = continual.excess_weights([old.item(), new.item()], worlds.floors)
        expected = w_old * old + w_new * new
    torch.testing.assert_close(scope["world_loss"](nats, n_new, dynamic), expected)


def test_the_chapters_lora_is_the_packages():
    scope = load("lora")
    ours = scope["WithLoRA"](torch.nn.Linear(6, 5), 2, 4)
    theirs = LoRALinear(ours.layer, 2, 4)
    with torch.no_grad():
        ours.B.normal_()
        theirs.a.copy_(ours.A)
        theirs.b.copy_(ours.B)
    x = torch.randn(3, 6)
    torch.testing.assert_close(ours(x), theirs(x))
    assert {name for name, w in ours.named_parameters() if w.requires_grad} == {"A", "B"}
