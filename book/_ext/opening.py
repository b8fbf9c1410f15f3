"""The landing page's figure: chapter 8's model while it is trained, from that chapter's own run.

    ```{opening} chapters/08_pretraining training-player
    :text: 1
    ```

takes the state of the training player that this cell of the executed chapter showed, and draws it
smaller: one of the texts, the loss, the floor. Nothing is trained here, and no number is written
down twice. The page is read again when the chapter was executed anew.
"""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from llmbook_utils.interactive.explorable import Explorable, module
from llmbook_utils.interactive.in_print import BOX, in_print
from llmbook_utils.interactive.theme import LIGHT, STATIC, stylesheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)
HERE = Path(__file__).parent
STATE = re.compile(r"^const state = (\{.*\});$", re.MULTILINE)
LABELS = {
    "when": "A language model after {step} steps writes:",
    "loss": "loss",
    "floor": "the floor: no model gets below it",
    "step": "step",
    "shows": "The loss along the training. After {step} steps it is {loss}; the floor is {floor}.",
    "play": "▶ Play",
    "stop": "■ Stop",
}


class Opening(Explorable):
    """A model's words, and its loss against the floor, along a training run."""

    _esm = module(str(HERE / "opening"))
    _css = "\n".join(
        [
            stylesheet(),
            *re.findall(r"^\.xp-(?:limit|first) .*", (STATIC / "language.css").read_text(), re.M),
            (HERE / "opening.css").read_text(encoding="utf-8"),
        ]
    )
    steps = traitlets.List(traitlets.Int(), minlen=2).tag(sync=True)
    losses = traitlets.List(traitlets.Float(), minlen=2).tag(sync=True)
    floor = traitlets.Float().tag(sync=True)
    texts = traitlets.List(traitlets.Unicode(), minlen=2).tag(sync=True)
    frame = traitlets.Int(0, min=0).tag(sync=True)

    @classmethod
    def of(cls, state: dict[str, Any], text: int) -> "Opening":
        """The small figure for the state of a chapter's training player."""
        (losses,) = state["losses"].values()
        return cls(
            labels=LABELS,
            steps=state["steps"],
            losses=losses,
            floor=state["floor"],
            texts=[plain(texts[text]) for texts in state["samples"]],
            frame=len(losses) - 1,
        )

    def describe(self) -> str:
        """The first moment and the last one, in words."""
        first, last = (
            f"After {self.steps[i]} steps its loss is {self.losses[i]:.3g}, and it writes: "
            f"“{self.texts[i]}”"
            for i in (0, -1)
        )
        return (
            f"A language model while it is trained. {first} {last} The floor is {self.floor:.3g}."
        )

    def draw_still(self, figure: "Figure") -> None:
        """The loss, and what the model writes at the first moment and at the last one."""
        from textwrap import fill

        left, right = figure.subplots(1, 2)
        left.plot(self.steps, self.losses, color=LIGHT["accent"])
        left.axhline(self.floor, color=LIGHT["soft"], linestyle=":")
        left.set(
            xlabel=LABELS["step"], ylabel="loss (nats a token)", title="The loss and its floor"
        )
        right.axis("off")
        words = [
            LABELS["when"].format(step=self.steps[i]) + "\n" + fill(self.texts[i], 52, max_lines=5)
            for i in (0, -1)
        ]
        right.text(
            0, 0.98, "\n\n".join(words), va="top", fontsize=9, transform=right.transAxes,
            parse_math=False,
        )  # fmt: skip


def plain(text: str) -> str:
    """The text in one line, with a box for each character or byte that no font has."""
    return in_print(text).replace("\n", " ").replace("\ufffd", BOX)


def state_of(executed: Path, cell_id: str) -> dict[str, Any]:
    """What the figure in a cell of an executed notebook held.

    Raises:
        ValueError: there is no such cell, or it shows no figure.
    """
    for cell in json.loads(executed.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []) if cell.get("id") == cell_id else []:
            html = output.get("data", {}).get("text/html", "")
            if found := STATE.search("".join(html)):
                return json.loads(found[1])
    raise ValueError(f"expected a figure in the cell {cell_id!r} of {executed.name}, found none")


class OpeningDirective(SphinxDirective):
    """`{opening} CHAPTER CELL`, with `:text:` the number of the sample that is shown."""

    required_arguments = 2
    option_spec: ClassVar = {"text": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        """The figure as HTML; nothing, with a warning, where the chapter was not executed."""
        chapter, cell_id = self.arguments
        executed = Path(self.env.srcdir) / "_build" / "executed" / f"{chapter}.ipynb"
        self.env.note_dependency(str(executed))
        if not executed.is_file():
            logger.warning("%s has not been executed: `llmbook book` does it", chapter)
            return []
        figure = Opening.of(state_of(executed, cell_id), self.options.get("text", 0))
        return [nodes.raw("", figure.to_html(), format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("opening", OpeningDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
