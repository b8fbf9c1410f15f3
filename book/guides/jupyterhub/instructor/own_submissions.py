"""Collecting from an exchange whose submissions belong to students.

A submission is a folder that its student made and still owns: its name, its files and their dates
are what the student says. nbgrader's own collect believes them: it takes a folder named
`ada+01_training_basics+DATE` for ada's, whoever made it, it copies what a link points to with the
instructor's rights, and it dates the work by the name. Here the file system says whose it is (the
owner) and when it was last changed (the change time, which no student can set), and only files that
are the student's are read.

Each student needs an account of their own: where all servers run under one, as containers often
do, the owner says nothing. Folders in a submission are not collected; the assignments have none.
"""

import os
import pwd
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect

MOST_FILES = 100


class CollectOwnSubmissions(ExchangeCollect):
    """`nbgrader collect`, by owner and by the server's clock."""

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """One submission: whose, where, when; nbgrader keeps each student's latest."""
        folder = os.lstat(path)
        changed = folder.st_ctime
        if stat.S_ISDIR(folder.st_mode) and os.access(path, os.R_OK | os.X_OK):
            files = [entry.stat(follow_symlinks=False) for entry in os.scandir(path)]
            changed = max((file.st_ctime for file in files), default=changed)
        return {
            "username": _account(folder.st_uid),
            "filename": os.path.basename(path),
            "timestamp": _utc(changed),
        }

    def do_copy(self, src: str, dest: str, log: object = None) -> None:
        """Copy the files of one submission; a bad one is named in the log and stops no other."""
        try:
            changed = self._copy_own_files(src, Path(dest))
        except OSError as error:
            shutil.rmtree(dest, ignore_errors=True)
            self.log.error("Not collected: %s (%s)", src, error)
            return
        stamp = _utc(changed).strftime(self.timestamp_format.replace("%Z", "UTC"))
        Path(dest, "timestamp.txt").write_text(stamp, encoding="utf-8")

    def _copy_own_files(self, src: str, dest: Path) -> float:
        """Copy what is a plain file of the folder's owner; returns when the last was changed.

        Raises:
            OSError: `src` is no folder, or it holds too much.
        """
        folder = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            owner = os.fstat(folder).st_uid
            names = sorted(os.listdir(folder))
            if len(names) > MOST_FILES:
                raise OSError(f"expected at most {MOST_FILES} files, got {len(names)}")
            dest.mkdir(parents=True)
            changed = 0.0
            left = 1000 * self.coursedir.max_dir_size
            for name in names:
                found = _read_own(name, folder, owner, left)
                if found is None:
                    self.log.warning("Left out of %s: %s, no plain file that they own", src, name)
                    continue
                content, moment = found
                left -= len(content)
                if left < 0:
                    raise OSError(f"expected at most {self.coursedir.max_dir_size} kB")
                (dest / name).write_bytes(content)
                changed = max(changed, moment)
            return changed or os.fstat(folder).st_ctime
        finally:
            os.close(folder)


def _read_own(name: str, folder: int, owner: int, most: int) -> tuple[bytes, float] | None:
    """Up to most + 1 bytes of a plain file and its change time; None for anything else.

    The file is looked at and read through one handle, so that it cannot be exchanged in between.
    """
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_uid != owner:
            return None
        with open(handle, "rb", closefd=False) as file:
            return file.read(most + 1), os.fstat(handle).st_ctime
    finally:
        os.close(handle)


def _account(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # the account is gone; the work is not
        return str(uid)


def _utc(seconds: float) -> datetime:
    """A moment as nbgrader keeps it: UTC, without a time zone."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
