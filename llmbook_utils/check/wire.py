"""Plain data on the wire: what a call takes and gives, as JSON and back, exactly, without pickle.

A trusted process sends arguments to the process that runs a student's function, and gets the result
back. What travels is data alone: numbers, strings, lists, tuples, dictionaries, NumPy arrays and
torch tensors of numbers. Types are kept to the letter, so that a check says the same on both sides;
whatever is not plain arrives as an `Opaque`, which equals nothing and tells only its type and its
repr. Every array is checked against its stated dtype and shape before it is built.

Left out: shared references (two names for one list arrive as two lists) and callables.
"""

import base64
import math
from itertools import chain, islice
from typing import Any

import numpy as np

from llmbook_utils.check.tensors import is_tensor, torch_module

MOST_ITEMS = 300_000  # values in one message, lists and what is in them
MOST_DEPTH = 40
_DIGITS = 4000  # Python refuses to read longer numbers
_WHOLE = 2**62  # beyond it a whole number travels as text
_BARE = frozenset({bool, int, float, str})  # JSON keeps these as they are
_KINDS = "fiub"  # float, integer, unsigned, boolean
_SCALARS = {t for t in np.sctypeDict.values() if np.dtype(t).kind in _KINDS}
_TEXT = 200_000  # characters of one string
_SHOWN = 200  # characters of the repr of an opaque value


class WireError(ValueError):
    """A message that is not in this form."""


class Opaque:
    """Something that is not plain data: only its type's name and its repr came across."""

    _shown = "?"

    def __repr__(self) -> str:
        return self._shown


def opaque(kind: str, shown: str) -> Opaque:
    """A stand-in for a value of the class named `kind` whose repr is `shown`."""
    return type(kind[:60] or "object", (Opaque,), {"_shown": shown[:_SHOWN]})()


def encode(value: Any) -> Any:
    """The value as JSON data.

    Raises:
        WireError: it has more than MOST_ITEMS values, or is nested deeper than MOST_DEPTH.
    """
    return _Encoder().encode(value, 0)


def decode(data: Any) -> Any:
    """The value of JSON data made by `encode`; the data may come from a hostile process.

    Raises:
        WireError: it was not made by `encode`.
    """
    try:
        return _Decoder().decode(data, 0)
    except WireError:
        raise
    except (TypeError, ValueError, LookupError, OverflowError, RuntimeError) as error:
        raise WireError(f"expected encoded data, got {str(data)[:60]}: {error}") from error


class _Counter:
    def __init__(self) -> None:
        self.items = 0

    def count(self, depth: int, items: int = 1) -> None:
        self.items += items
        if self.items > MOST_ITEMS:
            raise WireError(f"expected at most {MOST_ITEMS} values in a result, got more")
        if depth > MOST_DEPTH:
            raise WireError(f"expected at most {MOST_DEPTH} levels of lists, got more")


class _Encoder(_Counter):
    def encode(self, value: Any, depth: int) -> Any:
        self.count(depth)
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if abs(value) < _WHOLE else _unknown_integer(value)
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        if kind is str:
            if len(value) > _TEXT:
                return _unknown(value, f"a string of {len(value)} characters")
            return value.encode("utf-8", "replace").decode()
        if kind in (list, tuple):
            tag = "l" if kind is list else "t"
            if _only_numbers(value):
                self.count(depth, len(value))
                return [tag, value]
            if set(map(type, value)) == {list}:  # a graph, say: two flat lists are faster
                flat = list(chain.from_iterable(value))
                if _only_numbers(flat):
                    self.count(depth, len(value) + len(flat))
                    return ["L", tag, list(map(len, value)), flat]
            return [tag, [self.encode(item, depth + 1) for item in value]]
        if kind is dict:
            pairs = [
                [self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in value.items()
            ]
            return ["d", pairs]
        if kind is np.ndarray and value.dtype.kind in _KINDS:
            return ["a", value.dtype.str, list(value.shape), _bytes(value)]
        if (
            isinstance(value, np.generic)
            and kind.__module__ == "numpy"
            and value.dtype.kind in _KINDS
        ):
            return ["g", value.dtype.str, _bytes(np.asarray(value))]
        if kind is np.str_ and len(value) <= _TEXT:
            return ["S", str(value).encode("utf-8", "replace").decode()]
        if kind is np.ndarray and value.dtype.kind == "U":
            return ["A", list(value.shape), self.encode(value.ravel().tolist(), depth + 1)]
        if is_tensor(value):
            return _encode_tensor(value)
        return _unknown(value)


def _only_numbers(values: Any) -> bool:
    """Whether JSON keeps every item as it is: the usual case, made fast."""
    kinds = set(map(type, values))
    if kinds <= {int}:
        return not values or (min(values) > -_WHOLE and max(values) < _WHOLE)
    return kinds == {float} and all(map(math.isfinite, values))


def _unknown_integer(value: int) -> Any:
    if value.bit_length() > 3 * _DIGITS:
        return _unknown(value, f"an integer of {value.bit_length()} bits")
    return ["i", str(value)]


def _bytes(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _encode_tensor(value: Any) -> Any:
    torch = torch_module()
    name = str(value.dtype).removeprefix("torch.")
    if value.layout != torch.strided or value.is_quantized or value.dtype.is_complex:
        return _unknown(value)
    plain = value.detach().cpu()
    if name == "bfloat16":
        plain = plain.float()
    parameter = type(value) is torch.nn.Parameter
    return [
        "T",
        name,
        list(plain.shape),
        parameter,
        bool(value.requires_grad),
        _bytes(plain.numpy()),
    ]


def _unknown(value: Any, shown: str | None = None) -> Any:
    kind = type(value)
    if shown is None:
        try:
            shown = repr(value)[:_SHOWN]
        except Exception as error:
            shown = f"<{type(error).__name__} in its repr>"
    plain = next((base.__name__ for base in kind.__mro__[1:] if base in _PLAIN), "")
    return ["o", str(kind.__name__)[:60], shown.encode("utf-8", "replace").decode(), plain]


_PLAIN = (int, float, str, list, tuple, dict, np.ndarray)


class _Decoder(_Counter):
    def decode(self, data: Any, depth: int) -> Any:
        self.count(depth)
        if data is None or type(data) in _BARE:
            return data
        if type(data) is not list or not data:
            raise WireError(f"expected encoded data, got {type(data).__name__}")
        tag, *rest = data
        if tag == "i":
            if len(rest[0]) > _DIGITS:
                raise WireError("a number too long to read")
            return int(rest[0])
        if tag == "f":
            return float(rest[0])
        if tag in ("l", "t"):
            content = rest[0]
            if type(content) is not list:
                raise WireError(f"expected a list, got {type(content).__name__}")
            if set(map(type, content)) <= _BARE:
                self.count(depth, len(content))
                return content if tag == "l" else tuple(content)
            items = [self.decode(item, depth + 1) for item in content]
            return items if tag == "l" else tuple(items)
        if tag == "L":
            return self._lists(rest[0], rest[1], rest[2], depth)
        if tag == "d":
            return {
                self.decode(key, depth + 1): self.decode(item, depth + 1) for key, item in rest[0]
            }
        if tag == "a":
            return _array(rest[0], rest[1], rest[2])
        if tag == "g":
            return _array(rest[0], [], rest[1])[()]
        if tag == "S":
            return np.str_(rest[0])
        if tag == "A":
            texts = self.decode(rest[1], depth + 1)
            if not set(map(type, texts)) <= {str}:
                raise WireError("expected an array of strings")
            return np.array(texts, dtype=str).reshape(_shape(rest[0]))
        if tag == "T":
            return _decode_tensor(*rest)
        if tag == "o":
            return opaque(str(rest[0]), str(rest[1]))
        raise WireError(f"expected a known kind of value, got {str(tag)[:20]!r}")

    def _lists(self, tag: str, sizes: list[int], flat: list[Any], depth: int) -> Any:
        if set(map(type, sizes)) != {int} or min(sizes) < 0 or sum(sizes) != len(flat):
            raise WireError("expected lists and their lengths")
        if not set(map(type, flat)) <= {int, float}:
            raise WireError("expected lists of numbers")
        self.count(depth, len(sizes) + len(flat))
        items = iter(flat)
        lists = [list(islice(items, size)) for size in sizes]
        return lists if tag == "l" else tuple(lists)


def _shape(shape: list[int]) -> list[int]:
    if any(type(size) is not int or size < 0 for size in shape):
        raise WireError(f"expected a shape, got {shape!r:.60}")
    return shape


def _array(dtype: str, shape: list[int], content: str) -> np.ndarray:
    kind = np.dtype(dtype)
    if kind.kind not in _KINDS or kind.itemsize > 16 or len(shape) > 32:
        raise WireError(f"expected an array of numbers, got dtype {dtype[:20]!r}")
    shape = _shape(shape)
    raw = base64.b64decode(content, validate=True)
    if len(raw) != math.prod(shape) * kind.itemsize:
        raise WireError(
            f"expected {math.prod(shape)} numbers for shape {shape}, got {len(raw)} bytes"
        )
    return np.frombuffer(raw, dtype=kind).reshape(shape).copy()


def _decode_tensor(
    name: str, shape: list[int], parameter: bool, requires_grad: bool, content: str
) -> Any:
    torch = torch_module()
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise WireError(f"expected the dtype of a tensor, got {name[:20]!r}")
    stored = torch.float32 if dtype is torch.bfloat16 else dtype
    like = torch.empty(0, dtype=stored).numpy().dtype
    tensor = torch.from_numpy(_array(like.str, shape, content)).to(dtype)
    if parameter is True:
        return torch.nn.Parameter(tensor, requires_grad=requires_grad is True)
    return tensor.requires_grad_(requires_grad is True) if requires_grad is True else tensor


def disguised(data: Any) -> list[str]:
    """Classes in encoded data that derive from a plain type, such as a `float` with its own `==`.

    A contract never asks for one, so an instructor should look at who returns it.
    """
    if type(data) is not list or not data:
        return []
    if data[0] == "o":
        return [f"{data[1]} (a kind of {data[3]})"] if len(data) > 3 and data[3] else []
    if data[0] in ("l", "t", "d") and len(data) > 1 and type(data[1]) is list:
        parts = data[1] if data[0] != "d" else [part for pair in data[1] for part in pair]
        return [name for part in parts for name in disguised(part)]
    return []
