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

# --- how their work is graded -------------------------------------------------------------------
# nbgrader's commands and formgrader take the same way as `llmbook grade`: what was handed in is
# read as hostile, rebuilt from the released notebook, and run in a sandbox (llmbook_utils/grading).
c.Autograde.pre_convert_hook = "llmbook_utils.grading.preprocessors.announce"
c.Autograde.post_convert_hook = "llmbook_utils.grading.preprocessors.note_recorded"
c.Autograde.sanitize_preprocessors = ["llmbook_utils.grading.preprocessors.GradeInSandbox"]
c.Autograde.autograde_preprocessors = [
    "nbgrader.preprocessors.LimitOutput",
    "llmbook_utils.grading.preprocessors.SaveScores",
    "nbgrader.preprocessors.AssignLatePenalties",
]
# What one submission may use: the names and usual values are those of Limits in
# llmbook_utils/grading/result.py. Another value grades everything anew.
c.GradeInSandbox.limits = {"cell_seconds": 30, "total_seconds": 300, "memory_mb": 2048}

# --- what goes out -------------------------------------------------------------------------------
# Pages for students: sanitised, without hidden tests; scores that do not count are left empty.
c.GenerateFeedback.exporter_class = "llmbook_utils.grading.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = ["llmbook_utils.grading.feedback.GetStanding"]
c.GenerateFeedback.post_convert_hook = "llmbook_utils.grading.feedback.only_pages"
c.GenerateFeedback.force = True  # a page never shows an older state
c.ExportApp.plugin_class = "llmbook_utils.grading.exports.TruthfulCsv"

# --- the Validate button ------------------------------------------------------------------------
# It runs a student's own notebook in their own JupyterLab. It gives 0 to a test cell with any text
# on stderr; here a test speaks by raising an error, so a warning is not heard in the first place.
c.Validator.Execute.timeout = 30  # seconds, for each cell
c.Validator.Execute.extra_arguments = [
    "--HistoryManager.hist_file=:memory:",
    "--Application.log_level=ERROR",
    "--IPKernelApp.exec_lines=import os, sys; sys.stderr = open(os.devnull, 'w')",
]
