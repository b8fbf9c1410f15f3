"""An instructor's nbgrader on the hub: the course, and how its submissions are collected."""

import sys
from pathlib import Path

c = get_config()

sys.path.append(str(Path(__file__).parent))
c.ExchangeFactory.collect = "own_submissions.CollectOwnSubmissions"
c.CourseDirectory.root = "/srv/llmbook/course"  # its own nbgrader_config.py is read, too
