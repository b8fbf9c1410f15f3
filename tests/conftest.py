"""For all tests: one thread, before anything imports torch; and the book's style for figures.

Test files run side by side, and small products on two threads are many times slower where other
programs run, too.
"""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture
def book_style() -> Iterator[None]:
    """Draw as the book does; afterwards everything is closed."""
    import matplotlib as mpl  # here: most tests draw nothing
    import matplotlib.pyplot as plt

    from llmbook_utils.figures import style

    mpl.use("Agg")
    with mpl.rc_context():
        style.use_style()
        yield
    plt.close("all")
