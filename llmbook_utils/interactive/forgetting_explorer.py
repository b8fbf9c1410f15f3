"""The figure of forgetting: how strong, how many, and what becomes of old and new tasks."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Float

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.forgetting_state import KNOBS, method_state, shape_of
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
ROLES = {"old": "accent", "new": "second", "average": "third"}
DASHES = {"old": "-", "new": "--", "average": ":"}
LABELS = {
    "stream": "Tasks",
    "method": "Method",
    "lam": "Strength λ",
    "size": "Memory (examples)",
    "lam_axis": "strength λ (log scale)",
    "size_axis": "examples in memory (log scale)",
    "no_axis": "nothing to set",
    "unused": "not used",
    "of_lam": "As λ grows",
    "of_size": "As the memory grows",
    "of_nothing": "Old and new",
    "accuracy": "accuracy",
    "matrix": "Accuracy, stage by stage",
    "stage": "after stage",
    "task": "accuracy on task",
    "old": "old tasks, in the end",
    "new": "the newest task",
    "average": "average accuracy",
    "line_old": "old tasks: mean of the seeds and {level} % interval",
    "line_new": "the newest task",
    "line_average": "average of all tasks",
    "ceiling": "{name}: average accuracy",
    "just": "just learned",
    "to_come": "still to come",
    "interval": "{mean} ({low} to {high})",
    "backward": "backward transfer",
    "forgetting": "forgetting",
    "none": "not defined",
    "lost": "In the end the old tasks score {change} lower than when each was just learned.",
    "won": "In the end the old tasks score {change} higher than when each was just learned.",
    "kept": "In the end the old tasks score what they did when each was just learned.",
    "below": "On average {gap} below “{name}”.",
    "above": "On average {gap} above “{name}”.",
    "row": "After stage {stage}: {values}.",
    "setting": "{method}{knobs}, {stream}",
    "with_lam": ", λ = {value}",
    "with_size": ", {value} in memory",
}


class ForgettingExplorer(Explorable):
    """Choose tasks, a method, λ and the size of the memory; see what is forgotten, what learned.

    ``figure.matrix`` is R of the chosen setting, (stages, tasks), the mean of its seeds;
    ``figure.average``, ``figure.backward`` and ``figure.forgetting`` are its scores (None where R
    was not measured).

    >>> naive = [[[0.9, 0.1], [0.3, 0.9]]]  # one seed, two stages, two tasks
    >>> replay = [naive, [[[0.9, 0.1], [0.8, 0.7]]]]
    >>> methods = {"naive": {"scores": naive}, "replay": {"scores": replay, "size": [0, 50]}}
    >>> figure = ForgettingExplorer.of({"digits": methods}, method="replay", buffer=1)
    >>> figure.average, figure.backward, figure.forgetting
    (0.75, -0.1, 0.1)
    """

    _esm = module("forgetting_explorer")
    _css = stylesheet() + "".join(
        (STATIC / name).read_text(encoding="utf-8") for name in ("pretrained.css", "forgetting.css")
    )
    # name → tasks (T names), learned (T stages), methods:
    #        name → lam, size (values), lam_at, size_at (places),
    #        settings: for each λ and, in it, each size: matrix (stages, T), seeds, and scores
    streams = traitlets.Dict().tag(sync=True)
    ceiling = traitlets.Unicode().tag(sync=True)  # the method whose average is drawn in all
    level = traitlets.Int(95, min=1, max=99).tag(sync=True)  # of the intervals, %
    stream = traitlets.Unicode().tag(sync=True)
    method = traitlets.Unicode().tag(sync=True)
    strength = traitlets.Int(0, min=0).tag(sync=True)  # an index into the values of λ
    buffer = traitlets.Int(0, min=0).tag(sync=True)  # an index into the sizes
    along = traitlets.Enum(KNOBS, "lam").tag(sync=True)  # what the curves follow if both can turn

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})
        if self.stream not in self.streams:
            self.stream = next(iter(self.streams))
        if self.method not in self._methods:
            self.method = next(iter(self._methods))

    @classmethod
    def of(
        cls,
        streams: Mapping[str, Mapping[str, Mapping[str, Any]]],
        tasks: Mapping[str, Sequence[str]] | None = None,
        learned: Mapping[str, Sequence[int]] | None = None,
        **settings: Any,
    ) -> "ForgettingExplorer":
        """The figure for some streams of tasks.

        :param streams: name → method → a map with

            - ``scores``: R, accuracies of 0 to 1. Its last three axes are seeds, stages and tasks;
              before them stands one axis for each knob that the method has, λ first. NaN where
              nothing was measured, though not in the last stage;
            - ``lam``: the values of λ, growing, from 0 or more;
            - ``size``: the sizes of the memory, growing, from 0 or more.
        :param tasks: stream → short names of its tasks; by default 1 to T.
        :param learned: stream → the stage, counted from 0, in which each task is learned; by
            default task j in stage j. Tasks learned before the last stage are the old ones.
        :raises ValueError: if there is none, something is missing or unknown, a knob's values do
            not grow, or shapes do not fit.
        """
        if not streams or not all(streams.values()):
            raise ValueError("expected at least one stream with a method, got none")
        for given in (tasks or {}, learned or {}):
            if strange := set(given) - set(streams):
                raise ValueError(f"expected tasks of {list(streams)}, got {strange.pop()!r}")
        level = settings.get("level", 95)
        states = {}
        for name, methods in streams.items():
            shapes = {shape_of(method, given) for method, given in methods.items()}
            if len(shapes) != 1:
                raise ValueError(f"expected one shape of R in {name!r}, got {sorted(shapes)}")
            stages, T = shapes.pop()
            names = list((tasks or {}).get(name, map(str, range(1, T + 1))))
            own = [int(stage) for stage in (learned or {}).get(name, range(T))]
            if len(names) != T or len(own) != T or set(own) - set(range(stages)):
                raise ValueError(
                    f"expected names and stages (0 to {stages - 1}) of {T} tasks in {name!r}, "
                    f"got {names} and {own}"
                )
            if min(own) == stages - 1 or max(own) < stages - 1:
                raise ValueError(f"expected old tasks and new ones in {name!r}, got {own}")
            several = {way: method_state(way, given, own, level) for way, given in methods.items()}
            states[name] = {"tasks": names, "learned": own, "methods": several}
        return cls(streams=states, **settings)

    @property
    def _methods(self) -> dict[str, Any]:
        return self.streams[self.stream]["methods"]

    @property
    def _at(self) -> tuple[int, int]:
        """Where the knobs stand; a method with fewer values stays at its last."""
        one = self._methods.get(self.method) or next(iter(self._methods.values()))
        return (
            min(self.strength, max(len(one["lam"]) - 1, 0)),
            min(self.buffer, max(len(one["size"]) - 1, 0)),
        )

    @property
    def _method(self) -> dict[str, Any]:
        return self._methods.get(self.method) or next(iter(self._methods.values()))

    @property
    def _setting(self) -> dict[str, Any]:
        i, j = self._at
        return self._method["settings"][i * max(len(self._method["size"]), 1) + j]

    @property
    def matrix(self) -> Float[np.ndarray, "stages tasks"]:
        """R of the chosen setting: mean accuracy on each task (column) after each stage (row)."""
        return np.array(self._setting["matrix"], dtype=float)

    @property
    def average(self) -> float:
        return self._setting["average"][1]

    @property
    def backward(self) -> float | None:
        return self._setting["backward"]

    @property
    def forgetting(self) -> float | None:
        return self._setting["forgetting"]

    def _name(self) -> str:
        """The setting in words: method, λ and memory."""
        t, at, knobs = self.labels, self._at, ""
        for knob, i in zip(KNOBS, at, strict=True):
            if values := self._method[knob]:
                knobs += t[f"with_{knob}"].format(value=_value(values[i]))
        return t["setting"].format(method=self.method, knobs=knobs, stream=self.stream)

    def _said(self) -> list[tuple[str, str]]:
        t, now = self.labels, self._setting
        scores = ("backward", "forgetting")
        return [
            *((t[name], _interval(t, now[name])) for name in ROLES),
            *((t[name], t["none"] if now[name] is None else _signed(now[name])) for name in scores),
        ]

    def _sentence(self) -> str:
        """What the numbers mean."""
        t, change = self.labels, self.backward
        said = []
        if change is not None:
            key = "kept" if abs(change) < 0.005 else "lost" if change < 0 else "won"
            said.append(t[key].format(change=f"{abs(change):.2f}"))
        top = self._methods.get(self.ceiling)
        if top is not None and self.method != self.ceiling:
            gap = top["settings"][0]["average"][1] - self.average
            key = "below" if gap >= 0 else "above"
            said.append(t[key].format(gap=f"{abs(gap):.2f}", name=self.ceiling))
        return " ".join(said)

    def describe(self) -> str:
        t = self.labels
        numbers = "; ".join(f"{name} {value}" for name, value in self._said())
        rows = [
            t["row"].format(stage=i, values=", ".join(_accuracy(value) for value in row))
            for i, row in enumerate(self._setting["matrix"], 1)
            if any(value is not None for value in row)
        ]
        return f"{self._name()}: {numbers}. {self._sentence()} {t['matrix']}. {' '.join(rows)}"

    def _curve(self) -> tuple[str | None, list[dict[str, Any]]]:
        """The knob that the curves follow, and its settings, the other knob kept."""
        one, (i, j) = self._method, self._at
        sizes = max(len(one["size"]), 1)
        turns = [knob for knob in KNOBS if one[knob]]
        knob = self.along if self.along in turns else next(iter(turns), None)
        if knob == "lam":
            return knob, one["settings"][j::sizes]
        return knob, one["settings"][i * sizes : (i + 1) * sizes]

    def draw_still(self, figure: "Figure") -> None:
        from llmbook_utils.figures.forgetting_matrices import plot_matrix

        left, right = figure.subplots(1, 2, width_ratios=[1.2, 1])
        t, (knob, settings) = self.labels, self._curve()
        x = np.zeros(1) if knob is None else np.array(self._method[f"{knob}_at"])
        for name, role in ROLES.items():
            low, mean, high = np.array([one[name] for one in settings]).T
            look: dict[str, Any] = {"color": LIGHT[role], "linestyle": DASHES[name]}
            label = t[f"line_{name}"].format(level=self.level)
            left.plot(x, mean, marker="o", markersize=4, label=label, **look)
            if name != "average":
                band: dict[str, Any] = {"color": LIGHT[role], "alpha": 0.16, "linewidth": 0}
                left.fill_between(x, low, high, **band)
        top = self._methods.get(self.ceiling)
        if top is not None:
            look = {"color": LIGHT["soft"], "linestyle": "-.", "linewidth": 1.4}
            label = t["ceiling"].format(name=self.ceiling)
            left.axhline(top["settings"][0]["average"][1], label=label, **look)
        if knob is not None:
            names, step = [_value(value) for value in self._method[knob]], 1 + len(x) // 10
            left.set_xticks(x[::step], names[::step])  # more would run into each other
            left.axvline(x[self._at[KNOBS.index(knob)]], color=LIGHT["edge"], linestyle="-", lw=1)
        else:
            left.set_xticks([])
        left.set(xlabel=t[f"{knob}_axis" if knob else "no_axis"], ylabel=t["accuracy"])
        left.set(ylim=(-0.03, 1.05), yticks=np.linspace(0, 1, 6))
        name = self._name()
        if len(name) > 40:  # wider than its axes
            name = ",\n".join(name.rsplit(", ", 1))
        left.set_title(name, fontsize=10)
        stream = self.streams[self.stream]
        plot_matrix(self.matrix, stream["tasks"], learned=stream["learned"], ax=right)
        right.set(xlabel=t["task"], ylabel=t["stage"])
        right.set_title(f"{t['average']} {self.average:.2f}", fontsize=10)
        figure.legend(loc="outside lower center", ncols=2, fontsize=9)


def _value(value: float | int) -> str:
    """A value of a knob: 0.1, 50, 10⁵."""
    power = f"{value:.0e}".replace("e+0", "e")
    large = value >= 1e5 and float(power) == value and power.startswith("1e")
    return "10" + power[2:].translate(SUPERSCRIPT) if large else f"{value:g}"


def _accuracy(value: float | int | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if abs(value) >= 0.005 else "0.00"


def _interval(t: Mapping[str, str], three: Sequence[float]) -> str:
    low, mean, high = (f"{value:.2f}" for value in three)
    return t["interval"].format(mean=mean, low=low, high=high)
