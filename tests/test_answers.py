"""The answers audit notices every kind of bad test. (`make answers` runs it on the course.)"""

from pathlib import Path

import pytest
from desk_course import NAME, make_course

from llmbook_utils.authoring import answers
from llmbook_utils.authoring.answer_runner import FORKS

GOOD_DOUBLE = """# Answers to `double`.
# %% right: times two
def double(x):
    return x * 2
# %% right: added to itself
def double(x):
    return x + x
# %% wrong: returns the input says: you return x itself
def double(x):
    return x
# %% wrong: squares says: expected double(-3) = -6, got 9
def double(x):
    return x ** 2
# %% wrong: adds two says: got -1
def double(x):
    return x + 2
# %% wrong: hard-coded for the example says: expected double(2) = 4, got 42
def double(x):
    return 42
# %% wrong: forgets to return says: got None
def double(x):
    2 * x
"""
LEAVE = "import os; os._exit(1)" if FORKS else "raise SystemExit"
GOOD_MEAN = f"""# %% right: sum over length
def mean(values):
    if len(values) == 0:
        raise ValueError("empty")
    return sum(values) / len(values)
# %% right: a loop
def mean(values):
    total = 0.0
    for value in values:
        total += value
    return total / len(values)
# %% wrong: length plus one says: divide by the length plus one
def mean(values):
    return sum(values) / (len(values) + 1)
# %% wrong: the sum says: 0 of 4 points
def mean(values):
    return sum(values)
# %% wrong: the first value says: 0 of 4 points
def mean(values):
    return values[0]
# %% wrong: does not parse says: SyntaxError
def mean(values)
    return 1
# %% wrong: leaves the process
def mean(values):
    {LEAVE}
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    course = make_course(tmp_path / "course")
    folder = course / "tests" / "answers" / NAME
    folder.mkdir(parents=True)
    (folder / "double.py").write_text(GOOD_DOUBLE, encoding="utf-8")
    (folder / "mean.py").write_text(GOOD_MEAN, encoding="utf-8")
    return course


def rewrite(course: Path, name: str, old: str, new: str) -> None:
    path = course / "tests" / "answers" / NAME / f"{name}.py"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_fair_tests_pass_the_audit(course: Path) -> None:
    audits = answers.audit(NAME, course)
    assert answers.passes(audits), answers.table(NAME, audits)
    assert [each.counts() for each in audits] == [(2, 2, 5, 5, 5), (2, 2, 5, 5, 4)]
    assert answers.share_named(audits) == pytest.approx(0.9)


def test_every_kind_of_fault_is_complained_of(course: Path) -> None:
    rewrite(course, "double", "# %% right: added to itself", "# %% wrong: correct in truth")
    rewrite(course, "double", "says: you return x itself", "says: something else")
    rewrite(course, "double", "    return x * 2", "    return 4")
    rewrite(course, "mean", "# %% wrong: leaves the process\n", "# %% wrong: hangs\n")
    rewrite(course, "mean", LEAVE, "while True:\n        pass")
    (course / "tests" / "answers" / NAME / "maen.py").write_text(GOOD_MEAN, encoding="utf-8")
    double, mean, stray = answers.audit(NAME, course, least_limit=5.0)
    text = "\n".join(double.complaints)
    assert "has 1 right answers in double.py, expected 2" in text
    assert "wrong: correct in truth gets 5 of 5 points, expected fewer" in text
    assert 'returns the input is rejected, but no message says "something else"' in text
    assert "right: times two gets 3 of 5 points, expected all" in text
    assert len(double.complaints) == 4
    assert mean.complaints == [], "an answer that hangs is stopped, and rejected"
    assert any(each.timed_out for each in mean.outcomes)
    assert "maen.py answers no exercise" in stray.complaints[0]
    assert not answers.passes([double, mean, stray])


def test_without_forks_the_result_is_the_same(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLMBOOK_NO_FORK", "1")
    rewrite(course, "mean", LEAVE, "while True:\n        pass")
    audits = answers.audit(NAME, course, least_limit=5.0)
    assert answers.passes(audits), answers.table(NAME, audits)
    assert [each.counts() for each in audits] == [(2, 2, 5, 5, 5), (2, 2, 5, 5, 4)]
    assert [o.answer.label for each in audits for o in each.outcomes if o.timed_out] == [
        "leaves the process"
    ]


def test_a_title_of_another_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "double.py"
    path.write_text("# %% rigth: typo\nx = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"double\.py:1: expected .*got `# %% rigth: typo`"):
        answers.parse(path)
    path.write_text("x = 1\n# %% right: late\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"double\.py:1: expected .* before any code"):
        answers.parse(path)


def test_a_title_has_a_label_and_may_say_more(tmp_path: Path) -> None:
    path = tmp_path / "double.py"
    path.write_text("\n# %% wrong: off by one, says: got 3: too small\nx = 1\n\n", encoding="utf-8")
    (answer,) = answers.parse(path)
    assert (answer.kind, answer.label, answer.says) == ("wrong", "off by one", "got 3: too small")
    assert (answer.source, answer.line) == ("x = 1", 2)
