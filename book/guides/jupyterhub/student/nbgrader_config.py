"""A student's nbgrader on the hub; students have no course folder, whose settings would be read."""

c = get_config()

# The Validate button, as in the course's nbgrader_config.py: a warning is no verdict.
c.Validator.Execute.extra_arguments = [
    "--HistoryManager.hist_file=:memory:",
    "--Application.log_level=ERROR",
    "--IPKernelApp.exec_lines=import os, sys; sys.stderr = open(os.devnull, 'w')",
]
