"""Words and text: how a list of words becomes a line that is pleasant to read, and back.

A word is written as it stands in the text ("She" and "she" are two words), a mark is a word of its
own, and so is a special mark such as ``<end>``. A space stands before every English word except
the first; Chinese has none. Words of both languages can stand in one text.

    Mara lives in Oslo. She likes plums.    Mara · lives · in · Oslo · . · She · likes · plums · .
    玛拉住在奥斯陆。                            玛拉 · 住 · 在 · 奥斯陆 · 。
    <q> Where does she live?<a> In Oslo.    <q> · Where · does · she · live · ? · <a> · In · …

Chinese words are found again by taking the longest word of the tiny world that fits, from the
left. That is right for every text of the tiny world (the tests check it), not for Chinese at large.
"""

import re
from collections.abc import Sequence
from functools import cache

PAD, END_MARK, QUESTION, ANSWER = SPECIALS = ("<pad>", "<end>", "<q>", "<a>")
SENTENCE_ENDS = (".", "!", "?", "。", "！", "？")

_CHINESE = "\u4e00-\u9fff"
_PIECE = re.compile(
    rf"(<[a-z]+>)|([A-Za-z]+)|([{_CHINESE}]+)|([.,!?。，！？])|(\s+)|(.)", re.DOTALL
)


def detokenise(words: Sequence[str]) -> str:
    """The text of a list of words; the inverse of ``tokenise``."""
    text: list[str] = []
    space = ""
    for word in words:
        latin = word[0].isascii() and word[0].isalpha()
        text += (space, word) if latin else (word,)
        space = " "
    return "".join(text)


def tokenise(text: str) -> tuple[str, ...]:
    """The words of a text; the inverse of ``detokenise``.

    Raises:
        ValueError: for a character, or Chinese, that no text of the tiny world contains.
    """
    words: list[str] = []
    for special, latin, chinese, mark, space, other in _PIECE.findall(text):
        if other:
            raise ValueError(f"expected words and marks of the tiny world, got {other!r}")
        if chinese:
            words += _chinese_words(chinese)
        elif not space:
            words.append(special or latin or mark)
    return tuple(words)


def _chinese_words(run: str) -> list[str]:
    known, longest = _known_chinese()
    words, at = [], 0
    while at < len(run):
        for size in range(min(longest, len(run) - at), 0, -1):
            if run[at : at + size] in known:
                words.append(run[at : at + size])
                at += size
                break
        else:
            raise ValueError(f"expected Chinese words of the tiny world, got {run[at : at + 8]!r}")
    return words


@cache
def _known_chinese() -> tuple[frozenset[str], int]:
    from llmbook_utils.corpus import grammar, phrases  # here: they come after words and text

    words = frozenset(grammar.every_word("zh") + phrases.every_word("zh"))
    return words, max(map(len, words))
