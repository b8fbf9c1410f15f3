"""The figure of the next word: an n-gram model, how it is smoothed, and how words are drawn."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Float

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.in_print import in_print
from llmbook_utils.interactive.next_word import drawn, sharpened, truncated
from llmbook_utils.interactive.theme import STATIC, stylesheet
from llmbook_utils.ngram import NGram

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWS = 12
LABELS = {
    "title": "The next word",
    "prefix": "The document so far",
    "start": "(the start of a document)",
    "order": "Order n",
    "smoothing": "Smoothing",
    "smoothings": {"add-k": "add-k", "kneser-ney": "Kneser–Ney"},
    "k": "k added to counts",
    "discount": "Discount D",
    "temperature": "Temperature T",
    "top_k": "Top-k",
    "top_p": "Top-p",
    "all": "off",
    "again": "Draw again",
    "probability": "probability",
    "others": "all others",
    "left": "Words that can be drawn",
    "entropy": "Entropy (nats)",
    "true_entropy": "of the truth",
    "kl": "KL of the model from the truth",
    "drawn": "Drawn:",
    "best": "The likeliest is {word}, with {share}.",
    "key_now": "what words are drawn from",
    "key_before": "the model itself",
    "key_true": "the truth",
}


class NextWordExplorer(Explorable):
    """Choose a document's beginning, a model and how to draw; see the next word's probabilities.

    What the reader sets is what Python reads. ``of`` makes a figure from documents; the model is
    that of :class:`llmbook_utils.ngram.NGram`.

    >>> figure = NextWordExplorer.of(
    ...     [["a", "b"], ["a", "c"]], ["a", "b", "c"], [["a"]], lambda _: {"b": 0.5, "c": 0.5}
    ... )
    >>> figure.order = 2
    >>> bool(figure.model[1] == figure.model[2] > figure.model[0])
    True
    """

    _esm = module("next_word_explorer")
    _css = stylesheet() + (STATIC / "language.css").read_text(encoding="utf-8")
    words = traitlets.List(traitlets.Unicode(), minlen=2).tag(sync=True)
    prefixes = traitlets.List(traitlets.Unicode(), minlen=1).tag(sync=True)
    # [[word, count], …] twice: how often it occurs, and how many words stand before (c = 0)
    unigrams: traitlets.List[Any] = traitlets.List().tag(sync=True)
    # for each prefix the same, behind its last 1, 2, … words
    tables: traitlets.List[Any] = traitlets.List().tag(sync=True)
    # for each prefix [[word, probability], …]
    truths: traitlets.List[Any] = traitlets.List().tag(sync=True)
    prefix = traitlets.Unicode().tag(sync=True)
    order = traitlets.Int(3, min=1).tag(sync=True)
    smoothing = traitlets.Enum(["add-k", "kneser-ney"], "kneser-ney").tag(sync=True)
    k = traitlets.Float(0.1, min=0.001, max=10).tag(sync=True)
    discount = traitlets.Float(0.75, min=0.05, max=1).tag(sync=True)
    temperature = traitlets.Float(1.0, min=0.1, max=3).tag(sync=True)
    top_k = traitlets.Int(0, min=0).tag(sync=True)  # 0: all words
    top_p = traitlets.Float(1.0, min=0.05, max=1).tag(sync=True)
    seed = traitlets.Int(1, min=0).tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})
        if self.prefix not in self.prefixes:
            self.prefix = self.prefixes[0]

    @traitlets.validate("order")
    def _counted(self, proposal: Any) -> int:
        if self.tables and proposal["value"] > len(self.tables[0]) + 1:
            highest = len(self.tables[0]) + 1
            raise traitlets.TraitError(f"expected an order ≤ {highest}, got {proposal['value']}")
        return proposal["value"]

    @classmethod
    def of(
        cls,
        documents: Sequence[Sequence[str]],
        words: Sequence[str],
        prefixes: Sequence[Sequence[str]],
        truth: Callable[[Sequence[str]], Mapping[str, float]],
        max_order: int = 6,
        show: Callable[[Sequence[str]], str] = " ".join,
        **settings: Any,
    ) -> "NextWordExplorer":
        """The figure for models counted from these documents.

        :param documents: the words of each, the end mark included.
        :param words: the vocabulary; for the tiny world `world.words` and the end mark.
        :param prefixes: beginnings of documents that the reader can choose from.
        :param truth: the true distribution after a prefix: `world.next_word`.
        :param show: writes the words of a prefix as a text.
        :raises ValueError: for a word outside the vocabulary, or no prefix.
        """
        number = {word: i for i, word in enumerate(words)}
        strange = {w for part in (*documents, *prefixes) for w in part if w not in number}
        if strange or not prefixes:
            what = f"got {sorted(strange)[0]!r}" if strange else "got no prefix"
            raise ValueError(f"expected prefixes, and words out of the vocabulary, {what}")
        ids = [[number[word] for word in document] for document in documents]
        orders = range(1, max_order + 1)
        raw = [NGram(n, len(words), "add-k").fit(ids) for n in orders]
        before = NGram(max_order, len(words), "kneser-ney").fit(ids)

        def table(prefix: list[int], c: int) -> list[list[list[int]]]:
            pairs = (model.seen_after(prefix, c) for model in (raw[c], before))
            return [np.stack(pair, axis=1).tolist() for pair in pairs]

        starts = [[number[word] for word in prefix] for prefix in prefixes]
        return cls(
            words=list(words),
            prefixes=[show(prefix) for prefix in prefixes],
            unigrams=table([], 0),
            tables=[[table(start, c) for c in range(1, max_order)] for start in starts],
            truths=[
                [[number[w], float(f"{p:.6g}")] for w, p in truth(prefix).items() if p > 0]
                for prefix in prefixes
            ],
            **settings,
        )

    @property
    def model(self) -> Float[np.ndarray, " V"]:
        """The n-gram model's probabilities, before temperature, top-k and top-p."""
        V = len(self.words)
        levels = [self.unigrams, *self.tables[self.prefixes.index(self.prefix)]][: self.order]
        p = np.full(V, 1 / V)
        for c, (raw, before) in enumerate(levels):
            last = c == self.order - 1
            if self.smoothing == "add-k" and not last:
                continue
            pairs = np.array(raw if last else before, dtype=float).reshape(-1, 2)
            counts = np.zeros(V)
            counts[pairs[:, 0].astype(int)] = pairs[:, 1]
            total = counts.sum()
            if total and self.smoothing == "add-k":
                p = (counts + self.k) / (total + self.k * V)
            elif total:
                share = self.discount * len(pairs)
                p = (np.maximum(counts - self.discount, 0) + share * p) / total
        return p

    @property
    def probabilities(self) -> Float[np.ndarray, " V"]:
        """What words are drawn from, in the order of ``words``."""
        return truncated(sharpened(self.model, self.temperature), self.top_k, self.top_p)

    @property
    def truth(self) -> Float[np.ndarray, " V"]:
        """The true probabilities after the chosen prefix."""
        p = np.zeros(len(self.words))
        for word, probability in self.truths[self.prefixes.index(self.prefix)]:
            p[word] = probability
        return p

    @property
    def drawn(self) -> list[str]:
        """The words that the figure has drawn."""
        return [self.words[i] for i in drawn(self.probabilities, DRAWS, self.seed)]

    def describe(self) -> str:
        p, name = self.probabilities, self.labels["smoothings"][self.smoothing]
        best, after = int(p.argmax()), f"after “{self.prefix}”" if self.prefix else "at the start"
        return (
            f"Probabilities of the next word {after}, by a model of order {self.order} with {name} "
            f"smoothing at temperature {self.temperature:g}, beside the true ones. "
            f"{int((p > 0).sum())} words can be drawn; the likeliest is {self.words[best]} with "
            f"{100 * p[best]:.3g} percent, whose true probability is {100 * self.truth[best]:.3g} "
            "percent."
        )

    def draw_still(self, figure: "Figure") -> None:
        from llmbook_utils.figures.language_models import plot_next_words

        base, truth = self.model, self.truth
        rows = np.argsort(-np.maximum(base, truth), kind="stable")[:8]
        names = {self.labels["key_before"]: base[rows]}
        names[self.labels["key_now"]] = self.probabilities[rows]
        words = [in_print(self.words[i]) for i in rows]
        ax = plot_next_words(words, names, truth[rows], figure.subplots())
        ax.set_title(in_print(f"{self.prefix} …" if self.prefix else self.labels["start"]))
