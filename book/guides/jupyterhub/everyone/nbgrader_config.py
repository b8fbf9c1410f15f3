"""Everybody's nbgrader on the hub: which course, and where it is exchanged."""

import os

c = get_config()

c.CourseDirectory.course_id = "llmbook"
c.Exchange.root = os.environ["NBGRADER_EXCHANGE"]
c.KernelManager.transport_encryption = "auto"  # for kernels that can: see jupyter_server_config.py
