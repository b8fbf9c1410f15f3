"""The figure of byte-pair encoding: the reader's text as tokens, merge by merge."""

from typing import TYPE_CHECKING, Any

import traitlets

from llmbook_utils.byte_pairs import token_bytes
from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.in_print import in_print
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet
from llmbook_utils.tokenizer import PATTERN, Tokenizer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "text": "A text of your own",
    "merges": "Merges",
    "characters": "Characters",
    "bytes": "Bytes",
    "tokens": "Tokens",
    "ratio": "Bytes a token",
    "no_merge": "No merge: every byte is a token.",
    "last_merge": "Merge {n} makes “{new}” (id {id}) of “{a}” and “{b}”.",
}
EXAMPLES = {
    "English": "Mara lives in Oslo. She is a baker.",
    "New words": "The bakery rebaked unbaked cakes.",
    "中文": "玛拉住在奥斯陆。",
    "Code": "def bake(n):\n    return n ** 2",
    "Emoji": "Well done! 👩‍🚀",
}


class TokenizerExplorer(Explorable):
    """Type a text and move the number of merges; see the tokens and what the last merge did.

    What the reader writes is what Python reads: ``figure.text`` and ``figure.n``.

    >>> figure = TokenizerExplorer.of(Tokenizer.train("low lower lowest"), text="low slow")
    >>> figure.tokens
    [b' low', b' ', b's', b'low']
    """

    _esm = module("tokenizer_explorer")
    _css = stylesheet() + (STATIC / "language.css").read_text(encoding="utf-8")
    text = traitlets.Unicode(EXAMPLES["English"]).tag(sync=True)
    # [[a, b], …]: merge number r makes token 256 + r
    merges: traitlets.List[Any] = traitlets.List().tag(sync=True)
    n = traitlets.Int(0, min=0).tag(sync=True)  # so many of them are used
    prefix = traitlets.Unicode(" ").tag(sync=True)  # what a document is written with in front
    examples = traitlets.Dict(EXAMPLES).tag(sync=True)  # name on the button → text

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})

    @traitlets.validate("n")
    def _learned(self, proposal: Any) -> int:
        if proposal["value"] > len(self.merges):
            learned = len(self.merges)
            raise traitlets.TraitError(f"expected n ≤ {learned} merges, got {proposal['value']}")
        return proposal["value"]

    @classmethod
    def of(cls, tokenizer: Tokenizer, most: int = 1000, **settings: Any) -> "TokenizerExplorer":
        """The figure for a tokenizer's merges, its first ``most`` ones.

        :raises ValueError: if the tokenizer cuts texts by another pattern than the usual one, which
            is the only one that the page knows.
        """
        if tokenizer.pattern != PATTERN:
            raise ValueError(f"expected a tokenizer with the usual pattern, got {tokenizer!r}")
        merges = [list(pair) for pair in tokenizer.merges[:most]]
        settings = {"n": len(merges), "prefix": tokenizer.document_prefix, **settings}
        return cls(merges=merges, **settings)

    @property
    def tokens(self) -> list[bytes]:
        """The tokens of the text, with the prefix in front."""
        first = Tokenizer([(a, b) for a, b in self.merges[: self.n]], specials=())
        text = self.prefix + self.text if self.text else ""
        return [first.token(i) for i in first.encode(text)]

    def describe(self) -> str:
        tokens = self.tokens
        text = (self.prefix + self.text if self.text else "").encode("utf-8", "surrogatepass")
        cut = " | ".join(map(_shown, tokens[:40]))
        return (
            f"A text of {len(text)} bytes as {len(tokens)} tokens by byte-pair encoding with "
            f"{self.n} of {len(self.merges)} merges: {cut}{' …' if len(tokens) > 40 else ''}"
        )

    def draw_still(self, figure: "Figure") -> None:
        ax = figure.subplots()
        ax.set(xlim=(0, 60), ylim=(8.2, 0))
        ax.axis("off")
        x, y = 0.0, 0.8
        roles = ("accent", "second", "third", "fourth")
        for place, token in enumerate(self.tokens):
            written = in_print(_shown(token))
            width = 0.95 * len(written) + 1.1
            if x + width > 60:
                x, y = 0.0, y + 1.15
            if y > 6.8:
                ax.text(x, y, "…", va="center")
                break
            color = LIGHT[roles[place % 4]]
            ax.plot([x + 0.1, x + width - 0.3], [y + 0.42] * 2, color=color, linestyle="-")
            ax.text(x + width / 2, y, written, ha="center", va="center")
            x += width
        counted = {"tokens": len(self.tokens), "merges": self.n}
        words = ", ".join(f"{self.labels[key]}: {value}" for key, value in counted.items())
        ax.text(0, 7.9, words, va="center", color=LIGHT["soft"])

    def learned(self) -> list[str]:
        """The tokens that the merges make, in their order, as the figure writes them."""
        pairs = [(a, b) for a, b in self.merges]
        return [_shown(token) for token in token_bytes(pairs)[256:]]


def _shown(token: bytes) -> str:
    """A token's characters with visible spaces, or its bytes if they are no whole characters."""
    try:
        text = token.decode("utf-8")
    except UnicodeDecodeError:
        return token.hex(" ").upper()
    if any((ord(c) < 32 and c not in "\n\t") or ord(c) == 127 for c in text):
        return token.hex(" ").upper()
    return text.translate({ord(" "): "·", ord("\n"): "⏎", ord("\t"): "⇥"})
