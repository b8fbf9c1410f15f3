"""Arithmetic coding: any language model becomes a compressor, to the bit.

A text is a path: the first token picks a part of the interval [0, 1) as wide as its probability,
the second token a part of that part, and so on. Any number inside the last part names the whole
text, and one of about −log₂ p(text) bits is enough. The decoder, with the same model, walks the
same path.

With whole numbers only (Witten, Neal & Cleary 1987): ``low`` and ``high`` have ``CODE_BITS`` bits.
A leading bit on which both agree is written and shifted out. While both lie close to the middle, on
either side, the bit is still open: it is counted in ``pending``, and becomes the opposite of the
next bit that is settled.

Probabilities become whole numbers too, each at least 1, so that no token is ever impossible. The
decoder must compute *the very same* probabilities: for a neural network that means the same
machine, the same software, and the same order of operations.

How it departs from the paper: registers of 48 instead of 16 bits, and probabilities from a model
that is asked before each token, instead of counts. Left out: speed.
"""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import Float, Int

CODE_BITS = 48
TOTAL = 1 << 24  # the integer frequencies of a distribution add up to at most this
QUARTER, HALF, TOP = 1 << (CODE_BITS - 2), 1 << (CODE_BITS - 1), (1 << CODE_BITS) - 1

Model = Callable[[Sequence[int]], Float[np.ndarray, " V"]]


def encode(ids: Sequence[int], next_probabilities: Model) -> bytes:
    """Compress token ids.

    Length: at most −log₂ q(ids) + 2 bits, with q as in :func:`quantise`, and 10⁻⁶ bits a token for
    the rounding of ``low`` and ``high``; then rounded up to whole bytes. And q is close to the
    model: −log₂ q ≤ −log₂ p − log₂(1 − V/TOTAL), which is 0.0001 bits more for V = 1000.

    Args:
        ids: the tokens; let the last one be an end token, or remember how many there are.
        next_probabilities: gives p(· | prefix), of shape (V,), for a prefix of ids.

    Raises:
        ValueError: if the model gives no distribution, or has no such id.
    """
    bits: list[int] = []
    low, high, pending = 0, TOP, 0
    for place, token in enumerate(ids):
        bounds = _bounds(next_probabilities(ids[:place]))
        if not 0 <= token < len(bounds) - 1:
            raise ValueError(f"expected ids from 0 to {len(bounds) - 2}, got {token} at {place}")
        settled, low, high = _settle(*_part(low, high, bounds, token))
        for bit in settled:
            if bit is None:
                pending += 1
            else:
                bits += [bit] + [1 - bit] * pending
                pending = 0
    last = int(low >= QUARTER)  # two more bits lead into the last part, whatever follows
    bits += [last] + [1 - last] * (pending + 1)
    return np.packbits(np.array(bits, dtype=np.uint8)).tobytes()


def decode(
    data: bytes, next_probabilities: Model, *, end: int | None = None, length: int | None = None
) -> list[int]:
    """The ids that :func:`encode` was given, with the same model.

    Args:
        end: the id that ends the sequence; it is the last one returned.
        length: how many ids there are. Give one of the two.

    Raises:
        ValueError: if not exactly one of ``end`` and ``length`` is given, or if the data end before
            the sequence does: they were cut, or made by another model.
    """
    if (end is None) == (length is None):
        raise ValueError(f"expected end or length, one of them, got {end} and {length}")
    stream = _bits(data)
    low, high = 0, TOP
    value = 0
    for _ in range(CODE_BITS):
        value = 2 * value + next(stream)
    ids: list[int] = []
    while len(ids) != length and (not ids or ids[-1] != end):
        bounds = _bounds(next_probabilities(ids))
        total = int(bounds[-1])
        target = ((value - low + 1) * total - 1) // (high - low + 1)
        token = int(np.searchsorted(bounds, target, side="right")) - 1
        ids.append(token)
        settled, low, high = _settle(*_part(low, high, bounds, token))
        for bit in settled:
            value = 2 * (value - (QUARTER if bit is None else bit * HALF)) + next(stream)
    return ids


def quantise(p: Float[np.ndarray, " V"]) -> Int[np.ndarray, " V"]:
    """Whole numbers in proportion to probabilities: ⌊p · (TOTAL − V)⌋ + 1.

    Each is at least 1, and they add up to at most TOTAL. As a distribution, q = frequencies / sum.

    Raises:
        ValueError: if p is not a distribution over fewer than TOTAL tokens.
    """
    p = np.asarray(p, dtype=np.float64)
    if p.ndim != 1 or not 0 < len(p) < TOTAL:
        raise ValueError(f"expected probabilities of shape (V,), got {p.shape}")
    if not (p.min() >= 0 and abs(p.sum() - 1) < 1e-3):  # also false for NaN
        raise ValueError(
            f"expected probabilities ≥ 0 with sum 1, got minimum {p.min():.3g}, sum {p.sum():.6g}"
        )
    return np.floor(p / p.sum() * (TOTAL - len(p))).astype(np.int64) + 1


def ideal_bits(ids: Sequence[int], next_probabilities: Model) -> float:
    """−log₂ p(ids): what no code for this model can undercut on average."""
    chosen = [next_probabilities(ids[:place])[token] for place, token in enumerate(ids)]
    return sum(-math.log2(p) if p > 0 else math.inf for p in chosen)


def _bounds(p: Float[np.ndarray, " V"]) -> Int[np.ndarray, " V1"]:
    """Where each token's part begins, from 0; the sum of all comes last."""
    return np.concatenate([[0], np.cumsum(quantise(p))])


def _part(low: int, high: int, bounds: Int[np.ndarray, " V1"], token: int) -> tuple[int, int]:
    """The part of low … high (both included) that belongs to a token."""
    width, total = high - low + 1, int(bounds[-1])
    return (
        low + width * int(bounds[token]) // total,
        low + width * int(bounds[token + 1]) // total - 1,
    )


def _settle(low: int, high: int) -> tuple[list[int | None], int, int]:
    """Shift out leading bits: those that are settled, and those still open (None)."""
    bits: list[int | None] = []
    while True:
        if high < HALF:
            bit, shift = 0, 0
        elif low >= HALF:
            bit, shift = 1, HALF
        elif low >= QUARTER and high < HALF + QUARTER:
            bit, shift = None, QUARTER
        else:
            return bits, low, high
        bits.append(bit)
        low, high = 2 * (low - shift), 2 * (high - shift) + 1


def _bits(data: bytes) -> Iterator[int]:
    """The bits of the data, then zeros, but not more than a decoder can be ahead."""
    yield from np.unpackbits(np.frombuffer(data, dtype=np.uint8)).tolist()
    yield from [0] * CODE_BITS
    raise ValueError("the data end before the sequence does: cut, or made by another model")
