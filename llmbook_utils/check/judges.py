"""Judges: verdicts on answers of which many are right, such as labels or an order.

A judge takes the answer, what the reference expects and the arguments, and returns what is wrong
with the answer, or None.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from llmbook_utils.check.comparing import plain
from llmbook_utils.check.showing import show

Judge = Callable[[Any, Any, Sequence[Any]], str | None]


def accuracy(at_least: float) -> Judge:
    """A judge for class labels: the share of right ones must reach ``at_least``."""

    def judge(answer: Any, expected: Any, args: Sequence[Any]) -> str | None:
        labels, problem = plain(answer, expected, "the array of labels")
        if labels is None or problem:
            return problem
        share = float(np.mean(labels == expected))
        if share >= at_least:
            return None
        if labels.size == 1:
            return f"the label of this one row is {labels[0]}, expected {expected[0]}."
        text = (
            f"{share:.1%} of the {labels.size} labels are right, at least {at_least:.0%} are asked."
        )
        if len(np.unique(labels)) == 1:
            return text + "\n  Hint: every example gets the same label; did the model learn at all?"
        moved = {step: float(np.mean(labels + step == expected)) for step in (-1, 1)}
        step, best = max(moved.items(), key=lambda pair: pair[1])
        if best >= at_least:
            text += f"\n  Hint: with {step:+d} on every label they would be right."
        elif labels.size >= 100 and share < 0.2:
            text += (
                "\n  Hint: hardly better than guessing. Does each row keep its own label? "
                "Does the loss fall?"
            )
        elif labels.size >= 100:
            text += (
                "\n  Hint: something was learnt, but not enough. Are both sets scaled alike? "
                "Are all rows and all labels used? Does more training help?"
            )
        return text

    return judge


def children_first(answer: Any, expected: Any, args: Sequence[Any]) -> str | None:
    """A judge for topological orders of a graph, given as arguments (children, root).

    Right is every list that holds each node from which ``root`` was computed, and ``root``, once,
    and no other, with each node after all of its children. ``expected`` is one such list.
    """
    children = args[0]
    if answer is None:
        return "the order is None, expected a list of nodes.\n  Hint: did you forget `return`?"
    if type(answer) is not list:
        return (
            f"the order is of type {type(answer).__name__}, expected a list of node numbers.\n"
            "  Hint: `list(…)` turns it into one (a set, though, has no order)."
        )
    strange = [node for node in answer if type(node) not in (int, np.int64, np.int32)]
    if strange:
        return f"the order holds {show(strange[0])}, expected node numbers alone (int)."
    order = [int(node) for node in answer]
    place = {node: i for i, node in enumerate(order)}
    start = f"the order {show(order, 100)} is not right: "
    missing = sorted(set(expected) - set(place))
    extra = sorted(set(place) - set(expected))
    if missing:
        if missing == [args[1]]:
            return f"{start}node {missing[0]} is missing.\n  Hint: the root itself comes last."
        return (
            f"{start}node {missing[0]} is missing.\n  Hint: follow *every* child, down to nodes "
            "without children, and begin each call with an empty memory of visited nodes."
        )
    if extra:
        return f"{start}the root does not depend on node {extra[0]}, so leave it out."
    if len(place) < len(order):
        twice = next(node for node in order if order.count(node) > 1)
        return (
            f"{start}node {twice} occurs {order.count(twice)} times.\n"
            "  Hint: remember which nodes were visited."
        )
    early = [(n, c) for n in order for c in children[n] if place[c] > place[n]]
    if not early:
        return None
    text = f"{start}node {early[0][0]} comes before its child {early[0][1]}."
    if all(place[c] > place[n] for n in order for c in children[n]):
        return text + "\n  Hint: this is the reverse of a right order; the root comes last."
    return text + "\n  Hint: append a node only after all of its children have been appended."
