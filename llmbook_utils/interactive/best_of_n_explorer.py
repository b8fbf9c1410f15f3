"""The figure of best-of-n: more candidates please the reward model; do they please people too?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from llmbook_utils.interactive.answers import (
    KINDS,
    Answer,
    State,
    draw_answers,
    state_of,
    text_of,
)
from llmbook_utils.interactive.explorable import Explorable, module, rounded
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Numbers = Sequence[float | int] | np.ndarray
LABELS = {
    "title": "The best of n",
    "model": "Reward model",
    "n": "n answers to choose from",
    "question": "Question",
    "kl": "KL = ln n − (n − 1)/n (nats)",
    "reward": "mean reward",
    "proxy": "the reward model's own score (proxy)",
    "gold": "the true reward (gold)",
    "others": "gold with the other reward models",
    "gap": "gold lost since its peak",
    "at": "n = {n}",
    "proxy_now": "Proxy",
    "gold_now": "Gold",
    "kl_now": "KL",
    "lost": "Gold below its peak",
    "no_loss": "0, this is the peak",
    "peak": "{lost}, the peak is at n = {n}",
    "picked": "What the reward model picks of {n}",
    "best": "The truly best of the same {n}",
    "scores": "proxy {proxy}, gold {gold}",
    "nothing": "(nothing)",
}


class BestOfNExplorer(Explorable):
    """Choose n and a reward model; see proxy and gold part, and which answer is picked.

    ``figure.n`` and ``figure.model`` are what the reader has chosen; ``step`` is an index into
    ``ns``.

    >>> figure = BestOfNExplorer.of([1, 4], {"weak": [0, 1]}, {"weak": [0.4, 0.2]}, step=1)
    >>> figure.n, figure.model
    (4, 'weak')
    """

    _esm = module("best_of_n_explorer")
    _css = stylesheet() + (STATIC / "alignment.css").read_text(encoding="utf-8")
    ns = traitlets.List(traitlets.Int(min=1), minlen=2).tag(sync=True)
    proxy = traitlets.Dict().tag(sync=True)  # reward model → mean proxy at each n
    gold = traitlets.Dict().tag(sync=True)
    questions = traitlets.List(traitlets.Unicode()).tag(sync=True)
    # for each question the answers that are best for some n, as in answers.py
    answers: traitlets.List[Any] = traitlets.List().tag(sync=True)
    # reward model → question → n → [place of its pick, its proxy, place of the truly best, proxy]
    picks = traitlets.Dict().tag(sync=True)
    kinds = traitlets.Dict(KINDS).tag(sync=True)
    model = traitlets.Unicode().tag(sync=True)
    step = traitlets.Int(0, min=0).tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})
        if self.model not in self.gold:
            self.model = next(iter(self.gold))
        if self.questions and self.question not in self.questions:
            self.question = self.questions[0]

    @traitlets.validate("step")
    def _within(self, proposal: Any) -> int:
        if self.ns and proposal["value"] >= len(self.ns):
            raise traitlets.TraitError(
                f"expected a step below {len(self.ns)}, got {proposal['value']}"
            )
        return proposal["value"]

    @classmethod
    def of(
        cls,
        n: Sequence[int] | np.ndarray,
        proxy: Mapping[str, Numbers],
        gold: Mapping[str, Numbers],
        questions: Sequence[str] = (),
        answers: Sequence[Sequence[Answer]] = (),
        scores: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> "BestOfNExplorer":
        """The figure for measured curves and some sampled answers.

        :param n: the sizes, in order: 1, 2, 4, … 64.
        :param proxy: reward model, "500 comparisons" say → mean score of its choice, for each n.
        :param gold: reward model → mean gold reward of its choice, for each n.
        :param questions: up to four, to show answers of.
        :param answers: for each question its M ≥ max(n) candidates, in the order of sampling;
            `corpus.judged.judged` gives them their gold reward and colours.
        :param scores: reward model → (questions, M): its score of each candidate.
        :raises ValueError: if names or lengths do not fit together.
        """
        ns, scores = [int(one) for one in n], scores or {}
        if not gold or set(proxy) != set(gold) or (questions and set(scores) != set(gold)):
            got = f"{sorted(proxy)}, {sorted(gold)} and {sorted(scores)}"
            raise ValueError(f"expected the same reward models in all arguments, got {got}")
        for name in gold:
            lengths = {len(proxy[name]), len(gold[name]), len(ns)}
            if len(lengths) > 1:
                raise ValueError(f"expected {len(ns)} values for {name!r}, got {sorted(lengths)}")
        shapes = [len(row) for row in answers]
        if len(shapes) != len(questions) or any(m < max(ns) for m in shapes):
            raise ValueError(
                f"expected {len(questions)} times at least {max(ns)} answers, got {shapes}"
            )
        for name, rows in scores.items():
            if [len(row) for row in rows] != shapes:
                raise ValueError(f"expected a score of {name!r} for each answer")
        shown, picks = _picked(ns, answers, scores)
        return cls(
            ns=ns,
            proxy={name: rounded(proxy[name]) for name in gold},
            gold={name: rounded(gold[name]) for name in gold},
            questions=list(questions),
            answers=shown,
            picks=picks,
            **settings,
        )

    @property
    def n(self) -> int:
        return self.ns[self.step]

    def _shown(self) -> list[tuple[str, State]]:
        """What the reward model picks, and the best by gold, each with a heading."""
        if not self.questions:
            return []
        at, words, lines = self.questions.index(self.question), self.labels, []
        picked, proxy, best, proxy_of_best = self.picks[self.model][at][self.step]
        for key, place, score in (("picked", picked, proxy), ("best", best, proxy_of_best)):
            answer = self.answers[at][place]
            if answer["gold"] is None:
                return [(words["picked"].format(n=self.n), answer)]
            scored = words["scores"].format(proxy=f"{score:.2g}", gold=f"{answer['gold']:.2g}")
            lines.append((f"{words[key].format(n=self.n)}: {scored}", answer))
        return lines

    def describe(self) -> str:
        proxy, gold = self.proxy[self.model][self.step], self.gold[self.model][self.step]
        best = int(np.argmax(self.gold[self.model]))
        shown = "".join(f" {heading}: “{text_of(a)}”." for heading, a in self._shown())
        asked = f" To “{self.question}”:{shown}" if shown else ""
        return (
            f"Best of n with the reward model “{self.model}”, n from {self.ns[0]} to "
            f"{self.ns[-1]}. At n = {self.n} the proxy is {proxy:.3g} and the gold reward "
            f"{gold:.3g}; gold has its peak of {self.gold[self.model][best]:.3g} at "
            f"n = {self.ns[best]}.{asked}"
        )

    def draw_still(self, figure: "Figure") -> None:
        left, right = figure.subplots(1, 2)
        n = np.array(self.ns)
        kl = np.log(n) - (n - 1) / n
        for name, values in self.gold.items():
            if name != self.model:
                left.plot(kl, values, color=LIGHT["edge"], linestyle="-", linewidth=1)
        for key, role, dash in (("proxy", "second", "--"), ("gold", "accent", "-")):
            values = getattr(self, key)[self.model]
            left.plot(kl, values, color=LIGHT[role], linestyle=dash, label=key)
            left.plot(kl[self.step], values[self.step], "o", color=LIGHT[role], linestyle="")
        left.set(xlabel=self.labels["kl"], ylabel=self.labels["reward"])
        left.set_title(f"{self.model}, n = {self.n}", fontsize=10)
        left.legend()
        if self.questions:
            draw_answers(right, [(self.question, None), *self._shown()])
        else:
            right.axis("off")


def _picked(
    ns: Sequence[int], answers: Sequence[Sequence[Answer]], scores: Mapping[str, Any]
) -> tuple[list[list[State]], dict[str, list[Any]]]:
    """The answers that are best for some n, and which of them is, by each reward model and by gold.

    Of equals it is the first. Without a gold reward the truly best one is the first, and not shown.
    """
    shown: list[list[State]] = []
    picks: dict[str, list[Any]] = {name: [] for name in scores}
    for question, row in enumerate(answers):
        states = [state_of(answer) for answer in row]
        worth = [0.0 if state["gold"] is None else state["gold"] for state in states]
        kept: dict[int, int] = {}  # number of a candidate → its place among those shown
        for name, rows in scores.items():
            proxy = [float(score) for score in rows[question]]
            of_question = []
            for n in ns:
                best = int(np.argmax(proxy[:n])), int(np.argmax(worth[:n]))
                places = [kept.setdefault(one, len(kept)) for one in best]
                values = [float(f"{proxy[one]:.4g}") for one in best]
                of_question.append([places[0], values[0], places[1], values[1]])
            picks[name].append(of_question)
        shown.append([states[one] for one in kept])
    return shown, picks
