"""The figure of sharp and smooth metrics: one family of models, and the ruler that the reader sets.

Twin of static/metric_sharpness.js. A family is a few sizes S (or moments of a training), each with
R seeds, that answer N entries of K digits each.
"""

from collections.abc import Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets
from jaxtyping import Num

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.model_family import family, guessing, largest_step, lowest
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = np.ndarray
FEW = 12  # with more points each seed is a line of its own
METRICS = ("exact", "digits", "nats", "brier", "whole")
LABELS = {
    "experiment": "Experiment",
    "metric": "Ruler",
    "exact": "first k digits right",
    "digits": "digit accuracy",
    "nats": "nats a digit",
    "brier": "Brier score",
    "whole": "p(answer)",
    "k": "k: digits that must all be right",
    "all_of": "{k} of {digits}",
    "beyond": "{k}: predicted only",
    "axis": "Vertical axis",
    "linear": "linear",
    "log": "logarithmic",
    "by_size": "{experiment}: {metric}",
    "exact_k": "first {k} right",
    "parameters": "parameters",
    "steps": "training steps",
    "logarithmic": "{name}, logarithmic",
    "by_digit": "Against digit accuracy",
    "accuracy": "accuracy of one digit",
    "measured": "measured: mean of the seeds, each seed, lowest to highest",
    "predicted": "predicted from single digits: their accuracies, multiplied",
    "chance": "guessing",
    "zero": "0: below the axis",
    "largest": "At the end",
    "step": "Largest step between neighbours",
    "of_rise": "{part} % of the whole change, from {low} to {high} {name}",
    "silent": "Points with less than 5 % of it",
    "off": "Prediction off by at most",
    "none": "no change",
    "compare": "The same models and answers under “{metric}”: {part} % of the whole change in the "
    "largest step; points with less than 5 % of it: {some} of {all}.",
    "unmeasured": "No entry has {k} digits: this is what single digits predict.",
}


class MetricSharpness(Explorable):
    """Measure one family of models by sharper and smoother rulers; the models stay the same.

    ``figure.values`` are the rows shown, one a seed; ``figure.predicted`` what independent digits
    would give.

    >>> right = np.ones((2, 1, 4, 3), dtype=bool)  # two sizes, one seed, 4 entries of 3 digits
    >>> right[0, 0, 0, 2] = False
    >>> book = {"parameters": [100, 1000], "correct": right}
    >>> figure = MetricSharpness.of({"book": book}, k=3)
    >>> figure.values.tolist()
    [[0.75, 1.0]]
    """

    _esm = module("metric_sharpness")
    _css = stylesheet() + "".join(
        (STATIC / f"{name}.css").read_text(encoding="utf-8") for name in ("pretrained", "emergence")
    )
    # name → along ("parameters" or "steps"), sizes (S), digits K, entries N or 0, chance or None,
    #        exact and accuracy (K, R, S), nats, whole, brier: (R, S) or None
    experiments = traitlets.Dict().tag(sync=True)
    experiment = traitlets.Unicode().tag(sync=True)
    metric = traitlets.Enum(METRICS, "exact").tag(sync=True)
    k = traitlets.Int(1, min=1).tag(sync=True)
    longest = traitlets.Int(1, min=1).tag(sync=True)  # where the slider ends
    axis = traitlets.Enum(("linear", "log"), "linear").tag(sync=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"labels": LABELS, **settings})
        if self.experiment not in self.experiments:
            self.experiment = next(iter(self.experiments))

    @traitlets.validate("k")
    def _within(self, proposal: Any) -> int:
        if self.experiments and proposal["value"] > self.longest:
            raise traitlets.TraitError(f"expected k up to {self.longest}, got {proposal['value']}")
        return int(proposal["value"])

    @classmethod
    def of(cls, experiments: Mapping[str, Mapping[str, Any]], **settings: Any) -> "MetricSharpness":
        """The figure for some families of models.

        :param experiments: name → a map with

            - ``parameters``: (S,), of each size, growing; or ``steps``: (S,), moments of training;
            - ``correct``: (S, R, N, K), whether each digit of each entry was right; or, where that
              is not at hand, ``exact``: (S, R, K), the share of entries whose first 1 … K digits
              are right, ``accuracy``: (S, R, K), of each place alone, and ``entries``: N;
            - ``log_probability``: (S, R, N, K), of the true digits, in nats; or ``nats`` and
              ``whole``, (S, R) each: its negative mean, and the mean probability of an answer;
            - ``brier``: (S, R);
            - ``chance``: of guessing a digit right, such as 0.1.

            All but the first two are optional: a ruler that cannot be computed is not offered.
        :param settings: traits, such as ``k=8`` or ``metric="nats"``. ``longest``: where the
            slider of k ends; beyond K there is only what single digits predict.
        :raises ValueError: if there is no experiment, or something is missing, unknown or does
            not fit.
        """
        if not experiments:
            raise ValueError("expected at least one experiment, got none")
        states = {name: family(name, one) for name, one in experiments.items()}
        most = max(state["digits"] for state in states.values())
        longest = max(int(settings.pop("longest", most)), most)
        first = settings.get("experiment", next(iter(states)))
        figure = cls(experiments=states, longest=longest, **{"experiment": first, **settings})
        if figure.metric not in figure.offered:
            raise ValueError(
                f"expected a metric of {figure.offered} for {first!r}, got {figure.metric!r}"
            )
        return figure

    @property
    def _one(self) -> dict[str, Any]:
        return self.experiments[self.experiment]

    @property
    def offered(self) -> list[str]:
        """The metrics that can be computed for this experiment."""
        return [name for name in METRICS if name in ("exact", "digits") or self._one[name]]

    def rows(self, metric: str, k: int) -> Num[Array, "R S"] | None:
        """A metric of each seed and size; None for exact match of more digits than there are."""
        one = self._one
        if metric == "exact":
            return np.array(one["exact"][k - 1]) if k <= one["digits"] else None
        return np.mean(one["accuracy"], axis=0) if metric == "digits" else np.array(one[metric])

    @property
    def _ruler(self) -> str:
        """The chosen metric, or exact match where this experiment has not got that one."""
        return self.metric if self.metric in self.offered else "exact"

    @property
    def values(self) -> Num[Array, "R S"] | None:
        """What is shown: the chosen metric, a row a seed."""
        return self.rows(self._ruler, self.k)

    @property
    def predicted(self) -> Num[Array, "R S"]:
        """Exact match of k digits if each were right independently: Π over places of accuracy.

        Beyond the K measured places: that of all K, to the power k / K.
        """
        accuracy = np.array(self._one["accuracy"])  # (K, R, S)
        product = accuracy[: self.k].prod(axis=0)
        return np.asarray(product ** (max(self.k, len(accuracy)) / len(accuracy)))

    @property
    def step(self) -> tuple[float, int, int] | None:
        """Of the values shown, or of the prediction where there are none: see `largest_step`."""
        return largest_step((self.predicted if self.values is None else self.values).mean(axis=0))

    @property
    def off(self) -> float | None:
        """The largest difference between measured and predicted means, for exact match."""
        if self._ruler != "exact" or self.values is None:
            return None
        return float(np.abs(self.values.mean(axis=0) - self.predicted.mean(axis=0)).max())

    @property
    def _other(self) -> tuple[str, int]:
        """What the shown ruler is compared with in words: sharp ones with one digit, and back."""
        sharp = self._ruler == "whole" or (self._ruler == "exact" and self.k > 1)
        return ("digits", 1) if sharp else ("exact", self._one["digits"])

    def _name(self, metric: str, k: int) -> str:
        return self.labels["exact_k"].format(k=k) if metric == "exact" else self.labels[metric]

    def _said(self) -> list[tuple[str, str]]:
        t, sizes = self.labels, self._one["sizes"]
        shown = self.predicted if self.values is None else self.values
        said = [(t["largest"], f"{shown.mean(axis=0)[-1]:.3g}")]
        if self.step is None:
            return [*said, (t["step"], t["none"])]
        part, at, silent = self.step
        low, high = sizes[at], sizes[at + 1]
        name = t[self._one["along"]]
        rise = t["of_rise"].format(part=round(100 * part), low=low, high=high, name=name)
        said += [(t["step"], rise), (t["silent"], t["all_of"].format(k=silent, digits=len(sizes)))]
        return said if self.off is None else [*said, (t["off"], f"{self.off:.2g}")]

    def _compared(self) -> str:
        t, (metric, k) = self.labels, self._other
        if self.values is None:
            return t["unmeasured"].format(k=self.k)
        rows = self.rows(metric, k)
        step = None if rows is None else largest_step(rows.mean(axis=0))
        if step is None:
            return ""
        part, _, silent = step
        count = {"some": silent, "all": len(self._one["sizes"])}
        return t["compare"].format(metric=self._name(metric, k), part=round(100 * part), **count)

    def describe(self) -> str:
        sizes = self._one["sizes"]
        title = self.labels["by_size"].format(
            experiment=self.experiment, metric=self._name(self._ruler, self.k)
        )
        said = ". ".join(": ".join(pair) for pair in self._said())
        return (
            f"{title}, at {len(sizes)} points from {sizes[0]} to {sizes[-1]} "
            f"{self.labels[self._one['along']]}, "
            f"{self.axis} axis. {said}. {self._compared()}"
        ).strip()

    def draw_still(self, figure: "Figure") -> None:
        left, right = figure.subplots(1, 2, width_ratios=[1.35, 1])
        one, t, rows = self._one, self.labels, self.values
        sizes, exact = one["sizes"], self._ruler == "exact"
        edge = self._edge()
        if exact:
            dashed: dict[str, Any] = {"color": LIGHT["second"], "linestyle": "--"}
            mean = np.maximum(self.predicted.mean(axis=0), edge)
            left.plot(sizes, mean, label=t["predicted"], **dashed)
        accuracy = np.array(one["accuracy"])
        places = accuracy[: self.k] if exact else accuracy
        digit = places.prod(axis=0) ** (1 / len(places)) if exact else places.mean(axis=0)
        if rows is not None:
            shown = np.maximum(rows, edge)
            left.plot(
                sizes,
                np.maximum(rows.mean(axis=0), edge),
                color=LIGHT["accent"],
                linestyle="-",
                label=t["measured"],
            )
            band: dict[str, Any] = {"color": LIGHT["accent"], "alpha": 0.15, "linewidth": 0}
            left.fill_between(sizes, shown.min(axis=0), shown.max(axis=0), **band)
            dots: dict[str, Any] = {"color": LIGHT["accent"], "linestyle": "", "alpha": 0.7}
            if len(sizes) > FEW:
                left.plot(sizes, shown.T, color=LIGHT["accent"], linestyle="-", linewidth=0.8)
            else:
                left.plot(np.tile(sizes, len(rows)), shown.ravel(), ".", markersize=6, **dots)
            right.plot(digit.ravel(), shown.ravel(), ".", markersize=8, **dots)
        if exact:
            p = np.linspace(0, 1, 101)
            right.plot(p, np.maximum(p**self.k, edge), **dashed)
        chance = guessing(self._ruler, self.k, one["digits"], one["chance"])
        for ax in (left, right):
            if chance is not None and chance > edge:
                look: dict[str, Any] = {"color": LIGHT["soft"], "linestyle": ":"}
                ax.axhline(chance, **look, label=t["chance"] if ax is left else None)
            if self.axis == "log":
                ax.set_yscale("log")
                ax.set_ylim(edge, None)
            ax.set_ylabel(self._name(self._ruler, self.k))
        self._write_sizes(left)
        right.set(xlabel=t["accuracy"], xlim=(0, 1.02))
        name = self._name(self._ruler, self.k)
        title = f"{self.experiment}, {name}. {': '.join(self._said()[1])}"
        left.set_title("\n".join(wrap(title, 52)), fontsize=10)
        right.set_title("\n".join(wrap(t["by_digit"], 40)), fontsize=10)
        figure.legend(loc="outside lower center", ncols=1, fontsize=8.5)

    def _write_sizes(self, ax: "Axes") -> None:
        """Numbers of parameters in equal ratios, each written; training steps as they are."""
        from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

        sizes, name = self._one["sizes"], self.labels[self._one["along"]]
        if self._one["along"] == "steps":
            ax.set_xlabel(name)
            return
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(FixedLocator(sizes[:: 1 if len(sizes) < 6 else 2]))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_xlabel(self.labels["logarithmic"].format(name=name))

    def _edge(self) -> float:
        """Where the logarithmic axis ends below; −∞ on a linear one."""
        if self.axis == "linear":
            return -np.inf
        shown = self.predicted if self.values is None else self.values
        return lowest(self._ruler, shown, self._one["entries"])
