"""Ranks that share no memory and pass messages; ring all-reduce; every byte counted.

``run`` starts one thread for each rank and gives each its own copy of the arguments. A rank knows
of the others only what they send, and a message is a copy, so that a program written this way
would run on machines that have nothing but a network in common. The interface is a small part of
MPI's and of ``torch.distributed``'s.

Left out, on purpose: time, and everything at once. One rank runs at a time, until it waits for a
message that has not been sent; then the next one goes on. So every run of a program is the same
run, down to its log and its errors, and it is known at once, without any waiting time, that no
rank can go on. ``send`` never waits for its receiver (MPI calls this a buffered send); real
networks have less patience.
"""

import copy
import operator
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int

Array = np.ndarray


class CommError(RuntimeError):
    """The ranks do not understand each other: what was sent is not what was waited for."""


class Deadlock(CommError):
    """Every rank that has not ended waits for a message that nobody will send."""


@dataclass(frozen=True)
class Message:
    """One line of the log.

    A rank sends at most one message in a step, and a message that depends on one received in
    step s is sent after step s. So the last step says how long the whole exchange takes at least,
    if a step is the time of one message.
    """

    step: int  # counted from 0
    source: int  # the rank that sent it
    target: int  # the rank it was sent to
    bytes: int  # size of the data; a real message adds a few dozen bytes of headers
    call: str  # "send", "broadcast" or "all_reduce"
    chunk: int | None = None  # which part of the array, in an all-reduce


class Comm:
    """One rank's view of the world: who it is, and how it reaches the others.

    Attributes:
        rank: this rank's number, from 0 to world_size − 1.
        world_size: p, how many ranks there are.
    """

    def __init__(self, world: "_World", rank: int) -> None:
        self.rank = rank
        self.world_size = world.size
        self._world = world

    def __repr__(self) -> str:
        return f"Comm(rank={self.rank}, world_size={self.world_size})"

    def send(self, data: Array | np.generic | float | int, target: int) -> None:
        """Send a copy of an array or a number to rank ``target``, and go on.

        Raises:
            ValueError: if there is no such rank, or it is this one.
            TypeError: if the data are not plain numbers (or booleans).
        """
        self._send(data, target, "send")

    def recv(self, source: int) -> Array:
        """The next message of rank ``source`` to this one; wait for it if need be.

        Messages from one rank arrive in the order in which they were sent.

        Raises:
            ValueError: if there is no such rank, or it is this one.
            CommError: if what comes was sent by another call, a broadcast say.
        """
        return self._recv(source, "send")

    def broadcast(self, data: Array | np.generic | float | int | None, root: int = 0) -> Array:
        """Rank ``root``'s data, on every rank; what the others give is not looked at.

        Along a tree: in each round every rank that has the data sends them to one that has not,
        so p ranks need ⌈log₂ p⌉ steps and p − 1 messages.
        """
        p, place = self.world_size, (self.rank - self._peer(root)) % self.world_size
        has = _numbers(data) if place == 0 else None
        reach = 1  # the places below `reach` have the data
        while reach < p:
            if place < reach and place + reach < p:
                self._send(has, (self.rank + reach) % p, "broadcast")
            elif reach <= place < 2 * reach:
                has = self._recv((self.rank - reach) % p, "broadcast")
            reach *= 2
        assert has is not None
        return has

    def all_reduce(self, data: Array | np.generic | float | int) -> Array:
        """The sum of all ranks' arrays, on every rank; shape and dtype stay what they are.

        A ring (Patarasuk & Yuan 2009). The array is cut into p chunks. First (reduce-scatter)
        each chunk travels once around the ring and every rank adds its own numbers to it, until
        each rank holds one chunk of the sum. Then (all-gather) the finished chunks travel around.

        Traffic, for N bytes a rank: 2(p − 1)/p · N sent by each rank if p divides the array's
        length. Otherwise the chunks differ by one number, and so does what a rank sends in each
        half; all ranks together send exactly 2(p − 1) · N in any case. 2(p − 1) steps.

        Raises:
            CommError: if another rank's array has another shape or dtype.
            TypeError: if the data are not numbers (booleans have no sum: choose a dtype).
        """
        total = _numbers(data)
        if total.dtype.kind == "b":
            raise TypeError("expected numbers to sum in all_reduce, got dtype bool")
        p, rank = self.world_size, self.rank
        right, left = (rank + 1) % p, (rank - 1) % p
        flat = total.reshape(-1)
        chunks = np.array_split(flat, p)  # views: what is written to a chunk is written to `flat`
        kind = f"all_reduce of {total.dtype} {total.shape}"

        for step in range(p - 1):  # reduce-scatter
            gone, come = (rank - step) % p, (rank - step - 1) % p
            self._send(chunks[gone], right, kind, gone)
            chunks[come] += self._recv(left, kind)
        for step in range(p - 1):  # all-gather
            gone, come = (rank + 1 - step) % p, (rank - step) % p
            self._send(chunks[gone], right, kind, gone)
            chunks[come][:] = self._recv(left, kind)
        return flat.reshape(total.shape)

    def _send(self, data: Any, target: int, kind: str, chunk: int | None = None) -> None:
        self._peer(target, other=True)
        self._world.post(self.rank, target, _numbers(data), kind, chunk)

    def _recv(self, source: int, kind: str) -> Array:
        self._peer(source, other=True)
        data, sent = self._world.fetch(source, self.rank, kind)
        if sent != kind:
            raise CommError(
                f"rank {self.rank} is in {_receiving(kind)}, "
                f"but what came from rank {source} was sent in {sent}"
            )
        return data

    def _peer(self, rank: int, other: bool = False) -> int:
        if not 0 <= operator.index(rank) < self.world_size:
            raise ValueError(f"expected a rank from 0 to {self.world_size - 1}, got {rank}")
        if other and rank == self.rank:
            raise ValueError(f"rank {rank} cannot exchange messages with itself")
        return rank


def _numbers(data: Any) -> Array:
    """A copy of the data: whoever gave them may change the original afterwards."""
    data = np.array(data)
    if data.dtype.kind not in "biufc":
        raise TypeError(f"expected an array of numbers or booleans, got dtype {data.dtype}")
    return data


class _World:
    """What carries the messages. Only the rank whose turn it is ever touches it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.mail: dict[tuple[int, int], deque[tuple[Message, str, Array]]] = {
            (source, target): deque() for source in range(size) for target in range(size)
        }
        self.log: list[Message] = []
        self.clock = [0] * size  # the first step in which a rank can use what it has received
        self.free = [0] * size  # the first step in which a rank has not sent anything yet
        self.waits: dict[int, tuple[int, str]] = {}  # rank → whom it waits for, in which call
        self.ended: set[int] = set()
        self.turn = 0
        self.changed = threading.Condition()
        self.error: BaseException | None = None

    def post(self, source: int, target: int, data: Array, kind: str, chunk: int | None) -> None:
        """Put a message into the target's mail and into the log."""
        if self.error is not None:
            raise _Stopped
        step = max(self.clock[source], self.free[source])
        self.free[source] = step + 1
        message = Message(step, source, target, data.nbytes, kind.split(" of ")[0], chunk)
        self.log.append(message)
        self.mail[source, target].append((message, kind, data))

    def fetch(self, source: int, target: int, kind: str) -> tuple[Array, str]:
        """The oldest message from source to target, and the call it was sent in."""
        if not self.mail[source, target]:
            self.waits[target] = (source, kind)
            self.pass_turn(target)
            self.await_turn(target)
            del self.waits[target]
        message, sent, data = self.mail[source, target].popleft()
        self.clock[target] = max(self.clock[target], message.step + 1)
        return data, sent

    def await_turn(self, rank: int) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.turn == rank or self.error is not None)
        if self.error is not None:
            raise _Stopped

    def pass_turn(self, rank: int) -> None:
        """Let the next rank go on that can; if none can, all have ended or are deadlocked."""
        for step in range(1, self.size + 1):
            following = (rank + step) % self.size
            waits = self.waits.get(following)
            if following not in self.ended and (not waits or self.mail[waits[0], following]):
                with self.changed:
                    self.turn = following
                    self.changed.notify_all()
                return
        if len(self.ended) < self.size:
            self.stop(Deadlock(self._who_waits()))
        elif left := [queue[0] for queue in self.mail.values() if queue]:
            self.stop(CommError("; ".join(_unread(message, kind) for message, kind, _ in left)))

    def stop(self, error: BaseException) -> None:
        """End all ranks: each finds out at its next call."""
        with self.changed:
            if self.error is None:
                self.error = error
            self.changed.notify_all()

    def _who_waits(self) -> str:
        lines = [
            f"  rank {rank} is in {_receiving(kind)} and waits for rank {source}"
            + (", which has ended" if source in self.ended else "")
            for rank, (source, kind) in sorted(self.waits.items())
        ]
        return "\n".join(["no rank can go on:", *lines])


class _Stopped(BaseException):
    """Ends a rank because another one failed; a program's own ``except Exception`` lets it pass."""


def _receiving(kind: str) -> str:
    return "recv" if kind == "send" else kind


def _unread(message: Message, kind: str) -> str:
    return (
        f"rank {message.target} ended without receiving what rank {message.source} "
        f"sent to it ({kind}, {message.bytes} bytes)"
    )


def run(
    world_size: int,
    function: Callable[..., Any],
    *args: Any,
    log: list[Message] | None = None,
) -> list[Any]:
    """Call ``function(comm, *args)`` on each rank; returns what each rank returned, rank 0 first.

    Each rank gets a deep copy of ``args``. (What a function reads from the names around it is
    shared, as with all threads; give it as an argument instead.)

    Args:
        world_size: how many ranks there are; at least 1.
        function: the program of every rank; ``comm`` is its :class:`Comm`.
        args: the same arguments for all ranks; use ``comm.rank`` to tell them apart.
        log: a list that gets every message, in the order of step and source.

    Raises:
        Deadlock: if no rank can go on; says who waits for whom.
        CommError: if calls do not fit each other, or a message was never received.
        Exception: what a rank's program raised, with a note that says which rank it was.
    """
    if world_size < 1:
        raise ValueError(f"expected a world size of at least 1, got {world_size}")
    world = _World(world_size)
    results: list[Any] = [None] * world_size

    def live(rank: int, own: tuple[Any, ...]) -> None:
        try:
            world.await_turn(rank)
            results[rank] = function(Comm(world, rank), *own)
        except _Stopped:
            return
        except BaseException as error:
            error.add_note(f"(raised by rank {rank} of {world_size})")
            world.stop(error)
            return
        world.ended.add(rank)
        world.pass_turn(rank)

    threads = [
        threading.Thread(target=live, args=(rank, copy.deepcopy(args)), daemon=True)
        for rank in range(world_size)
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except KeyboardInterrupt as error:  # the reader's: end the ranks that wait
        world.stop(error)
        raise
    if log is not None:
        log.extend(sorted(world.log, key=lambda message: (message.step, message.source)))
    if world.error is not None:
        raise world.error
    return results


def traffic(log: Sequence[Message], world_size: int) -> Int[Array, "P P"]:
    """Bytes sent from rank to rank: row source, column target. ``.sum(1)`` is what each sent."""
    table = np.zeros((world_size, world_size), dtype=np.int64)
    for message in log:
        table[message.source, message.target] += message.bytes
    return table
