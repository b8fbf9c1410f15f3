"""Streams, scores, intervals, the memory, dynamic weights, the loop."""

import math

import numpy as np
import pytest
import torch

from llmbook_utils.continual import (
    METHODS,
    Method,
    Recipe,
    Reservoir,
    average_accuracy,
    backward_transfer,
    compare,
    excess_weights,
    forgetting,
    forward_transfer,
    learn,
    learning_accuracy,
    make_weights,
    permuted_digits,
    split_batch,
    split_digits,
    t_interval,
)

SHORT = Recipe(steps=3, batch=8, hidden=12)


# Streams ------------------------------------------------------------------------------------------


def test_permuted_tasks_are_the_same_images_with_moved_pixels():
    stream = permuted_digits((3, 4), tasks=3)
    first, *others = stream.tasks
    assert (stream.inputs, stream.classes, stream.scenario) == (64, 10, "domain")
    assert first.train_x.shape == (2, 1300, 64)
    assert first.test_x.shape == (2, 440, 64)
    for task in others:
        assert torch.equal(task.train_y, first.train_y)
        assert torch.equal(task.train_x.sort(-1).values, first.train_x.sort(-1).values)
        assert (task.train_x != first.train_x).any(-1).float().mean() > 0.99
        # one permutation for training and test, another one for each seed
        for s in (0, 1):
            order = moved_to(first.train_x[s], task.train_x[s])
            assert torch.equal(first.test_x[s][:, order], task.test_x[s])
    assert not torch.equal(stream.tasks[1].train_x.sum(1)[0], stream.tasks[1].train_x.sum(1)[1])


def moved_to(before, after):
    """Which pixel stands at each place now; found from the images, all columns of which differ.

    (Pixels that are always 0 are alike; any of them will do.)
    """
    same = (after[:, :, None] == before[:, None, :]).all(0)
    return same.float().argmax(1)


def test_no_test_image_is_trained_on():
    task = permuted_digits((5,), tasks=1).tasks[0]
    train = {tuple(row) for row in task.train_x[0].tolist()}
    assert not train & {tuple(row) for row in task.test_x[0].tolist()}
    assert task.train_y[0].bincount().tolist() == [130] * 10
    assert task.test_y[0].bincount().tolist() == [44] * 10


def test_the_three_scenarios_differ_in_labels_and_outputs_only():
    task, domain, by_class = (split_digits(s, (0, 1)) for s in ("task", "domain", "class"))
    for number, (one, two, three) in enumerate(
        zip(task.tasks, domain.tasks, by_class.tasks, strict=True)
    ):
        pair = [2 * number, 2 * number + 1]
        assert torch.equal(one.train_x, three.train_x)
        assert torch.equal(two.test_x, three.test_x)
        assert one.train_y.unique().tolist() == three.train_y.unique().tolist() == pair
        assert torch.equal(two.train_y, three.train_y % 2)
        assert one.outputs.nonzero().flatten().tolist() == pair
        assert bool(two.outputs.all())
        assert bool(three.outputs.all())
        assert three.train_x.shape == (2, 260, 64)
    assert (task.classes, domain.classes, by_class.classes) == (10, 2, 10)


def test_a_seed_has_the_same_stream_in_any_company():
    alone, together = permuted_digits((7,), 2), permuted_digits((3, 7), 2)
    for one, two in zip(alone.tasks, together.tasks, strict=True):
        assert torch.equal(one.train_x[0], two.train_x[1])
        assert torch.equal(one.test_y[0], two.test_y[1])


@pytest.mark.parametrize("bad", [(), (-1,), (0.5,)])
def test_streams_refuse_bad_seeds(bad):
    with pytest.raises((ValueError, TypeError), match=r"expected|violat|not"):
        permuted_digits(bad)


def test_streams_refuse_bad_settings():
    with pytest.raises(ValueError, match="at least one task"):
        permuted_digits((0,), 0)


# Scores -------------------------------------------------------------------------------------------

R = np.array([[0.9, 0.2, 0.1], [0.5, 0.8, 0.3], [0.6, 0.4, 1.0]])


def test_scores_of_a_matrix_by_hand():
    assert average_accuracy(R) == pytest.approx((0.6 + 0.4 + 1.0) / 3)
    assert learning_accuracy(R) == pytest.approx((0.9 + 0.8 + 1.0) / 3)
    assert backward_transfer(R) == pytest.approx((0.6 - 0.9 + 0.4 - 0.8) / 2)
    assert forgetting(R) == pytest.approx((0.9 - 0.6 + 0.8 - 0.4) / 2)
    assert forward_transfer(R, np.array([0.1, 0.1, 0.1])) == pytest.approx((0.1 + 0.2) / 2)


def test_forgetting_counts_from_the_best_and_not_from_the_diagonal():
    better_later = np.array([[0.5, 0.0, 0.0], [0.9, 0.7, 0.0], [0.4, 0.7, 0.8]])
    assert forgetting(better_later) == pytest.approx((0.9 - 0.4 + 0.0) / 2)
    assert backward_transfer(better_later) == pytest.approx((0.4 - 0.5 + 0.0) / 2)


def test_stacked_matrices_give_a_score_each():
    stacked = np.random.default_rng(0).random((4, 2, 5, 5))
    for score in (average_accuracy, learning_accuracy, backward_transfer, forgetting):
        each = [[float(score(one)) for one in row] for row in stacked]
        np.testing.assert_allclose(score(stacked), each)
    assert (forgetting(stacked) >= -backward_transfer(stacked) - 1e-12).all()


def test_scores_refuse_other_shapes():
    with pytest.raises(ValueError, match="T stages × T tasks with T ≥ 2"):
        backward_transfer(np.ones((1, 1)))
    with pytest.raises((ValueError, TypeError), match=r"expected initial of shape|initial"):
        forward_transfer(R, np.ones(2))


# Seeds --------------------------------------------------------------------------------------------


def test_t_interval_by_hand():
    low, mean, high = t_interval(np.array([1.0, 2.0, 3.0]))  # s = 1; t for 2 degrees is 4.3027
    assert mean == 2
    assert high - mean == pytest.approx(4.3027 / 3**0.5, rel=1e-4)
    assert mean - low == pytest.approx(high - mean)


def test_t_interval_covers_the_truth_as_often_as_it_says():
    draws = np.random.default_rng(0).normal(5, 2, (2000, 3))
    for level in (0.8, 0.95):
        found = [t_interval(draw, level) for draw in draws]
        covered = np.mean([i.low <= 5 <= i.high for i in found])
        assert abs(covered - level) < 4 * (level * (1 - level) / 2000) ** 0.5


def test_compare_says_cannot_tell_on_noise_and_finds_a_real_difference():
    rng = np.random.default_rng(1)
    verdicts = [compare(rng.normal(size=5), rng.normal(size=5)) for _ in range(600)]
    assert 0.92 < verdicts.count("cannot tell") / 600 < 0.98
    seeds = rng.normal(size=5)  # what a seed does to both
    assert compare(seeds + 0.3, seeds + rng.normal(size=5) * 0.01) == "first"
    assert compare(seeds, seeds + 0.3 + rng.normal(size=5) * 0.01) == "second"


def test_intervals_refuse_one_value_and_other_lengths():
    with pytest.raises(ValueError, match="two or more values"):
        t_interval(np.array([1.0]))
    with pytest.raises(ValueError, match="between 0 and 1"):
        t_interval(np.array([1.0, 2.0]), 1.0)
    with pytest.raises((ValueError, TypeError), match=r"same seeds|second"):
        compare(np.ones(3), np.ones(4))


# Memory and weights -------------------------------------------------------------------------------


def test_reservoir_keeps_each_with_the_same_probability():
    kept = np.zeros(30)
    for trial in range(3000):
        memory = Reservoir(6, np.random.default_rng(trial))
        for item in range(30):
            memory.offer(item)
        assert len(set(memory.items)) == 6
        kept[memory.items] += 1
    expected = 3000 * 6 / 30
    spread = (3000 * 0.2 * 0.8) ** 0.5
    assert (abs(kept - expected) < 4.5 * spread).all()
    chi_squared = ((kept - expected) ** 2 / expected).sum() / 0.8
    assert chi_squared < 60  # 29 degrees of freedom: below 58 in 99.9 % of cases


def test_reservoir_keeps_all_until_it_is_full():
    memory = Reservoir(3, np.random.default_rng(0))
    for item in "ab":
        memory.offer(item)
    assert (memory.items, memory.seen, len(memory)) == (["a", "b"], 2, 2)
    empty = Reservoir(0, np.random.default_rng(0))
    empty.offer("a")
    assert (empty.items, empty.seen) == ([], 1)
    with pytest.raises(ValueError, match="capacity of at least 0"):
        Reservoir(-1, np.random.default_rng(0))


def test_split_batch():
    assert split_batch(32, 0.5) == (16, 16)
    assert split_batch(10, 0.1) == (9, 1)
    assert split_batch(10, 0.001) == (9, 1)
    assert split_batch(10, 0.999) == (1, 9)
    assert split_batch(1, 0) == (1, 0)
    for bad in ((10, 1.0), (10, -0.1), (1, 0.5), (0, 0)):
        with pytest.raises(ValueError, match="expected a"):
            split_batch(*bad)


def test_weights_follow_the_excess_and_not_the_loss():
    assert excess_weights([2.0, 1.0], [1.9, 0.6]) == pytest.approx([0.2, 0.8])
    assert excess_weights([0.5, 0.4, 0.3], [0.5, 0.4, 0.3]) == pytest.approx([1 / 3] * 3)
    below = excess_weights([0.4, 1.0], [0.5, 0.5])  # below its floor, by chance
    assert below == pytest.approx([1e-3 / 0.501, 0.5 / 0.501])
    assert sum(excess_weights([3, 2, 7], [0, 1, 2])) == pytest.approx(1)
    for bad in (([], []), ([1.0], [1.0, 2.0])):
        with pytest.raises(ValueError, match="as many floors as losses"):
            excess_weights(*bad)
    with pytest.raises(ValueError, match="least above 0"):
        excess_weights([1.0], [0.0], 0)


# The loop -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_the_same_budget_and_each_seed_its_own_run(name):
    stream, alone = split_digits("class", (3, 8)), split_digits("class", (8,))
    run = learn(stream, METHODS[name], SHORT)
    assert run.R.shape == (2, 5, 5)
    assert run.rows == 5 * 3 * 8
    assert ((run.R >= 0) & (run.R <= 1)).all()
    same = learn(alone, METHODS[name], SHORT)
    np.testing.assert_allclose(same.R[0], run.R[1], atol=0.03)  # floats round differently
    for n, w in same.weights.items():
        torch.testing.assert_close(w[0], run.weights[n][1], rtol=1e-3, atol=1e-4)


def test_a_penalty_of_no_strength_and_a_memory_of_no_size_change_nothing():
    stream = permuted_digits((0,), 3)
    naive = learn(stream, Method("naive"), SHORT)
    for same in (Method("EWC", "ewc", 0.0), Method("L2", "l2", 0.0), Method("replay", buffer=0)):
        assert np.array_equal(learn(stream, same, SHORT).R, naive.R)
    assert not np.array_equal(learn(stream, Method("EWC", "ewc", 1e4), SHORT).weights["w0"],
                              naive.weights["w0"])  # fmt: skip


def test_freezing_leaves_the_hidden_layers_as_the_first_task_made_them():
    long, short = permuted_digits((0,), 3), permuted_digits((0,), 1)
    frozen = learn(long, Method("freeze", freeze=True), SHORT).weights
    first = learn(short, Method("naive"), SHORT).weights
    for name in ("w0", "b0", "w1", "b1"):
        assert torch.equal(frozen[name], first[name])
    assert not torch.equal(frozen["w2"], first["w2"])


def test_stiff_springs_hold_the_weights():
    stream = permuted_digits((0,), 2)
    start = learn(permuted_digits((0,), 1), Method("naive"), Recipe(100)).weights
    moved = {}
    for strength in (0.0, 100.0):
        end = learn(stream, Method("L2", "l2", strength), Recipe(100)).weights
        moved[strength] = sum(float((end[n] - start[n]).square().sum()) for n in end)
    assert moved[100.0] < 0.1 * moved[0.0]


def test_where_the_task_is_told_only_its_outputs_learn_and_answer():
    stream = split_digits("task", (0,))
    weights = learn(stream, Method("naive"), SHORT).weights
    initial = make_weights((64, 12, 12, 10), (0,))
    # all ten outputs had their turn, two at a time: an output's bias moves in its own stage only
    assert (weights["b2"] != initial["b2"]).all()
    chance = learn(stream, Method("naive"), Recipe(1, 2, 1e-9, 12)).initial
    assert 0.2 < chance.mean() < 0.8  # of two, not of ten


def test_what_a_method_stores_and_reads_is_counted():
    stream = permuted_digits((0,), 3)
    numbers = 64 * 12 + 12 + 12 * 12 + 12 + 12 * 10 + 10
    expected = {
        "naive": (0, 0),
        "freeze": (0, 0),
        "joint": (3 * 1300 * 65, 0),
        "L2": (numbers, 0),
        "EWC": (2 * numbers, 3 * 1300),
        "replay 50": (50 * 65, 0),
    }
    for name, (stored, extra) in expected.items():
        run = learn(stream, METHODS[name], SHORT)
        assert (run.stored, run.extra_rows) == (stored, extra), name


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"strength": -1.0}, "strength ≥ 0"),
        ({"dynamic": True}, "a buffer for dynamic weights"),
        ({"joint": True, "buffer": 5}, "joint training alone"),
        ({"switched": True}, "LoRA to be switched"),
    ],
)
def test_methods_refuse_contradictions(settings, message):
    with pytest.raises(ValueError, match=message):
        Method("bad", **settings)


def test_the_loop_refuses_what_it_cannot_do():
    with pytest.raises(ValueError, match="got LoRA"):
        learn(permuted_digits((0,), 1), Method("LoRA", lora=2), SHORT)
    with pytest.raises(ValueError, match="steps ≥ 1"):
        Recipe(steps=0)
    with pytest.raises(ValueError, match="learning_rate above 0"):
        Recipe(learning_rate=math.nan)
