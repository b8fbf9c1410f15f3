"""The timeline and family tree of language models, from word2vec on, each with its paper.

Three views of one table (:mod:`llmbook_utils.model_table`): by design along time, by size along
time, and as a family tree. The reader filters by era, design and organisation, and chooses a model,
whose card says what is published of it.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import traitlets

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet
from llmbook_utils.model_table import BRANCHES, ERAS, Model, in_words, models, tree

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EVERY = "all"
BEGIN, TRANSFORMER, SCALE = 2013, 2017 + 5 / 12, 2019 + 1 / 12  # where the eras' bands begin
ROLES = dict(zip(BRANCHES, ("second", "third", "accent", "fourth"), strict=True))
LABELS = {
    "title": "Language models since 2013",
    "tree_title": "Who builds on whom",
    "view": "View",
    "views": {"design": "By design", "size": "By size", "tree": "Family tree"},
    "era": "Era",
    "eras": dict(
        zip(
            ERAS, ("I classic networks", "II Transformers", "III pretraining at scale"), strict=True
        )
    ),
    "marks": dict(zip(ERAS, ("I", "II", "III"), strict=True)),
    "branch": "Design",
    "branches": {**{name: name for name in BRANCHES}, "other": "other designs"},
    "organisation": "Organisation",
    "every": "all",
    "model": "Model: click one, or use the arrow keys",
    "earlier": "◀ Earlier",
    "later": "Later ▶",
    "before": "before",
    "parameters": "parameters",
    "unpublished": "not published",
    "shown": "Models shown",
    "shown_of": "{shown} of {all}",
    "none": "No model fits these three choices.",
    "from": "From",
    "design": "Design",
    "size": "Parameters",
    "active": "{all}, of which {active} for each token",
    "text": "Trained on",
    "objective": "Learns from",
    "parent": "Builds on",
    "children": "Built on by",
    "paper": "Paper",
    "card": "The chosen model",
}


class ModelTimeline(Explorable):
    """Choose a view, filters and a model.

    ``figure.chosen`` is the name of the model that the reader has chosen, ``figure.shown`` the
    models that pass the filters.

    >>> figure = ModelTimeline(branch="encoder-only", organisation="Microsoft")
    >>> [model.name for model in figure.shown]
    ['MT-DNN', 'DeBERTa']
    """

    _esm = module("model_timeline")
    _css = stylesheet() + (STATIC / "timeline.css").read_text(encoding="utf-8")
    # each as JSON, see `state_of`
    models: traitlets.List[Any] = traitlets.List(minlen=1).tag(sync=True)
    view = traitlets.Enum(["design", "size", "tree"], "design").tag(sync=True)
    era = traitlets.Enum([EVERY, *ERAS], EVERY).tag(sync=True)
    branch = traitlets.Enum([EVERY, *BRANCHES], EVERY).tag(sync=True)
    organisation = traitlets.Unicode(EVERY).tag(sync=True)
    chosen = traitlets.Unicode("Transformer").tag(sync=True)

    def __init__(self, table: Iterable[Model] | None = None, **settings: Any) -> None:
        """Show a table of models, the course's if none is given.

        Raises:
            traitlets.TraitError: for a view, era, design, organisation or model that is not there.
        """
        self.table = tuple(models() if table is None else table)
        if "chosen" not in settings and "Transformer" not in {m.name for m in self.table}:
            settings["chosen"] = self.table[0].name if self.table else ""
        super().__init__(**{"labels": LABELS, "models": state_of(self.table), **settings})

    @traitlets.validate("chosen")
    def _a_model(self, proposal: Any) -> str:
        if proposal["value"] not in {model.name for model in self.table}:
            raise traitlets.TraitError(f"expected a model of the table, got {proposal['value']!r}")
        return str(proposal["value"])

    @traitlets.validate("organisation")
    def _an_organisation(self, proposal: Any) -> str:
        known = {EVERY} | {name for model in self.table for name in model.organisations}
        if proposal["value"] not in known:
            raise traitlets.TraitError(f"expected an organisation, got {proposal['value']!r}")
        return str(proposal["value"])

    @property
    def shown(self) -> list[Model]:
        """The models that pass the filters, by date."""
        return [
            model
            for model in self.table
            if self.era in (EVERY, model.era)
            and self.branch in (EVERY, model.branch)
            and (self.organisation == EVERY or self.organisation in model.organisations)
        ]

    def describe(self) -> str:
        shown, model = self.shown, next(m for m in self.table if m.name == self.chosen)
        if not shown:
            return f"A timeline of {len(self.table)} language models; none passes the filters."
        how = {
            "design": "in lanes by design (encoder-only, encoder–decoder, decoder-only, other)",
            "size": "by date and number of parameters on a logarithmic axis",
            "tree": "as a family tree, each below the model that it builds on",
        }[self.view]
        size = in_words(model.parameters, "an unpublished number of")
        return (
            f"{len(shown)} of {len(self.table)} language models {how}, from {shown[0].name} "
            f"({shown[0].date}) to {shown[-1].name} ({shown[-1].date}). Chosen: {model.name}, "
            f"{model.date}, {model.organisation}; {model.architecture}; {size} parameters. "
            f"{model.idea}"
        )

    def draw_still(self, figure: "Figure") -> None:
        ax = figure.subplots()
        shown, last = [model for model in self.shown if not model.older], _end(self.table)
        older = [] if self.view == "size" else [model for model in self.shown if model.older]
        left = BEGIN - 2.8 if older else BEGIN - 0.1
        bands = zip(ERAS, (BEGIN, TRANSFORMER, SCALE), (TRANSFORMER, SCALE, last), strict=True)
        for shade, (era, start, stop) in zip((0.3, 0.8, 0.3), bands, strict=True):
            ax.axvspan(start, stop, color=LIGHT["line"], alpha=shade, lw=0)
            place: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "fontsize": 7.5}
            high = 1.05 if era == ERAS[1] else 1.01  # its band is narrower than its name
            ax.text(start + 0.05, high, self.labels["eras"][era], **place)
        x = {model.name: model.when for model in shown}
        x |= {m.name: left + 0.2 + 2.2 * i / len(older) for i, m in enumerate(older)}
        shown = [*older, *shown]
        if self.view == "size":
            heights = _sizes(ax, shown, self.labels)
        else:
            heights = _lanes(ax, shown, x, self.labels)
        years = [year for year in range(BEGIN + 1, int(last) + 1) if year % 2 == 0]
        early = {BEGIN - 1: self.labels["before"]} if older else {}
        ticks = {**early, **{year: str(year) for year in years}}
        ax.set_xticks(list(ticks), list(ticks.values()))
        places = {model.name: (x[model.name], heights[model.name]) for model in shown}
        if self.view == "tree":
            for model in shown:
                if model.parent in places:
                    ends = zip(places[model.parent], places[model.name], strict=True)
                    ax.plot(*ends, color=LIGHT["edge"], lw=0.6, linestyle="-", zorder=1)
        for model in shown:
            here = model.name == self.chosen
            look: dict[str, Any] = {"color": LIGHT[ROLES[model.branch]], "linestyle": ""}
            edge = LIGHT["ink" if here else "paper"]
            marker = dict(zip(BRANCHES, "osD^", strict=True))[model.branch]
            ax.plot(
                *places[model.name],
                marker,
                markeredgecolor=edge,
                markersize=8 if here else 5.5,
                **look,
            )
        ax.set(xlim=(left, last))
        ax.grid(visible=False)
        _names(ax, places, _landmarks(self.table, self.chosen))


def state_of(table: Sequence[Model]) -> list[dict[str, Any]]:
    """The models as JSON, with every sentence and number that a card shows.

    The parent is the nearest ancestor that is in the table.
    """
    depths: list[str] = []
    parents: dict[str, str | None] = {}
    for model, depth in tree(table):
        del depths[depth:]
        parents[model.name] = depths[-1] if depths else None
        depths.append(model.name)
    return [
        {
            "name": model.name,
            "when": round(model.when, 3),
            "date": model.date,
            "older": model.older,
            "organisations": list(model.organisations),
            "from": model.organisation,
            "era": model.era,
            "branch": model.branch,
            "design": model.architecture,
            "size": model.parameters,
            "parameters": in_words(model.parameters),
            "active": in_words(model.active_parameters),
            "text": model.training_text,
            "objective": model.objective,
            "idea": model.idea,
            "parent": parents[model.name],
            "paper": f"{model.authors}: {model.title}",
            "link": model.link,
        }
        for model in table
    ]


def levels(intervals: Sequence[tuple[float | int, float | int]]) -> list[int]:
    """For each interval the lowest level on which it meets none of those before it.

    >>> levels([(0, 4), (1, 3), (5, 8)])
    [0, 1, 0]
    """
    taken: list[list[tuple[float | int, float | int]]] = []
    found = []
    for start, end in intervals:
        free = (all(end <= s or e <= start for s, e in level) for level in taken)
        level = next((k for k, fits in enumerate(free) if fits), len(taken))
        if level == len(taken):
            taken.append([])
        taken[level].append((start, end))
        found.append(level)
    return found


def _lanes(
    ax: "Axes", shown: Sequence[Model], x: dict[str, float], labels: dict[str, Any]
) -> dict[str, float]:
    """A lane for each design, models of about the same date one above the other."""
    heights: dict[str, float] = {}
    bottom, ticks = 0.0, []
    for branch in reversed(BRANCHES):
        lane = [model for model in shown if model.branch == branch]
        ups = levels([(x[m.name], BEGIN - 0.2 if m.older else m.when + 0.16) for m in lane])
        heights |= {model.name: bottom + up for model, up in zip(lane, ups, strict=True)}
        ticks.append((bottom + max(ups, default=0) / 2, labels["branches"][branch]))
        bottom += max(ups, default=0) + 2.5
    ax.set_yticks([at for at, _ in ticks], [name for _, name in ticks])
    ax.set(ylim=(-1.2, bottom - 0.8))
    return heights


def _sizes(ax: "Axes", shown: Sequence[Model], labels: dict[str, Any]) -> dict[str, float]:
    """Parameters on a logarithmic axis, and below it what was not published."""
    ax.set(yscale="log", ylim=(2e6, 4e12), ylabel=labels["parameters"])
    ax.axhline(1e7, color=LIGHT["edge"], lw=0.8, linestyle=":")
    ax.text(BEGIN - 0.2, 4e6, labels["unpublished"], fontsize=7, color=LIGHT["soft"], ha="right")
    return {model.name: float(model.parameters or 5e6) for model in shown}


def _end(table: Sequence[Model]) -> float:
    return max(model.when for model in table) + 1.1


def _names(ax: "Axes", places: dict[str, tuple[float, float]], names: Sequence[str]) -> None:
    """Write the names beside their marks where there is room, the first one in any case."""
    ax.figure.draw_without_rendering()  # type: ignore[union-attr]  # the layout is known only then
    dots = [ax.transData.transform(place) for place in places.values()]
    boxes: list[tuple[float, ...]] = []
    left, right = ax.bbox.intervalx
    tries = [(7, -3, "left"), (-7, -3, "right"), (0, 8, "center"), (0, -14, "center")]
    for name in (name for name in names if name in places):
        for x, y, side in tries:
            look = {"textcoords": "offset points", "ha": side, "fontsize": 7.5}
            text = ax.annotate(name, places[name], (x, y), **look)  # type: ignore[arg-type]
            box = text.get_window_extent().padded(2.5).extents
            # a name above its mark must not seem to belong to one beside it
            far = 18 if side == "center" else 5
            met = box[0] < left or box[2] > right
            met = met or any(
                box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3]
                for b in [*boxes, *((x - far, y - 4, x + far, y + 4) for x, y in dots)]
            )
            if not met or (name == names[0] and side == "right"):
                boxes.append(tuple(box))
                break
            text.remove()


def _landmarks(table: Sequence[Model], chosen: str) -> list[str]:
    """The chosen model, those older than the axis, and then those with most descendants."""
    count = dict.fromkeys((model.name for model in table), 0)
    parents = {model.name: model.parent for model in table}
    for name in count:
        while (parent := parents.get(name)) is not None and parent in count:
            count[parent] += 1
            name = parent
    older = [model.name for model in table if model.older]
    return list(dict.fromkeys([chosen, *older, *sorted(count, key=lambda n: -count[n])]))
