"""The figure of β: how far PPO may go from the SFT model, and what becomes of its answers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from llmbook_utils.interactive.answers import KINDS, State, draw_answers, state_of, text_of
from llmbook_utils.interactive.explorable import Explorable, module, rounded
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CURVES = ("proxy", "gold", "kl")
LABELS = {
    "rewards": "Rewards along the training",
    "distance": "Distance from the SFT model",
    "beta": "Strength β of the KL penalty",
    "at": "Iteration of PPO",
    "iteration": "iteration",
    "reward": "mean reward",
    "kl": "KL (nats an answer)",
    "proxy": "the reward model's score (proxy)",
    "gold": "the true reward (gold)",
    "others": "gold, or KL, with the other β",
    "proxy_now": "Proxy",
    "gold_now": "Gold",
    "kl_now": "KL",
    "writes": "What the model writes at β = {beta}, iteration {iteration}",
    "scored": "gold {gold}",
    "nothing": "(nothing)",
}


class BetaExplorer(Explorable):
    """Choose β and a moment of the training; see proxy, gold and KL, and read the answers.

    ``figure.beta`` and ``figure.iteration`` are what the reader has chosen.

    >>> run = {"iteration": [0, 10], "proxy": [0, 2], "gold": [0, 1], "kl": [0, 3]}
    >>> run["answers"] = [["Oslo."], ["Sure! Oslo."]]
    >>> figure = BetaExplorer.of({0.0: run, 0.1: run}, ["Where does Mara live?"], at=1)
    >>> figure.beta, figure.iteration
    (0.0, 10)
    """

    _esm = module("beta_explorer")
    _css = stylesheet() + (STATIC / "alignment.css").read_text(encoding="utf-8")
    betas = traitlets.List(traitlets.Float(min=0), minlen=1).tag(sync=True)
    # for each β: iteration, proxy, gold, kl; looks (iterations), answers (look → question → answer)
    runs: traitlets.List[Any] = traitlets.List().tag(sync=True)
    questions = traitlets.List(traitlets.Unicode()).tag(sync=True)
    moments = traitlets.List(traitlets.Int(), minlen=1).tag(sync=True)
    kinds = traitlets.Dict(KINDS).tag(sync=True)
    run = traitlets.Int(0, min=0).tag(sync=True)  # an index into betas
    at = traitlets.Int(0, min=0).tag(sync=True)  # an index into moments

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})

    @traitlets.validate("run", "at")
    def _within(self, proposal: Any) -> int:
        name = proposal["trait"].name
        several = self.betas if name == "run" else self.moments
        if several and proposal["value"] >= len(several):
            raise traitlets.TraitError(
                f"expected {name} below {len(several)}, got {proposal['value']}"
            )
        return proposal["value"]

    @classmethod
    def of(
        cls,
        runs: Mapping[float | int, Mapping[str, Any]],
        questions: Sequence[str],
        **settings: Any,
    ) -> "BetaExplorer":
        """The figure for several runs of PPO.

        :param runs: β → ``iteration`` (S,), ``proxy``, ``gold`` and ``kl`` (S,): what was measured
            then; ``answers``: for each look one answer to each question, as text or as
            `corpus.judged.judged` gives it; ``looks``: the iterations of the looks, if they
            are not all of ``iteration``.
        :param questions: the questions that are answered at each look, up to six.
        :raises ValueError: if something is missing, or lengths do not fit together.
        """
        states, betas = [], sorted(runs)
        for beta in betas:
            run = runs[beta]
            if missing := {"iteration", "answers", *CURVES} - set(run):
                raise ValueError(f"expected {sorted(missing)[0]!r} in the run of β = {beta}")
            looks = run.get("looks", run["iteration"])
            lengths = {name: len(run[name]) for name in ("iteration", *CURVES)}
            if len(set(lengths.values())) > 1 or len(looks) != len(run["answers"]):
                raise ValueError(
                    f"expected as many values as iterations, and answers as looks, at β = {beta}, "
                    f"got {lengths}, {len(looks)} looks and {len(run['answers'])} answers"
                )
            if any(len(answers) != len(questions) for answers in run["answers"]):
                raise ValueError(f"expected {len(questions)} answers at each look, at β = {beta}")
            state: dict[str, Any] = {name: rounded(run[name]) for name in CURVES}
            state["iteration"] = [int(i) for i in run["iteration"]]
            state["looks"] = [int(i) for i in looks]
            state["answers"] = [[state_of(answer) for answer in row] for row in run["answers"]]
            states.append(state)
        moments = sorted({look for state in states for look in state["looks"]})
        return cls(
            betas=[float(beta) for beta in betas],
            runs=states,
            questions=list(questions),
            moments=moments,
            **{"at": len(moments) - 1, **settings},
        )

    @property
    def beta(self) -> float:
        return self.betas[self.run]

    @property
    def iteration(self) -> int:
        """The chosen moment, or the last one before it at which this run was looked at."""
        return _last(self.runs[self.run]["looks"], self.moments[self.at])[1]

    def _answers(self) -> list[State]:
        run = self.runs[self.run]
        return run["answers"][_last(run["looks"], self.moments[self.at])[0]]

    def measured(self) -> dict[str, float]:
        """Proxy, gold and KL at the chosen moment (the last measured one up to it)."""
        run = self.runs[self.run]
        place, _ = _last(run["iteration"], self.iteration)
        return {name: run[name][place] for name in CURVES}

    def describe(self) -> str:
        now = self.measured()
        said = "; ".join(
            f"{question} “{text_of(answer)}”"
            for question, answer in zip(self.questions, self._answers(), strict=True)
        )
        return (
            f"PPO with β = {self.beta:g}, one of {len(self.betas)} runs. At iteration "
            f"{self.iteration} the reward model's score is {now['proxy']:.3g}, the gold reward "
            f"{now['gold']:.3g} and the KL from the SFT model {now['kl']:.3g} nats. {said}"
        )

    def draw_still(self, figure: "Figure") -> None:
        grid = figure.subplot_mosaic("ac;bc", width_ratios=[1, 1.25])
        run = self.runs[self.run]
        looks = {
            "a": [("proxy", "second", "--"), ("gold", "accent", "-")],
            "b": [("kl", "third", "-")],
        }
        for place, lines in looks.items():
            ax = grid[place]
            for other in self.runs:
                name = lines[-1][0]
                ax.plot(other["iteration"], other[name], color=LIGHT["line"], linestyle="-")
            for name, role, dash in lines:
                ax.plot(run["iteration"], run[name], color=LIGHT[role], linestyle=dash, label=name)
            ax.axvline(self.iteration, color=LIGHT["edge"], linewidth=1, linestyle="-")
        grid["a"].set(ylabel=self.labels["reward"], title=f"β = {self.beta:g}")
        grid["a"].legend(fontsize=8)
        grid["b"].set(xlabel=self.labels["iteration"], ylabel="KL (nats)")
        pairs = zip(self.questions, self._answers(), strict=True)
        draw_answers(grid["c"], list(pairs)[:5])


def _last(iterations: Sequence[int], moment: int) -> tuple[int, int]:
    """Place and value of the last iteration up to a moment, the first if all are later."""
    place = max(int(np.searchsorted(iterations, moment, side="right")) - 1, 0)
    return place, iterations[place]
