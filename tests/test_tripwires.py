"""Tripwires: an honest answer trips none, and what they are for trips one."""

from pathlib import Path

import pytest

from llmbook_utils.authoring.answers import parse
from llmbook_utils.grading.tripwires import signs_in

ANSWERS = sorted((Path(__file__).parent / "answers").glob("*/*.py"))


@pytest.mark.parametrize("path", ANSWERS, ids=[path.stem for path in ANSWERS])
def test_no_answer_of_ours_trips_one(path: Path) -> None:
    found = {each.label: signs_in(each.source) for each in parse(path)}
    assert {label: signs for label, signs in found.items() if signs} == {}


@pytest.mark.parametrize(
    "source",
    [
        "%timeit f(1)\n!ls\nimport numpy as np\nnp.random.seed(0)",
        "import sys\nsys.setrecursionlimit(10_000)",
        "import torch\ntorch.backends.mkldnn.enabled = False\ntorch.manual_seed(0)",
        "import matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 80\nplt.style.use('ggplot')",
        "class Model:\n    def __init__(self):\n        self.case = 1",
        "check = 3  # their own name",
        "def f(x)\n    broken",
    ],
)
def test_usual_code_trips_none(source: str) -> None:
    assert signs_in(source) == []


@pytest.mark.parametrize(
    ("source", "sign"),
    [
        ("np.allclose = lambda *a: True", "replaces `np.allclose`"),
        ("from llmbook_utils import check\ncheck.hidden = print", "replaces `check.hidden`"),
        ("import builtins as b\nsetattr(b, 'abs', print)", "replaces parts of `b`"),
        ("import sys\nsys.modules['numpy'] = None", "sys.modules"),
        ("get_ipython().ast_transformers.append(1)", "how IPython reads cells"),
        ("import sys\nsys._getframe(1).f_back", "looks at its callers"),
        ("from inspect import currentframe", "looks at its callers"),
        ("import gc\ngc.get_objects()", "searches the memory"),
        ("import ctypes", "reaches past Python"),
        ("import socket", "uses the network"),
        ("open('/proc/1/environ')", "other processes"),
        ("open('../../gradebook.db')", "gradebook"),
        ("import os\nos._exit(0)", "ends the process"),
        ("import llmbook_utils.grading.sandbox.agent", "grader's own code"),
        ("%%time\nimport ctypes", "reaches past Python"),
        ("exec('x = 1')", "runs code from text"),
    ],
)
def test_what_no_exercise_needs_trips_one(source: str, sign: str) -> None:
    assert sign in "; ".join(signs_in(source))


def test_code_nested_beyond_reason_does_no_harm() -> None:
    assert isinstance(signs_in("x" + ".x" * 60_000), list)
    assert isinstance(signs_in("(" * 5_000 + ")" * 5_000), list)
