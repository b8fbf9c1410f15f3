"""Text for still images: what the printed figures' font does not have becomes a box.

A browser finds a font for every script; matplotlib has DejaVu Sans, without Chinese and emoji, and
warns of each missing letter.
"""

from functools import cache

BOX = "□"


@cache
def letters() -> frozenset[int]:
    """The code points that the font of the printed figures has."""
    from matplotlib.font_manager import findfont
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(findfont("DejaVu Sans")).get_charmap())


def in_print(text: str) -> str:
    """The text with a box in the place of each character that cannot be printed."""
    known = letters()
    return "".join(c if ord(c) in known or c == "\n" else BOX for c in text)
