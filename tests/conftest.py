"""For all tests: one thread, before anything imports torch; the book's style; a world, tiny models.

Test files run side by side, and small products on two threads are many times slower where other
programs run, too.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")

# The files that take minutes: begun first, so that in the end no processor waits for one of them.
LONG = (
    "test_hostile.py",
    "test_outside.py",
    "test_alignment_claims.py",
    "test_grade.py",
    "test_continual_claims.py",
    "test_self_check.py",
    "test_chapter_04.py",
    "test_instructor_path.py",
    "test_chapter_10.py",
    "test_worker.py",
    "test_sandbox.py",
    "test_chapter_05.py",
    "test_chapter_03.py",
    "test_chapter_09.py",
    "test_feedback.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "also run what is marked `thorough`: more seeds, more answers, whole assignments"
    parser.addoption("--thorough", action="store_true", help=text)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files first, in this order; all others as they were. Thorough tests only when asked."""
    if not config.getoption("--thorough"):
        left_out = [item for item in items if item.get_closest_marker("thorough")]
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]
        config.hook.pytest_deselected(items=left_out)
    place = {name: index for index, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONG)))


pytest.register_assert_rewrite("figure_pages", "diagram_rules", "watching")  # they assert, too


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """One thread also where the environment asks for more."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


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


@pytest.fixture(scope="session")
def world() -> Any:
    """The world of the chapters."""
    from llmbook_utils.corpus import World

    return World(seed=0)


@pytest.fixture(scope="session")
def chinese() -> Any:
    """The same world in Chinese."""
    from llmbook_utils.corpus import World

    return World(seed=0, language="zh")


@pytest.fixture(scope="session")
def tokenizer(world: Any) -> Any:
    """Its tokenizer, in which each word is a token."""
    from llmbook_utils.pretraining import tokenizer_for

    return tokenizer_for(world, world.documents(600, seed=0))


@pytest.fixture(scope="session")
def five_words() -> Any:
    """A tokenizer for texts of yes, no, maybe, what and who."""
    from llmbook_utils.tokenizer import Tokenizer

    return Tokenizer.train(["yes no maybe", "what who"], specials=("<pad>", "<end>"))


@pytest.fixture(scope="session")
def reference(five_words: Any) -> Any:
    """A tiny GPT of these words, as it starts; nobody trains it."""
    import torch

    from llmbook_utils.gpt import GPT, GPTConfig

    torch.manual_seed(0)
    model = GPT(GPTConfig(five_words.vocab_size, context=16, layers=1, heads=2, width=16))
    return model.requires_grad_(False)


@pytest.fixture(scope="session")
def prompts(five_words: Any) -> list[list[int]]:
    """Questions to it."""
    return [five_words.encode(text) for text in ("what", "who what", "what who who")]
