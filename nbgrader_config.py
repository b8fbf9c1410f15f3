"""nbgrader's settings for this course.

Every nbgrader command that is run in this folder reads this file, and so do formgrader and the
Validate button when JupyterLab was started here (`llmbook lab` does that). So the plain commands
work as nbgrader's manual describes them:

    nbgrader generate_assignment 01_training_basics --force
    nbgrader autograde 01_training_basics
    nbgrader generate_feedback 01_training_basics
    nbgrader export
"""

import contextlib
import os
import sys

c = get_config()

# nbgrader creates its gradebook with the program `alembic`, which it looks up on PATH. It lies
# beside this Python, also when the environment was not activated.
_programs = os.path.dirname(os.path.abspath(sys.executable))
if _programs not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = _programs + os.pathsep + os.environ.get("PATH", "")

# --- where things lie --------------------------------------------------------------------------
c.CourseDirectory.course_id = "llmbook"
c.CourseDirectory.root = os.path.dirname(os.path.abspath(__file__))
c.CourseDirectory.source_directory = "solutions"  # the only place where an exercise is written
c.CourseDirectory.release_directory = "exercises"  # generated from it: what students get
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", ".DS_Store"]

# nbgrader's `release_assignment` and `collect` need a folder that instructor and students share. On
# a server, name it in NBGRADER_EXCHANGE. Elsewhere files are handed over by hand, and a folder of
# our own keeps formgrader from complaining that there is none.
_exchange = os.environ.get("NBGRADER_EXCHANGE")
if not _exchange:
    _exchange = os.path.join(c.CourseDirectory.root, "_build", "exchange")
    with contextlib.suppress(OSError):  # a course that cannot be written to is still readable
        os.makedirs(_exchange, exist_ok=True)
c.Exchange.root = _exchange

# --- what students get --------------------------------------------------------------------------
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# --- how their work is run ----------------------------------------------------------------------
# The whole reference assignment takes under a minute; a single cell that needs half of one hangs.
_TIMEOUT = 30  # seconds, for each cell
c.Execute.timeout = _TIMEOUT
c.Execute.interrupt_on_timeout = True
c.Execute.iopub_timeout = 30  # seconds to wait for what a cell printed, or for it to give up
_quiet_kernel = ["--HistoryManager.hist_file=:memory:", "--Application.log_level=ERROR"]
c.Execute.extra_arguments = _quiet_kernel
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": f"stopped after {_TIMEOUT} seconds",
    "traceback": [
        f"CellTimeoutError: this cell was stopped after {_TIMEOUT} seconds. "
        "Is there a loop that never ends?"
    ],
}
# A test that a student deleted is put back, so that it counts.
c.OverwriteCells.add_missing_cells = True
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "llmbook_utils.grading.preprocessors.DropEmptyMarks",  # ours: see there
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# nbgrader gives 0 points to a test cell with any text on stderr. Here a test speaks by raising an
# error, and a warning (NumPy's "overflow encountered in exp", a progress bar, a log line) is no
# verdict: it is taken out before the points are counted ...
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"(?s).*"
# ... and the Validate button, which knows no IgnorePattern, does not hear it in the first place.
c.Validator.Execute.extra_arguments = [
    *_quiet_kernel,
    "--IPKernelApp.exec_lines=import os, sys; sys.stderr = open(os.devnull, 'w')",
]
