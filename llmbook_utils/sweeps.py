"""Sweeps: experiments too long for a chapter, run by ``llmbook sweeps``, their results kept.

A sweep is a function ``sweep(quick=False)`` that returns plain data: names of tables, and for each
a list of rows or a dictionary. ``data/sweeps/NAME.json`` holds it, in git, and how it was made::

    {"made": {"command": …, "seconds": …, "torch": …, …}, "results": {table: [row, …], …}}

A chapter reads the file with ``load`` and says which of its figures come from it. The results of
another machine differ in the last digits of its sums, and after hundreds of steps in more than
those; what a chapter says of them has to hold in spite of that.
"""

import hashlib
import importlib
import json
import platform
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "sweeps"
SWEEPS = {  # name → the module whose ``sweep`` is run; its package is what the results depend on
    "emergence": "llmbook_utils.emergence.sweep",
    "forgetting": "llmbook_utils.continual.sweep",
}


def load(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """What a sweep found: {"made": how, "results": {table: rows, …}}.

    Raises:
        ValueError: if there is no sweep of that name.
        FileNotFoundError: if it was never run.
    """
    path = folder / f"{_known(name)}.json"
    if not path.is_file():
        raise FileNotFoundError(f"expected {path}, which `llmbook sweeps {name}` writes")
    file: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return file


def run(name: str, *, quick: bool = False, folder: Path = FOLDER) -> Path:
    """Run a sweep on one thread and write its file; returns where it is.

    Args:
        quick: a few steps of everything: to try the code, not to be kept.

    Raises:
        ValueError: if there is no sweep of that name.
    """
    module = importlib.import_module(SWEEPS[_known(name)])
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    began, made_by = time.process_time(), code(name)
    try:
        results = module.sweep(quick=quick)
    finally:
        torch.set_num_threads(threads)
    made = {
        "command": f"llmbook sweeps {name}" + (" --quick" if quick else ""),
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(time.process_time() - began),  # of the processor, on one thread
        "entries": {table: len(rows) for table, rows in results.items()},
        "python": platform.python_version(),
        "torch": torch.__version__,
        "machine": platform.machine(),
        "code": made_by,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(_written({"made": made, "results": results}), encoding="utf-8")
    return path


def code(name: str) -> str:
    """A hash of the package that the sweep is part of: another one, and it was other code.

    Comments and docstrings count too, so that a file with another hash need not be wrong.
    """
    package = Path(__file__).parent / SWEEPS[_known(name)].split(".")[1]
    digest = hashlib.sha256()
    for path in sorted(package.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def main(names: Sequence[str], *, quick: bool = False, folder: Path = FOLDER) -> int:
    """Run the sweeps named, or all. A quick one is only tried: its file is thrown away."""
    for name in names:
        _known(name)
    for name in names or SWEEPS:
        if quick:
            with tempfile.TemporaryDirectory() as elsewhere:
                run(name, quick=True, folder=Path(elsewhere))
            print(f"{name} runs")
        else:
            print(f"wrote {run(name, folder=folder)}")
    return 0


def _known(name: str) -> str:
    if name not in SWEEPS:
        raise ValueError(f"expected one of the sweeps {', '.join(SWEEPS)}, got {name!r}")
    return name


def _written(file: dict[str, Any]) -> str:
    """JSON with a line for each row, or entry of a dictionary, so that git shows what changed."""
    tables = []
    for table, rows in file["results"].items():
        if isinstance(rows, dict):
            lines = [f"{_json(key)}: {_json(value)}" for key, value in rows.items()]
            opened, closed = "{}"
        else:
            lines, (opened, closed) = [_json(row) for row in rows], "[]"
        inside = ",\n".join(f"  {line}" for line in lines)
        tables.append(f"{_json(table)}: {opened}\n{inside}\n{closed}")
    made = json.dumps(file["made"], indent=2, ensure_ascii=False)
    return f'{{\n"made": {made},\n"results": {{\n' + ",\n".join(tables) + "\n}\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
