"""Run notebooks once, measure them, and hand the results to the book.

Every notebook is copied, the copy is run by nbmake (pytest) and kept in `_build/executed/`: the
sources keep their outputs stripped. The executed chapters then go into the cache that Jupyter Book
reads: one execution serves the tests and the pages. The cache is thrown away when what the chapters
run on changes: this package, the pinned versions, Python itself.

    python -m llmbook_utils.authoring.execute            # all of chapters/ and solutions/
    python -m llmbook_utils.authoring.execute NOTEBOOK…  # only these
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import nbformat
import psutil

from llmbook_utils.course import course_root

CELL_SECONDS = 300  # a cell that takes longer has hung
SAMPLE_SECONDS = 0.05  # how often the memory of the kernel is looked at
# parts of the package that no chapter uses: changing them needs no new execution
DESK = {"authoring", "grading", "settings", "cli.py", "__main__.py", "doctor.py", "course.py"}


@dataclass(frozen=True)
class Run:
    """One notebook, executed."""

    name: str  # path below the course's top, without its ending
    seconds: float  # from its first cell's start to its last cell's end (wall clock)
    peak_mb: float  # largest resident memory of its kernel and the kernel's children, in MB
    ok: bool  # every cell ran without an error
    report: str  # where a cell failed: its number, its code and the error


def notebooks_of(root: Path) -> list[Path]:
    """Every notebook that the tests execute: the chapters and the assignments' solutions."""
    return sorted(root.glob("chapters/*.ipynb")) + sorted(root.glob("solutions/*/*.ipynb"))


def execute(
    notebooks: Sequence[Path], *, into: Path | None = None, jobs: int | None = None
) -> list[Run]:
    """Run copies of the notebooks, print a table, and give the executed chapters to the book.

    Args:
        notebooks: paths of notebooks inside the course.
        into: folder for the executed copies (default `_build/executed`).
        jobs: how many to run side by side (default: one for each processor, four at most).

    Returns:
        One `Run` for each notebook, in the order given. Failures do not raise: look at `ok`.
    """
    root = course_root()
    into = into or root / "_build" / "executed"
    into.mkdir(parents=True, exist_ok=True)
    drop_stale_cache(root)
    jobs = jobs or min(os.cpu_count() or 1, 4)
    with ThreadPoolExecutor(jobs) as pool:
        runs = list(pool.map(lambda path: run_one(path.resolve(), root, into), notebooks))
    for run in runs:
        if not run.ok:
            print(f"\n--- {run.name}.ipynb failed\n{run.report}", flush=True)
    print_table(runs)
    write_times(runs, root / "_build" / "times.json")
    good = [into / f"{run.name}.ipynb" for run in runs if run.ok and is_chapter(run.name)]
    add_to_cache(good, root)
    return runs


def is_chapter(name: str) -> bool:
    """Whether the book shows this notebook; solutions never reach it."""
    return name.startswith("chapters/")


def run_one(notebook: Path, root: Path, into: Path) -> Run:
    """Run a copy of one notebook in its own pytest and kernel, measure it, keep it below `into`."""
    name = notebook_name(root, notebook)
    kept = into / f"{name}.ipynb"
    kept.parent.mkdir(parents=True, exist_ok=True)
    # nbmake refuses every path with a folder called _build in it: run somewhere else, then move
    with tempfile.TemporaryDirectory(prefix="llmbook-") as folder:
        copy = Path(folder) / notebook.name
        shutil.copyfile(notebook, copy)
        start = time.perf_counter()
        status, output, peak_mb = run_nbmake(copy)
        wall = time.perf_counter() - start
        shutil.copyfile(copy, kept)
    report = failure(output) if status else error_shown(kept)
    return Run(name, cell_seconds(kept) or wall, peak_mb, status == 0 and not report, report)


def run_nbmake(copy: Path) -> tuple[int, str, float]:
    """Execute a notebook in place; pytest's status and output, the kernel's peak memory in MB."""
    # an empty configuration of its own: the rules for our own tests are not meant for the runner
    settings = copy.with_name("pytest.ini")
    settings.write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "--nbmake", "--overwrite", "-q", "--no-header"]
    command += ["--tb=short", f"--nbmake-timeout={CELL_SECONDS}", "-p", "no:cacheprovider"]
    command += ["-c", str(settings), str(copy)]
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",  # many small tensors: more threads only get in each other's way
        "LLMBOOK_GPU_CACHE": str(copy.parent / "kernels"),  # the times are those of a first run
        "PYTHONHASHSEED": "0",
        "PYTEST_ADDOPTS": "",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # of all plugins only nbmake's is of use here
    }
    command += ["-p", "nbmake.pytest_plugin"]
    with subprocess.Popen(
        command,
        cwd=copy.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        peak = [0.0]
        watcher = threading.Thread(target=watch_memory, args=(process, peak))
        watcher.start()
        output, _ = process.communicate()
        watcher.join()
    return process.returncode, output, peak[0]


def watch_memory(process: subprocess.Popen, peak: list[float]) -> None:
    """Write the largest resident memory of the children of `process`, in MB, into `peak[0]`.

    The pytest process itself is left out: its children are the kernel and what the kernel starts.
    """
    parent = psutil.Process(process.pid)
    while process.poll() is None:
        total = 0
        try:
            for child in parent.children(recursive=True):
                total += resident(child)
        except psutil.Error:  # the run ended between two looks
            return
        peak[0] = max(peak[0], total / 1e6)
        time.sleep(SAMPLE_SECONDS)


def resident(process: psutil.Process) -> int:
    """Resident bytes of a process; 0 when it has just ended."""
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def cell_seconds(executed: Path) -> float:
    """Seconds from the first cell's start to the last cell's end, from the times Jupyter wrote."""
    notebook = nbformat.read(executed, as_version=4)
    stamps = [
        datetime.fromisoformat(stamp.replace("Z", "+00:00"))
        for cell in notebook.cells
        for stamp in cell.metadata.get("execution", {}).values()
    ]
    return (max(stamps) - min(stamps)).total_seconds() if stamps else 0.0


def failure(output: str) -> str:
    """The part of pytest's output that shows the failed cell, without colours and trimmings."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    match = re.search(r"=+ FAILURES =+\n(.*?)(?:\n=+ short test summary|\Z)", plain, re.DOTALL)
    return (match.group(1) if match else plain).split("\nLearn more about nbmake")[0].strip()


def error_shown(executed: Path) -> str:
    """The first error among a notebook's outputs, with its cell; "" when there is none.

    In an assignment, cells that call a student's function may fail: they are tagged
    `raises-exception`, so that "Run all" goes on, and nbmake lets that pass. Here the functions
    are the reference's, so nothing may fail.
    """
    for number, cell in enumerate(nbformat.read(executed, as_version=4).cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return f"cell {number}:\n{cell.source}\n{output.ename}: {output.evalue}"
    return ""


def print_table(runs: Iterable[Run]) -> None:
    """Seconds and peak memory, one notebook a line."""
    print(f"\n{'notebook':<52}{'seconds':>9}{'peak MB':>9}")
    for run in runs:
        mark = "" if run.ok else "  FAILED"
        print(f"{run.name:<52}{run.seconds:>9.1f}{run.peak_mb:>9.0f}{mark}")
    sys.stdout.flush()


def write_times(runs: Iterable[Run], path: Path) -> None:
    """Keep what was measured as JSON; notebooks that were not run now keep their earlier rows."""
    rows = {}
    if path.is_file():
        rows = {row["name"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
    for run in runs:
        row = asdict(run)
        del row["report"]
        rows[run.name] = {**row, "seconds": round(run.seconds, 2), "peak_mb": round(run.peak_mb)}
    known = {notebook_name(path.parents[1], each) for each in notebooks_of(path.parents[1])}
    kept = [rows[name] for name in sorted(rows) if name in known]
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def notebook_name(root: Path, notebook: Path) -> str:
    """A notebook's path below the course's top, without its ending."""
    return notebook.relative_to(root).with_suffix("").as_posix()


# --- the cache that the book is built from --------------------------------------------------------


def cache_folder(root: Path) -> Path:
    """Where Jupyter Book looks for executed notebooks (also named in _config.yml)."""
    return root / "_build" / ".jupyter_cache"


def environment_key(root: Path) -> str:
    """A hash of everything but the notebook itself that decides what a chapter prints."""
    digest = hashlib.sha256(f"{platform.python_version()} {sys.platform}".encode())
    package = root / "llmbook_utils"
    sources = [
        path
        for path in package.rglob("*")
        if path.suffix in {".py", ".js", ".css", ".mplstyle", ".csv"}
        and path.relative_to(package).parts[0] not in DESK
    ]
    for path in [root / "constraints.txt", root / "requirements.txt", *sorted(sources)]:
        if path.is_file():
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def drop_stale_cache(root: Path) -> bool:
    """Throw away outputs that an older package or older pinned versions made; True when it did.

    Jupyter's cache compares only the notebook's own cells, so this comparison is ours to make.
    """
    stamp = cache_folder(root).with_suffix(".key")
    key = environment_key(root)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == key:
        return False
    shutil.rmtree(cache_folder(root), ignore_errors=True)
    # the parsed pages hold outputs too
    shutil.rmtree(root / "_build" / ".doctrees", ignore_errors=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(key, encoding="utf-8")
    return True


def add_to_cache(executed: Iterable[Path], root: Path) -> None:
    """Put executed notebooks where the book looks for them."""
    from jupyter_cache import get_cache

    cache = get_cache(cache_folder(root))
    for path in executed:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)  # times of day: the source has none to compare
        # the widgets' live state: no page reads it, and a chart's library alone is 0.9 MB
        notebook.metadata.pop("widgets", None)
        nbformat.write(notebook, path)
        cache.cache_notebook_file(path, check_validity=False, overwrite=True)


def not_in_cache(notebooks: Iterable[Path], root: Path) -> list[Path]:
    """Those notebooks whose outputs the cache does not hold."""
    from jupyter_cache import get_cache

    cache = get_cache(cache_folder(root))

    def missing(path: Path) -> bool:
        try:
            cache.match_cache_notebook(nbformat.read(path, as_version=4))
        except KeyError:
            return True
        return False

    return [path for path in notebooks if missing(path)]


def main(arguments: Sequence[str] | None = None, run: Callable = execute) -> int:
    """Command line: execute the notebooks named, or all; 0 when every cell ran."""
    parser = argparse.ArgumentParser(description="Execute notebooks once and measure them.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of the course")
    parser.add_argument("--jobs", type=int, help="how many side by side")
    options = parser.parse_args(arguments)
    notebooks = options.notebooks or notebooks_of(course_root())
    return 0 if all(result.ok for result in run(notebooks, jobs=options.jobs)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
