"""`make test` itself: order, what depends on what, and that a failure is never swallowed."""

import time
from pathlib import Path

import pytest

from llmbook_utils.authoring import checks


@pytest.fixture(autouse=True)
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """These runs are made up: their times are not kept."""
    monkeypatch.setattr(checks.times, "save", lambda root, stages, seconds: None)


def outcomes(
    failing: set[str], names: list[str], capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[str], str]:
    """Run `checks.run` with stages that fail on demand; its status, what ran, what was printed."""
    ran: list[str] = []

    def execute(stage: checks.Stage, root: Path) -> bool:
        ran.append(stage.name)
        return stage.name not in failing

    status = checks.run(names, execute)
    return status, ran, capsys.readouterr().out


def in_order(ran: list[str]) -> bool:
    """All stages, those that run beside others at any place, the rest in their order."""
    beside = {stage.name for stage in checks.STAGES if stage.beside}
    expected = [stage.name for stage in checks.STAGES]
    return sorted(ran) == sorted(expected) and [name for name in ran if name not in beside] == [
        name for name in expected if name not in beside
    ]


def test_all_stages_run_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    status, ran, printed = outcomes(set(), [], capsys)
    assert status == 0
    assert in_order(ran)
    assert f"stages: {len(ran)} passed, 0 failed" in printed


def test_one_failure_fails_the_whole_and_the_others_still_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, ran, printed = outcomes({"lint"}, [], capsys)
    assert status == 1
    assert in_order(ran)
    assert "lint" in printed
    assert "FAILED" in printed


def test_what_needs_a_failed_stage_is_not_run_and_does_not_pass(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, ran, printed = outcomes({"notebooks"}, [], capsys)
    assert status == 1
    assert "book" not in ran
    assert "browser" not in ran
    assert "because this failed: notebooks" in printed


def test_stages_can_be_chosen_and_keep_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    _, ran, _ = outcomes(set(), ["types", "lint"], capsys)
    assert sorted(ran) == ["lint", "types"]


def test_a_stage_stops_at_its_first_failing_command(tmp_path: Path) -> None:
    python = checks.PYTEST[0]
    touch = (python, "-c", "import pathlib; pathlib.Path('touched').touch()")
    fail = (python, "-c", "raise SystemExit(3)")
    assert not checks.run_stage(checks.Stage("s", "p", (fail, touch)), tmp_path)
    assert not (tmp_path / "touched").exists()
    assert checks.run_stage(checks.Stage("s", "p", (touch,)), tmp_path)
    assert (tmp_path / "touched").exists()


def test_thorough_reaches_pytest_and_nothing_else() -> None:
    ran: list[checks.Stage] = []

    def execute(stage: checks.Stage, root: Path) -> bool:
        ran.append(stage)
        return True

    assert checks.run([], execute, thorough=True) == 0
    assert in_order([stage.name for stage in ran])
    by_name = {stage.name: stage for stage in ran}
    for before in checks.STAGES:
        stage = by_name[before.name]
        pytest_too = any("pytest" in command for command in before.commands)
        assert any("--thorough" in command for command in stage.commands) == pytest_too


@pytest.mark.parametrize("broken", [False, True])
def test_what_runs_beside_others_is_waited_for_and_can_fail(
    capsys: pytest.CaptureFixture[str], broken: bool
) -> None:
    def execute(stage: checks.Stage, root: Path) -> bool:
        if stage.beside:
            time.sleep(0.1)
            if broken:
                raise FileNotFoundError(stage.name)
        return not stage.beside

    assert checks.run(["types", "unit"], execute) == 1
    printed = capsys.readouterr().out
    assert printed.count("FAILED") == 1
    assert ("FileNotFoundError: types" in printed) == broken
    assert "stages: 1 passed, 1 failed" in printed


def test_what_needs_a_stage_that_runs_beside_others_waits_for_it() -> None:
    ended: list[str] = []

    def execute(stage: checks.Stage, root: Path) -> bool:
        if stage.name == "book":
            time.sleep(0.2)
        if stage.name == "browser":
            assert "book" in ended
        ended.append(stage.name)
        return True

    assert checks.run(["book", "answers", "browser"], execute) == 0
    assert ended == ["answers", "book", "browser"]


def test_the_times_say_what_ran_beside_what(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[dict] = []
    monkeypatch.setattr(checks.times, "save", lambda root, stages, seconds: kept.extend(stages))
    assert checks.run([], lambda stage, root: True) == 0
    assert {row["name"]: row["beside"] for row in kept if row["beside"]} == {
        "types": "unit",
        "book": "answers",
    }
