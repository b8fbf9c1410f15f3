"""Too much of everything: processes, memory, files, output, answers.

One exercise, `mse`, is honestly right and stands before the flood. What escapes a sandbox ends by
itself: at most 300 processes for a minute, 8 GB of memory, 2 GB of files.
"""

from pathlib import Path

from hostile.material import Family, Material, insert

FAMILY = Family("floods")


def flood(material: Material, folder: Path, code: str) -> None:
    """Hand in a right `mse`, and a cell after its tests that floods."""
    notebook = insert(material.partly("mse"), "softmax_cross_entropy", material.located(code))
    material.hand_in(folder, notebook)


@FAMILY.attack(solved=["mse"])
def fork_bomb(material: Material, folder: Path) -> None:
    """Three hundred processes, half of them grandchildren in sessions of their own."""
    code = """
    import os
    import time

    for number in range(150):
        try:
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    time.sleep(60)
                time.sleep(60)
                os._exit(0)
        except OSError as error:
            print(number, type(error).__name__)
            break
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def fork_tree(material: Material, folder: Path) -> None:
    """Processes that start processes as fast as they can, eight generations of them."""
    code = """
    import os
    import time

    first = os.getpid()
    for _ in range(8):
        try:
            os.fork()
        except OSError:
            pass
    time.sleep(30)
    if os.getpid() != first:
        os._exit(0)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def thread_bomb(material: Material, folder: Path) -> None:
    """Two thousand threads that wait for a minute."""
    code = """
    import threading
    import time

    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"], expect=("out of memory", "crashed", "graded"))
def memory_at_once(material: Material, folder: Path) -> None:
    """Eight gigabytes in one go."""
    flood(material, folder, "import time\n\nlarge = np.ones(10**9)\ntime.sleep(20)")


@FAMILY.attack(solved=["mse"], expect=("out of memory", "crashed"))
def memory_slowly(material: Material, folder: Path) -> None:
    """Eight gigabytes, sixteen megabytes at a time."""
    code = """
    import time

    blocks = []
    for _ in range(500):
        blocks.append(np.ones(2 * 10**6))
        time.sleep(0.01)
    time.sleep(20)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"], expect=("out of memory", "crashed"))
def memory_in_children(material: Material, folder: Path) -> None:
    """Eight gigabytes in sixteen processes, none of which looks large."""
    code = """
    import os
    import time

    for _ in range(16):
        if os.fork() == 0:
            os.setsid()
            part = np.ones(6 * 10**7)
            time.sleep(30)
            os._exit(0)
    time.sleep(30)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def memory_as_files(material: Material, folder: Path) -> None:
    """Memory that belongs to no process: files in /dev/shm, and files without a name."""
    code = """
    import os

    anonymous = os.memfd_create("large")
    try:
        with open("/dev/shm/large", "wb") as shared:
            for _ in range(1024):
                shared.write(b"x" * 1_000_000)
                os.write(anonymous, b"x" * 1_000_000)
    except OSError as error:
        print(type(error).__name__)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"], expect=("out of memory", "crashed", "graded"))
def memory_shared(material: Material, folder: Path) -> None:
    """Eight gigabytes in a mapping that is shared with children."""
    code = """
    import mmap
    import time

    shared = mmap.mmap(-1, 8 * 10**9)
    for start in range(0, 8 * 10**9, 4096):
        shared[start] = 1
    time.sleep(20)
    """
    flood(material, folder, code)


DISK = """
import os

try:
    os.makedirs(PLACE, exist_ok=True)
    for number in range(40):
        with open(os.path.join(PLACE, f"large-{number}"), "wb") as file:
            for _ in range(50):
                file.write(b"x" * 1_000_000)
except OSError as error:
    print(type(error).__name__)
"""


@FAMILY.attack(solved=["mse"])
def disk_here(material: Material, folder: Path) -> None:
    """Two gigabytes of files in the folder of the notebook."""
    flood(material, folder, DISK.replace("PLACE", "'large'"))


@FAMILY.attack(solved=["mse"])
def disk_tmp(material: Material, folder: Path) -> None:
    """Two gigabytes of files in /tmp."""
    flood(material, folder, DISK.replace("PLACE", "'/tmp/hostile-was-here'"))


@FAMILY.attack(solved=["mse"])
def disk_of_the_sockets(material: Material, folder: Path) -> None:
    """Two gigabytes beside the kernel's connection file."""
    place = "os.path.dirname(__import__('ipykernel').connect.get_connection_file())"
    flood(material, folder, "import ipykernel.connect\n" + DISK.replace("PLACE", place))


@FAMILY.attack(solved=["mse"])
def one_large_file(material: Material, folder: Path) -> None:
    """One file of two gigabytes, and a sparse one that claims to have eight exabytes."""
    code = """
    import os

    for size in (2 * 10**9, 2**62):
        try:
            with open("sparse", "wb") as file:
                os.truncate(file.fileno(), size)
                os.posix_fallocate(file.fileno(), 0, min(size, 2 * 10**9))
        except OSError as error:
            print(type(error).__name__)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def many_files(material: Material, folder: Path) -> None:
    """A hundred thousand empty files."""
    code = """
    import os

    os.makedirs("many")
    try:
        for number in range(100_000):
            open(f"many/{number}", "w").close()
    except OSError as error:
        print(type(error).__name__)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def hard_to_remove(material: Material, folder: Path) -> None:
    """Folders too deep for a path, names that are no text, and rights that forbid to look."""
    code = """
    import os

    for name in (b"\\xff\\xfe", b"new\\nline", b"-rf", b"*"):
        open(name, "w").close()
    os.makedirs("closed/inside")
    os.chmod("closed", 0)
    here = os.getcwd()
    for _ in range(3000):
        os.mkdir("deeper")
        os.chdir("deeper")
    os.chdir(here)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def stdout(material: Material, folder: Path) -> None:
    """Two gigabytes of text on stdout."""
    flood(material, folder, "for _ in range(2000):\n    print('x' * 1_000_000)")


@FAMILY.attack(solved=["mse"])
def stdout_in_small_pieces(material: Material, folder: Path) -> None:
    """Two million lines, each of them sent on its own, on stdout and stderr in turn."""
    code = """
    import sys

    for number in range(1_000_000):
        print(number, flush=True)
        print(number, file=sys.stderr, flush=True)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def raw_stdout(material: Material, folder: Path) -> None:
    """A gigabyte on the descriptors that the process was started with."""
    code = """
    import os

    for _ in range(1000):
        os.write(1, b"x" * 500_000)
        os.write(2, b"x" * 500_000)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def displays(material: Material, folder: Path) -> None:
    """A hundred thousand displays, each updated once."""
    code = """
    from IPython.display import HTML, display

    for number in range(100_000):
        handle = display(HTML("<b>x</b>" * 20), display_id=True)
        handle.update(HTML(str(number)))
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def one_large_output(material: Material, folder: Path) -> None:
    """One output of 500 megabytes."""
    code = "from IPython.display import HTML, display\n\ndisplay(HTML('x' * 500_000_000))"
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def large_traceback(material: Material, folder: Path) -> None:
    """An error whose name and message have 100 megabytes each."""
    code = """
    class Flood(Exception):
        pass


    Flood.__name__ = "F" * 100_000_000
    raise Flood("x" * 100_000_000)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def comms(material: Material, folder: Path) -> None:
    """Widgets and comms by the ten thousand, with large states."""
    code = """
    import ipywidgets

    for number in range(10_000):
        ipywidgets.HTML(value="x" * 100_000)
    """
    flood(material, folder, code)


@FAMILY.attack(solved=["mse"])
def huge_answers(material: Material, folder: Path) -> None:
    """Answers of two gigabytes, as an array, as a list and as a string."""
    adam = (
        "def adam_step(w, g, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):\n"
        "    return np.zeros(2 * 10**8), m, v"
    )
    cross = "def softmax_cross_entropy(logits, targets):\n    return [0.0] * 10**8"
    verdict = "def predict_run(curvatures, lr):\n    return -1.0, 'x' * 2_000_000_000"
    sources = {"adam_step": adam, "softmax_cross_entropy": cross, "predict_run": verdict}
    material.hand_in(folder, material.partly("mse", **sources))


@FAMILY.attack(solved=["mse"])
def asks_for_input(material: Material, folder: Path) -> None:
    """Input is asked for, again and again: nobody answers."""
    code = """
    import getpass

    for _ in range(1000):
        for ask in (input, getpass.getpass):
            try:
                ask("points? ")
            except Exception as error:
                print(type(error).__name__)
    """
    flood(material, folder, code)
