"""What chapter 5 defines in its cells is what the package offers, and its claim holds elsewhere."""

import math
from itertools import permutations
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from llmbook_utils import sweeps
from llmbook_utils.emergence import addition, few_shot, grokking, induction, phone_book
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.metrics import sharpness

CHAPTER = Path(__file__).parents[1] / "chapters" / "05_emergence.ipynb"
CELLS = {c.id: c.source for c in nbformat.read(CHAPTER, as_version=4).cells}


def load(*ids, **names):
    """Run the cells with these ids, and return what they define."""
    scope = {"np": np, "math": math, "torch": torch, "nn": nn, "F": F, "plt": plt, "GPT": GPT}
    scope |= {"GPTConfig": GPTConfig, "permutations": permutations, "sweeps": sweeps} | names
    for cell_id in ids:
        exec(compile(CELLS[cell_id], cell_id, "exec"), scope)
    return scope


# Prompts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("instruction", ["", "Say the colour."])
@pytest.mark.parametrize("shots", [0, 1, 3])
def test_the_chapters_prompt_equals_the_packages(shots, instruction):
    scope = load("few-shot-prompt")
    examples = [("Oslo", "red."), ("goat", "green."), ("beans", "blue.")][:shots]
    theirs = few_shot.prompt(
        examples, "Delhi", instruction=instruction, form="{input} is {output}", separator=" "
    )
    ours = [(x, y.removesuffix(".")) for x, y in examples]
    assert scope["few_shot_prompt"](ours, "Delhi", instruction) == theirs


def test_a_model_that_ignores_the_examples_gets_one_colour_in_three(world):
    kinds = [world.values[kind] for kind in ("town", "pet", "food")]
    scope = load("few-shot-prompt", kinds=kinds, colours=("red", "green", "blue"))
    exec(CELLS["colour-questions"], scope)
    for shots, known in ((0, False), (4, False), (4, True)):
        asked = list(scope["colour_questions"](shots, known, np.random.default_rng(1), 400))
        assert all(prompt.count(" is") == shots + 1 for prompt, _ in asked)
        share = np.bincount([answer for _, answer in asked]) / len(asked)
        np.testing.assert_allclose(share, 1 / 3, atol=0.04)  # 2400 draws: 4 standard errors
        for prompt, answer in asked[:50] if known else ():
            word = prompt.split(". ")[-1].removesuffix(" is")
            assert f"{word} is {scope['colours'][answer]}." in prompt


# Scores -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_the_chapters_scores_equal_the_packages(seed):
    scope = load("rulers-definition", "predicted-definition", family=[])
    rng = np.random.default_rng(seed)
    correct = rng.random((40, 5)) < rng.uniform(0.6, 1, (40, 1))  # entries that differ
    for name in ("exact_digits", "digit_accuracy", "independent_exact"):
        assert scope[name](correct) == pytest.approx(getattr(sharpness, name)(correct))
    assert scope["exact_digits"](correct) != pytest.approx(scope["independent_exact"](correct))
    p = rng.dirichlet(np.ones(10), 30)
    y = rng.integers(10, size=30)
    assert scope["brier"](p, y) == pytest.approx(sharpness.brier(p, y))
    log_p = np.log(p[:, :4])
    assert scope["nats_per_digit"](log_p) == pytest.approx(sharpness.nats_per_digit(log_p))


def test_the_chapters_bootstrap_equals_the_packages():
    scope, values = load("bootstrap-definition"), np.random.default_rng(0).normal(size=25)
    for statistic, level in ((np.mean, 0.95), (np.median, 0.8)):
        ours = scope["bootstrap"](values, statistic, draws=300, level=level, seed=3)
        theirs = sharpness.bootstrap(values, statistic, draws=300, level=level, seed=3)
        assert ours == pytest.approx(tuple(theirs))


@pytest.mark.parametrize("truth", ["noise", "line", "step", "half a step"])
def test_the_chapters_detector_equals_the_packages(truth):
    scope, x = load("threshold-definition"), np.log([300, 500, 900, 1000, 2500, 4000.0])
    line = (x - x[0]) / np.ptp(x)
    means = {"noise": 0 * x, "line": line, "step": 1.0 * (x > 7), "half a step": line + (x > 7)}
    for seed in range(3):
        y = means[truth][:, None] + 0.1 * np.random.default_rng(seed).normal(size=(6, 4))
        found, share, p_value = scope["find_threshold"](x, y, draws=500, seed=1)
        theirs = sharpness.find_threshold(x, y, draws=500, seed=1)
        assert (found, share) == (theirs.found, pytest.approx(theirs.share))
        assert p_value == pytest.approx(theirs.p_value)
        assert found == (truth == "step") or truth in ("half a step", "noise")


# The phone book -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 7])
def test_the_chapters_book_equals_the_packages(seed):
    scope = load("book-definition")
    for entries, digits in ((128, 8), (5, 3)):
        ours = scope["make_book"](entries, digits, seed)
        assert torch.equal(ours, phone_book.book(entries, digits, seed).tokens)


def test_the_chapters_memory_equals_the_packages():
    scope = load("book-definition", "book-train-definition")
    book = phone_book.book(32, 8, seed=5)
    model, losses = scope["memorise"](book.tokens, width=8, seed=3, steps=40)
    theirs = phone_book.memorise(book, 8, seed=3, steps=40)
    torch.testing.assert_close(
        phone_book.ask(model, book), phone_book.ask(theirs, book), rtol=1e-3, atol=1e-3
    )
    assert losses[-1] < losses[0] - 1
    assert model.config == phone_book.config(book, 8)


def more(*seeds):
    """The same with other seeds: thorough."""
    return pytest.param(*seeds, marks=pytest.mark.thorough)


@pytest.fixture(scope="module", params=[(3, 20), more((2, 10))], ids=["book 3", "book 2"])
def family(request):
    """Another book, other seeds, and the five sizes between which everything happens."""
    seed, first = request.param
    book, widths = phone_book.book(96, 8, seed), (4, 8, 12, 16, 20)
    return phone_book.learn(book, widths, (first, first + 1), quiet=True)


def test_the_threshold_is_in_the_ruler(family):
    names = ("rulers-definition", "predicted-definition", "threshold-definition")
    scope = load(*names, family=family)
    exec(CELLS["rulers-run"], scope)
    rulers = scope["rulers"]
    x = np.log([size.parameters for size in family])
    assert np.ptp(rulers["exact match"].mean(0)) > 0.9
    assert rulers["exact match"].mean(0)[1] < 0.02  # the second size has nothing to show …
    assert rulers["digit accuracy"].mean(0)[1] > 0.2  # … and knows a lot
    assert rulers["nats a digit"].mean(0)[1] < math.log(10) - 0.2
    predicted = [[scope["independent_exact"](c) for c in s.correct.numpy()] for s in family]
    np.testing.assert_allclose(rulers["exact match"], np.array(predicted).T, atol=0.1)
    largest = {n: scope["find_threshold"](x, rulers[n].T, draws=200)[1] for n in rulers}
    others = max(largest[n] for n in rulers if n != "exact match")
    assert largest["exact match"] > others + 0.05  # four books: by 0.09 to 0.29


def test_digits_of_small_models_foretell_larger_ones(family):
    """The line through the first four sizes, over parameters; here the fifth is the forecast."""
    scope = load("rulers-definition", family=family, K=8)
    exec(CELLS["rulers-run"], scope)
    scope["parameters"] = np.array([size.parameters for size in family])
    exec(CELLS["forecast"], scope)
    odds, exact = scope["odds"], scope["exact"]
    by_digits = scope["from_odds"](scope["continued"](scope["parameters"], odds))[4]
    by_itself = scope["continued"](scope["parameters"], exact)[4]
    assert abs(by_digits - exact[4]) < 0.2
    assert abs(by_digits - exact[4]) < abs(by_itself - exact[4])


def test_bits_are_counted_as_in_the_package(family):
    names = {"family": family, "N": 96, "K": 8}
    names["parameters"] = np.array([s.parameters for s in family])
    scope = load("bits-run", **names)
    theirs = np.array([s.bits_per_parameter.numpy() for s in family]).T
    np.testing.assert_allclose(scope["capacity"], theirs, rtol=1e-5)
    capacity = scope["capacity"].mean(0)
    assert 0.4 < capacity.max() < 1
    assert capacity[0] > 0
    assert capacity[-1] < capacity.max()  # who knows the whole book has parameters to spare


# Addition -----------------------------------------------------------------------------------------


def test_the_chapters_sums_equal_the_packages():
    scope = load("addition-encode")
    for a, b, digits in ((57, 86, 2), (0, 9, 2), (999, 1, 3), (20, 5, 2)):
        assert scope["written"](a, b, digits) == addition.written(a, b, digits)


@pytest.fixture(scope="module", params=[(22,), more((20, 21))], ids=str)
def practice(request):
    return addition.watch(seeds=request.param, quiet=True)


def test_sharp_and_smooth_rulers_wait_for_the_same_moment(practice):
    scope = load("units-rulers", "wait-definition", practice=practice)
    waits = {name: np.array(each) for name, each in scope["waits"].items()}
    assert min(map(min, waits.values())) >= 0.12  # 15 other seeds: 0.18 to 0.54
    for name in ("nats", "Brier score"):
        assert np.abs(waits[name] - waits["accuracy"]).max() <= 0.1
    nats = scope["single"]["nats"]
    assert (nats[:, -1] < math.log(10) / 2).all()  # and in the end the digit is known


def test_smooth_metrics_jump_too(practice):
    """The loss stands still for long, then falls; the accuracy of the sum's units leaps."""
    at = practice.step.tolist().index
    for correct, log_p in zip(practice.correct, practice.true_log_p, strict=True):
        units = torch.tensor([sharpness.digit_accuracy(c[:, :1]) for c in correct])
        nats = torch.tensor([sharpness.nats_per_digit(p) for p in log_p])
        assert units[at(50)] < 0.25  # chance
        assert units[-1] > 0.9
        guess = 2 / 3 * math.log(10)  # two of three digits are guessed, the carry is known
        assert ((nats - guess).abs() < 0.12).sum() >= 3  # stands still for 50 steps or more …
        assert (nats[:-4] - nats[4:])[4:].max() > 0.25  # … and then falls within 100
        assert nats[-1] < guess - 0.5


def test_the_file_shows_a_threshold_under_every_ruler_for_two_layers_only(capsys):
    scope = load("threshold-definition", swept=sweeps.load("emergence"))
    exec(CELLS["size-sweep"], scope)
    one, two = capsys.readouterr().out.split("2 layers", 1)
    assert one.count("no threshold") == 4
    assert two.count("threshold") == 4
    assert "no threshold" not in two


def test_the_file_shows_that_more_readings_store_more_bits():
    rows = sweeps.load("emergence")["results"]["phone_book"]
    best = {}
    for row in rows:
        if row["entries"] == 128:
            of_width = best.setdefault(row["steps"], {}).setdefault(row["width"], [])
            of_width.append(row["bits_per_parameter"])
    most = [max(map(np.mean, widths.values())) for _, widths in sorted(best.items())]
    assert most[0] < most[1] < most[2] < most[3] < 2
    assert most[3] > 2 * most[1]


def test_the_wait_of_a_line_and_of_a_step():
    scope = load("wait-definition", single={}, guessed={})
    assert scope["wait"](np.linspace(5, 1, 101), 5) == pytest.approx(0.09)
    assert scope["wait"](np.repeat([0.0, 1], 50), 0) == pytest.approx(49 / 99)


# Grokking -----------------------------------------------------------------------------------------


def test_the_chapters_grokking_equals_the_packages():
    scope = load("grok-network", "grok-loop")
    for seed, steps in ((0, 40), (3, 60)):
        theirs = grokking.learn(steps=steps, seeds=(seed,), every=steps, quiet=True)
        train, test = scope["grok"](steps, seed)
        assert train == pytest.approx(theirs.train_accuracy[0, -1].item(), abs=0.01)
        assert test == pytest.approx(theirs.test_accuracy[0, -1].item(), abs=0.01)
    assert train > 0.5


def test_the_chapters_waves_equal_the_packages():
    scope = load("waves-definition")
    E = torch.randn(59, 48, generator=torch.Generator().manual_seed(2))
    waves = torch.arange(59)[:, None] * torch.tensor([3.0, 5, 11]) * 2 * math.pi / 59
    for table in (E, E + 3 * waves.cos() @ torch.ones(3, 48)):
        theirs = grokking.on_few_waves(table[None]).item()
        assert scope["on_few_waves"](table) == pytest.approx(theirs, rel=1e-4)
    assert theirs > 0.8


def test_the_chapters_first_step_equals_the_packages():
    scope = load("first-step")
    steps = torch.arange(0, 70, 10)
    curves = torch.rand(40, 7, generator=torch.Generator().manual_seed(0))
    for level in (0.5, 0.95, 2.0):
        ours = scope["first_step"](steps, curves, level)
        assert ours == grokking.first_step(steps, curves, level)
    assert set(ours) == {None}


@pytest.mark.parametrize("seeds", [(11,), more((10, 12))], ids=str)
def test_the_rule_comes_late_and_shows_before_it_comes(seeds):
    curves = grokking.learn(seeds=seeds, steps=1100, quiet=True)  # six seeds: found at 700 to 940
    known = grokking.first_step(curves.step, curves.train_accuracy, 0.99)
    found = grokking.first_step(curves.step, curves.test_accuracy, 0.9)
    assert max(known) <= 100
    assert min(step or math.inf for step in found) > 4 * max(known)
    early, late = (curves.step.tolist().index(step) for step in (100, 200))
    assert curves.test_accuracy[:, late].max() < 0.1
    grown = curves.on_few_waves[:, late] - curves.on_few_waves[:, early]
    assert grown.min() > 0.01  # six seeds: from 0.02
    assert (curves.on_few_waves[:, -1] > 1.5 * curves.on_few_waves[:, 0]).all()
    for norm, *steps in zip(curves.weight_norm, known, found, strict=True):
        then, later = (norm[curves.step.tolist().index(step)] for step in steps)
        assert later < then
    without = grokking.learn(seeds=seeds, steps=600, weight_decay=0, quiet=True)
    assert (without.train_accuracy[:, -1] == 1).all()
    assert without.test_accuracy.max() < 0.1
    idle = without.on_few_waves[:, late] - without.on_few_waves[:, early]
    assert idle.max() < grown.min() / 2  # about a tenth


# Induction heads ----------------------------------------------------------------------------------


def test_the_chapters_sequences_and_prompts_equal_the_packages():
    scope = load("repeated-definition", "pairs-definition", LETTERS="abcdefghijklmnopqrstuvwxyz")
    ours = scope["repeated"](50, 20, torch.Generator().manual_seed(4))
    theirs = induction.repeated(50, 20, torch.Generator().manual_seed(4))
    assert torch.equal(ours, theirs)
    for shots in (0, 1, 8):
        ours = scope["pair_prompts"](30, shots, torch.Generator().manual_seed(shots))
        theirs = induction.pairs(30, shots, torch.Generator().manual_seed(shots))
        assert all(map(torch.equal, ours, theirs))


@pytest.fixture(scope="module", params=[(20,), more((21, 22))], ids=str)
def runs(request):
    return {layers: induction.learn(layers, request.param, quiet=True) for layers in (1, 2)}


def test_the_chapters_attention_equals_the_packages(runs):
    scope = load("attention-only-definition")
    ids = induction.repeated(6, 20, torch.Generator().manual_seed(1))
    for run in runs.values():
        model = run.model
        logits, looks = model.run(ids.expand(len(run.seeds), -1, -1))
        for s in range(len(run.seeds)):
            layers = zip(model.qk, model.v, model.out, strict=True)
            weights = {
                "tokens": model.tokens[s],
                "places": model.places[s],
                "unembed": model.unembed[s],
                "layers": [tuple(m[s] for m in matrices) for matrices in layers],
            }
            ours, where = scope["attention_only"](ids, weights)
            torch.testing.assert_close(ours, logits[s], rtol=1e-4, atol=1e-4)
            for mine, theirs in zip(where, looks, strict=True):
                torch.testing.assert_close(mine, theirs[s], rtol=1e-4, atol=1e-5)


def test_the_chapters_scores_of_heads_equal_the_packages():
    scope = load("induction-scores")
    attention = torch.rand(2, 3, 17, 17, generator=torch.Generator().manual_seed(0))
    for period in (1, 5, 9):
        ours = scope["induction_score"](attention, period)
        torch.testing.assert_close(ours, induction.induction_score(attention, period))
    ours = scope["previous_token_score"](attention)
    torch.testing.assert_close(ours, induction.previous_token_score(attention))


def test_blind_heads_look_everywhere_alike_and_copy_nothing(runs):
    scope = load("attention-only-definition", "repeated-definition", LETTERS="a" * 24)
    scope |= {"deep": runs[2]}
    source = CELLS["blind-run"].split("\n\n\n")[0]
    exec(source, scope)
    ids = scope["repeated"](64, 20, torch.Generator().manual_seed(9), (10, 10))
    for seed in range(len(runs[2].seeds)):
        weights, cost = scope["weights_of"](runs[2].model, seed), {}
        for layer in (None, 0, 1):
            blind = [] if layer is None else [(layer, 0), (layer, 1)]
            z, looks = scope["attention_only"](ids, weights, blind=blind)
            cost[layer] = F.cross_entropy(z[:, 10:-1].transpose(1, 2), ids[:, 11:]).item()
        uniform = 1 / torch.arange(1, 21).double()
        assert torch.allclose(looks[1][0, 0, -1].double(), uniform[-1].expand(20), atol=1e-6)
        assert cost[None] < 0.3
        assert min(cost[0], cost[1]) > 2


def test_two_layers_find_out_what_one_cannot(runs):
    deep, shallow = runs[2], runs[1]
    assert deep.loss_repeat[:, -1].max() < 0.3
    assert shallow.loss_repeat[:, -1].min() > math.lgamma(10) / 9 - 0.1  # the bound
    assert deep.induction[:, -1, 1].amax(-1).min() > 0.7
    assert deep.previous[:, -1, 0].amax(-1).min() > 0.3
    assert shallow.induction[:, -1].max() < 0.4
    assert (deep.in_context[:, -1] < shallow.in_context[:, -1] - 0.8).all()
    at = deep.steps.index(80)
    assert deep.loss_repeat[:, at].min() > 2.7  # and a hundred steps on:
    assert deep.loss_repeat[:, deep.steps.index(240)].max() < 1


def test_induction_brings_few_shot_learning_along(runs):
    many = {n: induction.accuracy_by_shots(run.model, (1, 12)) for n, run in runs.items()}
    assert many[2][:, 1].min() > 0.65
    assert many[1][:, 1].max() < 0.45
    assert (many[2][:, 1] - many[2][:, 0]).min() > 0.3
    assert (many[2][:, 1] - many[1][:, 1]).min() > 0.2
