"""The figure of sample efficiency: what a score costs in labels, pretrained and from scratch."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from llmbook_utils.figures.label_cost import labels_needed
from llmbook_utils.interactive.explorable import Explorable, module, rounded
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SERIES = ("accent", "second", "third")  # the colour of each curve
DASHES = ("-", "--", "-.")
LABELS = {
    "title": "{task}: {metric}",
    "task": "Task",
    "goal": "Score that is asked for",
    "labels": "labelled examples (each step: the same ratio)",
    "curve": "{name}: mean of the seeds",
    "seeds": "one seed each; the band spans them",
    "asked": "score that is asked for",
    "needs": "{name} needs",
    "about": "about {labels} labels",
    "first": "{labels} labels or fewer",
    "never": "more than {labels} labels",
    "factor": "For each label of “{name}”, “{other}” needs",
    "times": "{count} labels",
    "least": "{count} labels or more",
}


class SampleEfficiency(Explorable):
    """Choose a task and a score; see how many labelled examples each start needs to reach it.

    ``figure.needed`` says it for each curve: read off its mean, in between two sizes on the
    logarithmic axis; None if no size reaches the score.

    >>> curves = {"pretrained": [[0.5, 0.9]], "from scratch": [[0.1, 0.5]]}
    >>> entities = {"sizes": [10, 1000], "metric": "F1", "scores": curves}
    >>> figure = SampleEfficiency.of({"entities": entities}, goal=50)
    >>> figure.asked
    0.5
    >>> figure.needed
    {'pretrained': 10.0, 'from scratch': 1000.0}
    """

    _esm = module("sample_efficiency")
    _css = stylesheet() + (STATIC / "pretrained.css").read_text(encoding="utf-8")
    # name → sizes (S), metric, scores: {curve: rows of seeds (R, S)}, low (whether less is better)
    tasks = traitlets.Dict().tag(sync=True)
    task = traitlets.Unicode().tag(sync=True)
    goal = traitlets.Int(70, min=0, max=100).tag(sync=True)  # % of the way from worst to best

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})
        if self.task not in self.tasks:
            self.task = next(iter(self.tasks))

    @classmethod
    def of(
        cls,
        tasks: Mapping[str, Mapping[str, Any]],
        lower_is_better: Sequence[str] = (),
        **settings: Any,
    ) -> "SampleEfficiency":
        """The figure for some tasks.

        :param tasks: name → ``sizes`` (S,), numbers of labelled examples, growing; ``metric``, its
            name; ``scores``: up to three curves, name → (R, S), a row for each seed. The first two
            are compared in words.
        :param lower_is_better: the tasks whose score should be small, such as a perplexity.
        :raises ValueError: if there is no task or something is missing, or sizes do not fit.
        """
        if not tasks:
            raise ValueError("expected at least one task, got none")
        states: dict[str, dict[str, Any]] = {}
        for name, task in tasks.items():
            if missing := {"sizes", "metric", "scores"} - set(task):
                raise ValueError(f"expected {sorted(missing)[0]!r} in {name!r}")
            sizes = [int(size) for size in task["sizes"]]
            if len(sizes) < 2 or not all(np.diff(sizes) > 0) or sizes[0] < 1:
                raise ValueError(f"expected at least two growing sizes in {name!r}, got {sizes}")
            rows = {curve: np.atleast_2d(scores) for curve, scores in task["scores"].items()}
            if not 1 <= len(rows) <= len(SERIES):
                raise ValueError(f"expected one to three curves in {name!r}, got {len(rows)}")
            for curve, scores in rows.items():
                if scores.ndim != 2 or scores.shape[1] != len(sizes) or np.isnan(scores).any():
                    raise ValueError(
                        f"expected {len(sizes)} scores a seed for {curve!r} in {name!r}, "
                        f"got the shape {scores.shape}"
                    )
            states[name] = {
                "sizes": sizes,
                "metric": str(task["metric"]),
                "scores": {
                    curve: [rounded(row) for row in several] for curve, several in rows.items()
                },
                "low": name in lower_is_better,
            }
        return cls(tasks=states, **{"task": next(iter(states)), **settings})

    @property
    def asked(self) -> float:
        """The score that is asked for: so many % of the way from the worst mean to the best."""
        task = self.tasks[self.task]
        every = np.array([np.mean(rows, axis=0) for rows in task["scores"].values()])
        worst, best = (every.max(), every.min()) if task["low"] else (every.min(), every.max())
        part = self.goal / 100
        return float((1 - part) * worst + part * best)  # at 100 % the best itself, to the last bit

    @property
    def needed(self) -> dict[str, float | None]:
        """Curve → the number of labelled examples at which its mean first reaches the score."""
        task = self.tasks[self.task]
        means = {name: np.mean(rows, axis=0).tolist() for name, rows in task["scores"].items()}
        return {
            name: labels_needed(task["sizes"], mean, self.asked, task["low"])
            for name, mean in means.items()
        }

    def _said(self) -> list[tuple[str, str]]:
        t, sizes = self.labels, self.tasks[self.task]["sizes"]
        said = []
        for name, labels in self.needed.items():
            key = "never" if labels is None else "first" if labels == sizes[0] else "about"
            count = sizes[-1] if labels is None else round(labels)
            said.append((t["needs"].format(name=name), t[key].format(labels=count)))
        two = [(labels, name) for name, labels in self.needed.items() if labels is not None][:2]
        if list(self.needed)[:2] == [name for _, name in two]:
            (fewer, less), (more, greedy) = sorted(two)
            # the cheaper one may have reached the score before the first size
            count = t["least" if fewer == sizes[0] else "times"].format(count=f"{more / fewer:.2g}")
            said.append((t["factor"].format(name=less, other=greedy), count))
        return said

    def describe(self) -> str:
        task = self.tasks[self.task]
        title = self.labels["title"].format(task=self.task, metric=task["metric"])
        said = ". ".join(" ".join(pair) for pair in self._said())
        sizes = task["sizes"]
        return (
            f"{title}, from {sizes[0]} to {sizes[-1]} labels. "
            f"{self.labels['goal']}: {self.asked:.3g}. {said}."
        )

    def draw_still(self, figure: "Figure") -> None:
        from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

        ax = figure.subplots()
        task, t = self.tasks[self.task], self.labels
        for (name, rows), role, dash in zip(task["scores"].items(), SERIES, DASHES, strict=False):
            look: dict[str, Any] = {"color": LIGHT[role], "linestyle": dash}
            ax.plot(
                task["sizes"], np.mean(rows, axis=0), label=t["curve"].format(name=name), **look
            )
            band: dict[str, Any] = {"color": LIGHT[role], "alpha": 0.15, "linewidth": 0}
            ax.fill_between(task["sizes"], np.min(rows, axis=0), np.max(rows, axis=0), **band)
            for row in rows:
                ax.plot(task["sizes"], row, ".", color=LIGHT[role], markersize=6, linestyle="")
        ax.plot([], [], ".", color=LIGHT["soft"], linestyle="", label=t["seeds"])
        ax.axhline(self.asked, color=LIGHT["soft"], linestyle=":", label=t["asked"])
        for labels, role in zip(self.needed.values(), SERIES, strict=False):
            if labels is not None:
                ring: dict[str, Any] = {"color": LIGHT["paper"], "markeredgecolor": LIGHT[role]}
                ax.plot(labels, self.asked, "o", **ring, markeredgewidth=2, markersize=8)
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(FixedLocator(task["sizes"]))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set(xlabel=t["labels"], ylabel=task["metric"])
        said = ", ".join(" ".join(pair) for pair in self._said()[: len(task["scores"])])
        title = f"{self.task}, {task['metric']} of {self.asked:.2g}: {said}"
        ax.set_title("\n".join(wrap(title, 84)), fontsize=10)
        figure.legend(loc="outside lower center", ncols=2, fontsize=9)
