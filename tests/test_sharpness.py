"""Sharp and smooth metrics: closed forms, and a threshold test that noise does not fool."""

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from llmbook_utils import metrics
from llmbook_utils.metrics import Interval, find_threshold

CORRECT = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 1, 1]])
SIZES = np.arange(8.0)


def test_exact_match_of_the_first_digits() -> None:
    assert metrics.exact_digits(CORRECT) == 0.25
    assert metrics.exact_digits(CORRECT, 2) == 0.5
    assert metrics.exact_digits(CORRECT, 1) == 0.75


def test_digit_accuracy_and_what_independence_predicts() -> None:
    assert metrics.digit_accuracy(CORRECT) == pytest.approx(8 / 12)
    assert metrics.independent_exact(CORRECT) == pytest.approx(0.75 * 0.75 * 0.5)
    assert metrics.independent_exact(CORRECT, 2) == pytest.approx(0.75 * 0.75)


def test_tensors_and_booleans_will_do() -> None:
    assert metrics.exact_digits(torch.from_numpy(CORRECT).bool(), 2) == 0.5
    assert metrics.nats_per_digit(torch.full((3, 2), math.log(0.1))) == pytest.approx(math.log(10))


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_independence_predicts_independent_errors(digits: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    correct = rng.random((20_000, digits)) < rng.uniform(0.3, 1, digits)
    assert metrics.independent_exact(correct) == pytest.approx(
        metrics.exact_digits(correct), abs=0.02
    )


def test_errors_that_come_together_leave_more_answers_whole() -> None:
    known = np.random.default_rng(0).random(1000) < 0.6
    correct = np.repeat(known[:, None], 8, axis=1)
    assert metrics.exact_digits(correct) == pytest.approx(0.6, abs=0.05)
    assert metrics.independent_exact(correct) < 0.05


def test_brier_score() -> None:
    p = np.array([[0.5, 0.3, 0.2], [0.0, 1.0, 0.0]])
    assert metrics.brier(p, np.array([0, 1])) == pytest.approx((0.25 + 0.09 + 0.04) / 2)
    assert metrics.brier(p[1:], np.array([0])) == 2
    even = np.full((4, 10), 0.1)
    assert metrics.brier(even, np.arange(4)) == pytest.approx(0.9)


def test_the_true_probabilities_have_the_best_brier_score() -> None:
    truth = np.array([0.6, 0.3, 0.1])
    targets = np.random.default_rng(0).choice(3, 20_000, p=truth)

    def score(p: list[float] | np.ndarray) -> float:
        return metrics.brier(np.tile(p, (len(targets), 1)), targets)

    assert all(score(truth) < score(p) for p in ([0.7, 0.2, 0.1], [1.0, 0, 0], [0.5, 0.3, 0.2]))


def test_nats_of_digits_and_of_whole_answers() -> None:
    log_p = np.log([[0.5, 0.25], [1.0, 0.5]])
    assert metrics.nats_per_digit(log_p) == pytest.approx(4 * math.log(2) / 4)
    assert metrics.answer_log_probability(log_p) == pytest.approx(-2 * math.log(2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: metrics.exact_digits(CORRECT * 2), "expected 1 where a digit is right"),
        (lambda: metrics.exact_digits(CORRECT, 4), "expected k from 1 to 3"),
        (lambda: metrics.digit_accuracy(CORRECT[:0]), "expected an array of shape"),
        (lambda: metrics.nats_per_digit(np.ones((2, 2))), "expected log-probabilities"),
        (lambda: metrics.brier(np.eye(3) * 2, np.arange(3)), "expected rows of probabilities"),
        (lambda: metrics.brier(np.eye(3), np.arange(3) + 1), "expected targets from 0 to 2"),
        (lambda: metrics.bootstrap([1.0]), "expected at least two values"),
        (lambda: metrics.bootstrap([1.0, 2.0], level=1.5), "expected draws ≥ 1 and 0 < level"),
        (lambda: find_threshold(SIZES, np.ones((8, 1))), "at least two seeds"),
        (lambda: find_threshold(SIZES[::-1], np.ones((8, 3))), "three increasing sizes"),
        (lambda: find_threshold(SIZES, np.full((8, 3), np.nan)), "expected finite scores"),
    ],
)
def test_bad_input_is_refused(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_a_bootstrap_interval_covers_the_mean_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    found = [metrics.bootstrap(rng.normal(size=100), draws=300, seed=i) for i in range(800)]
    covered = np.mean([low <= 0 <= high for low, _, high in found])
    assert 0.92 < covered < 0.97


def test_a_bootstrap_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(1).normal(size=400)
    low, point, high = metrics.bootstrap(values)
    assert point == pytest.approx(values.mean())
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)


def test_a_bootstrap_of_rows_and_of_three_values() -> None:
    rows = np.array([[1, 2], [2, 4], [3, 6.0]])
    ratio = metrics.bootstrap(rows, lambda r: r[:, 1].sum() / r[:, 0].sum())
    assert ratio == Interval(2, 2, 2)
    assert metrics.bootstrap([0.0, 1.0, 5.0])[::2] == (0.0, 5.0)  # never beyond what was seen
    assert metrics.bootstrap([1, 2, 3], seed=3) == metrics.bootstrap([1, 2, 3], seed=3)


# A threshold or not -------------------------------------------------------------------------------


def share_found(curve: np.ndarray, noise: float, seeds: int = 3, tries: int = 100) -> float:
    rng = np.random.default_rng(7)
    tables = curve[:, None] + noise * rng.normal(size=(tries, len(curve), seeds))
    return float(np.mean([find_threshold(SIZES, y, draws=300).found for y in tables]))


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_noise_alone_has_no_threshold(seeds: int) -> None:
    assert share_found(0 * SIZES, 1.0, seeds) < 0.12  # at most about level = 0.05


def test_a_straight_line_has_no_threshold() -> None:
    assert not find_threshold(SIZES, np.tile(SIZES[:, None], (1, 3))).found
    assert share_found(SIZES / 7, 0.05) < 0.05
    assert share_found(SIZES / 7, 0.3) < 0.12


def test_a_gentle_curve_has_no_threshold() -> None:
    assert share_found(1 / (1 + np.exp(3.5 - SIZES)), 0.03) < 0.05


def test_a_step_is_found_where_it_is() -> None:
    step = (SIZES > 3).astype(float)
    found = find_threshold(SIZES, np.tile(step[:, None], (1, 3)))
    assert (found.found, found.at, found.share) == (True, 3.5, 1.0)
    assert find_threshold(SIZES, np.tile(-step[:, None], (1, 3))).found  # a fall is one too
    assert share_found(step, 0.1) > 0.95


def test_a_step_drowned_in_noise_is_not_claimed() -> None:
    assert share_found((SIZES > 3).astype(float), 3.0) < 0.15


def test_the_same_digits_jump_or_not_with_the_power() -> None:
    """p climbs evenly; p⁸ jumps (from 0.2 to 1 over eight sizes, with a little noise)."""
    sizes = np.linspace(0, 7, 8)
    p = np.linspace(0.3, 1, 8)[:, None] + 0.005 * np.random.default_rng(0).normal(size=(8, 3))
    assert not find_threshold(sizes, p).found
    assert find_threshold(sizes, p.clip(0, 1) ** 8).p_value < 0.01


def test_importing_the_metrics_does_not_load_torch() -> None:
    code = "import llmbook_utils.metrics, sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
