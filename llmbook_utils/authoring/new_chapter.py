"""`make new-chapter NAME=02_cuda`: a lesson, an assignment, its answers, a place in the book.

What they start as stands in template/: two notebooks and a file of answers, which run and pass as
they are. @NAME@, @TITLE@ and @NUMBER@ are filled in; TODO marks what an author has to replace.
"""

import json
import re
from pathlib import Path

from llmbook_utils.authoring import release
from llmbook_utils.course import course_root

TEMPLATE = Path(__file__).with_name("template")
CARD = """\
::::{{grid-item-card}} {number} · {title}
:link: ../{page}
:link-type: doc
:class-card: ready
TODO: what it is about, in one sentence.
:::{{card-footer}}
Read →
:::
::::
"""


def filled(template: str, words: dict[str, str]) -> str:
    """The text of template/`template` with every @WORD@ replaced."""
    text = (TEMPLATE / template).read_text(encoding="utf-8")
    for word, value in words.items():
        # a title may hold quotation marks, and notebooks are JSON
        text = text.replace(f"@{word}@", json.dumps(value, ensure_ascii=False)[1:-1])
    return text


def with_page(contents: str, page: str) -> str:
    """The table of contents with a `file:` line for `page`, chapters in the order of their numbers.

    Raises:
        ValueError: no chapter stands in the contents, so that the place is not clear.
    """
    line = re.compile(r"^( *)- file: chapters/(\d\d)\S*\n", re.MULTILINE)
    lines = list(line.finditer(contents))
    if not lines:
        raise ValueError("expected a line `- file: chapters/…` in book/_toc.yml")
    number = page.removeprefix("chapters/")[:2]
    place = max((each.end() for each in lines if each[2] < number), default=lines[0].start())
    return f"{contents[:place]}{lines[0][1]}- file: {page}\n{contents[place:]}"


def with_card(index: str, page: str, title: str) -> str:
    """The landing page with a card for `page`, chapters in the order of their numbers.

    Raises:
        ValueError: no chapter has a card, so that the place is not clear.
    """
    cards = list(re.finditer(r"^::::\{grid-item-card\} (\d+) · .*?^::::\n", index, re.M | re.S))
    if not cards:
        raise ValueError("expected a card `::::{grid-item-card} 1 · …` in book/index.md")
    number = int(page.removeprefix("chapters/")[:2])
    place = max((each.end() for each in cards if int(each[1]) < number), default=-1)
    card = CARD.format(number=number, title=title, page=page)
    if place < 0:
        return f"{index[: cards[0].start()]}{card}\n{index[cards[0].start() :]}"
    return f"{index[:place]}\n{card}{index[place:]}"


def create(name: str, *, title: str | None = None) -> list[Path]:
    """Write everything that a chapter called `name` needs; returns the files written.

    Raises:
        ValueError: `name` is not NN_name, or a chapter with its number is there.
    """
    root = course_root()
    if not re.fullmatch(r"\d\d_[a-z0-9_]+", name):
        raise ValueError(f"expected a name such as 02_cuda (NN_name, lower case), got {name!r}")
    words = {
        "NAME": name,
        "NUMBER": str(int(name[:2])),
        "TITLE": title or name[3:].replace("_", " ").capitalize(),
    }
    texts = {
        root / "chapters" / f"{name}.ipynb": filled("lesson/lesson.ipynb", words),
        root / "solutions" / name / f"{name}.ipynb": filled("assignment.ipynb", words),
        root / "tests" / "answers" / name / "centre.py": filled("answers.py", words),
    }
    there = [*(root / "chapters").glob(f"{name[:2]}_*.ipynb"), *filter(Path.exists, texts)]
    if there:
        raise ValueError(f"chapter {name[:2]} is there already: {there[0].relative_to(root)}")
    page, book = f"chapters/{name}", root / "book"
    contents, index = book / "_toc.yml", book / "index.md"
    texts[contents] = with_page(contents.read_text(encoding="utf-8"), page)
    texts[index] = with_card(index.read_text(encoding="utf-8"), page, words["TITLE"])
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [*texts, *release.write(name, root)]
