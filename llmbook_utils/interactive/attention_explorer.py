"""The figure of attention: who may look at whom in each architecture, and who does look at whom."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Bool, Float

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.in_print import in_print
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 3  # keys that are named in words
KEYS = {"tokens", "weights", "keys", "memory", "source", "order", "note"}
LABELS = {
    "view": "Architecture",
    "layer": "Layer",
    "head": "Head",
    "token": "Look from",
    "of": "{some} of {all}",
    "mean": "mean of {all}",
    "lines": "Where “{token}” looks",
    "map": "All tokens: rows look at columns",
    "may": "“{token}” may look at",
    "most": "It looks most at",
    "nothing": "nothing",
    "place": "In the order of prediction",
    "number": "number {rank}",
    "weight": "weight of a token",
    "in_memory": "weight of a token of the memory",
    "in_source": "weight of a token of the source text",
    "forbidden": "may not look",
}


class AttentionExplorer(Explorable):
    """Choose an architecture, layer, head and token; see where it may look, and where it looks.

    ``figure.weights`` are the weights that are shown, (T, S); ``figure.may`` says which of them
    the architecture allows.

    >>> half = [[[[1.0, 0.0], [0.5, 0.5]]]]  # one layer, one head
    >>> figure = AttentionExplorer.of({"GPT": {"tokens": ["It", "is"], "weights": half}})
    >>> figure.weights.tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    >>> figure.may.tolist()
    [[True, False], [True, True]]
    """

    _esm = module("attention_explorer")
    _css = stylesheet() + (STATIC / "pretrained.css").read_text(encoding="utf-8")
    # name → tokens (T), keys (S), memory, source, order (T ranks or none), note,
    #        may (T texts of S letters "0" or "1"), weights (L, H, T, S) in thousandths
    views = traitlets.Dict().tag(sync=True)
    view = traitlets.Unicode().tag(sync=True)
    layer = traitlets.Int(0, min=0).tag(sync=True)
    head = traitlets.Int(0, min=0).tag(sync=True)  # 0 is the mean of all heads
    token = traitlets.Int(0, min=0).tag(sync=True)  # the one that looks

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})
        if self.view not in self.views:
            self.view = next(iter(self.views))

    @classmethod
    def of(cls, views: Mapping[str, Mapping[str, Any]], **settings: Any) -> "AttentionExplorer":
        """The figure for some architectures.

        :param views: name → a map with

            - ``tokens``: the T tokens that look;
            - ``weights``: (L, H, T, S), what each layer and head gives to each key; a row adds up
              to 1 (or is all 0 where a token may look nowhere), and 0 means "may not look" if it is
              0 in all layers and heads;
            - ``keys``: the S tokens that are looked at, if they are others;
            - ``memory``: how many of the first keys are memory of an earlier segment;
            - ``source``: True if the keys are another text (cross-attention);
            - ``order``: for permuted models, the places 0 … T − 1 in the order of prediction;
            - ``note``: a sentence on what to see.
        :raises ValueError: if there is none, something is missing or unknown, lengths do not fit,
            or a row of weights is not a distribution.
        """
        if not views:
            raise ValueError("expected at least one architecture, got none")
        states = {name: _state(name, view) for name, view in views.items()}
        first = settings.get("view", next(iter(states)))
        middle = len(states[first]["tokens"]) // 2 if first in states else 0
        return cls(views=states, **{"view": first, "token": middle, **settings})

    @property
    def _view(self) -> dict[str, Any]:
        return self.views[self.view]

    @property
    def _place(self) -> int:
        """The token that looks: the chosen one, or the last if this text is shorter."""
        return min(self.token, len(self._view["tokens"]) - 1)

    @property
    def weights(self) -> Float[np.ndarray, "T S"]:
        """The weights shown: of the chosen layer and head, or the mean of its heads."""
        all_of_them = np.array(self._view["weights"], dtype=float) / 1000
        layers, heads = all_of_them.shape[:2]
        layer = all_of_them[min(self.layer, layers - 1)]
        return layer.mean(axis=0) if self.head == 0 else layer[min(self.head, heads) - 1]

    @property
    def may(self) -> Bool[np.ndarray, "T S"]:
        """Whether each token (row) may look at each key (column)."""
        return np.array([[letter == "1" for letter in row] for row in self._view["may"]])

    def most(self) -> list[tuple[str, float]]:
        """The keys that the chosen token looks at most, and their weights."""
        row = self.weights[self._place]
        best = np.argsort(-row, kind="stable")[:MOST]
        return [(self._view["keys"][j], float(row[j])) for j in best if row[j] > 0]

    def describe(self) -> str:
        view, t, place = self._view, self.labels, self._place
        layers, heads = len(view["weights"]), len(view["weights"][0])
        head = f"head {min(self.head, heads)}" if self.head else f"the mean of {heads} heads"
        may = t["of"].format(some=int(self.may[place].sum()), all=len(view["keys"]))
        most = ", ".join(f"“{key}” {weight:.2f}" for key, weight in self.most()) or t["nothing"]
        rank = ""
        if view["order"]:
            number = t["number"].format(rank=view["order"][place] + 1)
            rank = f" {t['place']} it is {number}."
        layer = min(self.layer, layers - 1) + 1
        looks = t["may"].format(token=view["tokens"][place])
        return (
            f"Attention of {self.view}, layer {layer} of {layers}, {head}, in the text: "
            f"{' '.join(view['tokens'])} {looks} {may} tokens. {t['most']} {most}.{rank} "
            f"{view['note']}"
        ).strip()

    def draw_still(self, figure: "Figure") -> None:
        view, place, weights, may = self._view, self._place, self.weights, self.may
        left, right = figure.subplots(1, 2, width_ratios=[1.25, 1])
        roles = _roles(view)
        rgb = np.array([_rgb(LIGHT[role]) for role in roles])  # (S, 3)
        paper, pale = np.array(_rgb(LIGHT["paper"])), np.array(_rgb(LIGHT["line"]))
        part = np.where(may, 0.08 + 0.92 * weights, 0)[:, :, None]
        left.imshow(np.where(may[:, :, None], paper + part * (rgb - paper), pale), aspect="auto")
        frame: dict[str, Any] = {"color": LIGHT["ink"], "linewidth": 1.4, "linestyle": "-"}
        for edge in (place - 0.5, place + 0.5):
            left.axhline(edge, **frame)
        size = min(9.0, 150 / max(len(view["tokens"]), len(view["keys"]), 1))
        keys = [in_print(key) for key in view["keys"]]
        left.set_yticks(range(len(view["tokens"])), map(in_print, view["tokens"]), fontsize=size)
        left.set_xticks(range(len(keys)), keys, rotation=90, fontsize=size)
        left.grid(False)
        left.set_title(in_print(self.view), fontsize=10)
        right.barh(range(len(keys)), weights[place], color=[LIGHT[role] for role in roles])
        right.set_yticks(range(len(keys)), keys, fontsize=size)
        right.set(ylim=(len(keys) - 0.4, -0.6), xlim=(0, 1))
        token = in_print(view["tokens"][place])
        right.set_title(self.labels["lines"].format(token=token), fontsize=10)


def _state(name: str, view: Mapping[str, Any]) -> dict[str, Any]:
    """One architecture as plain JSON values, its weights in thousandths."""
    if missing := {"tokens", "weights"} - set(view):
        raise ValueError(f"expected {sorted(missing)[0]!r} in {name!r}")
    if unknown := set(view) - KEYS:
        raise ValueError(f"expected only {sorted(KEYS)} in {name!r}, got {sorted(unknown)[0]!r}")
    tokens: Sequence[str] = list(view["tokens"])
    keys: Sequence[str] = list(view.get("keys", tokens))
    weights = np.asarray(view["weights"], dtype=float)
    if weights.ndim != 4 or weights.shape[2:] != (len(tokens), len(keys)) or 0 in weights.shape:
        raise ValueError(
            f"expected weights of shape (L, H, {len(tokens)}, {len(keys)}) in {name!r}, "
            f"got {weights.shape}"
        )
    sums = weights.sum(axis=3)
    fair = (np.abs(sums - 1) < 1e-3) | (sums == 0)
    if not (fair.all() and (weights >= 0).all()):
        raise ValueError(f"expected rows of weights that add up to 1 in {name!r}")
    memory, order = int(view.get("memory", 0)), view.get("order")
    if not 0 <= memory <= len(keys):
        raise ValueError(f"expected a memory of 0 to {len(keys)} keys in {name!r}, got {memory}")
    if order is not None and sorted(int(p) for p in order) != list(range(len(tokens))):
        raise ValueError(f"expected an order of the places 0 to {len(tokens) - 1} in {name!r}")
    may = np.asarray((weights > 0).any(axis=(0, 1)))
    return {
        "tokens": tokens,
        "keys": keys,
        "memory": memory,
        "source": bool(view.get("source", False)),
        "order": [] if order is None else np.argsort([int(p) for p in order]).tolist(),
        "note": str(view.get("note", "")),
        "may": ["".join("1" if one else "0" for one in row) for row in may],
        "weights": np.rint(1000 * weights).astype(int).tolist(),
    }


def _roles(view: Mapping[str, Any]) -> list[str]:
    """The colour of each key: another text, memory, or this text."""
    if view["source"]:
        return ["second"] * len(view["keys"])
    return ["third" if j < view["memory"] else "accent" for j in range(len(view["keys"]))]


def _rgb(color: str) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(color)
