"""Read a zip of foreign make, with the rules and the caps of untrusted_files.py.

Nothing is written to the disk here, so no entry can name a place on it. Refused are entries with
absolute or climbing paths, links, encrypted ones, two of one name, packing methods other than
deflate, and whatever unpacks to more than there is room for: declared sizes are not believed, the
bytes are counted while they are unpacked.
"""

import contextlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from llmbook_utils.grading.untrusted_files import (
    CAPS,
    Caps,
    Rejected,
    Tree,
    check_depth,
    check_name,
    is_noise,
    shown,
)

ENTRIES = 50_000  # in one archive: a thousand students' folders
RATIO = 300  # unpacked to packed, past the first megabytes: notebooks stay far below
_HEAD = b"PK\x01\x02"  # of an entry in the list at an archive's end


class Archive:
    """A zip file, from the disk or from memory.

    Raises:
        Rejected: it cannot be read, or lists too many entries.
    """

    def __init__(self, source: Path | bytes) -> None:
        data = source if isinstance(source, bytes) else None
        if data is not None and data.count(_HEAD) > 10 * CAPS.files:
            raise Rejected(f"expected an archive of at most {10 * CAPS.files:,} entries, got more")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data) if data is not None else str(source))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Rejected(f"the archive cannot be read: {error}") from None
        if len(entries) > ENTRIES:
            raise Rejected(
                f"expected an archive of at most {ENTRIES:,} entries, got {len(entries):,}"
            )
        self._by_top: dict[str, list[tuple[str, zipfile.ZipInfo]]] = {}
        for entry in entries:
            name = _name(entry)
            self._by_top.setdefault(name.split("/", 1)[0], []).append((name, entry))

    def close(self) -> None:
        self._zip.close()

    def tops(self) -> dict[str, bool]:
        """The names at the top, and whether each is a folder."""
        return {
            top: any("/" in name for name, _ in entries) for top, entries in self._by_top.items()
        }

    def time(self, tops: Iterable[str]) -> datetime | None:
        """The newest time that an entry is stamped with, by this machine's zone; None: no time.

        A learning platform stamps the entries when it packs the archive.
        """
        times = []
        for _, entry in (each for top in tops for each in self._by_top[top]):
            try:
                times.append(datetime(*entry.date_time).astimezone())
            except (ValueError, OverflowError, OSError):  # the 0th of a month
                continue
        newest = max(times, default=None)
        return newest if newest is not None and newest.year > 1980 else None  # 1980 is zip's zero

    def read_folder(self, *folders: str, caps: Caps = CAPS) -> Tree:
        """All files below a folder; of the whole archive where none is named.

        Raises:
            Rejected: something in it is not acceptable.
        """
        prefix = "".join(f"{folder}/" for folder in folders)
        tops = folders[:1] or tuple(self._by_top)
        entries = (each for top in tops for each in self._by_top.get(top, []))
        inside = [(n.removeprefix(prefix), e) for n, e in entries if n.startswith(prefix)]
        return self._read(inside, caps)

    def read_files(self, names: Mapping[str, str], caps: Caps = CAPS) -> Tree:
        """Single files at the top: name there → path that it gets.

        Raises:
            Rejected: one of them is not acceptable.
        """
        return self._read([(names[n], e) for top in names for n, e in self._by_top[top]], caps)

    def _read(self, entries: list[tuple[str, zipfile.ZipInfo]], caps: Caps) -> Tree:
        tree, packed = Tree(), 0
        for path, entry in entries:
            tree.count(caps)
            parts = path.rstrip("/").split("/")
            if not path or (any(map(is_noise, parts)) and not {".", ".."} & set(parts)):
                continue
            for part in parts:
                check_name(part, caps)
            check_depth("/".join(parts[:-1]), caps)
            if entry.is_dir():
                continue
            _check(entry, path)
            if path in tree.files:
                raise Rejected(f"the archive has two entries `{shown(path)}`")
            packed += entry.compress_size
            room = tree.room(path, caps)
            tree.add(path, self._unpack(entry, path, room), caps)
            unpacked = sum(map(len, tree.files.values()))
            if unpacked > 10_000_000 and unpacked > RATIO * packed:
                raise Rejected(f"the archive unpacks to more than {RATIO} times its size")
        return tree

    def _unpack(self, entry: zipfile.ZipInfo, path: str, most: int) -> bytes | None:
        try:
            with self._zip.open(entry) as file:
                data = file.read(most + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            RuntimeError,
        ) as error:
            raise Rejected(f"`{shown(path)}` cannot be unpacked: {error}") from None
        return data if len(data) <= most else None


def _name(entry: zipfile.ZipInfo) -> str:
    """The entry's path. Names in UTF-8 that are not declared as such are read all the same."""
    name = entry.orig_filename
    if not entry.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.removeprefix("./")


def _check(entry: zipfile.ZipInfo, path: str) -> None:
    mode = entry.external_attr >> 16
    if entry.flag_bits & 0x1:
        raise Rejected(f"`{shown(path)}` is encrypted")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise Rejected(f"expected files and folders, found a link or device: `{shown(path)}`")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Rejected(f"`{shown(path)}` is packed by a method other than deflate")
