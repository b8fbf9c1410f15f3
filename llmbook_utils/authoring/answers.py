"""The answers audit: are the exercises' tests fair, sharp and helpful?

For every autograded exercise, tests/answers/ASSIGNMENT/EXERCISE.py holds whole answers:

    # %% right: LABEL                 must get full marks
    # %% wrong: LABEL                 must lose marks
    # %% wrong: LABEL says: TEXT      … and the message that the student sees must contain TEXT

Each answer is put into its solution cell of the source notebook (hidden tests included, reference
solutions elsewhere). Besides, the unfilled stub must get 0 on every test and the reference
everything. An exercise needs at least two right and five wrong answers, and over a chapter at least
80 % of the wrong answers must be named for what they are.
"""

import copy
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode

from llmbook_utils.authoring.answer_runner import flat
from llmbook_utils.authoring.release import SOURCE, assignments
from llmbook_utils.course import course_root
from llmbook_utils.grading.assignment import Exercise, exercises, read_notebook

LEAST_RIGHT, LEAST_WRONG, LEAST_NAMED = 2, 5, 0.8

_TITLE = re.compile(r"^# %%\s*(?P<kind>right|wrong):\s*(?P<label>.*?)(?:\s+says:\s*(?P<says>.+))?$")


@dataclass(frozen=True)
class Answer:
    """One answer of a file: what it is, and what the tests must make of it."""

    kind: str  # "right" or "wrong"; of our own "stub" or "reference"
    label: str
    source: str
    says: str | None = None
    line: int = 0  # of its title in the file


@dataclass
class Outcome:
    """What the tests made of an answer."""

    answer: Answer
    earned: float
    most: float
    messages: list[str]
    timed_out: bool

    @property
    def accepted(self) -> bool:
        return self.earned == self.most and not self.timed_out

    @property
    def named(self) -> bool:
        """The misconception is named: the expected text is in a message."""
        shown = flat(" ".join(self.messages))
        return self.answer.says is not None and flat(self.answer.says) in shown

    def complaint(self) -> str | None:
        """What is wrong with the exercise, seen from this answer; None when all is as it should."""
        score = f"{self.earned:g} of {self.most:g} points" + (
            " (stopped: time limit)" if self.timed_out else ""
        )
        shown = _shown(self.messages)
        if self.answer.kind in ("right", "reference") and not self.accepted:
            return f"gets {score}, expected all{shown}"
        if self.answer.kind == "stub" and self.earned > 0:
            return f"gets {score}, expected 0"
        if self.answer.kind == "wrong" and self.accepted:
            return f"gets {score}, expected fewer"
        if self.answer.kind == "wrong" and self.answer.says and not self.named:
            return f'is rejected, but no message says "{self.answer.says}"{shown}'
        return None


@dataclass
class Audit:
    """All outcomes of one exercise, and what is wrong with it."""

    exercise: str
    outcomes: list[Outcome] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def counts(self) -> tuple[int, int, int, int, int]:
        """(right accepted, right, wrong rejected, wrong, misconceptions named)."""
        right = [o for o in self.outcomes if o.answer.kind == "right"]
        wrong = [o for o in self.outcomes if o.answer.kind == "wrong"]
        return (
            sum(o.accepted for o in right),
            len(right),
            sum(not o.accepted for o in wrong),
            len(wrong),
            sum(o.named and not o.accepted for o in wrong),
        )


def _shown(messages: list[str]) -> str:
    text = "\n".join(dict.fromkeys(messages))
    return ":\n" + textwrap.indent(text[:1500], "      | ") if text else ""


def parse(path: Path) -> list[Answer]:
    """The answers in a file.

    Raises:
        ValueError: a cell's title is not one of the three forms, or code stands before the first.
    """
    answers: list[Answer] = []
    titles: list[tuple[int, re.Match[str]]] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.startswith("# %%"):
            if not titles and line.strip() and not line.startswith("#"):
                raise ValueError(f"{path}:{number}: expected `# %% right: LABEL` before any code")
            continue
        match = _TITLE.match(line.rstrip())
        if match is None or not match["label"]:
            raise ValueError(
                f"{path}:{number}: expected `# %% right: LABEL` or `# %% wrong: LABEL says: TEXT`, "
                f"got `{line}`"
            )
        titles.append((number, match))
    ends = [number - 1 for number, _ in titles[1:]] + [len(lines)]
    for (number, match), end in zip(titles, ends, strict=True):
        source = "\n".join(lines[number:end]).strip("\n")
        label = match["label"].rstrip(" ,;:–—-")
        answers.append(Answer(match["kind"], label, source, match["says"], number))
    return answers


def stubs(notebook: NotebookNode, root: Path) -> list[str]:
    """Every cell's source as students get it, made by nbgrader with the course's settings."""
    from nbgrader.preprocessors import ClearSolutions
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    cleared, _ = ClearSolutions(config=config).preprocess(copy.deepcopy(notebook), {})
    return [cell.source for cell in cleared.cells]


def run(job: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """Start the runner in `folder` and yield its results as they come."""
    environment = os.environ | {
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-m", "llmbook_utils.authoring.answer_runner"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin as stdin:
            json.dump(job, stdin)
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise RuntimeError(f"the runner of the answers ended with status {process.returncode}")


def _outcome(result: dict[str, Any], answer: Answer, exercise: Exercise) -> Outcome:
    given = {name: points for name, (points, _) in result["tests"].items()}
    messages = [message for _, message in result["tests"].values() if message]
    if result["solution"]:
        messages.insert(0, result["solution"])
    whole = len(given) == len(exercise.tests)
    if not (whole or result["timed_out"] or result["enough"]):
        messages.append("the process ended before all tests had run")
    most = sum((test.points for test in exercise.tests), 0.0)
    return Outcome(answer, sum(given.values(), 0.0), most, messages, result["timed_out"])


def audit(
    assignment: str,
    root: Path,
    answers_folder: Path | None = None,
    workers: int | None = None,
    least_limit: float = 30.0,  # seconds: a busy machine must not make a right answer late
) -> list[Audit]:
    """Try every answer to every autograded exercise of an assignment, in one process."""
    folder = root / SOURCE / assignment
    answers_folder = answers_folder or root / "tests" / "answers" / assignment
    notebook = read_notebook(folder / f"{assignment}.ipynb")
    cells = [cell.source if cell.cell_type == "code" else "" for cell in notebook.cells]
    stubbed = stubs(notebook, root)
    found = [exercise for exercise in exercises(notebook) if not exercise.manual]
    ends = [exercise.index for exercise in found[1:]] + [len(cells)]
    audits = {exercise.name: Audit(exercise.name) for exercise in found}
    tried: dict[str, list[Answer]] = {}
    for exercise in found:
        path, complaints = answers_folder / f"{exercise.name}.py", audits[exercise.name].complaints
        answers = parse(path) if path.is_file() else []
        for kind, least in (("right", LEAST_RIGHT), ("wrong", LEAST_WRONG)):
            number = sum(answer.kind == kind for answer in answers)
            if number < least:
                complaints.append(f"has {number} {kind} answers in {path.name}, expected {least}")
        if not exercise.tests:
            complaints.append("has no test with points after its solution cell")
        tried[exercise.name] = [
            Answer("reference", "reference", cells[exercise.index]),
            Answer("stub", "unfilled stub", stubbed[exercise.index]),
            *answers,
        ]
    for path in sorted(answers_folder.glob("*.py")):
        if path.stem not in audits:
            audits[path.stem] = Audit(
                path.stem, complaints=[f"{path.name} answers no exercise of {assignment}"]
            )
    job = {
        "cells": cells,
        "exercises": [
            {
                "name": exercise.name,
                "index": exercise.index,
                "end": end,
                "tests": [[test.name, test.index, test.points] for test in exercise.tests],
                "answers": [
                    [str(i), a.source, (a.says or "") if a.kind == "wrong" else None]
                    for i, a in enumerate(tried[exercise.name])
                ],
            }
            for exercise, end in zip(found, ends, strict=True)
        ],
        "workers": workers or min(os.cpu_count() or 1, 8),
        "least_limit": least_limit,
    }
    by_name = {exercise.name: exercise for exercise in found}
    for result in run(job, folder):
        name = result["exercise"]
        answer = tried[name][int(result["key"])]
        audits[name].outcomes.append(_outcome(result, answer, by_name[name]))
    for each in audits.values():
        each.outcomes.sort(key=lambda outcome: outcome.answer.line)
        for outcome in each.outcomes:
            complaint, answer = outcome.complaint(), outcome.answer
            if complaint:
                place = f"{each.exercise}.py:{answer.line}: " if answer.line else ""
                each.complaints.append(f"{place}{answer.kind}: {answer.label} {complaint}")
    return list(audits.values())


def share_named(audits: list[Audit]) -> float:
    """The share of wrong answers whose misconception a message names."""
    counts = [each.counts() for each in audits]
    return sum(c[4] for c in counts) / max(1, sum(c[3] for c in counts))


def table(assignment: str, audits: list[Audit]) -> str:
    """The audit as text: a line for each exercise, the totals, then every complaint."""
    width = max([len(assignment), *(len(each.exercise) + 2 for each in audits)])
    lines = [f"{assignment:<{width}}  right accepted  wrong rejected  misconceptions named"]
    rows = [(f"  {each.exercise}", each.counts()) for each in audits]
    total = tuple(map(sum, zip(*(counts for _, counts in rows), strict=True)))
    for name, (accepted, right, rejected, wrong, named) in [*rows, ("  all", total)]:
        lines.append(
            f"{name:<{width}}  {f'{accepted}/{right}':>14}  {f'{rejected}/{wrong}':>14}"
            f"  {f'{named}/{wrong}':>14} {named / max(1, wrong):>4.0%}"
        )
    complaints = [f"  {each.exercise}: {text}" for each in audits for text in each.complaints]
    if share_named(audits) < LEAST_NAMED:
        complaints.append(f"  fewer than {LEAST_NAMED:.0%} of the wrong answers are named")
    return "\n".join([*lines, *(["", "Not as it should be:"] if complaints else []), *complaints])


def passes(audits: list[Audit]) -> bool:
    """Whether nothing is to be complained of."""
    return not any(each.complaints for each in audits) and share_named(audits) >= LEAST_NAMED


def _size(folder: Path) -> int:
    """Bytes of the answers in a folder: about as the time that they take."""
    return sum(path.stat().st_size for path in folder.glob("*.py"))


def main(chapters: Sequence[str] = ()) -> int:
    """`llmbook answers`: audit the named assignments (default: all). 0 when all is well, else 1."""
    root = course_root()
    names = [Path(assignment).name for assignment in chapters] or assignments(root)
    if unknown := [name for name in names if name not in assignments(root)]:
        known = ", ".join(assignments(root)) or "none yet"
        raise ValueError(f"expected one of the assignments ({known}), got {', '.join(unknown)}")
    # several side by side: between its answers, each has stretches in which one process works
    processors = min(os.cpu_count() or 1, 8)
    jobs = max(1, min(processors, len(names)))
    fine = True
    with ThreadPoolExecutor(jobs) as pool:
        longest_first = sorted(names, key=lambda name: -_size(root / "tests" / "answers" / name))
        audited = {
            name: pool.submit(audit, name, root, workers=processors // jobs)
            for name in longest_first
        }
        for name in names:
            audits = audited[name].result()
            print(table(name, audits), flush=True)
            fine = fine and passes(audits)
    return 0 if fine else 1
