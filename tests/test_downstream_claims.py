"""What chapter 4 claims, on other seeds. Loads the pretrained stage (or trains it, 40 seconds)."""

import copy
from statistics import fmean

import pytest

from llmbook_utils import pretraining
from llmbook_utils.compress import (
    apply_masks,
    hold_masks,
    int8,
    magnitude_masks,
    matrices,
    rounded,
    size_in_bytes,
)
from llmbook_utils.downstream import (
    RECIPES,
    Recipe,
    Vocabulary,
    eight_tasks,
    evaluate,
    fine_tune,
    fresh,
    learning_curve,
    rehouse,
    unseen,
)
from llmbook_utils.packing import pack
from llmbook_utils.train import TrainConfig, shuffled, train

SEEDS = (11, 12, 13)


@pytest.fixture(scope="module")
def words(world, chinese):
    return Vocabulary.of(world, chinese)


@pytest.fixture(scope="module")
def base(world):
    return pretraining.pretrained(world, quiet=True)


@pytest.fixture(scope="module")
def bodies(base, words):
    body = rehouse(base, words)
    return {"pretrained": body, "from scratch": fresh(body.config, seed=5)}


@pytest.fixture(scope="module")
def every(world, chinese):
    return eight_tasks(world, chinese)


def means(points):
    """(body, examples) → the mean over seeds."""
    found = {}
    for p in points:
        found.setdefault((p.body, p.examples), []).append(p.score)
    return {key: fmean(scores) for key, scores in found.items()}


def test_with_few_labels_pretraining_helps_and_with_many_the_curves_meet(bodies, every, words):
    recipe = Recipe(128, 40, 3e-3)
    points = learning_curve(bodies, every["entities"], words, (8, 128), recipe, seeds=SEEDS)
    for seed in SEEDS:
        few = {p.body: p.score for p in points if (p.examples, p.seed) == (8, seed)}
        assert few["pretrained"] > few["from scratch"] + 0.2
    found = means(points)
    assert found["pretrained", 8] > 0.7  # one seed: from 0.68 to 0.96
    assert found["pretrained", 128] > 0.97
    assert -0.01 < found["pretrained", 128] - found["from scratch", 128] < 0.06


@pytest.mark.thorough  # with one seed: tests/test_chapter_04.py
@pytest.mark.parametrize("seed", SEEDS)
def test_only_who_was_pretrained_knows_the_answers(bodies, every, words, seed):
    task, recipe = every["dialogue"], RECIPES["dialogue"]
    some = task.examples(recipe.examples, seed)
    others = unseen(task, 100, 999, some)
    right = {
        name: evaluate(fine_tune(body, task, some, words, seed=seed), task, others, words)
        for name, body in bodies.items()
    }
    assert right["pretrained"]["right"] > right["from scratch"]["right"] + 0.25


# Compression --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def above(base, world):
    held_out = world.documents(200, 77)
    return lambda model: pretraining.excess(model, base.tokenizer, held_out)


def test_int8_costs_next_to_nothing_and_saves_nearly_three_quarters(base, above):
    small = int8(base.model)
    assert abs(above(small) - above(base.model)) < 0.002
    assert 0.25 < size_in_bytes(small) / size_in_bytes(base.model) < 0.28


def test_fewer_bits_need_a_scale_for_each_row(base, above):
    here = above(base.model)
    assert above(rounded(base.model, 4)) < here + 0.03
    assert above(rounded(base.model, 4, per_channel=False)) > here + 0.03
    assert above(rounded(base.model, 2)) > here + 1


def test_a_pruned_model_recovers_by_training_on(base, above, world):
    weights = matrices(base.model)
    pruned = copy.deepcopy(base.model)
    masks = magnitude_masks(weights, 0.5)
    hold_masks(pruned, masks)
    before, whole = above(pruned), above(base.model)
    rows = pack(
        base.tokenizer.encode_documents([d.text for d in world.documents(2000, 5)]),
        80,
        base.tokenizer.special_id("<end>"),
    )
    train(pruned, shuffled(rows, 13), TrainConfig(60, 3e-3, warmup=5, final=0.0), progress=None)
    after = above(pruned)
    assert before > whole + 0.1
    assert after < whole + (before - whole) / 4  # three quarters of the damage, or more
    zeros = sum(int((p == 0).sum()) for p in matrices(pruned).values())
    assert zeros >= 0.5 * sum(p.numel() for p in weights.values()) - 1
    most = copy.deepcopy(base.model)
    apply_masks(most, magnitude_masks(weights, 0.9))
    assert above(most) > 2
