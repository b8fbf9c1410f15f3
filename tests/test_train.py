"""The training loop: right gradients, the same run twice, and a killed run that goes on."""

import math
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from llmbook_utils import checkpoints, progress
from llmbook_utils.gpt import GPT, GPTConfig
from llmbook_utils.train import (
    History,
    TrainConfig,
    evaluate,
    gradients,
    language_model_loss,
    learning_rate,
    optimizer,
    shuffled,
    train,
)

CONFIG = GPTConfig(vocab_size=11, context=8, layers=1, heads=2, width=8)
RUN = TrainConfig(steps=30, warmup=5, learning_rate=1e-2, accumulate=2)


def gpt(seed=0):
    torch.manual_seed(seed)
    return GPT(CONFIG)


def data(rows=24, seed=1):
    """Sequences that count upwards, with some labels that do not count."""
    generator = torch.Generator().manual_seed(seed)
    start = torch.randint(11, (rows, 1), generator=generator)
    ids = (start + torch.arange(9)) % 11
    labels = ids[:, 1:].clone()
    labels[torch.rand(labels.shape, generator=generator) < 0.3] = -100
    return ids[:, :-1], labels


def batches(seed=0):
    return shuffled(data(), 4, seed)


def run(config=RUN, **options):
    model = gpt()
    return model, train(model, batches(), config, progress=None, **options)


def weights(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


# Configuration and schedule ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("steps", 0),
        ("warmup", -1),
        ("accumulate", 0),
        ("learning_rate", 0.0),
        ("learning_rate", math.nan),
        ("final", 1.5),
        ("weight_decay", -0.1),
        ("beta1", 1.0),
        ("beta2", -0.5),
        ("clip", 0.0),
    ],
)
def test_numbers_out_of_range_are_named(name, value):
    with pytest.raises(ValueError, match=f"expected {name} to be .*, got {value}"):
        TrainConfig(**{"steps": 10, name: value})


def test_the_learning_rate_rises_then_follows_half_a_cosine():
    config = TrainConfig(steps=110, warmup=9, learning_rate=2.0, final=0.1)
    rates = [learning_rate(step, config) for step in range(110)]
    assert rates[0] == pytest.approx(0.2)
    assert rates[:10] == pytest.approx([0.2 * (i + 1) for i in range(10)])
    assert max(rates) == rates[9] == 2.0
    assert rates[9:] == sorted(rates[9:], reverse=True)
    middle = 9 + (110 - 9) / 2
    assert (rates[math.floor(middle)] + rates[math.ceil(middle)]) / 2 == pytest.approx(1.1)
    assert 0.2 < rates[-1] < 0.21
    assert learning_rate(110, config) == pytest.approx(0.2)


def test_without_warmup_the_first_step_is_the_highest():
    config = TrainConfig(steps=10, warmup=0, learning_rate=1.0, final=0.0)
    assert learning_rate(0, config) == 1.0
    assert learning_rate(5, config) == pytest.approx(0.5)


def test_matrices_decay_and_vectors_do_not():
    model = gpt()
    model.tokens.weight.requires_grad_(False)
    decayed, kept = optimizer(model, TrainConfig(steps=1, weight_decay=0.3)).param_groups
    assert (decayed["weight_decay"], kept["weight_decay"]) == (0.3, 0.0)
    assert {p.ndim for p in decayed["params"]} == {2}
    assert {p.ndim for p in kept["params"]} == {1}
    assert len(decayed["params"]) + len(kept["params"]) == len(list(model.parameters())) - 1


# Gradients --------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5))
def test_accumulated_gradients_are_those_of_the_large_batch(sizes):
    """Also where micro-batches have different sizes and different numbers of counted tokens."""
    model, (ids, labels) = gpt().double(), data(sum(sizes))
    labels[0] = -100  # a row in which nothing counts
    whole, count = gradients(model, [(ids, labels)], language_model_loss)
    expected = [p.grad.clone() for p in model.parameters()]
    parts = zip(ids.split(sizes), labels.split(sizes), strict=True)
    value, counted = gradients(model, parts, language_model_loss)
    assert (value, counted) == (pytest.approx(whole, abs=1e-12), count)
    for p, grad in zip(model.parameters(), expected, strict=True):
        torch.testing.assert_close(p.grad, grad, rtol=1e-9, atol=1e-12)


def test_gradients_are_those_of_the_mean_loss():
    model, (ids, labels) = gpt().double(), data(6)
    value, count = gradients(model, [(ids, labels)], language_model_loss)
    ours = [p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    loss = nn.functional.cross_entropy(model(ids).flatten(0, 1), labels.flatten())
    loss.backward()
    assert value == pytest.approx(loss.item())
    assert count == (labels != -100).sum()
    for p, grad in zip(model.parameters(), ours, strict=True):
        torch.testing.assert_close(grad, p.grad, rtol=1e-9, atol=1e-12)


def test_accumulation_trains_as_the_large_batch_does():
    small, large = shuffled(data(), 4), shuffled(data(), 8)
    losses = []
    for source, accumulate in ((small, 2), (large, 1)):
        model = gpt()
        config = TrainConfig(steps=12, warmup=2, accumulate=accumulate)
        losses.append(train(model, source, config, progress=None).loss)
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)


def test_evaluation_weighs_each_token_the_same():
    model, (ids, labels) = gpt(), data(10)
    whole = evaluate(model, (ids, labels), batch_size=10)
    assert evaluate(model, (ids, labels), batch_size=3) == pytest.approx(whole, abs=1e-6)
    logits = model(ids).flatten(0, 1)
    expected = nn.functional.cross_entropy(logits, labels.flatten()).item()
    assert whole == pytest.approx(expected, abs=1e-6)


# The loop ---------------------------------------------------------------------------------------


def test_training_learns_and_writes_down_what_happened():
    model, history = run(TrainConfig(steps=60, warmup=5, learning_rate=2e-2))
    assert history.steps == 60
    assert history.loss[0] == pytest.approx(math.log(11), abs=0.3)
    assert history.loss[-1] < 0.5  # the next number is certain
    columns = (history.learning_rate, history.gradient_norm, history.seconds, history.tokens)
    assert {len(column) for column in columns} == {60}
    assert history.learning_rate[4] == learning_rate(4, TrainConfig(60, 2e-2, 5))
    assert history.seconds == sorted(history.seconds)
    counted = [int((batches()(i)[1] != -100).sum()) for i in range(60)]
    assert history.tokens[-1] == sum(counted)
    assert evaluate(model, data(seed=5)) < 0.6


def test_gradients_are_clipped():
    loose, tight = (
        run(TrainConfig(steps=1, warmup=0, clip=clip))[1].gradient_norm[0]
        for clip in (math.inf, 1e-3)
    )
    assert loose == tight > 1e-2  # what is written down is the norm before clipping
    model = gpt()
    train(model, batches(), TrainConfig(steps=1, warmup=0, clip=1e-3), progress=None)
    norms = torch.stack([p.grad.norm() for p in model.parameters()])
    assert norms.norm().item() == pytest.approx(1e-3, rel=1e-3)


def test_the_same_run_twice():
    (model, history), (again, second) = run(), run()
    assert history.loss == second.loss
    assert torch.equal(weights(model), weights(again))


def test_looking_changes_nothing():
    def draw(model):
        assert not model.training
        assert not torch.is_grad_enabled()
        return torch.rand(()).item() + len(model.generate([[1]], 3)[0])

    model, history = run()
    watched, looked = run(look={"draw": draw, "n": lambda model: 1}, look_every=12)
    assert torch.equal(weights(model), weights(watched))
    assert history.loss == looked.loss
    assert looked.looked == [0, 12, 24, 30]
    assert looked.looks["n"] == [1] * 4
    assert len(looked.looks["draw"]) == 4


def test_frozen_parameters_stay():
    model = gpt()
    model.blocks.requires_grad_(False)
    before = weights(model.blocks).clone()
    train(model, batches(), RUN, progress=None)
    assert torch.equal(weights(model.blocks), before)


def test_another_loss_can_be_trained():
    model = nn.Linear(3, 1)
    x = torch.randn(40, 3)
    y = x @ torch.tensor([[1.0], [-2.0], [0.5]])

    def squares(model, batch):
        return ((model(batch[0]) - batch[1]) ** 2).sum(), len(batch[0])

    config = TrainConfig(steps=200, learning_rate=5e-2, weight_decay=0.0)
    history = train(model, shuffled((x, y), 10), config, loss=squares, progress=None)
    assert history.loss[-1] < 1e-3 * history.loss[0]


def test_a_loss_that_is_not_finite_ends_the_run():
    model = gpt()
    with torch.no_grad():
        model.norm.weight.fill_(math.nan)
    with pytest.raises(ValueError, match="expected a finite loss, got nan in step 0"):
        train(model, batches(), RUN, progress=None)


# Batches ----------------------------------------------------------------------------------------


def test_an_epoch_shows_every_row_once_and_each_epoch_in_another_order():
    rows = torch.arange(12)
    batch = shuffled((rows, rows * 2), 4, seed=3)
    epochs = [torch.cat([batch(3 * e + i)[0] for i in range(3)]) for e in range(2)]
    for epoch in epochs:
        assert epoch.sort().values.tolist() == rows.tolist()
    assert epochs[0].tolist() != epochs[1].tolist()
    assert torch.equal(batch(4)[1], 2 * batch(4)[0])
    assert torch.equal(batch(0)[0], shuffled((rows, rows), 4, seed=3)(0)[0])  # back again
    assert not torch.equal(batch(0)[0], shuffled((rows, rows), 4, seed=4)(0)[0])


@pytest.mark.parametrize("size", [0, 13])
def test_a_batch_size_has_to_fit(size):
    with pytest.raises(ValueError, match=r"expected a batch size from 1 to 12 \(the rows\)"):
        shuffled((torch.arange(12),), size)


def test_tensors_have_to_have_the_same_rows():
    with pytest.raises(ValueError, match=r"expected as many rows in each tensor, got \[3, 4\]"):
        shuffled((torch.arange(3), torch.arange(4)), 1)


# Going on ---------------------------------------------------------------------------------------

KILLED = """
import sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_train import *
torch.set_num_threads(1)
def slow(i):
    time.sleep(0.02 if i < 12 else 0.5)  # the first save comes after batch 7
    return batches()(i)
train(gpt(), slow, RUN, look={"w": lambda m: float(weights(m).sum())}, look_every=7,
      checkpoint=Path(sys.argv[1]), save_every=4, progress=None)
print("ended")
"""


def test_a_killed_run_goes_on_to_the_same_end(tmp_path):
    look = {"w": lambda model: float(weights(model).sum())}
    expected, history = run(look=look, look_every=7)
    path = tmp_path / "run.pt"
    command = [sys.executable, "-c", KILLED, str(path), os.path.dirname(__file__)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 120
        while not path.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(0.1)  # somewhere between two saves
    finally:
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        said, _ = process.communicate()
    assert "ended" not in said
    reached = len(checkpoints.read(path)["history"]["loss"])
    assert 4 <= reached < RUN.steps

    torch.manual_seed(99)  # a new process knows nothing of the old one's weights and draws
    model = GPT(CONFIG)
    resumed = train(model, batches(), RUN, look=look, look_every=7, checkpoint=path, progress=None)
    assert resumed.loss == history.loss
    assert resumed.looked == history.looked == [0, 7, 14, 21, 28, 30]
    assert resumed.looks == history.looks
    assert resumed.tokens == history.tokens
    assert torch.equal(weights(model), weights(expected))
    assert resumed.seconds == sorted(resumed.seconds)


def test_a_run_that_has_ended_is_only_loaded(tmp_path):
    model, history = run(checkpoint=tmp_path / "run.pt")

    def no_batch(i):
        raise AssertionError("nothing is left to train")

    other = gpt(seed=5)
    again = train(other, no_batch, RUN, checkpoint=tmp_path / "run.pt", progress=None)
    assert again == history
    assert torch.equal(weights(model), weights(other))


def test_another_runs_checkpoint_is_refused(tmp_path):
    run(checkpoint=tmp_path / "run.pt")
    other = TrainConfig(steps=31, warmup=5, learning_rate=1e-2, accumulate=2)
    with pytest.raises(ValueError, match=r"expected a checkpoint of TrainConfig\(steps=31"):
        run(other, checkpoint=tmp_path / "run.pt")


def test_a_damaged_checkpoint_is_put_aside(tmp_path, capsys):
    path = tmp_path / "run.pt"
    _, history = run(checkpoint=path)
    path.write_bytes(path.read_bytes()[:-9])
    _, again = run(checkpoint=path)
    assert again.loss == history.loss
    assert "starting anew" in capsys.readouterr().out
    assert (tmp_path / "run.damaged").exists()
    assert len(checkpoints.read(path)["history"]["loss"]) == RUN.steps


# Saying how far it is ---------------------------------------------------------------------------


def test_a_pipe_and_a_test_see_no_progress_line(capfd):
    train(gpt(), batches(), RUN)
    assert capfd.readouterr() == ("", "")


def test_a_terminal_sees_one_line_written_over(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    train(gpt(), batches(), RUN, progress="warming up")
    written = capsys.readouterr().err
    assert written.startswith("\rwarming up: ")
    assert "30 of 30, " in written
    assert written.endswith("\n")
    assert written.count("\n") == 1


def test_a_notebook_sees_one_line_that_is_replaced(monkeypatch):
    display = pytest.importorskip("IPython.display")
    written = []

    class Handle:
        def update(self, data, raw):
            written.append(("update", data["text/plain"]))

    def show(data, raw, display_id):
        written.append(("display", data["text/plain"]))
        return Handle()

    monkeypatch.setattr(display, "display", show)
    monkeypatch.setattr(progress, "_in_notebook", lambda: True)
    with progress.Progress("training", 3) as line:
        line.written -= 1  # a second has passed
        line.show(1, "a")
        line.show(2, "b")  # too soon after it
        line.show(3, "c")
    assert [(kind, text[:16]) for kind, text in written] == [
        ("display", "training: 1 of 3"),
        ("update", "training: 3 of 3"),
    ]


def test_history_starts_empty():
    assert History().steps == 0
    assert History() == History()
