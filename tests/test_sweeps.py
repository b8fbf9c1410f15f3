"""Sweeps: files that say how they were made, and that the code of today still makes."""

import json
import re

import pytest
import torch

from llmbook_utils import cli, sweeps
from llmbook_utils.emergence import phone_book
from llmbook_utils.emergence import sweep as emergence

MADE = ("command", "date", "seconds", "entries", "python", "torch", "machine", "code")


@pytest.fixture(scope="module")
def quick():
    return emergence.sweep(quick=True)


@pytest.mark.parametrize("name", sweeps.SWEEPS)
def test_a_committed_file_says_how_it_was_made(name):
    file = sweeps.load(name)
    made = file["made"]
    assert set(made) == set(MADE)
    assert made["command"] == f"llmbook sweeps {name}"
    assert made["seconds"] > 60  # not a quick one
    assert re.fullmatch(r"[0-9a-f]{16}", made["code"])
    assert made["entries"] == {table: len(rows) for table, rows in file["results"].items()}


def test_the_committed_rows_have_the_shape_that_the_code_writes(quick):
    results = sweeps.load("emergence")["results"]
    assert results.keys() == quick.keys()
    for table, rows in results.items():
        for row in rows:
            assert row.keys() == quick[table][0].keys()
            for key, value in quick[table][0].items():
                if isinstance(value, list):
                    assert len(row[key]) == len(value)
    seeds = {row["seed"] for rows in results.values() for row in rows}
    assert seeds == set(emergence.SEEDS)


def test_a_committed_row_is_what_the_code_finds_today():
    """The cheapest one; another machine's sums differ in their last digits."""
    rows = sweeps.load("emergence")["results"]["phone_book"]
    row = next(r for r in rows if (r["entries"], r["steps"], r["width"]) == (128, 100, 4))
    book = phone_book.book(128)
    model = phone_book.memorise(book, 4, row["seed"], 100)
    now = emergence.metrics(book.digits, phone_book.ask(model, book))
    assert now["nats"] == pytest.approx(row["nats"], abs=0.02)
    assert now["brier"] == pytest.approx(row["brier"], abs=0.01)


def test_metrics_of_answers_that_are_known():
    digits = torch.tensor([[3, 1], [4, 1]])
    p = torch.full((2, 2, 10), 0.05)
    p[0, 0, 3] = p[0, 1, 1] = p[1, 0, 4] = p[1, 1, 2] = 0.55
    found = emergence.metrics(digits, p.log())
    assert found["exact"] == [1.0, 0.5]
    assert found["accuracy"] == [1.0, 0.5]
    assert found["brier"] == pytest.approx((3 * 0.225 + 1.225) / 4, abs=1e-4)


def test_a_sweep_is_written_and_read(tmp_path, monkeypatch, quick):
    results = {**quick, "another": {"κ": [1.5, None], "empty": {}}}
    monkeypatch.setattr(emergence, "sweep", lambda quick: results)
    path = sweeps.run("emergence", folder=tmp_path)
    assert sweeps.load("emergence", tmp_path)["results"] == json.loads(json.dumps(results))
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") > sum(len(rows) for rows in quick.values())  # a line for each row


def test_a_quick_sweep_leaves_the_files_alone(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(emergence, "sweep", lambda quick: {"rows": [{"quick": quick}]})
    monkeypatch.setattr(sweeps, "FOLDER", tmp_path)
    with pytest.raises(SystemExit) as stopped:
        cli.main(["sweeps", "emergence", "--quick"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == "emergence runs\n"
    assert not list(tmp_path.iterdir())


def test_a_sweep_that_does_not_exist_or_was_never_run(tmp_path):
    for call in (sweeps.load, sweeps.run, sweeps.code, lambda name: sweeps.main([name])):
        with pytest.raises(ValueError, match="expected one of the sweeps emergence, forgetting"):
            call("nonsense")
    with pytest.raises(FileNotFoundError, match="which `llmbook sweeps emergence` writes"):
        sweeps.load("emergence", tmp_path)
