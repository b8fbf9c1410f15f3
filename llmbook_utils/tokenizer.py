"""Byte-level byte-pair encoding: text to token ids and back, exactly.

A tokenizer in the manner of GPT-2's (Radford et al. 2019). Its alphabet is the 256 bytes of UTF-8,
so no text whatsoever is unknown. Three steps:

1. *Pre-tokenisation* cuts a text into pieces: words, numbers, punctuation, white space. A word
   takes the one space before it along. Tokens never reach over the border of a piece.
2. *Training* learns merges from the pieces (``byte_pairs.py``): which two tokens become one.
3. *Encoding* cuts a new text into pieces, each piece into bytes, and applies the merges, the
   earliest first. *Decoding* puts the tokens' bytes one after the other.

How it departs from GPT-2: the rules of step 1 are a little simpler (no English ``'s``, ``'ll``),
and each Chinese character is a piece of its own, as in BERT (Devlin et al. 2019), since Chinese
writes no spaces. Left out: normalisation (``é`` in one or in two code points stay two texts).
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import index
from pathlib import Path
from typing import Any, Literal, SupportsIndex

from llmbook_utils.byte_pairs import Pair, apply_merges, learn_merges, token_bytes

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
PATTERN = (
    rf"[{HAN}]"  # one Chinese character
    rf"| ?[^\W\d_{HAN}]+"  # a word, with the space before it
    r"| ?\d+"  # a number, likewise
    r"| ?(?:[^\w\s]|_)+"  # punctuation and symbols, likewise
    r"|\s+(?!\S)"  # white space, except the last character before a word …
    r"|\s+"  # … unless that one is no space
)
FORMAT = "llmbook byte-level BPE 1"
CACHED = 1 << 17  # so many different pieces are remembered with their tokens


class Tokenizer:
    """Merges and special tokens, with what they make of a text.

    Ids: 0 to 255 are the bytes; then one id for each merge, in their order; the special tokens come
    last. ``Tokenizer.train`` learns the merges; this constructor takes them as given.

    Args:
        merges: pairs of ids; merge number r makes token 256 + r from two earlier tokens.
        specials: texts such as ``"<end>"`` that are one token each and that no merge can make.
        pattern: a regular expression (of Python's ``re``) whose matches are the pieces.
        document_prefix: what :meth:`encode_document` writes in front of a text. One space makes
            the first word the same token as elsewhere: "Mara" starts a document, " Mara" stands
            within one, and both become the token " Mara". Choose "" for Chinese.

    Raises:
        ValueError: if a merge uses a token that does not exist before it or makes one that exists,
            if specials are empty or repeated, or if the pattern is no regular expression.
    """

    def __init__(
        self,
        merges: Iterable[Pair] = (),
        specials: Iterable[str] = ("<pad>", "<end>"),
        pattern: str = PATTERN,
        document_prefix: str = " ",
    ) -> None:
        self.merges: tuple[Pair, ...] = tuple((int(a), int(b)) for a, b in merges)
        self.specials = _distinct(specials)
        self.pattern = pattern
        self.document_prefix = document_prefix
        self._bytes = token_bytes(self.merges)
        self._special_ids = {s: len(self._bytes) + i for i, s in enumerate(self.specials)}
        self._split = _compiled(pattern).findall
        self._cut_specials = _special_cutter(self.specials).split
        self._of_piece = _Remembered({pair: rank for rank, pair in enumerate(self.merges)})

    @classmethod
    def train(
        cls,
        texts: str | Iterable[str],
        vocab_size: int | None = None,
        specials: Iterable[str] = ("<pad>", "<end>"),
        pattern: str = PATTERN,
        document_prefix: str = " ",
    ) -> "Tokenizer":
        """Learn merges from a text, or from several; each counts as a document.

        Special tokens that occur in the texts are cut out before anything is counted.

        Args:
            vocab_size: how many ids there shall be: 256 bytes + merges + specials. None: go on
                until every piece of the texts is one token. Training stops there in any case, so a
                small text can give a smaller vocabulary than asked for.

        Raises:
            ValueError: if ``vocab_size`` has no room for the bytes and the special tokens.
        """
        base = cls((), specials, pattern, document_prefix)
        if vocab_size is not None and vocab_size < base.vocab_size:
            raise ValueError(
                f"expected a vocab_size of at least {base.vocab_size} (256 bytes and "
                f"{len(base.specials)} special tokens), got {vocab_size}"
            )
        pieces: Counter[bytes] = Counter()
        for text in [texts] if isinstance(texts, str) else texts:
            first, *others = base._cut_specials(_text(text))[::2]  # without the special tokens
            for part in (document_prefix + first if first else "", *others):
                pieces.update(map(_utf8, base._pieces(part)))
        limit = None if vocab_size is None else vocab_size - base.vocab_size
        return cls(learn_merges(pieces, limit), base.specials, pattern, document_prefix)

    @property
    def vocab_size(self) -> int:
        """V, the number of ids: 256 bytes + merges + special tokens."""
        return len(self._bytes) + len(self.specials)

    def __repr__(self) -> str:
        return f"Tokenizer({self.vocab_size} tokens: 256 bytes, {len(self.merges)} merges, " + (
            f"{' '.join(self.specials) or 'no specials'})"
        )

    # Text to ids and back ------------------------------------------------------------------------

    def encode(
        self, text: str, specials: Literal["refuse", "allow", "text"] = "refuse"
    ) -> list[int]:
        """The ids of a text; ``decode`` gives exactly the same text back.

        Any Python string is welcome, a lone surrogate (half of a UTF-16 pair) included: it becomes
        the three bytes that UTF-8 would use for it if it were allowed there.

        Args:
            specials: what to do with a special token written out in the text. "refuse": raise, so
                that a stranger's text cannot end a document; "allow": it becomes its one id;
                "text": it is text like any other.

        Raises:
            ValueError: if the text contains a special token and ``specials`` is "refuse".
        """
        return self._encode(text, specials, "")

    def decode(self, ids: Iterable[SupportsIndex]) -> str:
        """The text of these ids; a special token becomes its text.

        Ids that a model has drawn need not be UTF-8 (half a character, say): what is not becomes
        the replacement character U+FFFD.
        """
        data = b"".join([self.token(i) for i in _whole_numbers(ids)])
        try:
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return data.decode("utf-8", "replace")

    def encode_document(
        self,
        text: str,
        end: str | None = "<end>",
        specials: Literal["refuse", "allow", "text"] = "refuse",
    ) -> list[int]:
        """The ids of a text with ``document_prefix`` in front, and the end token.

        A text that is empty or begins with an allowed special token gets no prefix: there, no first
        word stands alone. (In ``<q> Where is Mara?<a> In Oslo.`` every word has its space.)

        Args:
            end: the end token, or None for a text that goes on: a prompt.
            specials: as in :meth:`encode`.
        """
        ids = self._encode(text, specials, self.document_prefix)
        return ids if end is None else [*ids, self.special_id(end)]

    def decode_document(self, ids: Iterable[SupportsIndex], end: str | None = "<end>") -> str:
        """The text that :meth:`encode_document` was given: up to the end token, without prefix.

        Also for what a model has written: an end token may be missing, or a prefix.
        """
        ids = _whole_numbers(ids)
        if end is not None and self.special_id(end) in ids:
            ids = ids[: ids.index(self.special_id(end))]
        text = self.decode(ids)
        return (
            text if ids and ids[0] >= len(self._bytes) else text.removeprefix(self.document_prefix)
        )

    def encode_documents(
        self,
        texts: Iterable[str],
        end: str | None = "<end>",
        specials: Literal["refuse", "allow", "text"] = "refuse",
    ) -> list[list[int]]:
        """:meth:`encode_document` of each text."""
        if isinstance(texts, str):
            raise TypeError("expected several texts, got one str; encode_document takes one")
        return [self.encode_document(text, end, specials) for text in texts]

    def _encode(self, text: str, specials: str, prefix: str) -> list[int]:
        if specials not in ("refuse", "allow", "text"):
            raise ValueError(f"expected specials 'refuse', 'allow' or 'text', got {specials!r}")
        parts = [_text(text)] if specials == "text" else self._cut_specials(_text(text))
        if specials == "refuse" and len(parts) > 1:
            raise ValueError(
                f"expected a text without special tokens, got {parts[1]!r} at character "
                f'{len(parts[0])}; specials="allow" makes it a token, specials="text" plain text'
            )
        ids: list[int] = []
        for number, part in enumerate(parts):
            if number % 2:  # the texts between two special tokens stand at the even places
                ids.append(self._special_ids[part])
            elif part:
                pieces = self._pieces(part if number else prefix + part)
                ids.extend(chain.from_iterable(map(self._of_piece.__getitem__, pieces)))
        return ids

    def _pieces(self, text: str) -> list[str]:
        pieces: list[str] = self._split(text)
        if sum(map(len, pieces)) != len(text):
            raise ValueError(f"the pattern {self.pattern!r} leaves out a part of {text[:60]!r}")
        return pieces

    # Single tokens, files ------------------------------------------------------------------------

    def token(self, id: int) -> bytes:
        """The bytes of one token."""
        if not 0 <= id < self.vocab_size:
            raise ValueError(f"expected an id from 0 to {self.vocab_size - 1}, got {id}")
        if id < len(self._bytes):
            return self._bytes[id]
        return _utf8(self.specials[id - len(self._bytes)])

    def special_id(self, special: str) -> int:
        """The id of a special token, by its text."""
        if special not in self._special_ids:
            have = " ".join(self.specials) or "none"
            raise ValueError(
                f"expected a special token of this tokenizer ({have}), got {special!r}"
            )
        return self._special_ids[special]

    def save(self, path: str | Path) -> None:
        """Write a JSON file that :meth:`load` reads."""
        content = {
            "format": FORMAT,
            "pattern": self.pattern,
            "document_prefix": self.document_prefix,
            "specials": self.specials,
            "merges": self.merges,
        }
        Path(path).write_text(json.dumps(content) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> "Tokenizer":
        """Read what :meth:`save` has written.

        Raises:
            ValueError: if the file is anything else; the message names it and says what is wrong.
        """
        try:
            return cls(**_checked(json.loads(Path(path).read_text(encoding="utf-8"))))
        except (
            ValueError,
            RecursionError,
        ) as error:  # broken JSON and broken UTF-8 are ValueErrors
            raise ValueError(f"{path} is not a tokenizer's file: {error}") from error


class _Remembered(dict[str, list[int]]):
    """Pieces with their tokens: words come again and again, and a dictionary is fast."""

    def __init__(self, ranks: Mapping[Pair, int]) -> None:
        self.ranks = ranks

    def __missing__(self, piece: str) -> list[int]:
        if len(self) >= CACHED:
            self.clear()
        self[piece] = ids = apply_merges(_utf8(piece), self.ranks)
        return ids


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"expected a text (str), got {type(text).__name__}")
    return text


def _whole_numbers(ids: Any) -> list[int]:
    """A list of plain ints from a list, an array or a tensor."""
    try:
        return list(map(index, ids.tolist() if hasattr(ids, "tolist") else ids))
    except TypeError:
        raise TypeError(f"expected one row of whole numbers as ids, got {ids!r:.80}") from None


def _distinct(specials: Iterable[str]) -> tuple[str, ...]:
    if isinstance(specials, str):
        raise TypeError(f"expected several special tokens, got one str: {specials!r}")
    specials = tuple(map(_text, specials))
    if "" in specials or len(set(specials)) < len(specials):
        raise ValueError(f"expected special tokens that differ and are not empty, got {specials}")
    return specials


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"expected a regular expression, got {pattern!r}: {error}") from error
    if compiled.groups:
        raise ValueError(f"expected a pattern without groups (but (?:…)), got {pattern!r}")
    return compiled


def _special_cutter(specials: Sequence[str]) -> re.Pattern[str]:
    """Cuts a text so that special tokens stand at the odd places; the longest one wins."""
    longest_first = sorted(specials, key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")" if specials else "(?!)")


def _checked(content: Any) -> dict[str, Any]:
    """What a tokenizer's file must hold, by type; the constructor looks at the rest."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"expected the format {FORMAT!r}")
    kinds = {"merges": list, "specials": list, "pattern": str, "document_prefix": str}
    for key, kind in kinds.items():
        if not isinstance(content.get(key), kind):
            raise ValueError(f"expected {key!r} to be a {kind.__name__}")
    if not all(isinstance(special, str) for special in content["specials"]):
        raise ValueError("expected 'specials' to hold texts")
    for pair in content["merges"]:
        if not (isinstance(pair, list) and [type(i) for i in pair] == [int, int]):
            raise ValueError(f"expected each merge to be two ids, got {pair!r}"[:200])
    return {key: content[key] for key in kinds} | {"merges": list(map(tuple, content["merges"]))}
