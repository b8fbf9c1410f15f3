"""Real text: Python's own help pages, and a text file of yours.

Real text has no known entropy. The help pages change from one Python version to the next, so no
loss on them can be promised.
"""

import re
from pathlib import Path


def help_pages() -> str:
    """The help topics of the running Python (``pydoc_data.topics``), as one text.

    About 450,000 characters of technical English. Underlines of titles and runs of blanks are
    taken out; a blank line stays between paragraphs, three line breaks between topics.
    """
    from pydoc_data.topics import topics

    pages = (_clean(topics[name]) for name in sorted(topics))
    return "\n\n\n".join(page for page in pages if page) + "\n"


def own_text(path: str | Path, at_least: int = 1000) -> str:
    """The text of a file of yours, ready to train on.

    Args:
        path: a plain text file in UTF-8.
        at_least: how many characters you need: those of one batch, say, which has batch size ×
            context tokens.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is a folder, is empty, is not text, is in another encoding, or is too
            short. The message says what to do.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"expected a text file, got {str(path)!r}, which does not exist")
    if not path.is_file():
        raise ValueError(f"expected a text file, got {str(path)!r}, which is not a file")
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError(
            f"expected text in UTF-8, got UTF-16 in {path.name}; save it as UTF-8 in your editor"
        )
    if b"\0" in data:
        raise ValueError(
            f"expected plain text, got a binary file ({path.name} has zero bytes); "
            "export it as a .txt file"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"expected text in UTF-8, got byte {data[error.start]:#04x} at place {error.start} "
            f"of {path.name}; save it as UTF-8 in your editor, or, if it is not text, export it"
        ) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise ValueError(f"expected some text, got {path.name}, which is empty")
    if len(text) < at_least:
        raise ValueError(
            f"expected at least {at_least} characters for one batch, got {len(text)} in "
            f"{path.name}; take a longer text, a smaller batch or a shorter context"
        )
    return text + "\n"


def _clean(page: str) -> str:
    page = re.sub(r"^([*=\-~^#])\1{2,}[ \t]*$", "", page, flags=re.MULTILINE)  # underlines
    page = re.sub(r"[ \t]+", " ", page)
    page = re.sub(r" *\n *", "\n", page)
    return re.sub(r"\n{3,}", "\n\n", page).strip()
