"""How fast is `llmbook grade`, beside plain `nbgrader autograde` on the same hand-ins?

    .venv/bin/python tests/benchmarks/bench_grading.py [STUDENTS [PLAIN]]

A class as `llmbook demo-class` makes it, without its odd hand-ins, is graded by both (by plain
nbgrader only the first PLAIN of it, since it takes long). Both must give the same points. Printed:
seconds a submission, whole run and steady state (without the start), the ratio, and the memory of
our side early and late in the run. The peer is nbgrader with its own preprocessors, in its own
sequential run; it has no sandbox.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import psutil

from llmbook_utils.authoring.demo_class import Written
from llmbook_utils.grading import grade as desk
from llmbook_utils.grading.ledger import NAME, Ledger
from llmbook_utils.grading.record import quiet_nbgrader
from llmbook_utils.grading.result import GRADED, Result

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "01_training_basics"
PLAIN = """
c = get_config()
c.CourseDirectory.course_id = "llmbook"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.IgnorePattern.enabled = True  # a warning on stderr is no verdict
c.IgnorePattern.pattern = r"(?s).*"
"""


def make_class(folder: Path, students: int) -> None:
    """A course with so many hand-ins."""
    (folder / "chapters").mkdir(parents=True)
    shutil.copytree(ROOT / "solutions" / ASSIGNMENT, folder / "solutions" / ASSIGNMENT)
    written, dice = Written(ROOT, ASSIGNMENT), random.Random(0)
    for number in range(students):
        path = folder / "submitted" / f"s{number:04}" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        # skill 1: wrong answers may loop, and then both sides only measure their time limits
        nbformat.write(written.by(1.0, dice), path)


def plain(folder: Path, students: int) -> tuple[float, dict[str, float]]:
    """Seconds and points of plain nbgrader."""
    (folder / "nbgrader_config.py").write_text(PLAIN, encoding="utf-8")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    nbgrader = [sys.executable, "-m", "nbgrader"]
    done = subprocess.run(
        [*nbgrader, "generate_assignment", ASSIGNMENT],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=True,
    )
    for number, path in enumerate(sorted((folder / "submitted").iterdir())):
        if number >= students:
            shutil.rmtree(path)
    started = time.perf_counter()
    done = subprocess.run(
        [*nbgrader, "autograde", ASSIGNMENT],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return seconds, points(folder)


def points(folder: Path) -> dict[str, float]:
    """The tests' points of every student, from the gradebook."""
    from nbgrader.api import Gradebook

    with quiet_nbgrader(), Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "llmbook") as book:
        return {
            submission.student.id: sum(
                grade.auto_score or 0.0
                for notebook in submission.notebooks
                for grade in notebook.grades
                if grade.name.startswith("test_")
            )
            for submission in book.assignment_submissions(ASSIGNMENT)
        }


def ours(folder: Path) -> tuple[float, list[float], list[float], list[float]]:
    """Seconds; when results came, and the desk's own processor time then; memory (MB) over time."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    moments: list[float] = []
    memory: list[float] = []
    busy: list[float] = []
    started = time.perf_counter()
    keep = desk.Run.keep

    def kept(run: desk.Run, result: Result) -> None:
        keep(run, result)
        moments.append(time.perf_counter() - started)
        busy.append(time.process_time())

    done = threading.Event()

    def watch() -> None:
        me = psutil.Process()
        while not done.wait(10.0):  # it costs a good part of a second of processor time
            family = [me, *me.children(recursive=True)]
            total = 0.0
            for process in family:
                try:
                    total += process.memory_full_info().uss
                except psutil.Error:
                    continue
            memory.append(total / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    desk.Run.keep = kept  # type: ignore[method-assign]
    try:
        desk.grade(folder, ASSIGNMENT, quiet=True)
    finally:
        desk.Run.keep = keep  # type: ignore[method-assign]
        done.set()
        watcher.join()
    return time.perf_counter() - started, moments, busy, memory


def main() -> None:
    students = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    few = min(students, int(sys.argv[2]) if len(sys.argv) > 2 else 8)
    with tempfile.TemporaryDirectory() as temporary:
        mine, theirs = Path(temporary, "ours"), Path(temporary, "plain")
        make_class(mine, students)
        shutil.copytree(mine, theirs)
        seconds, moments, busy, memory = ours(mine)
        with Ledger(mine / NAME) as ledger:
            states = {entry.student: entry.state for entry in ledger.entries(ASSIGNMENT)}
        plain_seconds, plain_points = plain(theirs, few)
        same = {s: (points(mine)[s], p) for s, p in plain_points.items() if points(mine)[s] != p}
    print(f"{students} submissions of {ASSIGNMENT}, {os.cpu_count()} processors")
    print(f"graded: {sum(state == GRADED for state in states.values())}")
    print(f"plain nbgrader    {plain_seconds / few:6.2f} s a submission ({few} submissions)")
    print(f"llmbook grade     {seconds / students:6.2f} s a submission, start included")
    half = len(moments) // 2
    steady = (moments[-1] - moments[1]) / (len(moments) - 2)
    print(f"  steady state    {steady:6.2f} s a submission")
    first, second = moments[half] - moments[1], moments[-1] - moments[half]
    print(f"  second half     {second / first * half / (len(moments) - half - 1):6.2f} × the first")
    growth = (busy[-1] - busy[half]) / (busy[half] - busy[1]) * half / (len(busy) - half - 1)
    print(f"  the desk itself {growth:6.2f} × its processor time for the first half")
    print(f"ratio             {plain_seconds / few / (seconds / students):6.1f} (start included)")
    print(f"ratio             {plain_seconds / few / steady:6.1f} (steady state)")
    tenth = max(1, len(memory) // 10)
    early, late = max(memory[tenth : 3 * tenth]), max(memory[-3 * tenth :])
    print(f"memory            {early:6.0f} MB early, {late:.0f} MB late (unique to our processes)")
    print("same points       " + ("yes" if not same else f"NO: {same}"))


if __name__ == "__main__":
    main()
