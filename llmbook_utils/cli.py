"""The `llmbook` command: a thin front for the modules that do the work.

Each subcommand imports its module only when it runs, so that `llmbook --help` answers at once.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from llmbook_utils.course import chapter_names, course_root


def lab(arguments: argparse.Namespace) -> int:
    """Open JupyterLab at the course's top, on the first chapter."""
    root = course_root()
    first = f"chapters/{chapter_names(root)[0]}.ipynb"
    # a file named on the command line would make its folder the top, and hide exercises/
    options = [f"--ServerApp.root_dir={root}", f"--LabApp.default_url=/lab/tree/{first}"]
    command = [sys.executable, "-m", "jupyterlab", *options, *arguments.options]
    # settings/labconfig: no question about Jupyter news, no look for updates at the first start
    configs = [str(Path(__file__).with_name("settings")), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    environment = os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, configs))}
    try:
        return subprocess.call(command, cwd=root, env=environment)
    except KeyboardInterrupt:  # Ctrl-C is how one leaves JupyterLab
        return 0


def book(arguments: argparse.Namespace) -> int:
    from llmbook_utils.authoring import book as book_builder

    if arguments.epub:
        book_builder.epub()
        return 0
    book_builder.build(strict=not arguments.keep_warnings)
    if not arguments.build_only:
        book_builder.serve(arguments.port, open_browser=not arguments.no_browser)
    return 0


def test(arguments: argparse.Namespace) -> int:
    from llmbook_utils.authoring.checks import run

    return run(arguments.stages, thorough=arguments.thorough)


def check(arguments: argparse.Namespace) -> int:
    from llmbook_utils.grading.self_check import main as self_check

    return self_check(arguments.paths, as_json=arguments.json)


def progress(arguments: argparse.Namespace) -> int:
    from llmbook_utils.grading.progress_page import main as show_progress

    return show_progress()


def answers(arguments: argparse.Namespace) -> int:
    from llmbook_utils.authoring.answers import main as audit

    return audit(arguments.chapters)


def release(arguments: argparse.Namespace) -> int:
    from llmbook_utils.authoring.release import main as write_release

    return write_release(arguments.chapters, check=arguments.check)


def grade(arguments: argparse.Namespace) -> int:
    from llmbook_utils.grading.grade import main as grade_all

    return grade_all(
        arguments.assignment,
        jobs=arguments.jobs,
        students=arguments.student,
        regrade=arguments.regrade,
        scheduler=arguments.scheduler,
        trusted=arguments.trust_submissions,
    )


def demo_class(arguments: argparse.Namespace) -> int:
    from llmbook_utils.authoring.demo_class import main as demonstrate

    return demonstrate(
        arguments.students, arguments.assignments, jobs=arguments.jobs, seed=arguments.seed
    )


def collect(arguments: argparse.Namespace) -> int:
    from llmbook_utils.grading.collect import main as collect_all

    return collect_all(
        arguments.assignment, arguments.source, arguments.names, replace=arguments.replace
    )


def export(arguments: argparse.Namespace) -> int:
    from llmbook_utils.grading import exports

    path = exports.write(
        course_root(), arguments.to, path=arguments.file, only=arguments.assignments
    )
    print(f"wrote {path}")
    return 0


def report_class(arguments: argparse.Namespace) -> int:
    from llmbook_utils.grading import class_report

    print(f"wrote {class_report.write(Path(arguments.assignment).name, course_root())}")
    return 0


def review(arguments: argparse.Namespace) -> int:
    from llmbook_utils.grading.review import main as review_entries

    return review_entries(
        arguments.assignment,
        students=arguments.student,
        state=arguments.state,
        accepting=arguments.accept,
    )


def new_chapter(arguments: argparse.Namespace) -> int:
    from llmbook_utils.authoring.new_chapter import create

    for path in create(arguments.name, title=arguments.title):
        print(f"wrote {path}")
    return 0


def sweeps(arguments: argparse.Namespace) -> int:
    from llmbook_utils.sweeps import main as run_sweeps

    return run_sweeps(arguments.names, quick=arguments.quick)


def times(arguments: argparse.Namespace) -> int:
    from llmbook_utils.authoring.times import main as write_times

    return write_times()


def doctor(arguments: argparse.Namespace) -> int:
    from llmbook_utils.doctor import report

    return report()


def parser() -> argparse.ArgumentParser:
    """Every subcommand with its options; `run` on the parsed arguments is the function to call."""
    top = argparse.ArgumentParser(
        prog="llmbook", description="The foundations of large language models: read, run, solve."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = commands.add_parser("lab", help="open JupyterLab on the course")
    command.set_defaults(run=lab)  # whatever follows goes to JupyterLab as it is

    command = commands.add_parser("check", help="check your solutions before you hand them in")
    command.add_argument(
        "paths", nargs="+", type=Path, metavar="EXERCISES", help="folder or notebook"
    )
    command.add_argument("--json", action="store_true", help="print the result as JSON")
    command.set_defaults(run=check)

    command = commands.add_parser("progress", help="how far you are, over all assignments")
    command.set_defaults(run=progress)

    command = commands.add_parser("book", help="build the static book and serve it")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--build-only", action="store_true", help="build, and do not serve")
    command.add_argument("--no-browser", action="store_true", help="serve, and open no browser")
    command.add_argument("--keep-warnings", action="store_true", help="do not fail on warnings")
    command.add_argument("--epub", action="store_true", help="write an EPUB, and do not serve")
    command.set_defaults(run=book)

    command = commands.add_parser("test", help="run every check of the course")
    command.add_argument("stages", nargs="*", metavar="STAGE", help="only these (default: all)")
    text = "every claim on all its seeds, every answer on both sides, every assignment: an hour"
    command.add_argument("--thorough", action="store_true", help=text)
    command.set_defaults(run=test)

    command = commands.add_parser("answers", help="try right and wrong answers on every exercise")
    command.add_argument("chapters", nargs="*", metavar="CHAPTER", help="default: all")
    command.set_defaults(run=answers)

    command = commands.add_parser("release", help="write exercises/ anew from solutions/")
    command.add_argument("chapters", nargs="*", metavar="CHAPTER", help="default: all")
    command.add_argument("--check", action="store_true", help="write nothing; fail when stale")
    command.set_defaults(run=release)

    command = commands.add_parser("grade", help="grade what students handed in")
    command.add_argument("assignment", metavar="NN_name")
    command.add_argument("--jobs", type=int, help="how many at once (default: one a processor)")
    command.add_argument(
        "--student", action="append", default=[], help="only this one; can be given several times"
    )
    command.add_argument("--regrade", action="store_true", help="also what has not changed")
    command.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="a dask scheduler, to use many machines"
    )
    command.add_argument(
        "--trust-submissions",
        action="store_true",
        help="run them without a sandbox, with your own rights",
    )
    command.set_defaults(run=grade)

    command = commands.add_parser("collect", help="bring hand-ins into submitted/")
    command.add_argument("assignment", metavar="NN_name")
    command.add_argument("source", type=Path, metavar="ZIP_OR_FOLDER", help="from where")
    command.add_argument("--names", type=Path, metavar="CSV", help="name → student id")
    command.add_argument("--replace", action="store_true", help="also what is there already")
    command.set_defaults(run=collect)

    command = commands.add_parser("report", help="write the report on a class")
    command.add_argument("assignment", metavar="NN_name")
    command.set_defaults(run=report_class)

    command = commands.add_parser("export", help="write the grades for a learning platform")
    command.add_argument("assignments", nargs="*", metavar="NN_name", help="default: all")
    command.add_argument("--to", choices=("csv", "canvas", "moodle"), default="csv")
    command.add_argument("--file", type=Path, help="where to (default: grades….csv here)")
    command.set_defaults(run=export)

    command = commands.add_parser("review", help="decide on what failed or is suspicious")
    command.add_argument("assignment", metavar="NN_name")
    command.add_argument("--student", action="append", default=[], help="only this one")
    command.add_argument("--state", help='only these, for example "timeout"')
    command.add_argument("--accept", metavar="WHY", help="let their points count")
    command.set_defaults(run=review)

    command = commands.add_parser("demo-class", help="make up a class and grade it")
    command.add_argument("assignments", nargs="*", metavar="NN_name", help="default: all")
    command.add_argument("--students", type=int, default=40)
    command.add_argument("--jobs", type=int, help="how many at once (default: one a processor)")
    command.add_argument("--seed", type=int, default=0, help="another number, another class")
    command.set_defaults(run=demo_class)

    command = commands.add_parser("new-chapter", help="start a chapter and its assignment")
    command.add_argument("name", metavar="NN_name")
    command.add_argument("--title", help="default: made from the name")
    command.set_defaults(run=new_chapter)

    command = commands.add_parser("sweeps", help="run the long experiments that chapters quote")
    command.add_argument(
        "names", nargs="*", metavar="NAME", help="emergence, forgetting (default: all)"
    )
    command.add_argument(
        "--quick", action="store_true", help="a few steps of each, and keep nothing"
    )
    command.set_defaults(run=sweeps)

    command = commands.add_parser("times", help="write the times of `make test` into the README")
    command.set_defaults(run=times)

    command = commands.add_parser("doctor", help="say what works on this machine and why")
    command.set_defaults(run=doctor)
    return top


def main(argv: Sequence[str] | None = None) -> None:
    """Run one subcommand and exit with its status."""
    # nbgrader and jupyter-book start programs by name (alembic, jupyter): those beside this Python
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    arguments, options = parser().parse_known_args(argv)
    if options and arguments.command != "lab":
        parser().parse_args(argv)  # prints the usage and what was not understood, and exits with 2
    arguments.options = options
    try:
        status = arguments.run(arguments)
    except (OSError, ValueError, RuntimeError) as error:
        raise SystemExit(f"llmbook {arguments.command}: {error}") from error
    raise SystemExit(status)
