"""A scalar autograd engine: numbers that remember how they were made.

Reverse-mode differentiation (Rumelhart, Hinton & Williams 1986; survey: Baydin et al. 2018) on
single numbers, in plain Python. It is the engine that chapter 1 builds cell by cell, in one piece.

Left out, on purpose: arrays, second derivatives, in-place changes, freeing the graph early. One
number at a time is slow (chapter 1 measures how slow) and is the clearest way to see every step.
"""

import math
from collections.abc import Iterable
from typing import SupportsFloat


class Value:
    """One number of a computation, with the gradient of the root with respect to it.

    Symbols: for a root L (usually the loss), ``data`` is the value v and ``grad`` is ∂L/∂v, which
    ``L.backward()`` fills in. The ``grad`` of an input or a weight is *added to* on every call, as
    in PyTorch: set it to 0 between steps.

    Args:
        data: the number; anything that ``float`` accepts.
        children: the values it was computed from; empty for an input or a weight.
        op: the operation's name, for drawing the graph.

    Raises:
        TypeError: if ``data`` is itself a ``Value``.
    """

    def __init__(self, data: SupportsFloat, children: Iterable["Value"] = (), op: str = "") -> None:
        if isinstance(data, Value):
            raise TypeError("expected a number for data, got a Value; use it as it is")
        self.data = float(data)
        self.grad = 0.0
        self.children = tuple(children)
        self.op = op
        self.slopes: tuple[float, ...] = ()  # ∂self/∂child for each child, set by `record`

    def __repr__(self) -> str:
        return f"Value(data={self.data:.4f}, grad={self.grad:.4f})"

    def __add__(self, other: "Value | SupportsFloat") -> "Value":
        other = as_value(other)
        return record(self.data + other.data, "+", (self, 1.0), (other, 1.0))

    def __sub__(self, other: "Value | SupportsFloat") -> "Value":
        other = as_value(other)
        return record(self.data - other.data, "−", (self, 1.0), (other, -1.0))

    def __mul__(self, other: "Value | SupportsFloat") -> "Value":
        other = as_value(other)
        return record(self.data * other.data, "×", (self, other.data), (other, self.data))

    def __pow__(self, k: float | int) -> "Value":
        if not isinstance(k, int | float):
            raise TypeError(f"expected a plain number as exponent, got {type(k).__name__}")
        slope = k * self.data ** (k - 1) if k != 0 else 0.0
        return record(self.data**k, f"^{k:g}", (self, slope))

    def exp(self) -> "Value":
        y = math.exp(self.data)
        return record(y, "exp", (self, y))

    def log(self) -> "Value":
        if self.data <= 0:
            raise ValueError(f"expected a positive number for log, got {self.data}")
        return record(math.log(self.data), "log", (self, 1 / self.data))

    def tanh(self) -> "Value":
        y = math.tanh(self.data)
        return record(y, "tanh", (self, 1 - y * y))

    def relu(self) -> "Value":
        return record(max(self.data, 0.0), "relu", (self, float(self.data > 0)))

    def sigmoid(self) -> "Value":
        y = (1 + math.tanh(self.data / 2)) / 2  # the same function, and it cannot overflow
        return record(y, "σ", (self, y * (1 - y)))

    # Everything else is made of the operations above.
    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> "Value":
        return self * -1.0

    def __rsub__(self, other: "Value | SupportsFloat") -> "Value":
        return as_value(other) - self

    def __truediv__(self, other: "Value | SupportsFloat") -> "Value":
        return self * as_value(other) ** -1

    def __rtruediv__(self, other: "Value | SupportsFloat") -> "Value":
        return as_value(other) * self**-1

    def _backward(self) -> None:
        """Pass the gradient on: child.grad += slope · self.grad for every child.

        The sum matters: a child that is used twice gets its gradient from both uses.
        """
        for child, slope in zip(self.children, self.slopes, strict=True):
            child.grad += slope * self.grad

    def backward(self) -> None:
        """Add ∂self/∂v to the ``grad`` of every value v that self was computed from.

        Chain rule: ∂L/∂v = Σ over the values u made from v of ∂L/∂u · ∂u/∂v. In reverse topological
        order each u is complete before it passes its gradient on.
        """
        order = topological_order(self)
        for value in order:
            if value.children:  # inner values start afresh; inputs and weights accumulate
                value.grad = 0.0
        self.grad += 1.0
        for value in reversed(order):
            value._backward()


def as_value(x: "Value | SupportsFloat") -> Value:
    """x itself if it is a ``Value``, otherwise a constant ``Value``."""
    return x if isinstance(x, Value) else Value(x)


def record(data: SupportsFloat, op: str, *edges: tuple[Value, float | int]) -> Value:
    """A new value; each edge ``(child, slope)`` says that slope = ∂new/∂child."""
    new = Value(data, [child for child, _ in edges], op)
    new.slopes = tuple(slope for _, slope in edges)
    return new


def topological_order(root: Value) -> list[Value]:
    """All values that root depends on, each once, children before parents; root comes last.

    Written without recursion, so that a long chain (a sum over a data set) cannot overflow it.
    """
    order: list[Value] = []
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        value, children_done = stack.pop()
        if children_done:
            order.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            stack.append((value, True))
            stack.extend((child, False) for child in value.children)
    return order
