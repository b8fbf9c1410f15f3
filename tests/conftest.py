"""For all tests: one thread, before anything imports torch.

Test files run side by side, and small products on two threads are many times slower where other
programs run, too.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
