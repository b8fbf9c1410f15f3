"""The guide's collect for a JupyterHub: the server says whose a submission is, and when it came."""

import importlib.util
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

if sys.platform == "win32":
    pytest.skip("nbgrader's exchange does not exist on Windows", allow_module_level=True)

import pwd

MODULE = Path(__file__).parents[1] / "book/guides/jupyterhub/instructor/own_submissions.py"
spec = importlib.util.spec_from_file_location("own_submissions", MODULE)
assert spec
assert spec.loader
own_submissions = importlib.util.module_from_spec(spec)
spec.loader.exec_module(own_submissions)

ME = pwd.getpwuid(os.getuid()).pw_name
OTHER = 12345  # a user id without an account


class Class:
    """An exchange and a course in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.inbound = folder / "exchange" / "llmbook" / "inbound"
        self.inbound.mkdir(parents=True)
        self.course = folder / "course"
        self.course.mkdir()

    def submit(self, name: str, date: str = "2026-01-01 00:00:00 UTC", text: str = "{}") -> Path:
        folder = self.inbound / f"{name}+01_demo+{date}+secret"
        folder.mkdir()
        (folder / "01_demo.ipynb").write_text(text)
        (folder / "timestamp.txt").write_text(date)
        return folder

    def collect(self, **settings: int) -> dict[str, dict[str, str]]:
        """What was collected: student, file name, content."""
        config = Config(CourseDirectory=settings)
        config.CourseDirectory.root = str(self.course)
        config.CourseDirectory.course_id = "llmbook"
        config.CourseDirectory.assignment_id = "01_demo"
        config.Exchange.root = str(self.inbound.parents[1])
        coursedir = CourseDirectory(config=config)
        own_submissions.CollectOwnSubmissions(coursedir=coursedir, config=config).start()
        return {
            student.name: {file.name: file.read_text() for file in (student / "01_demo").iterdir()}
            for student in (self.course / "submitted").iterdir()
            if (student / "01_demo").is_dir()
        }


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty one; making it takes seconds."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", programs)  # nbgrader runs alembic
        Gradebook(f"sqlite:///{path}", "llmbook").close()
    return path


@pytest.fixture
def klass(tmp_path: Path, gradebook: Path) -> Class:
    made = Class(tmp_path)
    shutil.copy(gradebook, made.course)
    return made


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give files another owner")


def give(folder: Path, uid: int) -> None:
    for path in (folder, *folder.iterdir()):
        os.chown(path, uid, -1)


def test_a_submission_is_its_owners_whatever_its_name_says(klass: Class) -> None:
    klass.submit("ada", text="mine")
    assert klass.collect()[ME]["01_demo.ipynb"] == "mine"
    assert not (klass.course / "submitted" / "ada").exists()


def test_it_came_when_it_was_last_changed(klass: Class) -> None:
    before = datetime.now(UTC).replace(tzinfo=None)
    folder = klass.submit(ME, date="2001-01-01 00:00:00 UTC")
    for path in (folder, *folder.iterdir()):
        os.utime(path, (1e9, 1e9))
    stamp = klass.collect()[ME]["timestamp.txt"]
    assert abs((datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S.%f UTC") - before).total_seconds()) < 60


def test_the_last_that_came_counts_not_the_last_date_in_a_name(klass: Class) -> None:
    klass.submit(ME, date="2099-01-01 00:00:00 UTC", text="first")
    klass.submit(ME, date="2001-01-01 00:00:00 UTC", text="last")
    assert klass.collect()[ME]["01_demo.ipynb"] == "last"


def test_a_name_without_a_date_is_collected_too(klass: Class) -> None:
    klass.submit(ME, date="noon", text="whenever")
    assert klass.collect()[ME]["01_demo.ipynb"] == "whenever"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_plain_files_are_read(klass: Class, tmp_path: Path, kind: str) -> None:
    (tmp_path / "solution").write_text("the solution")
    notebook = klass.submit(ME) / "01_demo.ipynb"
    notebook.unlink()
    if kind == "link":
        notebook.symlink_to(tmp_path / "solution")
    elif kind == "pipe":
        os.mkfifo(notebook)
    else:
        notebook.mkdir()
    assert set(klass.collect()[ME]) == {"timestamp.txt"}


def test_a_link_is_no_submission(klass: Class, tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "01_demo.ipynb").write_text("the solution")
    (klass.inbound / f"{ME}+01_demo+now+secret").symlink_to(tmp_path / "solutions")
    assert klass.collect() == {}


@needs_root
def test_a_file_of_someone_else_is_left_out(klass: Class) -> None:
    folder = klass.submit("eve")
    give(folder, OTHER)
    os.chown(folder / "01_demo.ipynb", 0, -1)
    assert set(klass.collect()[str(OTHER)]) == {"timestamp.txt"}


@needs_root
def test_a_bad_submission_stops_no_other(klass: Class) -> None:
    bad = klass.submit("eve")
    for number in range(own_submissions.MOST_FILES):
        (bad / f"{number}.txt").touch()
    give(bad, OTHER)
    klass.submit(ME, text="good")
    assert set(klass.collect()) == {ME}


def test_too_large_a_submission_is_not_collected(klass: Class) -> None:
    klass.submit(ME, text="x" * 1001)
    assert klass.collect(max_dir_size=1) == {}  # kB
