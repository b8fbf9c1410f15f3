"""The figure of induction heads: where each head looks, moment by moment of a training.

Twin of static/induction_explorer.js. F moments, L layers, H heads, T tokens.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Float, Num

from llmbook_utils.interactive.explorable import Explorable, module, rounded
from llmbook_utils.interactive.in_print import in_print
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray
MOST, SEEN = 2, 0.005  # keys that are named in words, at most; and from which weight on
SURE = 1 / 3  # of its attention, on average: then a head is called by its name
SERIES, DASHES = ("accent", "second", "third"), ("-", "--", ":")
LABELS = {
    "step": "Training step",
    "step_axis": "step",
    "head": "Head: layer.number",
    "token": "Look from",
    "place": "{place}: {token}",
    "play": "▶ Play",
    "stop": "■ Stop",
    "strip": "Step {step}, head {head}, from “{token}”",
    "map": "All tokens: rows look at columns",
    "loss": "Loss along the training",
    "nats": "nats a token",
    "scores": "Scores of head {head}",
    "score": "mean attention",
    "chance": "guessing",
    "previous": "previous-token score",
    "induction": "induction score",
    "others": "the other heads",
    "copied": "what came after the same token last time",
    "again": "tokens that have come before",
    "most": "“{token}” looks most at",
    "target": "to “{token}”, which came after it last time, it gives",
    "new": "“{token}” has not come before: there is nothing to copy.",
    "is_induction": "At step {step}, head {head} gives on average {percent} % of its attention "
    "to what came after the same token last time: an induction head.",
    "is_previous": "At step {step}, head {head} gives on average {percent} % of its attention "
    "to the token before: a previous-token head.",
    "is_neither": "At step {step}, head {head} gives on average less than a third of its "
    "attention to either place.",
}


class InductionExplorer(Explorable):
    """Move along a training; choose a head and a token; see it learn to copy what came next.

    ``figure.weights`` are the weights of the chosen head at the chosen step, (T, T).

    >>> looks = np.tril(np.ones((2, 1, 1, 3, 3)))
    >>> looks /= looks.sum(axis=-1, keepdims=True)
    >>> figure = InductionExplorer.of([0, 9], ["A", "B", "A"], looks, {"loss": [3.4, 1.2]})
    >>> figure.target
    1
    >>> round(figure.score("induction"), 2)
    0.33
    """

    _esm = module("induction_explorer")
    _css = stylesheet() + "".join(
        (STATIC / f"{name}.css").read_text(encoding="utf-8") for name in ("pretrained", "emergence")
    )
    steps = traitlets.List(traitlets.Int(), minlen=2).tag(sync=True)
    tokens = traitlets.List(traitlets.Unicode(), minlen=2).tag(sync=True)
    # [frame][layer][head] → the lower triangle, row after row: 255ths as bytes in base 64
    attention: traitlets.List[Any] = traitlets.List().tag(sync=True)
    scores = traitlets.Dict().tag(sync=True)  # "previous", "induction" → [frame][layer][head]
    losses = traitlets.Dict().tag(sync=True)  # name → the loss at each of:
    measured_at = traitlets.List(traitlets.Int()).tag(sync=True)
    chance = traitlets.Float(None, allow_none=True).tag(sync=True)
    frame = traitlets.Int(0, min=0).tag(sync=True)
    head = traitlets.Unicode("1.1").tag(sync=True)  # layer.number, from 1
    token = traitlets.Int(0, min=0).tag(sync=True)  # the one that looks

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})

    @traitlets.validate("frame", "token", "head")
    def _within(self, proposal: Any) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        if name == "head":
            layers = self.attention[0] if self.attention else []
            known = [
                f"{i + 1}.{j + 1}" for i, layer in enumerate(layers) for j in range(len(layer))
            ]
            if known and value not in known:
                raise traitlets.TraitError(f"expected a head of {known}, got {value!r}")
            return value
        several = self.steps if name == "frame" else self.tokens
        if several and value >= len(several):
            raise traitlets.TraitError(f"expected {name} below {len(several)}, got {value}")
        return value

    @classmethod
    def of(
        cls,
        steps: Sequence[int] | Num[Array, " F"],
        tokens: Sequence[str],
        attention: Any,
        losses: Mapping[str, Any],
        measured_at: Sequence[int] | Num[Array, " P"] | None = None,
        scores: Mapping[str, Any] | None = None,
        chance: float | int | None = None,
        **settings: Any,
    ) -> "InductionExplorer":
        """The figure for moments of a run on one sequence that repeats itself.

        :param steps: when the moments were, growing.
        :param tokens: the sequence; short tokens, such as letters.
        :param attention: (F, L, H, T, T), causal; the weights of a token add up to 1. A byte for
            each travels with the page: 16 moments of 4 heads on 24 tokens are 19 kB.
        :param losses: one to three curves (P,), such as the loss on the first half and on the
            repeat; NaN where one was not measured.
        :param measured_at: the steps of the losses, if they are others.
        :param scores: "previous" and "induction" of each head, (F, L, H), such as means over
            many sequences; by default they are computed from the attention shown.
        :param chance: the loss of guessing, ln V: a dotted line.
        :raises ValueError: if lengths or shapes do not fit, or attention is not causal or no
            distribution.
        """
        at, names = [int(step) for step in steps], [str(token) for token in tokens]
        looks = np.asarray(attention, dtype=float)
        F, T = len(at), len(names)
        if F < 2 or not all(np.diff(at) > 0):
            raise ValueError(f"expected at least two growing steps, got {at}")
        if looks.ndim != 5 or (looks.shape[0], *looks.shape[3:]) != (F, T, T) or 0 in looks.shape:
            raise ValueError(
                f"expected attention of shape ({F}, L, H, {T}, {T}), got {looks.shape}"
            )
        if not (np.abs(looks.sum(-1) - 1) < 1e-3).all() or (looks < 0).any():
            raise ValueError("expected rows of attention that add up to 1")
        if (looks * np.triu(np.ones((T, T)), 1) > 0).any():
            raise ValueError("expected causal attention: no weight on later tokens")
        when = at if measured_at is None else [int(step) for step in measured_at]
        wrong = {name: len(values) for name, values in losses.items() if len(values) != len(when)}
        if wrong or not 1 <= len(losses) <= len(SERIES):
            got = f"lengths {wrong}" if wrong else f"{len(losses)} curves"
            raise ValueError(f"expected one to three losses of {len(when)} values, got {got}")
        known = head_scores(names, looks) if scores is None else dict(scores)
        if set(known) != {"previous", "induction"}:
            raise ValueError(f"expected the scores 'previous' and 'induction', got {set(known)}")
        for name, values in known.items():
            if np.shape(values) != looks.shape[:3]:
                raise ValueError(
                    f"expected {name!r} scores of shape {looks.shape[:3]}, got {np.shape(values)}"
                )
        end = np.asarray(known["induction"])[-1]  # open at the head that ends with the best score
        layer, number = (int(i) for i in np.unravel_index(end.argmax(), end.shape))
        repeated = [i for i, target in enumerate(targets(names)) if target is not None]
        opening = {
            "frame": F - 1,
            "head": f"{layer + 1}.{number + 1}",
            "token": repeated[len(repeated) // 2] if repeated else T - 1,
        }
        triangles = looks[..., *np.tril_indices(T)]
        return cls(
            steps=at,
            tokens=names,
            attention=[[[_packed(h) for h in layer] for layer in moment] for moment in triangles],
            scores={
                name: [[rounded(row) for row in layers] for layers in np.asarray(values)]
                for name, values in known.items()
            },
            losses={
                name: [None if math.isnan(v) else float(f"{v:.4g}") for v in values]
                for name, values in losses.items()
            },
            measured_at=when,
            chance=None if chance is None else float(f"{chance:.4g}"),
            **{**opening, **settings},
        )

    @property
    def _head(self) -> tuple[int, int]:
        """Layer and number of the chosen head, from 0."""
        layer, number = (int(part) - 1 for part in self.head.split("."))
        return layer, number

    @property
    def weights(self) -> Float[Array, "T T"]:
        """Where each token (row) looks (columns)."""
        layer, number = self._head
        T = len(self.tokens)
        looks = np.zeros((T, T))
        packed = base64.b64decode(self.attention[self.frame][layer][number])
        looks[np.tril_indices(T)] = np.frombuffer(packed, dtype=np.uint8) / 255
        return looks

    @property
    def target(self) -> int | None:
        """Where an induction head looks from the chosen token; None if it is new."""
        return targets(self.tokens)[self.token]

    def score(self, name: str) -> float:
        """The "previous" or "induction" score of the chosen head at the chosen step."""
        layer, number = self._head
        return float(self.scores[name][self.frame][layer][number])

    def loss(self, name: str) -> float | None:
        """A loss at the chosen step, or at the nearest one at which it was measured."""
        near = [abs(step - self.steps[self.frame]) for step in self.measured_at]
        value = self.losses[name][near.index(min(near))]
        return None if value is None else float(value)

    def _kind(self) -> str:
        sure = [name for name in ("induction", "previous") if self.score(name) >= SURE]
        said = self.labels[f"is_{sure[0]}" if sure else "is_neither"]
        percent = round(100 * self.score(sure[0])) if sure else 0
        return str(said.format(step=self.steps[self.frame], head=self.head, percent=percent))

    def describe(self) -> str:
        t, row, name = self.labels, self.weights[self.token], self.tokens[self.token]
        best = [j for j in np.argsort(-row, kind="stable")[:MOST] if row[j] >= SEEN]
        looks = ", ".join(f"“{self.tokens[j]}” {row[j]:.2f}" for j in best)
        copied = t["new"].format(token=name)
        if self.target is not None:
            to = t["target"].format(token=self.tokens[self.target])
            copied = f"{to} {row[self.target]:.2f}."
        known = [(one, self.loss(one)) for one in self.losses]
        losses = ", ".join(f"{one} {value:.3g}" for one, value in known if value is not None)
        scores = ", ".join(f"{t[one]} {self.score(one):.2f}" for one in ("previous", "induction"))
        most = t["most"].format(token=name)
        return (
            f"Attention in the sequence {' '.join(self.tokens)}, from step {self.steps[0]} to "
            f"{self.steps[-1]} of a training. {self._kind()} Token {self.token + 1}: {most} "
            f"{looks}; {copied} {t['nats']}: {losses}. {scores}."
        )

    def draw_still(self, figure: "Figure") -> None:
        left, right = figure.subplots(1, 2, width_ratios=[1, 1.25])
        t, now = self.labels, self.steps[self.frame]
        self._draw_map(left)
        for (name, values), role, dash in zip(self.losses.items(), SERIES, DASHES, strict=False):
            loss = [math.nan if value is None else value for value in values]
            right.plot(self.measured_at, loss, color=LIGHT[role], linestyle=dash, label=name)
        right.axvline(now, color=LIGHT["edge"], linewidth=1, linestyle="-")
        if self.chance is not None:
            right.axhline(self.chance, color=LIGHT["soft"], linestyle=":", label=t["chance"])
        right.set(xlabel=t["step_axis"], ylabel=t["nats"])
        right.set_ylim(0, None)
        right.set_title("\n".join(wrap(self._kind(), 46)), fontsize=10)
        right.legend(fontsize=8.5)

    def _draw_map(self, ax: "Axes") -> None:
        names = [in_print(token) for token in self.tokens]
        later = np.triu(np.ones((len(names), len(names)), dtype=bool), 1)
        ax.imshow(np.ma.masked_array(self.weights, later), cmap="Blues", vmin=0, vmax=1)
        for place, target in enumerate(targets(self.tokens)):
            if target is not None:
                ax.plot(target, place, "s", markerfacecolor="none", color=LIGHT["second"])
        frame: dict[str, Any] = {"color": LIGHT["ink"], "linewidth": 1.2, "linestyle": "-"}
        for edge in (self.token - 0.5, self.token + 0.5):
            ax.axhline(edge, **frame)
        size = min(9.0, 130 / len(names))
        ax.set_xticks(range(len(names)), names, fontsize=size)
        ax.set_yticks(range(len(names)), names, fontsize=size)
        ax.grid(False)
        ax.set_title(f"{self.labels['step']} {self.steps[self.frame]}", fontsize=10)


def _packed(weights: Float[Array, " N"]) -> str:
    return base64.b64encode(np.rint(255 * weights).astype(np.uint8).tobytes()).decode()


def targets(tokens: Sequence[str]) -> list[int | None]:
    """The place after the last earlier occurrence of each token; None for what is new.

    >>> targets(["A", "B", "C", "A", "B"])
    [None, None, None, 1, 2]
    """
    seen: dict[str, int] = {}
    found = []
    for place, token in enumerate(tokens):
        found.append(seen[token] + 1 if token in seen else None)
        seen[token] = place
    return found


def head_scores(
    tokens: Sequence[str], attention: Float[Array, "F L H T T"]
) -> dict[str, Float[Array, "F L H"]]:
    """Mean attention to the token before, and to the one after the last earlier occurrence."""
    T = len(tokens)
    known = [(i, j) for i, j in enumerate(targets(tokens)) if j is not None]
    places = np.array(known or [(0, 0)]).T
    induction = attention[..., places[0], places[1]].mean(axis=-1) * bool(known)
    return {
        "previous": attention[..., np.arange(1, T), np.arange(T - 1)].mean(axis=-1),
        "induction": induction,
    }
