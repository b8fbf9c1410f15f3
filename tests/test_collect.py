"""Collecting: from folders and platforms' zips into submitted/, and nothing is lost or let out."""

import io
import os
import stat
import struct
import sys
import time
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk_course import NAME, make_course

from llmbook_utils.grading import collect as module
from llmbook_utils.grading import submitted_times
from llmbook_utils.grading.collect import Report, collect
from llmbook_utils.grading.intake import take

NOTEBOOK = f"{NAME}.ipynb"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def packed(
    files: Mapping[str, str | bytes], when: tuple[int, ...] = (2026, 3, 1, 12, 0, 0)
) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, when)  # type: ignore[arg-type]
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return made.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "submissions.zip"


def tree(course: Path) -> dict[str, str]:
    """Everything under submitted/, by path; what was replaced included."""
    top = course / "submitted"
    return {
        path.relative_to(top).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(top.rglob("*"))
        if path.is_file()
    }


def run(source: Path, course: Path, **options: object) -> Report:
    return collect(source, NAME, course, **options)  # type: ignore[arg-type]


def names_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "map.csv"
    path.write_text(text, encoding="utf-8")
    return path


# --- layouts -----------------------------------------------------------------------------------


def test_a_plain_folder_of_every_form(course: Path, incoming: Path) -> None:
    write(
        incoming,
        {
            "ada.ipynb": "1",
            f"grace/{NOTEBOOK}": "2",
            "grace/data.csv": "x",
            f"alan/{NAME}/{NOTEBOOK}": "3",
            "alan/99_other/99_other.ipynb": "no",
            "edsger/mine.ipynb": "4",
            "barbara.zip": packed({f"{NAME}/{NOTEBOOK}": "5", f"{NAME}/d/e.csv": "y"}),
            "kurt/a/b/work.ipynb": "6",
            ".DS_Store": "",
            "__MACOSX/._ada.ipynb": "",
        },
    )
    report = run(incoming, course)
    assert report.refused == report.skipped == {}
    assert tree(course) == {
        f"ada/{NAME}/{NOTEBOOK}": "1",
        f"grace/{NAME}/{NOTEBOOK}": "2",
        f"grace/{NAME}/data.csv": "x",
        f"alan/{NAME}/{NOTEBOOK}": "3",
        f"edsger/{NAME}/{NOTEBOOK}": "4",
        f"barbara/{NAME}/{NOTEBOOK}": "5",
        f"barbara/{NAME}/d/e.csv": "y",
        f"kurt/{NAME}/{NOTEBOOK}": "6",
    }
    assert report.taken["edsger"] == "The notebook was handed in as `mine.ipynb`."
    assert report.taken["grace"] == ""


def test_what_bears_nobodys_name_is_refused(course: Path, incoming: Path) -> None:
    write(incoming, {NOTEBOOK: "1", "notes.txt": "x", "a[b].ipynb": "2", "empty/.hidden": ""})
    report = run(incoming, course)
    assert report.taken == {}
    assert "bears a student's name" in report.refused[NOTEBOOK]
    assert "bears a student's name" in report.refused["notes.txt"]
    assert "without brackets" in report.refused["a[b]"]
    assert report.refused["empty"] == "there is no file in it"


MOODLE = {
    "Ada Lovelace_1234567_assignsubmission_file_/work.ipynb": "1",
    "Ada Lovelace_1234567_assignsubmission_onlinetext_/onlinetext.html": "hello",
    f"Zoë Müller_1234568_assignsubmission_file/{NOTEBOOK}": "2",
    "Zoë Müller_1234568_assignsubmission_file/data/d.csv": "x",
    f"Participant_1234569_assignsubmission_file_{NOTEBOOK}": "3",
    "Alan Turing_1234570_assignsubmission_onlinetext_/onlinetext.html": "<p>print(1)</p>",
}


def test_moodles_zip(course: Path, archive: Path) -> None:
    archive.write_bytes(packed(MOODLE))
    report = run(archive, course)
    assert tree(course) == {
        f"Ada_Lovelace_1234567/{NAME}/{NOTEBOOK}": "1",
        f"Zoë_Müller_1234568/{NAME}/{NOTEBOOK}": "2",
        f"Zoë_Müller_1234568/{NAME}/data/d.csv": "x",
        f"Participant_1234569/{NAME}/{NOTEBOOK}": "3",
    }
    assert report.refused == {"Alan Turing_1234570": "Moodle has only its onlinetext"}


CANVAS = {
    f"lovelaceada_340934_208490_{NOTEBOOK}": "old",
    f"lovelaceada_340934_9208490_{NAME}-2.ipynb": "new",
    "lovelaceada_340934_9208491_data-1.csv": "x",
    "turingalan_LATE_340935_208500_my work.ipynb": "late",
    f"anon_aB3x9_208501_{NOTEBOOK}": "anonymous",
    f"LATE_anon_Zz9x9_208502_{NOTEBOOK}": "anonymous and late",
    "hopper_grace_340936_text.html": "<p>hello</p>",
}


def test_canvas_zip_and_its_newest_files(course: Path, archive: Path) -> None:
    archive.write_bytes(packed(CANVAS))
    report = run(archive, course)
    assert tree(course) == {
        f"lovelaceada_340934/{NAME}/{NOTEBOOK}": "new",
        f"lovelaceada_340934/{NAME}/data-1.csv": "x",
        f"turingalan_340935/{NAME}/{NOTEBOOK}": "late",
        f"anon_aB3x9/{NAME}/{NOTEBOOK}": "anonymous",
        f"anon_Zz9x9/{NAME}/{NOTEBOOK}": "anonymous and late",
    }
    assert "Canvas marks it as late." in report.taken["turingalan_340935"]
    assert "Canvas marks it as late." in report.taken["anon_Zz9x9"]
    assert report.taken["lovelaceada_340934"] == ""
    assert list(report.refused) == ["hopper_grace_340936_text.html"]
    late = take(course / "submitted" / "turingalan_340935" / NAME, NAME, "turingalan_340935")
    assert "Canvas marks it as late." in late.notes


def test_an_unpacked_platforms_zip_is_the_same(course: Path, incoming: Path, archive: Path) -> None:
    archive.write_bytes(packed(MOODLE | CANVAS))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(incoming)
    run(archive, course)
    expected = tree(course)
    assert run(incoming, course).taken == {}
    assert tree(course) == expected


def test_names_in_undeclared_utf8_are_read(course: Path, archive: Path) -> None:
    data = packed({f"Zoe Mxxller_12_assignsubmission_file_/{NOTEBOOK}": "1"})
    archive.write_bytes(data.replace(b"Mxxller", "Müller".encode()))  # no flag says UTF-8
    run(archive, course)
    assert list(tree(course)) == [f"Zoe_Müller_12/{NAME}/{NOTEBOOK}"]


@pytest.fixture
def inbound(tmp_path: Path) -> Path:
    """The inbound folder of an exchange: two hand-ins of ada's, one of grace's."""
    folder = tmp_path / "inbound"
    now = datetime.now(UTC)
    honest = f"{now:%Y-%m-%d %H:%M:%S.%f} UTC"
    write(folder, {f"ada+{NAME}+{honest}+abc/{NOTEBOOK}": "first"})
    write(folder, {f"ada+{NAME}+{honest}+abc/timestamp.txt": honest})
    write(folder, {f"grace+{NAME}+2026-01-01 00:00:00.0 UTC+def/{NOTEBOOK}": "forged"})
    write(folder, {f"grace+99_other+{honest}+ghi/99_other.ipynb": "no"})
    time.sleep(0.02)  # file systems count time in steps
    write(folder, {f"ada+{NAME}+{honest}+zzz/{NOTEBOOK}": "second"})
    return folder


@posix
def test_an_exchange_is_read_by_the_servers_clock(course: Path, inbound: Path) -> None:
    report = run(inbound, course)
    contents = {path: text for path, text in tree(course).items() if path.endswith(".ipynb")}
    assert contents == {
        f"ada/{NAME}/{NOTEBOOK}": "second",
        f"grace/{NAME}/{NOTEBOOK}": "forged",
    }
    assert report.taken["ada"] == ""
    assert (
        "The student's machine wrote 2026-01-01T00:00:00+00:00, the server"
        in (report.taken["grace"])
    )
    for student in ("ada", "grace"):
        taken = take(course / "submitted" / student / NAME, NAME, student)
        assert taken.trusted_time
        assert taken.submitted_at is not None
        age = datetime.now(UTC) - datetime.fromisoformat(taken.submitted_at)
        assert age < timedelta(minutes=5), "a forged date does not make it early"
        stamp = tree(course)[f"{student}/{NAME}/timestamp.txt"]
        assert submitted_times.parse(stamp) == datetime.fromisoformat(taken.submitted_at)
    assert any("The student's machine" in note for note in taken.notes)


@posix
def test_a_folder_in_an_exchange_under_anothers_name_is_refused(
    course: Path, inbound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = f"ada+{NAME}+2026-01-01 00:00:00.0 UTC+evil"
    write(inbound, {f"{forged}/{NOTEBOOK}": "mallory's"})
    monkeypatch.setattr(
        Path, "owner", lambda path: "mallory" if path.name == forged else path.name.split("+")[0]
    )
    report = run(inbound, course)
    assert report.refused == {forged: "it belongs to the account mallory, not to ada"}
    assert tree(course)[f"ada/{NAME}/{NOTEBOOK}"] == "second"


@posix
def test_an_exchange_of_a_hub_with_one_account_for_all_is_read(
    course: Path, inbound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "owner", lambda path: "jovyan")
    assert sorted(run(inbound, course).taken) == ["ada", "grace"]


# --- whose it is -------------------------------------------------------------------------------


def test_a_list_of_names(course: Path, archive: Path, tmp_path: Path) -> None:
    archive.write_bytes(packed(MOODLE))
    names = names_file(
        tmp_path,
        "\ufeffname;student;submitted_at\nada lovelace;ada;2026-02-28 23:59 +0100\n"
        "Zoe\u0308 Müller_1234568;zoe;\nParticipant 1234569;p9;\n1234570;alan;\n",
    )
    report = run(archive, course, names=names)
    assert sorted(report.taken) == ["ada", "p9", "zoe"]
    assert list(report.refused) == ["Alan Turing_1234570"]
    ada = take(course / "submitted" / "ada" / NAME, NAME, "ada")
    assert (ada.submitted_at, ada.trusted_time) == ("2026-02-28T22:59:00+00:00", True)
    assert tree(course)[f"ada/{NAME}/timestamp.txt"] == "2026-02-28 22:59:00 UTC"
    assert f"zoe/{NAME}/timestamp.txt" not in tree(course), "nobody knows when it came in"


def test_who_is_not_in_the_list_is_refused(course: Path, incoming: Path, tmp_path: Path) -> None:
    write(incoming, {"ada.ipynb": "1", "eve.ipynb": "2"})
    report = run(incoming, course, names=names_file(tmp_path, "name,student\nada,a1\n"))
    assert list(report.taken) == ["a1"]
    assert report.refused == {"eve": "not in the list of names: add a line for it"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("who,id\na,b\n", "expected the columns name and student"),
        ("", "expected the columns name and student"),
        ("name,student\nada,../../root\n", "line 2: expected a student with a plain name"),
        ("name,student\nada,\n", "line 2: expected a student"),
        ("name,student\nada,a\nADA,b\n", "line 3: 'ADA' is there twice"),
        ("name,student,submitted_at\nada,a,yesterday\n", "line 2: expected a time like"),
    ],
)
def test_a_list_that_is_none_stops_everything(
    course: Path, incoming: Path, tmp_path: Path, text: str, reason: str
) -> None:
    write(incoming, {"ada.ipynb": "1"})
    with pytest.raises(ValueError, match=reason):
        run(incoming, course, names=names_file(tmp_path, text))
    assert tree(course) == {}


def test_two_hand_ins_for_one_student_are_both_refused(
    course: Path, incoming: Path, archive: Path, tmp_path: Path
) -> None:
    write(incoming, {"ada.ipynb": "1", f"Ada/{NOTEBOOK}": "2", "grace.ipynb": "3"})
    report = run(incoming, course)
    assert list(report.taken) == ["grace"]
    assert set(report.refused) == {"ada.ipynb", "Ada"}
    assert "several hand-ins would become" in report.refused["Ada"]

    names = names_file(tmp_path, "name,student\nWei Zhang,wei\n")
    same = {f"Wei Zhang_{n}_assignsubmission_file_/{NOTEBOOK}": str(n) for n in (11, 12)}
    archive.write_bytes(packed(same))
    report = run(archive, course, names=names)
    assert report.taken == {}
    assert len(report.refused) == 2, "a name that two students share tells nothing"


# --- nothing is lost ---------------------------------------------------------------------------


def test_a_second_run_changes_nothing(course: Path, incoming: Path) -> None:
    write(incoming, {"ada.ipynb": "1", "grace/a.ipynb": "2", "grace/b.ipynb": "3"})
    run(incoming, course)
    before, known = tree(course), submitted_times.read(course)
    report = run(incoming, course)
    assert report.taken == {}
    assert set(report.skipped.values()) == {"is there already"}
    assert tree(course) == before
    assert submitted_times.read(course) == known


def test_a_newer_one_replaces_and_the_older_stays_on_the_shelf(course: Path, archive: Path) -> None:
    name = "Ada_1_assignsubmission_file_/mine.ipynb"
    for day in (1, 3, 5):
        archive.write_bytes(packed({name: f"day {day}"}, (2026, 3, day, 12, 0, 0)))
        report = run(archive, course)
    assert "It replaces one of 2026-03-03T" in report.taken["Ada_1"]
    found = tree(course)
    assert found.pop(f"Ada_1/{NAME}/{NOTEBOOK}") == "day 5"
    assert sorted(found.values()) == ["day 1", "day 3"]
    assert all(path.startswith(f".replaced/Ada_1/{NAME}/") for path in found)


def test_an_older_one_does_not_replace_unless_told_to(course: Path, archive: Path) -> None:
    name = "Ada_1_assignsubmission_file_/mine.ipynb"
    archive.write_bytes(packed({name: "new"}, (2026, 3, 5, 12, 0, 0)))
    run(archive, course)
    archive.write_bytes(packed({name: "old"}, (2026, 3, 1, 12, 0, 0)))
    report = run(archive, course)
    assert "another is there, of 2026-03-05T" in report.skipped["Ada_1"]
    assert tree(course)[f"Ada_1/{NAME}/{NOTEBOOK}"] == "new"
    assert list(run(archive, course, replace=True).taken) == ["Ada_1"]
    assert tree(course)[f"Ada_1/{NAME}/{NOTEBOOK}"] == "old"
    assert "new" in tree(course).values()


def test_what_an_instructor_put_there_is_not_overwritten(course: Path, archive: Path) -> None:
    by_hand = write(course / "submitted" / "Ada_1" / NAME, {NOTEBOOK: "by hand"})
    archive.write_bytes(packed({"Ada_1_assignsubmission_file_/x.ipynb": "from the zip"}))
    assert list(run(archive, course).skipped) == ["Ada_1"]
    assert (by_hand / NOTEBOOK).read_text(encoding="utf-8") == "by hand"


@posix
def test_an_unreadable_old_one_is_moved_whole(course: Path, incoming: Path) -> None:
    old = write(course / "submitted" / "ada" / NAME, {NOTEBOOK: "1"})
    (old / "x").symlink_to("/etc/passwd")
    write(incoming, {"ada.ipynb": "2"})
    assert list(run(incoming, course).taken) == ["ada"]
    (shelf,) = (course / "submitted" / ".replaced" / "ada" / NAME).iterdir()
    assert (shelf / "x").is_symlink()
    assert not (course / "submitted" / "ada" / NAME / "x").exists()


@posix
def test_a_students_folder_that_is_a_link_is_not_written_through(
    course: Path, incoming: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (course / "submitted").mkdir()
    (course / "submitted" / "ada").symlink_to(elsewhere, target_is_directory=True)
    write(incoming, {"ada.ipynb": "1"})
    assert "is a link" in run(incoming, course).refused["ada"]
    assert list(elsewhere.iterdir()) == []


def test_a_time_that_becomes_known_is_kept(course: Path, incoming: Path, tmp_path: Path) -> None:
    write(incoming, {"ada.ipynb": "1"})
    run(incoming, course)
    folder = course / "submitted" / "ada" / NAME
    assert take(folder, NAME, "ada").submitted_at is None
    names = names_file(tmp_path, "name,student,submitted_at\nada,ada,2026-02-28T22:00:00Z\n")
    assert list(run(incoming, course, names=names).skipped) == ["ada"]
    assert take(folder, NAME, "ada").submitted_at == "2026-02-28T22:00:00+00:00"
    run(incoming, course)
    assert take(folder, NAME, "ada").submitted_at == "2026-02-28T22:00:00+00:00", "and not lost"


def test_a_run_that_breaks_keeps_what_it_did(
    course: Path, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(incoming, {"ada.ipynb": "1", "grace.ipynb": "2"})
    put = module._Place.put

    def break_at_grace(self: module._Place, files: dict[str, bytes]) -> None:
        if self._folder.parent.name == "grace":
            raise KeyboardInterrupt
        put(self, files)

    monkeypatch.setattr(module._Place, "put", break_at_grace)
    with pytest.raises(KeyboardInterrupt):
        run(incoming, course)
    assert list(tree(course)) == [f"ada/{NAME}/{NOTEBOOK}"]
    assert list(submitted_times.read(course)[NAME]) == ["ada"]
    monkeypatch.undo()
    assert list(run(incoming, course).taken) == ["grace"]


def test_a_disk_that_is_full_leaves_no_half_of_a_hand_in(
    course: Path, incoming: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(incoming, {"ada.ipynb": "1"})
    run(incoming, course)
    write(incoming, {"ada.ipynb": "2", "grace.ipynb": "3"})

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", full)
    report = run(incoming, course)
    assert set(report.refused) == {"ada", "grace"}
    assert tree(course) == {f"ada/{NAME}/{NOTEBOOK}": "1"}


def test_a_hand_in_without_a_clear_notebook_is_there_to_be_rejected(
    course: Path, incoming: Path
) -> None:
    write(incoming, {"ada/report.pdf": "%PDF", "grace/a.ipynb": "1", "grace/b.ipynb": "2"})
    report = run(incoming, course)
    assert report.taken["ada"] == f"expected `{NOTEBOOK}`, found no notebook"
    assert "found 2 notebooks of other names" in report.taken["grace"]
    assert set(tree(course)) == {
        f"ada/{NAME}/report.pdf", f"grace/{NAME}/a.ipynb", f"grace/{NAME}/b.ipynb",
    }  # fmt: skip


# --- hostile archives --------------------------------------------------------------------------


def refused(archive: Path, course: Path, data: bytes) -> str:
    """Why eve's hand-in is refused; grace's is taken, and nothing else is written anywhere."""
    archive.write_bytes(data)
    before = {path for path in course.parent.rglob("*") if "submitted" not in path.parts}
    report = run(archive, course)
    assert list(report.taken) == ["grace"]
    assert list(tree(course)) == [f"grace/{NAME}/{NOTEBOOK}"]
    after = {path for path in course.parent.rglob("*") if "submitted" not in path.parts}
    assert after - before == {course / submitted_times.NAME}
    assert len(report.refused) == 1
    ((_, reason),) = report.refused.items()
    return reason


GRACE = {f"grace/{NOTEBOOK}": "2"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("eve/../../../evil.py", "the name `..` is not acceptable"),
        ("../evil.py", "plain name: the name `..`"),
        ("../../evil/x.ipynb", "plain name: the name `..`"),
        ("/evil/x.ipynb", "plain name: the name ``"),
        ("eve/.git/../../x", "the name `.git` is not acceptable"),
        ("eve/./x", "the name `.` is not acceptable"),
        ("eve//x.ipynb", "the name `` is not acceptable"),
        ("eve/..\\..\\evil.py", "has the character '\\\\'"),
        ("eve/C:evil.py", "has the character ':'"),
        ("eve/a\x1bb", "has the character '\\x1b'"),
        ("eve/a\u202eb", "has the character '\\u202e'"),
        ("eve/nul", "is a device on Windows"),
        ("eve/" + "a/" * 9 + "x", "expected at most 8 folders in folders"),
    ],
)
def test_paths_that_lead_out_are_refused(
    course: Path, archive: Path, name: str, reason: str
) -> None:
    assert reason in refused(archive, course, packed({name: "evil", **GRACE}))


def test_a_name_cut_by_a_nul_is_refused(course: Path, archive: Path) -> None:
    data = packed({"eve/a.ipynb_x": "1", **GRACE}).replace(b"a.ipynb_x", b"a.ipynb\0x")
    assert "has the character '\\x00'" in refused(archive, course, data)


def test_links_in_an_archive_are_refused(course: Path, archive: Path) -> None:
    made = io.BytesIO(packed(GRACE))
    with zipfile.ZipFile(made, "a") as opened:
        link = zipfile.ZipInfo(f"eve/{NOTEBOOK}")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "../../grace/00_demo/00_demo.ipynb")
    assert "found a link or device" in refused(archive, course, made.getvalue())


def test_encrypted_entries_are_refused(course: Path, archive: Path) -> None:
    data = bytearray(packed({f"eve/{NOTEBOOK}": "1", **GRACE}))
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.index(head) + flags
        data[position] |= 1
    assert f"`{NOTEBOOK}` is encrypted" in refused(archive, course, bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packing_methods_are_refused(course: Path, archive: Path, method: int) -> None:
    made = io.BytesIO(packed(GRACE))
    with zipfile.ZipFile(made, "a", method) as opened:
        opened.writestr(f"eve/{NOTEBOOK}", "1")
    assert "packed by a method other than deflate" in refused(archive, course, made.getvalue())


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(course: Path, archive: Path) -> None:
    made = io.BytesIO(packed({f"eve/{NOTEBOOK}": "1", **GRACE}))
    with zipfile.ZipFile(made, "a") as opened:
        opened.writestr(f"eve/{NOTEBOOK}", "2")
    assert "two entries" in refused(archive, course, made.getvalue())


def test_a_file_and_a_folder_of_one_name_are_refused(course: Path, archive: Path) -> None:
    assert "cannot be" in refused(archive, course, packed({"eve/a": "1", "eve/a/b": "2", **GRACE}))


def test_a_bomb_is_not_unpacked(course: Path, archive: Path) -> None:
    started = time.monotonic()
    data = packed({f"eve/{NOTEBOOK}": b" " * 100_000_000, **GRACE})
    assert len(data) < 200_000
    assert f"`{NOTEBOOK}` is too large" in refused(archive, course, data)
    assert time.monotonic() - started < 20


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(course: Path, archive: Path) -> None:
    data = bytearray(packed({f"eve/{NOTEBOOK}": b" " * 30_000_000, **GRACE}))
    for head, size in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(head) + size, 10)
    assert f"`{NOTEBOOK}` cannot be unpacked" in refused(archive, course, bytes(data))


def test_many_small_bombs_are_stopped_by_their_ratio(course: Path, archive: Path) -> None:
    bombs = {f"eve/{n}.ipynb": b" " * 6_000_000 for n in range(4)}
    assert "more than 300 times its size" in refused(archive, course, packed({**bombs, **GRACE}))


def test_all_together_are_capped(course: Path, archive: Path) -> None:
    noise = os.urandom(9_000_000)
    data = packed({f"eve/{n}.bin": noise for n in range(6)} | GRACE)
    assert "50 MB all together" in refused(archive, course, data)


def test_too_many_entries_are_refused(course: Path, archive: Path) -> None:
    data = packed({f"eve/{n}": "" for n in range(201)} | GRACE)
    assert "expected at most 200 files" in refused(archive, course, data)
    folders = packed({f"eve/{n}/": "" for n in range(2001)} | GRACE)
    archive.write_bytes(folders)
    assert "more than 2000" in run(archive, course).refused["eve"]


def test_an_archive_of_endless_entries_is_refused_whole(
    course: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("llmbook_utils.grading.archive.ENTRIES", 3)
    archive.write_bytes(packed({f"s{n}.ipynb": "1" for n in range(4)}))
    with pytest.raises(ValueError, match="at most 3 entries, got 4"):
        run(archive, course)


def test_a_damaged_entry_costs_only_itself(course: Path, archive: Path) -> None:
    data = bytearray(packed({f"eve/{NOTEBOOK}": os.urandom(1000), **GRACE}))
    data[200] ^= 0xFF
    assert "cannot be unpacked" in refused(archive, course, bytes(data))


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        (packed({"../x.ipynb": "1"}), "the name `..` is not acceptable"),
        (packed({NOTEBOOK: b" " * 60_000_000}), "is too large"),
        (packed({f"{n}/": "" for n in range(2001)}), "at most 2,000 entries"),
        (b"PK no archive", "the archive cannot be read"),
        (b"", "the archive cannot be read"),
        (packed({}), "there is no file in it"),
    ],
)
def test_a_students_own_zip_has_the_same_rules(
    course: Path, archive: Path, inner: bytes, reason: str
) -> None:
    name = "eve_1_assignsubmission_file_/work.zip"
    assert reason in refused(archive, course, packed({name: inner, **GRACE}))


def test_zips_in_a_students_zip_stay_closed(course: Path, incoming: Path) -> None:
    inner = packed({"deep.zip": packed({"x.ipynb": "1"}), NOTEBOOK: "2"})
    write(incoming, {"ada.zip": inner, "grace.zip": packed({"deep.zip": b"PK bomb"})})
    report = run(incoming, course)
    assert (course / "submitted" / "ada" / NAME / "deep.zip").read_bytes().startswith(b"PK")
    assert "found no notebook" in report.taken["grace"]
    assert [p.name for p in (course / "submitted" / "grace" / NAME).iterdir()] == ["deep.zip"]


@posix
def test_a_hostile_folder_is_refused(course: Path, incoming: Path, tmp_path: Path) -> None:
    write(incoming, {"ada.ipynb": "1", "eve/x.ipynb": "2"})
    (incoming / "eve" / "link").symlink_to("/etc/passwd")
    (incoming / "mallory").symlink_to(tmp_path, target_is_directory=True)
    (incoming / "trudy.ipynb").symlink_to(incoming / "ada.ipynb")
    os.mkfifo(incoming / "oscar.ipynb")
    report = run(incoming, course)
    assert list(report.taken) == ["ada"]
    assert "found a link: `link`" in report.refused["eve"]
    assert "expected a folder, a notebook or a zip" in report.refused["mallory"]
    assert "found a link" in report.refused["trudy"]
    assert "found a pipe" in report.refused["oscar"]


# --- the command -------------------------------------------------------------------------------


def test_sources_that_are_none(course: Path, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no .*nothing"):
        run(tmp_path / "nothing", course)
    with pytest.raises(FileNotFoundError, match="there is no assignment 99_none"):
        collect(tmp_path, "99_none", course)
    with pytest.raises(ValueError, match="expected an assignment"):
        collect(tmp_path, "../solutions", course)
    (tmp_path / "a.rar").write_bytes(b"Rar!")
    with pytest.raises(ValueError, match="expected a folder or a zip"):
        run(tmp_path / "a.rar", course)


def test_the_command_says_what_came_of_each(
    course: Path,
    incoming: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(course)
    write(incoming, {"ada.ipynb": "1", "grace.ipynb": "2"})
    assert module.main(NAME, incoming) == 0
    assert capsys.readouterr().out == "2 taken, 0 skipped, 0 refused\n"
    write(incoming, {"eve.txt": "3"})
    assert module.main(NAME, incoming) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split(maxsplit=2) == ["ada", "skipped", "is there already"]
    assert shown[2].split(maxsplit=2)[:2] == ["eve.txt", "refused"]
    assert shown[3] == "0 taken, 2 skipped, 1 refused"
    assert module.main("99_none", incoming) == 2
    assert "llmbook collect: there is no assignment 99_none" in capsys.readouterr().err
