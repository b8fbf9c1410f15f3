"""Answers as interactive figures show them: in pieces, underlined and marked by what each one is.

The words and marks of the kinds stand here once; the kit's ``answer`` draws them in a browser,
``draw_answers`` in print. Without a judgement (a plain text) there is one piece without a mark.
"""

import html
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from llmbook_utils.corpus.judged import Judged
from llmbook_utils.interactive.in_print import in_print
from llmbook_utils.interactive.theme import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Answer = Judged | str
State = dict[str, Any]  # {"pieces": [[text, kind], …], "gold": 1.2 or None, "proxy": …}

KINDS = {  # kind → mark, words
    "right": ["✓", "right"],
    "wrong": ["✗", "wrong"],
    "polite": ["♡", "polite"],
    "rude": ["!", "rude"],
    "ramble": ["≈", "nobody asked"],
    "again": ["↻", "said again"],
    "junk": ["?", "makes no sense"],
    "no_end": ["⇥", "does not stop"],
}
ROLES = {  # kind → colour; the same as in alignment.css
    "right": "third",
    "wrong": "alarm",
    "polite": "accent",
    "rude": "second",
    "ramble": "fourth",
    "again": "fourth",
    "junk": "soft",
    "no_end": "alarm",
}


def state_of(answer: Answer) -> State:
    """An answer as JSON."""
    if isinstance(answer, str):
        return {"pieces": [[answer, "plain"]] if answer else [], "gold": None, "proxy": None}
    proxy = None if answer.proxy is None else round(float(answer.proxy), 2)
    pieces = [list(piece) for piece in answer.pieces]
    return {"pieces": pieces, "gold": round(float(answer.gold), 2), "proxy": proxy}


def text_of(answer: State) -> str:
    return " ".join(text for text, _ in answer["pieces"])


def kinds_in(answers: Iterable[State]) -> list[str]:
    """The kinds that occur, in the order of ``KINDS``: what a legend has to explain."""
    found = {kind for answer in answers for _, kind in answer["pieces"]}
    return [kind for kind in KINDS if kind in found]


def answer_html(answer: State, nothing: str = "(nothing)") -> str:
    """An answer as a piece of HTML; the twin of the kit's ``answer``."""
    return " ".join(_piece(text, kind) for text, kind in answer["pieces"]) or nothing


def _piece(text: str, kind: str) -> str:
    if kind not in KINDS:
        return f"<span>{html.escape(text)}</span>"
    mark, words = KINDS[kind]
    seen = f'<small role="img" aria-label="{words}">\u2060{mark}</small>'  # no line break before it
    return f'<span class="xp-piece xp-is-{kind}" title="{words}">{html.escape(text)}{seen}</span>'


def legend_html(kinds: Iterable[str]) -> str:
    """What the marks mean."""
    items = (
        f'<li><span class="xp-piece xp-is-{kind}">{KINDS[kind][1]}'
        f'<small aria-hidden="true">{KINDS[kind][0]}</small></span></li>'
        for kind in kinds
    )
    return f'<ul class="xp-marks">{"".join(items)}</ul>'


@lru_cache(maxsize=4096)
def _width(text: str, size: float) -> float:
    """How wide a text is in print, in points."""
    from matplotlib.textpath import TextPath

    # a space at an end has no extent of its own
    return float(TextPath((0, 0), f"|{text}|", size=size).get_extents().width - 0.6 * size)


def draw_answers(ax: "Axes", lines: Iterable[tuple[str, State | None]], size: float = 8.5) -> None:
    """Write headings and answers from the top of empty axes downwards, each piece in its colour."""
    figure: Any = ax.figure
    figure.draw_without_rendering()  # the layout is known only then
    box = ax.get_window_extent()
    width, height = (72 * n / figure.dpi for n in (box.width, box.height))
    ax.set(xlim=(0, width), ylim=(height, 0))
    ax.axis("off")
    y = size
    for heading, answer in lines:
        look: dict[str, Any] = {"fontsize": size, "parse_math": False}
        ax.text(0, y, in_print(heading), color=LIGHT["soft"], **look)
        y += 1.5 * size
        pieces = [] if answer is None else answer["pieces"]
        x = 0.0
        for text, kind in pieces:
            mark, _ = KINDS.get(kind, ["", ""])
            color = LIGHT[ROLES.get(kind, "ink")]
            for word in in_print(f"{text}{mark and chr(0xA0)}{mark}").split(" "):
                wide = _width(word, size)
                if x and x + wide > width:
                    x, y = 0.0, y + 1.4 * size
                ax.text(x, y, word, color=color, **look)
                x += wide + 0.32 * size
        y += (1.9 if pieces else 0.3) * size
