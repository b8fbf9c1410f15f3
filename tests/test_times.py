"""The README's tables come from a run; what is written by hand around them stays."""

import json
from pathlib import Path

import pytest

from llmbook_utils.authoring import times

STAGES = [
    {"name": "lint", "result": "passed", "seconds": 60.0, "beside": ""},
    {"name": "notebooks", "result": "passed", "seconds": 120.0, "beside": "book"},
]
RUNS = [{"name": "chapters/01_a.ipynb", "seconds": 41.6, "peak_mb": 512.3}]
README = f"# title\n\n{times.BEGIN}\nold\n{times.END}\n\nby hand\n"


def test_tables_state_what_was_measured() -> None:
    text = times.as_markdown(STAGES, 150.0, RUNS)
    assert "2.5 minutes, with `notebooks` beside `book`. " in text
    alone = [{**stage, "beside": ""} for stage in STAGES]
    assert "2.5 minutes. " in times.as_markdown(alone, 150.0, RUNS)
    assert "| `chapters/01_a.ipynb` | 42 | 512 MB |" in text
    assert "| notebooks | 120 |" in text


def test_only_what_stands_between_the_marks_is_replaced() -> None:
    text = times.replaced(README, "new")
    assert text == README.replace("old", "new")
    assert times.replaced(text, "newer") == README.replace("old", "newer")


def test_a_readme_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="expected the lines"):
        times.replaced("# title\n", "new")


def test_a_failed_run_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "course_root", lambda: tmp_path)
    (tmp_path / "README.md").write_text(README)
    with pytest.raises(FileNotFoundError, match="make test"):
        times.main()
    times.save(tmp_path, [{**STAGES[0], "result": "FAILED"}], 60.0)
    with pytest.raises(ValueError, match="every stage passed"):
        times.main()
    assert (tmp_path / "README.md").read_text() == README
    times.save(tmp_path, STAGES, 150.0)
    (tmp_path / "_build" / "times.json").write_text(json.dumps(RUNS))
    assert times.main() == 0
    assert "| lint | 60 |" in (tmp_path / "README.md").read_text()
