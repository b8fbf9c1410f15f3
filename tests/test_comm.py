"""Ranks that pass messages: right sums, exact traffic, and every misuse said instead of hung."""

import threading
import time

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llmbook_utils import comm as cm
from llmbook_utils.comm import Comm, CommError, Deadlock, Message, run, traffic

sizes = st.integers(1, 7)
lengths = st.integers(0, 23)


def numbers(world_size, shape, dtype=np.float64):
    """One array of whole numbers for each rank, so that sums are exact in any order."""
    rng = np.random.default_rng(world_size)
    return rng.integers(-50, 50, (world_size, *np.atleast_1d(shape))).astype(dtype)


def all_reduce_own(comm, data):
    return comm.all_reduce(data[comm.rank])


# Sums and traffic -------------------------------------------------------------------------------


@settings(deadline=None)
@given(sizes, lengths, st.sampled_from([np.float32, np.float64, np.int32, np.complex64]))
def test_all_reduce_is_the_sum_on_every_rank(p, n, dtype):
    data = numbers(p, n, dtype)
    for total in run(p, all_reduce_own, data):
        assert total.dtype == dtype
        np.testing.assert_array_equal(total, data.sum(0))


@pytest.mark.parametrize("shape", [(), (3, 4), (2, 0, 5), (1, 1, 1)])
def test_all_reduce_keeps_the_shape(shape):
    data = np.arange(3 * np.prod(shape), dtype=float).reshape(3, *shape)
    for total in run(3, all_reduce_own, data):
        assert total.shape == shape
        np.testing.assert_array_equal(total, data.sum(0))


def test_all_reduce_reads_arrays_that_are_not_contiguous_and_leaves_them_alone():
    data = numbers(4, (6, 5))
    before = data.copy()

    def program(comm):
        return comm.all_reduce(data[comm.rank].T[::2])

    for total in run(4, program):
        np.testing.assert_array_equal(total, before.sum(0).T[::2])
    np.testing.assert_array_equal(data, before)


@settings(deadline=None)
@given(sizes, lengths, st.sampled_from([np.float32, np.float64]))
def test_traffic_of_the_ring(p, n, dtype):
    log: list[Message] = []
    run(p, all_reduce_own, numbers(p, n, dtype), log=log)
    item = np.dtype(dtype).itemsize
    table = traffic(log, p)
    assert table.sum() == 2 * (p - 1) * n * item  # all ranks together, always
    longest, shortest = -(-n // p) * item, n // p * item
    for sent in table.sum(1):
        assert 2 * (n * item - longest) <= sent <= 2 * (n * item - shortest)
        if n % p == 0:
            assert sent == 2 * (p - 1) * n * item // p
    neighbours = {(m.source, m.target) for m in log}
    assert neighbours <= {(rank, (rank + 1) % p) for rank in range(p)}


def test_a_ring_takes_2_p_minus_1_steps_in_which_every_rank_sends():
    log: list[Message] = []
    run(5, all_reduce_own, numbers(5, 10), log=log)
    assert [(m.step, m.source) for m in log] == [(s, r) for s in range(8) for r in range(5)]
    assert {m.call for m in log} == {"all_reduce"}
    assert {m.bytes for m in log} == {2 * 8}
    own = [m.chunk for m in log if m.source == 2]
    assert own == [2, 1, 0, 4, 3, 2, 1, 0]


@settings(deadline=None)
@given(sizes, st.data())
def test_broadcast_reaches_all_along_a_tree(p, data):
    root = data.draw(st.integers(0, p - 1))
    log: list[Message] = []

    def program(comm, values):
        return comm.broadcast(values if comm.rank == root else None, root=root)

    values = np.arange(6.0).reshape(2, 3)
    for result in run(p, program, values, log=log):
        np.testing.assert_array_equal(result, values)
    assert len(log) == p - 1
    steps = max((m.step for m in log), default=-1) + 1
    assert steps == int(np.ceil(np.log2(p)))


def test_two_collectives_after_each_other_and_messages_in_order():
    def program(comm):
        if comm.rank == 0:
            for value in (1, 2, 3):
                comm.send(value, 1)
        first = comm.all_reduce(np.ones(3))
        second = comm.all_reduce(first * comm.rank)
        got = [int(comm.recv(0)) for _ in range(3)] if comm.rank == 1 else []
        return second.tolist(), got

    with pytest.raises(CommError, match=r"rank 1 is in all_reduce .* rank 0 was sent in send"):
        run(2, program)  # the three messages come first, and are not what all_reduce waits for

    def sorted_out(comm):
        got = []
        if comm.rank == 0:
            for value in (1, 2, 3):
                comm.send(value, 1)
        elif comm.rank == 1:
            got = [int(comm.recv(0)) for _ in range(3)]
        first = comm.all_reduce(np.ones(3))
        return comm.all_reduce(first * comm.rank).tolist(), got

    assert run(2, sorted_out) == [([2.0] * 3, []), ([2.0] * 3, [1, 2, 3])]


def test_steps_follow_what_depends_on_what():
    log: list[Message] = []

    def relay(comm):
        token = np.zeros(1) if comm.rank == 0 else comm.recv(comm.rank - 1)
        if comm.rank + 1 < comm.world_size:
            comm.send(token + 1, comm.rank + 1)
        return float(token[0])

    assert run(4, relay, log=log) == [0.0, 1.0, 2.0, 3.0]
    assert log == [Message(i, i, i + 1, 8, "send") for i in range(3)]


# No shared state --------------------------------------------------------------------------------


def test_arguments_and_messages_are_copies():
    mine = {"weights": np.zeros(3)}

    def program(comm, box):
        box["weights"] += comm.rank
        if comm.rank == 0:
            data = np.arange(3.0)
            comm.send(data, 1)
            data[:] = -1  # too late to change what was sent
            return box["weights"], data
        data = comm.recv(0)
        data *= 10  # what was received belongs to the receiver
        return box["weights"], data

    (weights0, data0), (weights1, data1) = run(2, program, mine)
    np.testing.assert_array_equal(weights0, [0, 0, 0])
    np.testing.assert_array_equal(weights1, [1, 1, 1])
    np.testing.assert_array_equal(data0, [-1, -1, -1])
    np.testing.assert_array_equal(data1, [0, 10, 20])
    np.testing.assert_array_equal(mine["weights"], [0, 0, 0])


def test_the_same_run_every_time():
    data = np.random.default_rng(0).normal(size=(5, 1001)).astype(np.float32)
    first: list[Message] = []
    second: list[Message] = []
    one = run(5, all_reduce_own, data, log=first)
    two = run(5, all_reduce_own, data, log=second)
    assert first == second
    for a, b in zip(one, two, strict=True):
        assert a.tobytes() == b.tobytes() == one[0].tobytes()  # to the last bit, on every rank


# Misuse -----------------------------------------------------------------------------------------


def receive_first(comm):
    right, left = (comm.rank + 1) % comm.world_size, (comm.rank - 1) % comm.world_size
    data = comm.recv(left)
    comm.send(data, right)


def test_a_circle_of_waits_is_reported_at_once():
    start = time.perf_counter()
    with pytest.raises(Deadlock) as caught:
        run(3, receive_first)
    assert time.perf_counter() - start < 1
    assert str(caught.value).splitlines() == [
        "no rank can go on:",
        "  rank 0 is in recv and waits for rank 2",
        "  rank 1 is in recv and waits for rank 0",
        "  rank 2 is in recv and waits for rank 1",
    ]


def test_waiting_for_a_rank_that_has_ended():
    def one_step_too_few(comm):
        if comm.rank > 0:
            comm.all_reduce(np.ones(4))

    with pytest.raises(Deadlock) as caught:
        run(3, one_step_too_few)
    first = "rank 1 is in all_reduce of float64 (4,) and waits for rank 0, which has ended"
    assert first in str(caught.value)


def test_the_log_shows_what_led_to_a_deadlock():
    log: list[Message] = []

    def program(comm):
        if comm.rank == 0:
            comm.send(1.0, 1)
        comm.recv(1 - comm.rank)
        comm.recv(1 - comm.rank)

    with pytest.raises(Deadlock):
        run(2, program, log=log)
    assert log == [Message(0, 0, 1, 8, "send")]


def test_an_error_in_one_rank_ends_all_with_that_error():
    def program(comm):
        if comm.rank == 2:
            raise ZeroDivisionError("two is too many")
        while True:  # would wait for ever
            comm.send(0, (comm.rank + 1) % 3)
            comm.recv((comm.rank - 1) % 3)

    before = threading.active_count()
    with pytest.raises(ZeroDivisionError, match="two is too many") as caught:
        run(3, program)
    assert caught.value.__notes__ == ["(raised by rank 2 of 3)"]
    assert threading.active_count() == before


def test_a_program_cannot_swallow_the_end_by_accident():
    def stubborn(comm):
        if comm.rank == 1:
            raise ValueError("stop")
        while True:
            try:
                comm.recv(1)
            except Exception:  # the habit that would hide it
                continue

    with pytest.raises(ValueError, match="stop"):
        run(2, stubborn)


@pytest.mark.parametrize(
    ("program", "kind", "words"),
    [
        (lambda c: c.send(1, c.rank), ValueError, "rank 0 cannot exchange messages with itself"),
        (lambda c: c.send(1, 2), ValueError, "expected a rank from 0 to 1, got 2"),
        (lambda c: c.recv(-1), ValueError, "expected a rank from 0 to 1, got -1"),
        (lambda c: c.broadcast(1, root=5), ValueError, "expected a rank from 0 to 1, got 5"),
        (
            lambda c: c.all_reduce(np.zeros(3 + c.rank)),
            CommError,
            r"rank 1 is in all_reduce of float64 \(4,\), .* rank 0 .* all_reduce of float64 \(3,\)",
        ),
        (
            lambda c: c.all_reduce(np.zeros(3, np.float32 if c.rank else np.float64)),
            CommError,
            r"rank 1 is in all_reduce of float32 \(3,\), .* rank 0 .* all_reduce of float64 \(3,\)",
        ),
        (
            lambda c: c.all_reduce(np.zeros(2)) if c.rank else c.broadcast(np.zeros(2)),
            CommError,
            "rank 1 is in all_reduce of .* was sent in broadcast",
        ),
        (
            lambda c: c.send(np.zeros(2), 1) if c.rank == 0 else None,
            CommError,
            r"rank 1 ended without receiving what rank 0 sent to it \(send, 16 bytes\)",
        ),
        (lambda c: c.all_reduce(np.array([True])), TypeError, "expected numbers to sum"),
        (lambda c: c.send(np.array(["a"]), 1 - c.rank), TypeError, "got dtype <U1"),
        (lambda c: c.broadcast(None), TypeError, "got dtype object"),
    ],
)
def test_misuse_is_named(program, kind, words):
    with pytest.raises(kind, match=words):
        run(2, program)


def test_a_world_has_at_least_one_rank():
    with pytest.raises(ValueError, match="world size of at least 1, got 0"):
        run(0, all_reduce_own, numbers(1, 1))
    assert run(1, lambda c: (repr(c), c.all_reduce(2).item())) == [
        ("Comm(rank=0, world_size=1)", 2)
    ]


def test_the_readers_interrupt_ends_the_ranks(monkeypatch):
    def interrupted(thread, timeout=None):
        raise KeyboardInterrupt

    gate = threading.Event()
    ended = []

    def program(comm):
        gate.wait(10)
        try:
            comm.recv(1 - comm.rank)
        finally:
            ended.append(comm.rank)

    with monkeypatch.context() as patch:
        patch.setattr(cm.threading.Thread, "join", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(2, program)
    gate.set()
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.current_thread() and "live" in thread.name:
            thread.join(10)
    assert ended == [0]  # rank 1 had not begun


# Data-parallel training -------------------------------------------------------------------------


def mlp_gradient(weights, x, y):
    """Gradient of the mean squared error of a two-layer network, as one flat array."""
    w1, w2 = (torch.tensor(w, requires_grad=True) for w in weights)
    loss = ((torch.tanh(torch.tensor(x) @ w1) @ w2 - torch.tensor(y)) ** 2).mean()
    loss.backward()
    return np.concatenate([w.grad.numpy().reshape(-1) for w in (w1, w2)])


def train(comm: Comm, x, y, steps=20, lr=0.1):
    """The same training on any number of ranks: each has an equal share of the samples."""
    rng = np.random.default_rng(comm.rank)  # each rank would start elsewhere …
    w = comm.broadcast(np.concatenate([rng.normal(size=15), rng.normal(size=5)]))  # … but for this
    mine = slice(comm.rank, None, comm.world_size)
    gradients = []
    for _ in range(steps):
        own = mlp_gradient((w[:15].reshape(3, 5), w[15:].reshape(5, 1)), x[mine], y[mine])
        gradients.append(comm.all_reduce(own) / comm.world_size)
        w = w - lr * gradients[-1]
    return w, np.array(gradients)


@pytest.mark.parametrize("p", [2, 4])
def test_data_parallel_training_is_single_process_training_to_rounding(p):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(24, 3))
    y = np.sin(x.sum(1, keepdims=True))
    log: list[Message] = []
    ((w, gradients),) = run(1, train, x, y)
    for own_w, own_gradients in run(p, train, x, y, log=log):
        np.testing.assert_allclose(own_gradients, gradients, rtol=1e-10, atol=1e-14)
        np.testing.assert_allclose(own_w, w, rtol=1e-10)
    assert not np.allclose(gradients[0], gradients[-1])  # it did train
    reduced = traffic([m for m in log if m.call == "all_reduce"], p).sum(1)
    assert reduced.tolist() == [20 * 2 * (p - 1) * (20 * 8) // p] * p
