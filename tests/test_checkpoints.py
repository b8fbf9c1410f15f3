"""Stages on disk: loaded when nothing has changed, made anew when anything has, never trusted."""

import os
import pickle
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest
import torch

from llmbook_utils import checkpoints
from llmbook_utils.checkpoints import Damaged, key, read, stage, stages_folder, write

STATE = {"w": torch.arange(6.0).view(2, 3), "n": 3, "notes": ["a", {"b": [1.5, None, True]}]}


def same(a, b):
    assert a.keys() == b.keys()
    assert torch.equal(a["w"], b["w"])
    assert {k: v for k, v in a.items() if k != "w"} == {k: v for k, v in b.items() if k != "w"}


# One file ---------------------------------------------------------------------------------------


def test_what_was_written_is_read(tmp_path):
    write(tmp_path / "new" / "a.pt", STATE)
    same(read(tmp_path / "new" / "a.pt"), STATE)
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["a.pt"]  # nothing else is left


@pytest.mark.parametrize("keep", [0, 5, 16, 60, 81, 200, -1])
def test_a_file_cut_short_is_damaged(tmp_path, keep):
    path = tmp_path / "a.pt"
    write(path, STATE)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(Damaged):
        read(path)


@pytest.mark.parametrize("place", [0, 20, 81, 200, 700, -1])
def test_a_changed_byte_is_damage(tmp_path, place):
    path = tmp_path / "a.pt"
    write(path, STATE)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged):
        read(path)


def test_a_file_can_run_no_code(tmp_path):
    """A pickle that would run a command, under a right checksum."""

    class Attack:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "ran"),)

    path = tmp_path / "a.pt"
    write(path, {"attack": Attack()})
    with pytest.raises(Damaged, match="expected tensors, numbers and text"):
        read(path)
    pickled = pickle.dumps(Attack())
    path.write_bytes(pickled)
    with pytest.raises(Damaged):
        read(path)
    assert not (tmp_path / "ran").exists()
    pickle.loads(pickled)  # it does run where it is let
    assert (tmp_path / "ran").exists()


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.pt"
    write(path, STATE)

    def fail(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        write(path, STATE | {"n": 4})
    assert [p.name for p in tmp_path.iterdir()] == ["a.pt"]
    assert read(path)["n"] == 3


# The key ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sizes:
    width: int = 8
    names: tuple[str, ...] = ("a",)


def test_the_key_depends_on_everything(monkeypatch):
    first = key(Sizes(), 1, ["llmbook_utils.lora"])
    assert first == key(Sizes(), 1, ["llmbook_utils.lora"])
    others = [
        key(Sizes(width=9), 1, ["llmbook_utils.lora"]),
        key(Sizes(names=("b",)), 1, ["llmbook_utils.lora"]),
        key(Sizes(), 2, ["llmbook_utils.lora"]),
        key(Sizes(), 1, ["llmbook_utils.adapter"]),
        key(Sizes(), 1, ["llmbook_utils.lora", "llmbook_utils.adapter"]),
        key(Sizes(), 1, []),
    ]
    monkeypatch.setattr(torch, "__version__", "0.0.0")
    others.append(key(Sizes(), 1, ["llmbook_utils.lora"]))
    assert len({first, *others}) == len(others) + 1


def test_code_is_a_module_a_package_or_a_function(tmp_path, monkeypatch):
    package = tmp_path / "stage_code_test"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "part.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = key(0, 0, ["stage_code_test"]), key(0, 0, ["stage_code_test.part"])
    assert before == (key(0, 0, ["stage_code_test"]), key(0, 0, ["stage_code_test.part"]))
    (package / "part.py").write_text("x = 2\n")
    after = key(0, 0, ["stage_code_test"]), key(0, 0, ["stage_code_test.part"])
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert key(0, 0, [same]) != key(0, 0, [write])
    with pytest.raises(ValueError, match="expected a module with source"):
        key(0, 0, ["no_such_module_anywhere"])


@pytest.mark.parametrize("value", [object(), {1, 2}, torch.zeros(1), Sizes])
def test_a_key_is_made_of_plain_data(value):
    with pytest.raises(TypeError, match="expected numbers, text, lists"):
        key(value, None, [])


# A stage ----------------------------------------------------------------------------------------


class Maker:
    calls = 0

    def __call__(self):
        self.calls += 1
        return STATE


def test_a_stage_is_made_once(tmp_path, capsys):
    make = Maker()
    for _ in range(2):
        same(stage("small", make, config=Sizes(), folder=tmp_path), STATE)
    assert make.calls == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("small: trained in 0 s, kept in ")
    assert second.startswith(f"small: loaded from {tmp_path.name}/small-")
    stage("small", make, config=Sizes(width=9), folder=tmp_path, quiet=True)
    assert make.calls == 2
    assert capsys.readouterr().out == ""


def test_a_damaged_stage_is_made_again(tmp_path, capsys):
    make = Maker()
    stage("small", make, config=1, folder=tmp_path)
    (path,) = tmp_path.glob("*.pt")
    path.write_bytes(path.read_bytes()[:300])
    same(stage("small", make, config=1, folder=tmp_path), STATE)
    assert make.calls == 2
    assert "trained again, because its file was damaged" in capsys.readouterr().out
    stage("small", make, config=1, folder=tmp_path)
    assert make.calls == 2


def test_where_nothing_can_be_written_the_stage_is_made_all_the_same(tmp_path, capsys):
    (tmp_path / "file").write_text("not a folder")
    make = Maker()
    same(stage("small", make, config=1, folder=tmp_path / "file" / "stages"), STATE)
    assert "trained in 0 s; not kept" in capsys.readouterr().out


def test_a_failure_while_making_is_the_callers(tmp_path):
    def fail():
        raise RuntimeError("diverged")

    with pytest.raises(RuntimeError, match="diverged"):
        stage("small", fail, config=1, folder=tmp_path)
    make = Maker()  # and nobody is locked out by it
    stage("small", make, config=1, folder=tmp_path)
    assert make.calls == 1


@pytest.mark.parametrize("name", ["", "../up", "a b", "a/b"])
def test_a_name_is_a_plain_one(tmp_path, name):
    with pytest.raises(ValueError, match="expected a name of letters"):
        stage(name, Maker(), config=1, folder=tmp_path)


RACER = """
import sys, time, pathlib
from llmbook_utils.checkpoints import stage
def make():
    time.sleep(0.5)
    with open(sys.argv[1] + "/made", "a") as log:
        log.write("x")
    return {"n": 1}
pathlib.Path(sys.argv[1], "ready" + sys.argv[2]).touch()
while not pathlib.Path(sys.argv[1], "go").exists():
    time.sleep(0.005)
assert stage("race", make, config=1, folder=pathlib.Path(sys.argv[1], "stages"))["n"] == 1
"""


def test_two_processes_at_once_make_it_once(tmp_path):
    command = [sys.executable, "-c", RACER, str(tmp_path)]
    racers = [
        subprocess.Popen([*command, str(i)], stdout=subprocess.PIPE, text=True) for i in range(2)
    ]
    try:
        deadline = time.monotonic() + 60
        while len(list(tmp_path.glob("ready*"))) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        (tmp_path / "go").touch()
        said = sorted(racer.communicate(timeout=60)[0].split()[1] for racer in racers)
    finally:
        for racer in racers:
            racer.kill()
            racer.wait()
    assert said == ["loaded", "trained"]
    assert (tmp_path / "made").read_text() == "x"


# Where ------------------------------------------------------------------------------------------


def test_where_stages_are_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("LLMBOOK_CACHE", str(tmp_path / "chosen"))
    assert stages_folder() == tmp_path / "chosen"
    monkeypatch.delenv("LLMBOOK_CACHE")
    course = tmp_path / "course"
    (course / "chapters").mkdir(parents=True)
    (course / "nbgrader_config.py").touch()
    monkeypatch.chdir(course / "chapters")
    assert stages_folder() == course / "_build" / "stages"

    def nowhere():
        raise FileNotFoundError

    monkeypatch.setattr(checkpoints, "course_root", nowhere)
    assert stages_folder().parts[-2:] == ("llmbook", "stages")
