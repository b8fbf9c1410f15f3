"""What chapter 6 claims, on other seeds than the chapter's. Loads the pretrained stage."""

import numpy as np
import pytest

from llmbook_utils.continual import (
    METHODS,
    WORLD_METHODS,
    Method,
    Recipe,
    adapt,
    average_accuracy,
    forgetting,
    learn,
    learning_accuracy,
    permuted_digits,
    split_digits,
    two_worlds,
)
from llmbook_utils.corpus import World
from llmbook_utils.pretraining import pretrained

SEEDS = (21, 22, 23)
SPLIT = Recipe(steps=100)


@pytest.fixture(scope="module")
def permuted():
    stream = permuted_digits(SEEDS)
    names = ("naive", "joint", "freeze", "L2", "EWC", "EWC (batched)", "replay 200", "dynamic")
    return {name: learn(stream, METHODS[name]) for name in names}


def averages(runs):
    return {name: float(average_accuracy(run.R).mean()) for name, run in runs.items()}


def test_permuted_digits_are_forgotten_and_the_cures_come_in_this_order(permuted):
    found = averages(permuted)
    assert found["joint"] > 0.92
    assert found["naive"] < 0.55
    assert float(forgetting(permuted["naive"].R).mean()) > 0.5
    assert float(learning_accuracy(permuted["naive"].R).mean()) > 0.9  # it learns well
    for name in ("L2", "EWC"):  # which of them is better, a few seeds cannot tell
        assert found["naive"] + 0.02 < found[name] < found["replay 200"] - 0.15
    assert found["replay 200"] < found["joint"] - 0.05
    assert abs(found["dynamic"] - found["replay 200"]) < 0.05
    assert found["freeze"] < found["naive"]  # one output layer for all: it is overwritten


def test_the_batched_shortcut_needs_a_larger_strength_and_no_more(permuted):
    """At EWC's λ it hardly holds; at 32 times that λ (its batch) it does as well as EWC."""
    found = averages(permuted)
    assert found["EWC (batched)"] < found["EWC"] - 0.02
    stream = permuted_digits(SEEDS)
    strong = learn(stream, Method("batched", "ewc", 32 * 30.0, fisher="batched"))
    assert abs(float(average_accuracy(strong.R).mean()) - found["EWC"]) < 0.06


def test_class_incremental_learning_needs_old_examples():
    """No λ helps: whatever the network says, it says one of the last two digits."""
    stream = split_digits("class", SEEDS)
    naive = learn(stream, METHODS["naive"], SPLIT)
    assert average_accuracy(naive.R).max() < 0.23  # a fifth: the last pair, at best
    for strength in (30.0, 1e3, 1e5):
        held = learn(stream, Method("EWC", "ewc", strength), SPLIT)
        assert float(average_accuracy(held.R).mean()) < 0.4, strength
    replay = learn(stream, METHODS["replay 200"], SPLIT)
    assert float(average_accuracy(replay.R).mean()) > 0.85


def test_the_scenarios_differ_in_difficulty():
    """Task-incremental is easiest, class-incremental hardest (van de Ven et al. 2022)."""
    scenarios = {
        name: learn(split_digits(name, SEEDS), METHODS["naive"], SPLIT)
        for name in ("task", "domain", "class")
    }
    found = averages(scenarios)
    assert found["task"] > found["domain"] + 0.05 > found["class"] + 0.4


@pytest.fixture(scope="module")
def outcomes(world):
    worlds = two_worlds(pretrained(world, quiet=True), world, World(1))
    names = ("naive", "EWC", "replay", "dynamic")
    return {
        name: [adapt(worlds, WORLD_METHODS[name], seed, look_every=300) for seed in SEEDS[:2]]
        for name in names
    }


def test_everybody_moves(outcomes):
    facts = {name: [run.facts for run in runs] for name, runs in outcomes.items()}
    for runs in facts.values():
        assert min(run.new for run in runs) >= 30  # all learn the new towns
    assert max(run.contradicted for run in facts["naive"]) < 12
    assert max(run.unmentioned for run in facts["naive"]) < 75
    assert max(run.contradicted for run in facts["EWC"]) < 12  # it keeps what is not contradicted
    assert min(run.unmentioned for run in facts["EWC"]) > 85
    for name in ("replay", "dynamic"):
        assert min(run.contradicted for run in facts[name]) >= 28
        assert min(run.unmentioned for run in facts[name]) >= 93
    excess = {name: np.mean([run.old_excess for run in runs]) for name, runs in outcomes.items()}
    assert excess["replay"] < 0.1 < excess["EWC"] < excess["naive"]
