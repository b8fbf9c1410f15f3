"""Find the hand-ins in what an instructor got: a folder or a zip, laid out in one of these ways.

| at the top | whose | from |
| --- | --- | --- |
| `ada/` with files, or with `ASSIGNMENT/` in it | `ada` | a folder for each student; nbgrader |
| `ada.ipynb`, `ada.zip` | `ada` | a file for each student |
| `Ada Lovelace_1234567_assignsubmission_file_/` | `Ada Lovelace_1234567` | Moodle |
| `lovelaceada_LATE_12345_67890_NAME-1.ipynb` | `lovelaceada_12345` | Canvas |
| `ada+ASSIGNMENT+TIME+…/` | `ada` | the inbound folder of nbgrader's exchange |

Of Canvas's notebooks of one name the newest counts: that with the highest number. Of several
hand-ins in an exchange, too: that whose folder was changed last, by the server's clock. Anybody can
write a folder there under anybody's name: where the folders belong to different accounts, each must
belong to the student that it names. On a hub that gives all students one account nobody can tell.

A student's own zip is opened, one level deep, where the hand-in is that one zip; otherwise a zip is
a file like any other.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from llmbook_utils.grading.archive import Archive
from llmbook_utils.grading.untrusted_files import (
    Rejected,
    Tree,
    is_noise,
    is_notebook,
    read_files,
    read_folder,
)

# the shapes of Moodle's mod/assign/classes/downloader.php and of Canvas's lib/content_zipper.rb
_MOODLE = re.compile(
    r"(?P<label>(?P<name>.+)_(?P<number>\d+))_assignsubmission_(?P<kind>[a-z]+)(_(?P<file>.*))?"
)
_CANVAS = (
    re.compile(r"(LATE_)?(?P<name>anon)_(?P<number>[^\W_]+)_(?P<upload>\d{3,18})_(?P<file>.+)"),
    re.compile(r"(?P<name>\w+?)_(LATE_)?(?P<number>\d+)_(?P<upload>\d{3,18})_(?P<file>.+)"),
)
_EXCHANGE = re.compile(r"(?P<student>.+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-[^+]+)(\+[^+]+)?")
_COPY = re.compile(r"-\d{1,3}(?=\.ipynb$)")  # what Canvas adds to a name that was there already


class Folder:
    """A folder on this machine, seen as an Archive is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def tops(self) -> dict[str, bool]:
        """The names at the top, and whether each is a folder (a link to one is not)."""
        with os.scandir(self._path) as entries:
            return {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}

    def time(self, tops: Iterable[str]) -> datetime | None:
        """None: the times in a folder are those of whoever copied or downloaded it."""
        return None

    def changed(self, top: str) -> float:
        """When a folder's entries or rights were changed last: no user can set that back."""
        return os.lstat(self._path / top).st_ctime

    def owners(self, tops: Iterable[str]) -> dict[str, str | None]:
        """The accounts that folders belong to; None for one without a name here."""
        found: dict[str, str | None] = {}
        for top in tops:
            try:
                found[top] = (self._path / top).owner()
            except KeyError:
                found[top] = None
        return found

    def read_folder(self, *folders: str) -> Tree:
        return read_folder(self._path, *folders)

    def read_files(self, names: Mapping[str, str]) -> Tree:
        return read_files(self._path, names)


Source = Folder | Archive  # what is at its top belongs to students


@dataclass
class HandIn:
    """Something handed in, not yet read."""

    label: str  # what the source calls the student
    aliases: tuple[str, ...] = ()  # what else may stand for the student in a list of names
    folder: str | None = None  # at the top of the source
    files: dict[str, str] = field(default_factory=dict)  # at the top → the name that it gets
    sent: str | None = None  # in an exchange: the time that the student's machine wrote
    late: bool = False  # Canvas says so
    problem: str = ""  # why there is nothing to read

    @property
    def tops(self) -> list[str]:
        return [*self.files, *([self.folder] if self.folder is not None else [])]


def find(source: Source, assignment: str) -> list[HandIn]:
    """The hand-ins for an assignment, ordered by what the source calls the students."""
    found: dict[str, HandIn] = {}
    others: list[HandIn] = []
    canvas: list[tuple[int, str, re.Match[str]]] = []
    inbound: dict[str, re.Match[str]] = {}
    for top, is_folder in sorted(source.tops().items()):
        if is_noise(top):
            continue
        if match := _MOODLE.fullmatch(top):
            _add_moodle(found, top, is_folder, match)
        elif is_folder and (match := _EXCHANGE.fullmatch(top)):
            inbound[top] = match
        elif not is_folder and (match := _CANVAS[0].fullmatch(top) or _CANVAS[1].fullmatch(top)):
            canvas.append((int(match["upload"]), top, match))
        else:
            others.append(_plain(top, is_folder, assignment))
    for _, top, match in sorted(canvas, key=lambda each: each[:2]):
        _add_canvas(found, top, match)
    if isinstance(source, Folder):
        others += _newest(source, inbound, assignment)
    return sorted([*found.values(), *others], key=lambda each: each.label)


def _add_moodle(found: dict[str, HandIn], top: str, is_folder: bool, match: re.Match[str]) -> None:
    label, name, number, kind, file = match.group("label", "name", "number", "kind", "file")
    aliases = (number, f"Participant {number}", name)
    hand_in = found.setdefault(label, HandIn(label, aliases, problem=f"Moodle has only its {kind}"))
    if kind != "file":
        return
    hand_in.problem = ""
    if is_folder:
        hand_in.folder = top
    else:
        hand_in.files[top] = file or top


def _add_canvas(found: dict[str, HandIn], top: str, match: re.Match[str]) -> None:
    name, number = match["name"], match["number"]
    hand_in = found.setdefault(f"{name}_{number}", HandIn(f"{name}_{number}", (number, name)))
    file = _COPY.sub("", match["file"])
    hand_in.files = {each: given for each, given in hand_in.files.items() if given != file}
    hand_in.files[top] = file
    hand_in.late = "_LATE_" in f"_{top[: match.start('number')]}"


def _newest(source: Folder, tops: dict[str, re.Match[str]], assignment: str) -> list[HandIn]:
    """Each student's newest folder in an exchange, and those that bear another's name."""
    owners = source.owners(tops)
    told_apart = len(set(owners.values())) > 1
    newest: dict[str, HandIn] = {}
    false: list[HandIn] = []
    for top in sorted(tops, key=source.changed):
        student, owner = tops[top]["student"], owners[top]
        if tops[top]["assignment"] != assignment:
            continue
        if told_apart and owner not in (student, None):
            problem = f"it belongs to the account {owner}, not to {student}"
            false.append(HandIn(top, folder=top, problem=problem))
        else:
            newest[student] = HandIn(student, folder=top, sent=tops[top]["time"])
    return [*newest.values(), *false]


def _plain(top: str, is_folder: bool, assignment: str) -> HandIn:
    if is_folder:
        return HandIn(top, folder=top)
    label = Path(top).stem
    if is_notebook(top) and label != assignment:
        return HandIn(label, files={top: f"{assignment}.ipynb"})
    if top.lower().endswith(".zip"):
        return HandIn(label, files={top: "handed-in.zip"})
    problem = "expected a folder, a notebook or a zip that bears a student's name"
    return HandIn(top, problem=problem)


def read(source: Source, hand_in: HandIn, assignment: str) -> Tree:
    """The files of a hand-in, the notebook at their top where that can be told.

    Raises:
        Rejected: something in it is not acceptable.
    """
    if hand_in.problem:
        raise Rejected(hand_in.problem)
    if hand_in.folder is not None:
        tree = source.read_folder(hand_in.folder)
    else:
        tree = source.read_files(hand_in.files)
    tree.files = _unwrapped(tree.files, assignment)
    if len(tree.files) == 1:
        ((name, data),) = tree.files.items()
        if name.lower().endswith(".zip"):
            inner = Archive(data)
            tree.files = _unwrapped(inner.read_folder().files, assignment)
    return tree


def _unwrapped(files: dict[str, bytes], assignment: str) -> dict[str, bytes]:
    """The files without the folder that holds the notebook and, maybe, other assignments."""
    if any(is_notebook(path) and "/" not in path for path in files):
        return files
    folder = f"{assignment}/"
    inside = {p.removeprefix(folder): d for p, d in files.items() if p.startswith(folder)}
    if inside:
        return inside
    tops = {path.split("/", 1)[0] for path in files}
    if len(tops) == 1 and all("/" in path for path in files):
        return _unwrapped({p.split("/", 1)[1]: d for p, d in files.items()}, assignment)
    return files
