"""The guide's JupyterHub, really started: one class with an instructor and two students.

The server is this machine, seen from namespaces of its own with its own accounts, `/etc` and
`/srv`; they and every process in them are gone when the test ends. It needs root, the packages of
requirements-hub.txt and the hub's proxy, and is skipped, with the reason, without them.
"""

import contextlib
import copy
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
HUB = ROOT / "tests" / "hub"
ASSIGNMENT = "01_training_basics"
NOTEBOOK = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
GRADE = f"llmbook grade {ASSIGNMENT}"
SOLVED_BY_GRACE = ("mse", "kmeans_step")
INBOUND = "/srv/llmbook/exchange/llmbook/inbound"

PROGRAMS = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def _missing() -> str | None:
    """Why the hub cannot be started here, if it cannot."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs Linux and root, to make the accounts of a class"
    if importlib.util.find_spec("jupyterhub") is None:
        return "needs JupyterHub: pip install -r requirements-hub.txt"
    if shutil.which("configurable-http-proxy", path=PROGRAMS) is None:
        return "needs JupyterHub's proxy on the PATH: see requirements-hub.txt"
    if subprocess.run([*NAMESPACES, "true"], capture_output=True).returncode:
        return "needs the right to make namespaces (`unshare --mount --pid`)"
    return None


if reason := _missing():
    pytest.skip(reason, allow_module_level=True)

import requests  # noqa: E402
from hub.account import Account  # noqa: E402


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The hub's address, and the password of all accounts."""
    ports, password = _free_ports(3), secrets.token_hex(12)
    log = tmp_path_factory.mktemp("hub") / "log"
    command = ["setpriv", "--pdeathsig", "KILL", *NAMESPACES, "bash", str(HUB / "start.sh")]
    command += [sys.executable, str(ROOT), password, "instructor", "outsider", "ada", "grace"]
    settings = {"PATH": PROGRAMS, "HUB_PORTS": " ".join(map(str, ports))}
    with log.open("wb") as out:
        server = subprocess.Popen(command, env=os.environ | settings, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{ports[0]}"
    try:
        for _ in range(120):
            assert server.poll() is None, f"the hub ended:\n{log.read_text()[-3000:]}"
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/hub/api", timeout=2).close()
                break
            time.sleep(0.25)
        else:
            pytest.fail(f"the hub did not start:\n{log.read_text()[-3000:]}")
        yield address, password
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def people(hub: tuple[str, str]) -> Iterator[dict[str, Account]]:
    """Instructor and students, logged in, with running servers."""
    address, password = hub
    with contextlib.ExitStack() as held:
        found = {name: Account(address, name, password) for name in ("instructor", "ada", "grace")}
        for one in found.values():
            held.callback(one.close)
            one.start()
        for one in found.values():
            one.wait()
        yield found


def _do(account: Account, command: str) -> str:
    status, printed = account.run(command)
    assert status == 0, f"{account.name}: {command} ended with {status}:\n{printed}"
    return printed


def _with_answers(released: dict[str, Any], only: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a student makes of the released notebook: all reference answers, or some."""
    source = json.loads((ROOT / "solutions" / NOTEBOOK).read_text(encoding="utf-8"))
    answers = {
        marks["grade_id"]: "".join(cell["source"])
        for cell in source["cells"]
        if (marks := cell["metadata"].get("nbgrader")) and marks["solution"]
    }
    solved = copy.deepcopy(released)
    for cell in solved["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in (only or answers) and name in answers:
            cell["source"] = answers[name]
    return solved


def _points(exercises: tuple[str, ...] = ()) -> float:
    """What the tests of these exercises, or of all, are worth together."""
    source = json.loads((ROOT / "solutions" / NOTEBOOK).read_text(encoding="utf-8"))
    marks = [
        cell["metadata"]["nbgrader"] for cell in source["cells"] if "nbgrader" in cell["metadata"]
    ]
    tests = [mark for mark in marks if mark["grade"] and not mark["solution"]]
    wanted = tuple(f"test_{name}" for name in exercises)
    return sum(mark["points"] for mark in tests if mark["grade_id"].startswith(wanted or "test_"))


def _hand_in(student: Account, only: tuple[str, ...] = ()) -> None:
    """Fetch, solve and submit, by the requests of nbgrader's assignment list."""
    which = {"course_id": "llmbook", "assignment_id": ASSIGNMENT}
    student.send("POST", "assignments/fetch", which)
    solved = _with_answers(student.read(NOTEBOOK), only)
    body = {"type": "notebook", "format": "json", "content": solved}
    student.send("PUT", f"api/contents/{NOTEBOOK}", body)
    assert student.send("POST", "assignments/submit", which)["success"]


@pytest.fixture(scope="module")
def submitted(people: dict[str, Account]) -> dict[str, Account]:
    """The assignment was released; both students submitted it, and grace one in ada's name."""
    _do(people["instructor"], f"nbgrader generate_assignment {ASSIGNMENT} --force")
    _do(people["instructor"], f"nbgrader release_assignment {ASSIGNMENT}")
    _hand_in(people["ada"])
    forged = f"{INBOUND}/ada+{ASSIGNMENT}+2099-01-01 00:00:00 UTC+forged"
    people["grace"].send(
        "POST", "assignments/fetch", {"course_id": "llmbook", "assignment_id": ASSIGNMENT}
    )
    _do(people["grace"], f"cp -r {ASSIGNMENT} '{forged}'")
    _hand_in(people["grace"], SOLVED_BY_GRACE)
    return people


@pytest.fixture(scope="module")
def graded(submitted: dict[str, Account]) -> dict[str, Account]:
    """The instructor collected and graded the submissions."""
    _do(submitted["instructor"], f"nbgrader collect {ASSIGNMENT}")
    _do(submitted["instructor"], GRADE)
    return submitted


def test_only_the_class_logs_in_with_its_password(hub: tuple[str, str]) -> None:
    address, password = hub
    for name, tried in (("ada", "wrong"), ("outsider", password)):
        with pytest.raises(requests.HTTPError, match="403"):
            Account(address, name, tried)


def test_the_assignment_list_shows_the_way_of_an_assignment(submitted: dict[str, Account]) -> None:
    listed = submitted["ada"].get("assignments?course_id=llmbook").json()
    assert listed["success"], listed
    assert {entry["status"] for entry in listed["value"]} == {"fetched", "submitted"}


def test_grades_are_what_the_students_earned(graded: dict[str, Account]) -> None:
    listed = graded["instructor"].get(f"formgrader/api/submissions/{ASSIGNMENT}").json()
    scores = {entry["student"]: entry["score"] for entry in listed}
    assert scores == {"ada": _points(), "grace": _points(SOLVED_BY_GRACE)}
    assert 0 < scores["grace"] < scores["ada"]


def test_a_submission_in_anothers_name_is_the_forgers_own(graded: dict[str, Account]) -> None:
    owners = _do(graded["instructor"], f"stat -c %U {INBOUND}/ada+*+forged").split()
    assert owners == ["grace"]
    collected = graded["instructor"].read(f"submitted/ada/{ASSIGNMENT}/timestamp.txt")
    assert not collected.startswith("2099")


def test_each_student_gets_their_own_feedback(graded: dict[str, Account]) -> None:
    _do(graded["instructor"], f"nbgrader generate_feedback {ASSIGNMENT}")
    _do(graded["instructor"], f"nbgrader release_feedback {ASSIGNMENT}")
    which = {"course_id": "llmbook", "assignment_id": ASSIGNMENT}
    for name, score in (("ada", _points()), ("grace", _points(SOLVED_BY_GRACE))):
        graded[name].send("POST", "assignments/fetch_feedback", which)
        page = _do(graded[name], f"cat {ASSIGNMENT}/feedback/*/{ASSIGNMENT}.html")
        assert (
            f"<b>{score:g}</b> of 100 points" in page or f"{score:g} of 100 points so far" in page
        )


def test_students_cannot_see_or_touch_what_others_submitted(submitted: dict[str, Account]) -> None:
    grace = submitted["grace"]
    theirs = _do(submitted["instructor"], f"cd {INBOUND} && echo ada+*+[!f]*").strip()
    assert theirs.startswith("ada+")
    for attempt in (
        f"ls {INBOUND}",
        f"cat {INBOUND}/ada*/*.ipynb",
        f"mv '{INBOUND}/{theirs}' '{INBOUND}/gone'",
        "mv /srv/llmbook/exchange/llmbook /srv/llmbook/exchange/mine",
        "ls ~ada",
        "ls /srv/llmbook/course /srv/llmbook/hub",
        "ls /srv/llmbook/exchange/llmbook/feedback",
        f"ls {ROOT}/solutions",
        "echo >> /etc/llmbook/student/jupyter_server_config.py",
    ):
        status, printed = grace.run(attempt)
        assert status != 0, f"grace can: {attempt}\n{printed}"
        assert "denied" in printed or "not permitted" in printed or "No such" in printed, printed


def test_formgrader_is_the_instructors_alone(people: dict[str, Account]) -> None:
    page = "formgrader/manage_assignments"
    assert people["grace"].get(page).status_code == 404
    assert people["grace"].get(page, owner="instructor").status_code == 403
    assert people["grace"].get("api/contents", owner="ada").status_code == 403
    answer = people["instructor"].get(page)
    assert answer.status_code == 200
    # JupyterLab shows it in a frame
    assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'self'"


def test_a_students_jupyterlab_offers_the_assignment_list_only(people: dict[str, Account]) -> None:
    page = people["grace"].get("lab").text
    settings = json.loads(
        page.split('id="jupyter-config-data" type="application/json">')[1].split("</script>")[0]
    )
    hidden = {
        name for name in settings["disabledExtensions"] if name.startswith("@jupyter/nbgrader")
    }
    assert hidden == {
        f"@jupyter/nbgrader:{name}" for name in ("formgrader", "course-list", "create-assignment")
    }
    for path in ("assignments?course_id=llmbook", "lab"):
        assert people["grace"].get(path).status_code == 200
    assert people["grace"].get("formgraders").status_code == 404


def test_a_server_is_its_accounts_own(people: dict[str, Account]) -> None:
    assert _do(people["ada"], "id -un; ulimit -u").split() == ["ada", "512"]


def test_a_kernel_cannot_be_listened_to(people: dict[str, Account]) -> None:
    connection = "import ipykernel; print(open(ipykernel.get_connection_file()).read())"
    assert "curve_secretkey" in json.loads(people["ada"].execute(connection))
