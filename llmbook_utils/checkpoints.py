"""Trained stages on disk: what one chapter has trained, the next ones load.

A stage is a dictionary of tensors, numbers and text. It is kept under a name and a key: the hash of
the configuration, of the data, of the code that makes it, and of the versions of torch and
NumPy. When any of these changes, the key does, and the stage is trained anew; old files are left
alone. A file holds its own checksum, so that a damaged one is noticed and made again, and is read
with ``weights_only=True``: reading it can run no code.

Where: the folder that the environment variable ``LLMBOOK_CACHE`` names; else ``_build/stages`` of
the course; else the user's cache folder. Deleting it costs nothing but the training.

Left out: remote storage, sharded files, removing old stages.
"""

import contextlib
import dataclasses
import hashlib
import importlib.util
import inspect
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import filelock
import numpy as np
import torch

from llmbook_utils.course import course_root

State = dict[str, Any]
MAGIC = b"llmbook stage 1\n"  # the first line of every file; the second is the checksum


class Damaged(ValueError):
    """A file that is not what `write` wrote."""


def write(path: Path, state: State) -> None:
    """Write a dictionary of tensors, numbers and text; the file is either whole or not there.

    It is written beside its place under another name, and then renamed, which file systems do in
    one step: a reader, or a crash, never meets half a file.
    """
    content = io.BytesIO()
    torch.save(state, content)
    data = content.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC + hashlib.sha256(data).hexdigest().encode() + b"\n" + data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def read(path: Path) -> State:
    """What `write` wrote.

    Raises:
        FileNotFoundError: if there is no such file.
        Damaged: if it was cut short or changed, or is something else.
    """
    magic, checksum, data = _split(path.read_bytes())
    if magic != MAGIC:
        raise Damaged(f"expected a file that begins with {MAGIC!r}, got {magic!r}: {path}")
    if hashlib.sha256(data).hexdigest().encode() != checksum:
        raise Damaged(f"expected contents with the checksum that {path} states; it was damaged")
    try:
        return torch.load(io.BytesIO(data), weights_only=True)
    except Exception as error:  # whatever torch raises: a whole file, but not plain data
        raise Damaged(f"expected tensors, numbers and text in {path}: {error}") from error


def _split(content: bytes) -> tuple[bytes, bytes, bytes]:
    end = len(MAGIC) + 64
    return content[: len(MAGIC)], content[len(MAGIC) : end], content[end + 1 :]


def stage(
    name: str,
    make: Callable[[], State],
    *,
    config: object,
    data: object = None,
    code: Sequence[str | ModuleType | Callable[..., Any]] = (),
    folder: Path | None = None,
    quiet: bool = False,
) -> State:
    """The stage ``name``: read from disk if it is there, else made, kept, and returned.

    Says in one line which of the two it was. If another process is making the same stage, waits
    for it. Where the folder cannot be written, the stage is made all the same, and not kept.

    Args:
        name: what the stage is called, ``"pretrained"`` say; part of the file's name.
        make: trains it; returns tensors, numbers, text, and lists and dictionaries of them.
        config: all settings that the result depends on: numbers, text, lists, dictionaries and
            dataclasses of them.
        data: what says which data it was trained on, in the same way (a seed, a checksum).
        code: modules (or their names) and functions whose source the result depends on.
        folder: instead of :func:`stages_folder`.

    Raises:
        ValueError: if the name is not letters, digits, ``-`` and ``_``.
        TypeError: if ``config`` or ``data`` hold anything else than said above.
    """
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"expected a name of letters, digits, - and _, got {name!r}")
    say: Callable[[str], None] = (lambda text: None) if quiet else print
    folder = folder or stages_folder()
    path = folder / f"{name}-{key(config, data, code)[:16]}.pt"
    again = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(path.with_suffix(".lock"))
        lock.acquire()
    except OSError as error:  # no such disk, not ours to write, …
        state, seconds = _timed(make)
        say(f"{name}: trained in {seconds:.0f} s; not kept ({error})")
        return state
    try:
        try:
            state = read(path)
            say(f"{name}: loaded from {folder.name}/{path.name}")
            return state
        except FileNotFoundError:
            pass
        except Damaged:
            again = " again, because its file was damaged"
        state, seconds = _timed(make)
        write(path, state)
        say(f"{name}: trained{again} in {seconds:.0f} s, kept in {folder.name}/{path.name}")
        return state
    finally:
        lock.release()


def _timed(make: Callable[[], State]) -> tuple[State, float]:
    start = time.perf_counter()
    state = make()
    return state, time.perf_counter() - start


def stages_folder() -> Path:
    """Where stages are kept; see the top of this module."""
    if chosen := os.environ.get("LLMBOOK_CACHE"):
        return Path(chosen)
    with contextlib.suppress(FileNotFoundError):
        return course_root() / "_build" / "stages"
    return _user_cache() / "llmbook" / "stages"


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def key(config: object, data: object, code: Sequence[str | ModuleType | Callable[..., Any]]) -> str:
    """A hash of all that a stage depends on, the versions of torch and NumPy included."""
    parts = {
        "config": _plain(config),
        "data": _plain(data),
        "code": [hashlib.sha256(_source(part)).hexdigest() for part in code],
        "versions": [torch.__version__, np.__version__],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    """Numbers, text, lists, dictionaries and dataclasses of them, as JSON has them."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return {"": type(value).__name__, **{name: _plain(v) for name, v in fields.items()}}
    if isinstance(value, dict):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(
        f"expected numbers, text, lists, dictionaries or dataclasses, got {type(value).__name__}"
    )


def _source(part: str | ModuleType | Callable[..., Any]) -> bytes:
    """The source of a module, of all modules of a package, or of a function."""
    if not isinstance(part, str | ModuleType):
        return inspect.getsource(part).encode()
    name = part if isinstance(part, str) else part.__name__
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ValueError(f"expected a module with source, got {name!r}")
    origin = Path(spec.origin)
    files = sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]
    return b"".join(file.read_bytes().replace(b"\r\n", b"\n") for file in files)
