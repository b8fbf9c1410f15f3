"""Read a folder of foreign make: nothing is followed, nothing is run, everything is counted.

Every folder is held open and every file opened relative to it, without following links; what is no
regular file of its own (a link, a hard link, a pipe, a socket, a device) refuses the whole. Sizes
are counted while reading, so that a file may lie about its own. What systems and editors leave
behind (`.DS_Store`, checkpoints, everything with a leading dot) is not looked at.

What comes out is bytes in memory: whatever happens on the disk afterwards changes nothing.
"""

import contextlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from llmbook_utils.grading.submitted_times import STAMP

SECRET = "submission_secret.txt"  # of nbgrader's exchange: a student's key to their own feedback

# Windows has neither; there, each path is looked at before and after it is opened
_HELD = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_FLAGS = sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY")
) + getattr(os, "O_BINARY", 0)
_NOISE = {
    "__macosx", "__pycache__", "desktop.ini", "feedback", "icon\r", "thumbs.db", SECRET, STAMP,
}  # fmt: skip
_UNPORTABLE = set('\\/:*?"<>|')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # names on Windows
_JOINERS = "\u200c\u200d"  # format characters that words of some languages need


class Rejected(ValueError):
    """A hand-in that is not acceptable: a sentence for the instructor and the student."""


@dataclass(frozen=True)
class Caps:
    """How large a hand-in may be."""

    notebook: int = 10_000_000  # bytes
    file: int = 20_000_000  # bytes, any other
    total: int = 50_000_000  # bytes, all together
    files: int = 200
    depth: int = 8  # folders in folders
    name: int = 200  # bytes of a file's or folder's name


CAPS = Caps()


@dataclass
class Tree:
    """The files of a hand-in, as they are being read."""

    files: dict[str, bytes] = field(default_factory=dict)
    stamp: str | None = None  # nbgrader's timestamp.txt
    secret: bytes | None = None  # nbgrader's submission_secret.txt
    changed: float = 0.0  # newest change to a file or folder, by the server's clock (since 1970)
    entries: int = 0  # looked at, noise included

    def count(self, caps: Caps) -> None:
        """Count one more entry, of whatever kind.

        Raises:
            Rejected: there are too many.
        """
        self.entries += 1
        if self.entries > 10 * caps.files:
            raise Rejected(f"expected at most {caps.files} files, got more than {10 * caps.files}")

    def room(self, path: str, caps: Caps) -> int:
        """How many bytes the file `path` may have.

        Raises:
            Rejected: it is one too many.
        """
        if len(self.files) == caps.files:
            raise Rejected(f"expected at most {caps.files} files, got more")
        most = caps.notebook if is_notebook(path) else caps.file
        return min(most, caps.total - sum(map(len, self.files.values())))

    def add(self, path: str, data: bytes | None, caps: Caps) -> None:
        """Keep a file; `data` is None where it has more bytes than there is room for.

        Raises:
            Rejected: it is too large.
        """
        if data is None:
            most = caps.notebook if is_notebook(path) else caps.file
            hint = ". Clear the notebook's outputs and save it again" if is_notebook(path) else ""
            raise Rejected(
                f"`{shown(path)}` is too large: expected at most {most / 1e6:g} MB, and "
                f"{caps.total / 1e6:g} MB all together{hint}"
            )
        self.files[path] = data


def shown(name: str) -> str:
    """A name of foreign make for a message: no control characters, no more than a line."""
    text = repr(name)[1:-1]
    return text if len(text) <= 80 else f"{text[:60]} … {text[-15:]}"


def check_name(name: str, caps: Caps = CAPS) -> None:
    """Refuse a file's or folder's name that means something else on some system.

    Raises:
        Rejected: with the name and the reason.
    """
    odd = next((c for c in name if c in _UNPORTABLE or _is_control(c)), None)
    if name in ("", ".", ".."):
        reason = "is no name"
    elif odd is not None:
        reason = f"has the character {odd!a}"
    elif name[0] in "-~.":
        reason = f"begins with {name[0]}"
    elif name != name.strip() or name.endswith("."):
        reason = "begins or ends with a space, or ends with a dot"
    elif _DEVICE.fullmatch(name):
        reason = "is a device on Windows"
    elif len(name.encode()) > caps.name:
        reason = f"is longer than {caps.name} bytes"
    else:
        return
    raise Rejected(f"the name `{shown(name)}` is not acceptable: it {reason}")


def _is_control(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and character not in _JOINERS)


def is_noise(name: str) -> bool:
    """Whether a file or folder is nobody's work: what systems, editors and nbgrader leave."""
    hidden = name.startswith(".") and name != "." and not name.startswith("..")
    return hidden or name.lower() in _NOISE or name.lower().endswith(".pyc")


class _Folder:
    """A folder that is held open; where the system cannot do that, its path."""

    def __init__(self, where: int | Path) -> None:
        self.where = where

    @classmethod
    def trusted(cls, path: Path) -> "_Folder":
        """A folder of the course's, however it is reached."""
        if not _HELD:
            return cls(path)
        return cls(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))

    def close(self) -> None:
        if isinstance(self.where, int):
            os.close(self.where)

    def names(self) -> Iterator[str]:
        with os.scandir(self.where) as entries:
            for entry in entries:
                yield entry.name

    def look(self, name: str) -> os.stat_result:
        if isinstance(self.where, int):
            return os.stat(name, dir_fd=self.where, follow_symlinks=False)
        return os.lstat(self.where / name)

    def _open(self, name: str, flags: int) -> int:
        if isinstance(self.where, int):
            return os.open(name, flags, dir_fd=self.where)
        return os.open(self.where / name, flags)

    def enter(self, name: str) -> "_Folder":
        if isinstance(self.where, int):
            return _Folder(self._open(name, os.O_RDONLY | os.O_DIRECTORY | _FLAGS))
        return _Folder(self.where / name)

    def read(self, name: str, looked: os.stat_result, most: int) -> bytes | None:
        """A regular file's bytes; None where there are more than `most`."""
        opened = self._open(name, os.O_RDONLY | _FLAGS)
        with os.fdopen(opened, "rb", buffering=0) as file:
            now = os.fstat(opened)
            if not (stat.S_ISREG(now.st_mode) and os.path.samestat(now, looked)):
                raise Rejected(f"`{shown(name)}` was exchanged while it was read")
            data = bytearray()
            while len(data) <= most and (block := file.read(min(1 << 20, most + 1 - len(data)))):
                data += block
        return bytes(data) if len(data) <= most else None


def _kind(found: os.stat_result) -> str:
    """`file`, `folder`, or what else it is."""
    mount_point = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None)  # a junction, on Windows
    tag = getattr(found, "st_reparse_tag", 0)
    if stat.S_ISLNK(found.st_mode) or (mount_point and tag == mount_point):
        return "a link"
    if stat.S_ISDIR(found.st_mode):
        return "folder"
    if not stat.S_ISREG(found.st_mode):
        return "a pipe, socket or device"
    return "file" if found.st_nlink <= 1 else "a hard link (a file with several names)"


def read_folder(base: Path, *below: str, caps: Caps = CAPS) -> Tree:
    """All files under base/below…, of which only `base` is trusted.

    Raises:
        Rejected: something in it is not acceptable, or it cannot be read.
    """
    tree = Tree()
    with contextlib.ExitStack() as opened:
        folder = _Folder.trusted(base)
        opened.callback(folder.close)
        for name in below:
            with _explained(name):
                found = folder.look(name)
                if (kind := _kind(found)) != "folder":
                    raise Rejected(f"expected a folder `{shown(name)}`, found {kind}")
                folder = folder.enter(name)
                opened.callback(folder.close)
                tree.changed = found.st_ctime
        _read_into(tree, folder, PurePosixPath(), caps)
    return tree


def read_files(base: Path, names: Mapping[str, str], caps: Caps = CAPS) -> Tree:
    """Single files of the folder `base`: name there → path that it gets.

    Raises:
        Rejected: one of them is not acceptable, or cannot be read.
    """
    tree = Tree()
    folder = _Folder.trusted(base)
    with contextlib.closing(folder):
        for name, path in names.items():
            with _explained(name):
                check_name(path, caps)
                _read_entry(tree, folder, name, path, caps)
    return tree


@contextlib.contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Rejected(f"`{shown(path)}` cannot be read: {error.strerror}") from None


def _read_into(tree: Tree, folder: _Folder, path: PurePosixPath, caps: Caps) -> None:
    names = []
    with _explained(str(path)):
        for name in folder.names():
            tree.count(caps)
            names.append(name)
    for name in sorted(names):
        with _explained(str(path / name)):
            if name in (STAMP, SECRET) and not path.parts:
                _read_exchange(tree, folder, name)
            elif not is_noise(name):
                check_name(name, caps)
                _read_entry(tree, folder, name, str(path / name), caps)


def _read_exchange(tree: Tree, folder: _Folder, name: str) -> None:
    """What nbgrader's exchange adds: no work of the student's, and not for any kernel to see."""
    found = folder.look(name)
    if _kind(found) != "file":
        return
    content = folder.read(name, found, 200) or b""
    if name == STAMP:
        tree.stamp = content.decode("ascii", "replace")
    else:
        tree.secret = content


def _read_entry(tree: Tree, folder: _Folder, name: str, path: str, caps: Caps) -> None:
    found = folder.look(name)
    tree.changed = max(tree.changed, found.st_ctime)
    kind = _kind(found)
    if kind == "folder":
        check_depth(path, caps)
        inner = folder.enter(name)
        with contextlib.closing(inner):
            _read_into(tree, inner, PurePosixPath(path), caps)
    elif kind == "file":
        tree.add(path, folder.read(name, found, tree.room(path, caps)), caps)
    else:
        raise Rejected(f"expected files and folders, found {kind}: `{shown(path)}`")


def check_depth(folder: str, caps: Caps = CAPS) -> None:
    """Refuse a folder that lies too deep.

    Raises:
        Rejected: it does.
    """
    if folder.count("/") >= caps.depth:
        raise Rejected(f"expected at most {caps.depth} folders in folders: `{shown(folder)}`")


def is_notebook(path: str) -> bool:
    return path.lower().endswith(".ipynb")
