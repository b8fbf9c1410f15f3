"""Reading a hand-in: whatever lies in the folder, nothing is followed and nothing slips through."""

import dataclasses
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from llmbook_utils.grading import submitted_times, untrusted_files
from llmbook_utils.grading.intake import Caps, Rejected, Submission, take
from llmbook_utils.grading.submitted_times import Record

NAME = "00_demo"
NOTEBOOK = '{"cells": []}'
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "course" / "submitted" / "ada" / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    return folder


def read(folder: Path, caps: Caps = untrusted_files.CAPS) -> Submission:
    return take(folder, NAME, "ada", caps)


def refusal(folder: Path, caps: Caps = untrusted_files.CAPS) -> str:
    with pytest.raises(Rejected) as refused:
        read(folder, caps)
    text = str(refused.value)
    assert "\n" not in text
    assert all(character.isprintable() for character in text)
    return text


def test_a_plain_hand_in(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "größe.csv").write_bytes(b"1,2")
    taken = read(folder)
    assert (taken.student, taken.assignment) == ("ada", NAME)
    assert taken.notebook == NOTEBOOK
    assert taken.files == {"data/größe.csv": b"1,2"}
    assert (taken.submitted_at, taken.trusted_time, taken.notes) == (None, False, ())


def test_the_hash_is_of_names_and_contents_only(folder: Path, tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt"):
        (folder / name).write_text(name, encoding="utf-8")
    first = read(folder).hash
    os.utime(folder / "a.txt", (0, 0))
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "timestamp.txt").write_text("2026-01-01 00:00:00 UTC", encoding="utf-8")
    assert read(folder).hash == first
    copy = tmp_path / "other" / "submitted" / "ada" / NAME
    shutil.copytree(folder, copy)
    assert read(copy).hash == first
    (folder / "a.txt").rename(folder / "c.txt")
    renamed = read(folder).hash
    assert renamed != first
    (folder / "c.txt").write_text("a.txu", encoding="utf-8")
    assert read(folder).hash != renamed


def test_a_boundary_between_name_and_content_cannot_be_moved(folder: Path) -> None:
    (folder / "ab").write_bytes(b"c")
    first = read(folder).hash
    (folder / "ab").unlink()
    (folder / "a").write_bytes(b"bc")
    assert read(folder).hash != first


def test_a_byte_order_mark_is_no_part_of_the_text(folder: Path) -> None:
    (folder / f"{NAME}.ipynb").write_bytes(b"\xef\xbb\xbf" + NOTEBOOK.encode())
    assert read(folder).notebook == NOTEBOOK


@pytest.mark.parametrize("data", [NOTEBOOK.encode("utf-16"), b"\xff\xfe\x00", b"\xed\xa0\x80"])
def test_a_notebook_that_is_no_text_is_refused(folder: Path, data: bytes) -> None:
    (folder / f"{NAME}.ipynb").write_bytes(data)
    assert "not text in UTF-8" in refusal(folder)


@pytest.mark.parametrize(
    "name", ["mine.ipynb", f"{NAME} (1).ipynb", f"{NAME.upper()}.IPYNB", f"sub/{NAME}.ipynb"]
)
def test_a_single_notebook_counts_under_any_name(folder: Path, name: str) -> None:
    right = folder / f"{NAME}.ipynb"
    expected = read(folder)
    (folder / name).parent.mkdir(exist_ok=True)
    right.rename(folder / name)
    taken = read(folder)
    assert taken.notebook == NOTEBOOK
    assert taken.files == {}
    assert taken.hash == expected.hash, "the same work under another name is the same work"
    assert taken.notes == (f"The notebook was handed in as `{name}`.",)


def test_the_right_name_counts_beside_others(folder: Path) -> None:
    (folder / "mine.ipynb").write_text("{}", encoding="utf-8")
    taken = read(folder)
    assert taken.notebook == NOTEBOOK
    assert taken.notes == ("Not graded, for their names: `mine.ipynb`.",)
    (folder / f"{NAME}.ipynb").rename(folder / f"{NAME.upper()}.ipynb")
    assert read(folder).notebook == NOTEBOOK, "a name that differs in case only is right"


def test_several_notebooks_of_other_names_are_refused_by_name(folder: Path) -> None:
    (folder / f"{NAME}.ipynb").rename(folder / "one.ipynb")
    (folder / "two.ipynb").write_text("{}", encoding="utf-8")
    assert f"expected `{NAME}.ipynb`, found 2 notebooks of other names: `one.ipynb`, `two" in (
        refusal(folder)
    )


def test_no_notebook_is_refused(folder: Path) -> None:
    (folder / f"{NAME}.ipynb").rename(folder / "work.py")
    assert refusal(folder) == f"expected `{NAME}.ipynb`, found no notebook"


# --- what is no file ---------------------------------------------------------------------------


def link_to_file(folder: Path) -> None:
    (folder.parents[2] / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "x").symlink_to(folder.parents[2] / "secret.txt")


def link_to_folder(folder: Path) -> None:
    (folder / "x").symlink_to(folder.parents[2], target_is_directory=True)


def dangling_link(folder: Path) -> None:
    (folder / "x").symlink_to("/nowhere")


def link_to_itself(folder: Path) -> None:
    (folder / "x").symlink_to("x")


def notebook_as_link(folder: Path) -> None:
    other = folder.parents[1] / "grace" / NAME / f"{NAME}.ipynb"
    other.parent.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").rename(other)
    (folder / f"{NAME}.ipynb").symlink_to(other)


def hard_link(folder: Path) -> None:
    (folder.parents[2] / "gradebook.db").write_bytes(b"grades")
    os.link(folder.parents[2] / "gradebook.db", folder / "x")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "x")


def notebook_as_pipe(folder: Path) -> None:
    (folder / f"{NAME}.ipynb").unlink()
    os.mkfifo(folder / f"{NAME}.ipynb")


def open_socket(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder)  # the path of a socket has to be short
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind("x")
    finally:
        os.chdir(here)


def deep_link(folder: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "x").symlink_to("/etc/passwd")


NO_FILES = {
    link_to_file: "found a link: `x`",
    link_to_folder: "found a link: `x`",
    dangling_link: "found a link: `x`",
    link_to_itself: "found a link: `x`",
    notebook_as_link: f"found a link: `{NAME}.ipynb`",
    hard_link: "found a hard link (a file with several names): `x`",
    pipe: "found a pipe, socket or device: `x`",
    notebook_as_pipe: f"found a pipe, socket or device: `{NAME}.ipynb`",
    open_socket: "found a pipe, socket or device: `x`",
    deep_link: "found a link: `a/b/x`",
}


@pytest.fixture(params=["held open", "by path"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of opening: the second is that of Windows."""
    if request.param == "by path":
        monkeypatch.setattr(untrusted_files, "_HELD", False)
    return request.param


@posix
@pytest.mark.parametrize("make", NO_FILES, ids=lambda make: make.__name__)
def test_what_is_no_file_of_its_own_is_refused(
    folder: Path, make: Callable[[Path], None], way: str
) -> None:
    make(folder)
    assert NO_FILES[make] in refusal(folder)


@posix
@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="no devices here")
def test_a_device_is_refused(folder: Path, way: str) -> None:
    try:
        os.mknod(folder / "x", 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero: it never ends
    except PermissionError:
        pytest.skip("only root can make a device")
    assert "found a pipe, socket or device: `x`" in refusal(folder)


@posix
@pytest.mark.parametrize("which", ["student", "assignment"])
def test_the_folders_themselves_may_not_be_links(folder: Path, which: str, way: str) -> None:
    real = folder.parent if which == "student" else folder
    elsewhere = folder.parents[2] / "elsewhere"
    real.rename(elsewhere)
    real.symlink_to(elsewhere, target_is_directory=True)
    assert "found a link" in refusal(folder)


@posix
def test_noise_is_ignored_and_not_followed(folder: Path, way: str) -> None:
    before = read(folder)
    (folder / ".ipynb_checkpoints").symlink_to("/")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "a.pyc").write_bytes(b"")
    os.mkfifo(folder / ".DS_Store")
    os.mkfifo(folder / "module.pyc")
    for name in ("__MACOSX", "feedback", ".git"):
        (folder / name).mkdir()
        (folder / name / "loop").symlink_to("loop")
    (folder / "Thumbs.db").write_bytes(b"x" * 1000)
    (folder / "submission_secret.txt").write_text("secret", encoding="utf-8")
    after = read(folder)
    assert after.secret == b"secret"  # of nbgrader's exchange; no part of the work
    assert dataclasses.replace(after, secret=None) == before


@posix
def test_a_link_that_appears_between_look_and_open_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    secret = folder.parents[2] / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    target = folder / "x"
    target.write_text("harmless", encoding="utf-8")
    look = untrusted_files._Folder.look

    def look_then_swap(self: untrusted_files._Folder, name: str) -> os.stat_result:
        found = look(self, name)
        if name == "x":
            target.unlink()
            target.symlink_to(secret)
        return found

    monkeypatch.setattr(untrusted_files._Folder, "look", look_then_swap)
    assert "`x`" in refusal(folder)


@posix
def test_an_unreadable_folder_is_refused(folder: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root can read everything")
    (folder / "x").mkdir(mode=0o000)
    assert "`x` cannot be read: Permission denied" in refusal(folder)


def test_a_hand_in_that_is_not_there_is_refused(folder: Path) -> None:
    shutil.rmtree(folder)
    assert "cannot be read" in refusal(folder)


# --- sizes and names ---------------------------------------------------------------------------

SMALL = Caps(notebook=100, file=50, total=120, files=4, depth=2)


def test_the_caps_are_the_last_sizes_that_are_taken(folder: Path) -> None:
    for name, size in (("a", 50), ("b", 50), ("c", 7)):
        (folder / name).write_bytes(b"x" * size)
    assert len(NOTEBOOK) == 13
    taken = read(folder, SMALL)
    assert sorted(map(len, taken.files.values())) == [7, 50, 50]
    (folder / "c").write_bytes(b"x" * 8)
    assert "too large: expected at most" in refusal(folder, SMALL)


def test_one_file_more_is_too_many(folder: Path) -> None:
    for name in "abc":
        (folder / name).touch()
    read(folder, SMALL)
    (folder / "d").touch()
    assert "expected at most 4 files" in refusal(folder, SMALL)


def test_folders_are_counted_too(folder: Path) -> None:
    for number in range(50):
        (folder / f"d{number}").mkdir()
    assert "expected at most 4 files" in refusal(folder, SMALL)


def test_one_folder_deeper_is_too_deep(folder: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "c").touch()
    assert set(read(folder, SMALL).files) == {"a/b/c"}
    (folder / "a" / "b" / "d").mkdir()
    assert "expected at most 2 folders in folders: `a/b/d`" in refusal(folder, SMALL)


def test_a_large_notebook_is_refused(folder: Path) -> None:
    (folder / f"{NAME}.ipynb").write_text(" " * 101, encoding="utf-8")
    assert f"`{NAME}.ipynb` is too large" in refusal(folder, SMALL)


def test_a_sparse_file_costs_nothing(folder: Path) -> None:
    with (folder / "x").open("wb") as file:
        file.truncate(1 << 40)
    started = time.monotonic()
    assert "`x` is too large: expected at most 20 MB" in refusal(folder)
    assert time.monotonic() - started < 5


def test_a_file_that_grows_while_it_is_read_is_cut_off(folder: Path) -> None:
    stop = threading.Event()

    def grow() -> None:
        with (folder / "x").open("ab", buffering=0) as file:
            while not stop.is_set() and file.tell() < 1 << 28:
                file.write(b"x" * (1 << 16))

    writer = threading.Thread(target=grow)
    (folder / "x").write_bytes(b"x" * 1000)
    writer.start()
    try:
        deadline = time.monotonic() + 20
        while (folder / "x").stat().st_size < 2_000_000 and time.monotonic() < deadline:
            time.sleep(0.001)
        assert "`x` is too large" in refusal(folder, Caps(file=1_000_000))
    finally:
        stop.set()
        writer.join()


@posix
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a\nb", "character '\\n'"),
        ("a\x1b[31mb", "character '\\x1b'"),
        ("a\u202eb", "character '\\u202e'"),
        (b"a\xffb", "character '\\udcff'"),
        ("a\\b", "character '\\\\'"),
        ("<script>", "character '<'"),
        ("-rf", "begins with -"),
        ("~root", "begins with ~"),
        ("nul.txt", "is a device on Windows"),
        ("a.", "ends with a dot"),
        ("a ", "ends with a space"),
        ("x" * 201, "longer than 200 bytes"),
        ("ü" * 101, "longer than 200 bytes"),
    ],
)
def test_a_name_that_means_something_else_is_refused(
    folder: Path, name: str | bytes, reason: str
) -> None:
    with open(os.path.join(os.fsencode(folder), os.fsencode(name)), "wb"):
        pass
    assert reason in refusal(folder)


@pytest.mark.parametrize("name", ["Übung 1.csv", "数据.csv", "می‌خواهم", "a+b=c (1), [2] & 'x'.txt"])
def test_names_of_all_languages_are_taken(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"x")
    assert list(read(folder).files.values()) == [b"x"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "../ada", ".hidden", "a*", "a[b]", "-x", "a\0b"]
)
def test_students_and_assignments_with_odd_names_are_refused(folder: Path, name: str) -> None:
    with pytest.raises(Rejected, match="expected a student"):
        take(folder, NAME, name)
    with pytest.raises(Rejected, match="expected an assignment"):
        take(folder, name, "ada")


# --- the time ----------------------------------------------------------------------------------


def record(folder: Path, **changes: object) -> None:
    values = {"time": "2026-03-01T12:00:00+00:00", "exact": True, "source": "x", "notes": ()}
    made = Record(**{**values, "sha256": read(folder).hash, **changes})  # type: ignore[arg-type]
    submitted_times.write(folder.parents[2], NAME, {"ada": made})


def stamped(folder: Path, text: str) -> Submission:
    (folder / "timestamp.txt").write_text(text, encoding="utf-8")
    return read(folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-03 20:00:00.123456 UTC", "2026-02-03T20:00:00.123456+00:00"),
        ("2026-02-03 20:00:00 UTC\n", "2026-02-03T20:00:00+00:00"),
        ("2026-02-03 20:00:00", "2026-02-03T20:00:00+00:00"),
        ("2026-02-03 20:00:00 Europe/Berlin", "2026-02-03T19:00:00+00:00"),
        ("2026-02-03T20:00+02:00", "2026-02-03T18:00:00+00:00"),
        ("2026-02-03 20:00:00 +0200", "2026-02-03T18:00:00+00:00"),
    ],
)
def test_nbgraders_stamp_is_read(folder: Path, text: str, expected: str) -> None:
    taken = stamped(folder, text)
    assert (taken.submitted_at, taken.trusted_time, taken.notes) == (expected, False, ())


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-02-30 20:00:00 UTC", "2026-02-03 20:00:00 Nowhere/Land", "0" * 99,
     "2026-02-03 20:00:00 ../../etc/passwd", "0001-01-01 00:00:00 +23:59", "x" * 10_000, "\udcff"],
)  # fmt: skip
def test_a_stamp_that_is_none_is_noted(folder: Path, text: str) -> None:
    (folder / "timestamp.txt").write_bytes(text.encode("utf-8", "surrogateescape"))
    taken = read(folder)
    assert taken.submitted_at is None
    assert "timestamp.txt holds no time" in taken.notes[0]


def test_a_stamp_from_the_future_counts_as_the_moment_of_arrival(folder: Path) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    taken = stamped(folder, f"{tomorrow:%Y-%m-%d %H:%M:%S} UTC")
    assert taken.submitted_at is not None
    arrived = datetime.fromisoformat(taken.submitted_at)
    assert abs(arrived - datetime.now(UTC)) < timedelta(minutes=1)
    assert "but the files were here at" in taken.notes[0]


@posix
def test_a_stamp_that_is_a_link_is_not_read(folder: Path) -> None:
    (folder.parents[2] / "other.txt").write_text("2026-02-03 20:00:00 UTC", encoding="utf-8")
    (folder / "timestamp.txt").symlink_to(folder.parents[2] / "other.txt")
    assert read(folder).submitted_at is None


def test_the_servers_record_beats_a_forged_stamp(folder: Path) -> None:
    record(folder)
    taken = stamped(folder, "2026-01-01 00:00:00 UTC")
    assert (taken.submitted_at, taken.trusted_time) == ("2026-03-01T12:00:00+00:00", True)
    assert (
        "timestamp.txt says 2026-01-01T00:00:00+00:00, the server's record 2026-03-01"
        in (taken.notes[0])
    )
    assert stamped(folder, "2026-03-01 12:05:00 UTC").notes == (), "clocks differ by minutes"


def test_a_time_that_is_only_a_limit_is_no_ground_for_a_penalty(folder: Path) -> None:
    record(folder, exact=False, notes=("Canvas marks it as late.",))
    taken = stamped(folder, "2026-01-01 00:00:00 UTC")
    assert (taken.submitted_at, taken.trusted_time) == (None, True)
    assert taken.notes[0] == "Canvas marks it as late."
    assert "by 2026-03-01T12:00:00+00:00 at the latest" in taken.notes[1]


def test_a_record_of_other_files_does_not_count(folder: Path) -> None:
    record(folder, sha256="0" * 64)
    taken = stamped(folder, "2026-01-01 00:00:00 UTC")
    assert (taken.submitted_at, taken.trusted_time) == ("2026-01-01T00:00:00+00:00", False)
    assert "It is not what was collected" in taken.notes[0]


def test_a_damaged_record_is_an_error_and_not_a_missing_time(folder: Path) -> None:
    (folder.parents[2] / submitted_times.NAME).write_text('{"00_demo": 3}', encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"expected the times of hand-ins in .*submitted_times.json"
    ):
        read(folder)
