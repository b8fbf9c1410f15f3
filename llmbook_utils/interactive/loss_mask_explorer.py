"""The figure of the loss mask: which tokens of a chat SFT learns to predict."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Bool

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.in_print import in_print
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Chats = Mapping[str, tuple[Sequence[str], Sequence[bool | int] | np.ndarray]]
Losses = Mapping[str, Mapping[str, Sequence[float | int] | np.ndarray]]
END = "<end>"
MASKS = ("answers", "everything", "no_end", "shifted")
LABELS = {
    "chat": "Chat",
    "mask": "Loss on",
    "masks": {
        "answers": "answers only",
        "everything": "everything",
        "no_end": "answers without <end>",
        "shifted": "answers, mask off by one",
    },
    "lessons": {
        "answers": "The model learns to answer, and to stop.",
        "everything": (
            "The model also learns to ask: it spends capacity on questions that users will write, "
            "and on padding if there is any."
        ),
        "no_end": "The model learns to answer, but never to stop: no loss falls on <end>.",
        "shifted": (
            "A classic mistake: the mask says which tokens are read, not which are predicted. "
            "The first word of an answer is never learned; what follows <end> is."
        ),
    },
    "token": "Look at token",
    "counted": "Tokens with loss",
    "of": "{some} of {all}",
    "mean": "Mean loss on them, {name}",
    "bar": "loss of each token {name}",
    "carries": "carries loss",
    "tokens": "The chat, token by token",
    "yes": "Having read “{before}”, the model must predict “{token}”: this carries loss",
    "no": "Having read “{before}”, the model would predict “{token}”: no loss here",
    "first": "“{token}” is the first token: nothing stands before it to predict it from",
    "nats": "{name} {loss} nats",
}


class LossMaskExplorer(Explorable):
    """Choose a chat and a mask; see which tokens carry loss, and what a model loses on each.

    ``figure.carries`` says for each token whether it carries loss as what is predicted.

    >>> chat = (["<q>", "Where", "?", "<a>", "Oslo", "<end>"], [0, 0, 0, 0, 1, 1])
    >>> figure = LossMaskExplorer.of({"One turn": chat})
    >>> figure.carries.tolist()
    [False, False, False, False, True, True]
    >>> figure.mask = "no_end"
    >>> int(figure.carries.sum())
    1
    """

    _esm = module("loss_mask_explorer")
    _css = stylesheet() + (STATIC / "alignment.css").read_text(encoding="utf-8")
    # name → [tokens, whether each belongs to an answer, {name: its loss or null}]
    chats = traitlets.Dict().tag(sync=True)
    chat = traitlets.Unicode().tag(sync=True)
    mask = traitlets.Enum(MASKS, "answers").tag(sync=True)
    token = traitlets.Int(1, min=0).tag(sync=True)  # the one that is looked at

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})
        if self.chat not in self.chats:
            self.chat = next(iter(self.chats))

    @classmethod
    def of(cls, chats: Chats, losses: Losses | None = None, **settings: Any) -> "LossMaskExplorer":
        """The figure for some chats.

        :param chats: name → (tokens, whether each token belongs to an answer, its "<end>"
            included). They may end in padding.
        :param losses: up to two models, "before SFT" and "after SFT" say → name of a chat →
            −ln p(token | those before it) at each of its tokens; NaN at the first.
        :raises ValueError: if there is no chat, or a length differs from that of the tokens.
        """
        losses = losses or {}
        if not chats or len(losses) > 2:
            raise ValueError(
                f"expected chats and at most two models, got {len(chats)} and {len(losses)}"
            )
        state: dict[str, list[Any]] = {}
        for name, (tokens, is_answer) in chats.items():
            rows = {model: by_chat[name] for model, by_chat in losses.items() if name in by_chat}
            for what, row in {"is_answer": is_answer, **rows}.items():
                if len(row) != len(tokens):
                    raise ValueError(
                        f"expected {len(tokens)} values in {what} of {name!r}, got {len(row)}"
                    )
            rounded = {model: [_rounded(nats) for nats in row] for model, row in rows.items()}
            state[name] = [list(tokens), [bool(one) for one in is_answer], rounded]
        name = next(iter(state))
        first = int(np.argmax(chats[name][1]))
        return cls(chats=state, **{"chat": name, "token": first, **settings})

    @property
    def tokens(self) -> list[str]:
        """The tokens of the chat that is chosen."""
        return self.chats[self.chat][0]

    @property
    def carries(self) -> Bool[np.ndarray, " T"]:
        """Whether each token carries loss as what is predicted."""
        tokens, is_answer, _ = self.chats[self.chat]
        answer = np.array(is_answer, dtype=bool)
        carries = {
            "answers": answer,
            "everything": np.ones_like(answer),
            "no_end": answer & np.array([token != END for token in tokens]),
            "shifted": np.concatenate([[False], answer[:-1]]),
        }[self.mask].copy()
        carries[0] = False  # nothing stands before it
        return carries

    def means(self) -> dict[str, float]:
        """The mean loss of each model on the tokens that carry loss."""
        rows, on = self.chats[self.chat][2], self.carries
        means = {}
        for name, row in rows.items():
            nats = [
                loss for loss, carried in zip(row, on, strict=True) if carried and loss is not None
            ]
            if nats:
                means[name] = float(np.mean(nats))
        return means

    def describe(self) -> str:
        marked = " ".join(
            f"[{token}]" if on else token
            for token, on in zip(self.tokens, self.carries, strict=True)
        )
        means = "".join(f" Mean loss {name}: {loss:.3g}." for name, loss in self.means().items())
        return (
            f"A chat of {len(self.tokens)} tokens; loss on {self.labels['masks'][self.mask]}: "
            f"{int(self.carries.sum())} tokens carry loss, here in brackets. {marked}.{means} "
            f"{self.labels['lessons'][self.mask]} {self._here()}"
        )

    def _here(self) -> str:
        j = min(self.token, len(self.tokens) - 1)
        key = "first" if j == 0 else "yes" if self.carries[j] else "no"
        before = " ".join(self.tokens[max(0, j - 3) : j])
        return self.labels[key].format(before=before, token=self.tokens[j]) + "."

    def draw_still(self, figure: "Figure") -> None:
        from matplotlib.patches import Rectangle

        ax = figure.subplots()
        ax.set(xlim=(0, 68), ylim=(10.4, -0.6))
        ax.axis("off")
        rows = list(self.chats[self.chat][2].values())
        highest = max((n for row in rows for n in row if n is not None), default=1.0)
        looks = [(LIGHT["edge"], "none"), (LIGHT["accent"], LIGHT["accent"])]
        x, y, high = 0.0, 1.6 if rows else 0.6, 2.4 if rows else 1.3
        for j, (token, on) in enumerate(zip(self.tokens, self.carries, strict=True)):
            written = in_print(token)
            width = 0.98 * len(written) + 1.4
            if x + width > 68:
                x, y = 0.0, y + high
            if y > 9:
                ax.text(x, y, "…", va="center")
                break
            if on:
                look: dict[str, Any] = {"color": LIGHT["second"], "alpha": 0.25, "linewidth": 0}
                ax.add_patch(Rectangle((x, y - 0.45), width - 0.3, 0.9, **look))
            color = LIGHT["ink" if on else "soft"]
            ax.text(x + width / 2 - 0.15, y, written, ha="center", va="center", color=color)
            for i, ((edge, face), row) in enumerate(zip(looks, rows, strict=False)):
                if (nats := row[j]) is not None:
                    tall = 1.2 * nats / max(highest, 1e-9)
                    ax.bar(
                        x + width / 2 - 0.6 + 0.9 * i,
                        -tall,
                        0.7,
                        y - 0.5,
                        color=face,
                        edgecolor=edge,
                    )
            x += width
        said = [f"{self.labels['counted']}: {int(self.carries.sum())} / {len(self.tokens)}"]
        said += [f"{name}: {loss:.3g} nats" for name, loss in self.means().items()]
        chosen = f"{self.labels['mask']}: {self.labels['masks'][self.mask]}"
        ax.set_title(f"{chosen} ({in_print(self.chat)})", fontsize=10)
        ax.text(0, 10.2, " · ".join(said), va="center", color=LIGHT["soft"])


def _rounded(nats: float | int) -> float | None:
    return None if math.isnan(nats) else float(f"{nats:.4g}")
