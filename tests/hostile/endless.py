"""Loops that do not end or do not let themselves be ended, and kernels that die or leave.

One exercise, `mse`, is honestly right and stands before the trick.
"""

from pathlib import Path

from hostile.material import Family, Material, insert

FAMILY = Family("endless")
ENDED = ("timeout", "crashed")

# What would end more than itself if it escaped looks first whether it did.
LOOK = """
import os
import signal


def escaped():
    try:
        if "hostile-victim" not in open(f"/proc/{VICTIM}/cmdline").read():
            return False
    except OSError:
        if not os.path.exists(COURSE):
            return False
    print(REACHED)
    return True


"""


def trick(material: Material, folder: Path, code: str) -> None:
    """Hand in a right `mse`, and a cell after its tests that plays the trick."""
    notebook = insert(material.partly("mse"), "softmax_cross_entropy", material.located(code))
    material.hand_in(folder, notebook)


@FAMILY.attack(solved=["mse"], expect=("timeout",))
def loop(material: Material, folder: Path) -> None:
    """A loop without an end."""
    trick(material, folder, "while True:\n    pass")


@FAMILY.attack(solved=["mse"], expect=("timeout",))
def sleep(material: Material, folder: Path) -> None:
    """A cell that sleeps for months."""
    trick(material, folder, "import time\n\ntime.sleep(10_000_000)")


@FAMILY.attack(solved=["mse"], expect=ENDED)
def swallows_interrupts(material: Material, folder: Path) -> None:
    """A loop that catches whatever is raised in it."""
    code = """
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"], expect=ENDED)
def ignores_signals(material: Material, folder: Path) -> None:
    """Every signal that can be ignored is ignored, and then all are blocked."""
    code = """
    import signal

    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
    while True:
        pass
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"], expect=(*ENDED, "out of memory"))
def large_power(material: Material, folder: Path) -> None:
    """One operation of the interpreter that takes hours and hears no signal."""
    trick(material, folder, "number = 10 ** (10**8)\nnumber = number**7 % (number - 1)")


@FAMILY.attack(solved=["mse"], expect=ENDED)
def regular_expression(material: Material, folder: Path) -> None:
    """A regular expression that tries two to the hundred ways."""
    trick(material, folder, "import re\n\nre.match('(a|a)*b', 'a' * 100)")


@FAMILY.attack(solved=["mse"], expect=ENDED)
def holds_the_lock(material: Material, folder: Path) -> None:
    """A C function sleeps with the interpreter's lock held: no thread runs any more."""
    trick(material, folder, "import ctypes\n\nctypes.PyDLL(None).sleep(10_000)")


@FAMILY.attack(solved=["mse"], expect=ENDED)
def deadlock(material: Material, folder: Path) -> None:
    """A lock is taken twice, with signals blocked."""
    code = """
    import signal
    import threading

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"], expect=ENDED)
def waits_in_the_event_loop(material: Material, folder: Path) -> None:
    """An asynchronous cell that waits for nothing, and refuses to be cancelled."""
    code = """
    import asyncio

    while True:
        try:
            await asyncio.Event().wait()
        except BaseException:
            pass
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"], expect=ENDED)
def loop_in_a_function(material: Material, folder: Path) -> None:
    """A function that is right for what the examples show, and never returns for other inputs."""
    source = """
def softmax_cross_entropy(logits, targets):
    while logits.any():
        try:
            while True:
                pass
        except BaseException:
            pass
    return np.log(logits.shape[1])
"""
    material.hand_in(folder, material.partly("mse", softmax_cross_entropy=source.strip()))


@FAMILY.attack(solved=["mse"])
def loop_at_the_end(material: Material, folder: Path) -> None:
    """Endless work that begins when the kernel is asked to leave."""
    code = """
    import atexit
    import signal


    def forever(*args, **options):
        while True:
            pass


    class Late:
        __del__ = forever


    late = Late()
    atexit.register(forever)
    signal.signal(signal.SIGTERM, forever)
    get_ipython().kernel.do_shutdown = forever
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"], expect=("crashed", "timeout"))
def leaves(material: Material, folder: Path) -> None:
    """The kernel ends in the middle of a cell, and reports success to the system."""
    trick(material, folder, "import os\n\nos._exit(0)")


@FAMILY.attack(solved=["mse"])
def leaves_politely(material: Material, folder: Path) -> None:
    """sys.exit, quit, SystemExit and KeyboardInterrupt, each in a cell of its own."""
    notebook = material.partly("mse")
    for source in (
        "import sys\nsys.exit(0)",
        "quit()",
        "raise SystemExit",
        "exit(keep_kernel=False)",
    ):
        insert(notebook, "softmax_cross_entropy", source)
    insert(notebook, "softmax_cross_entropy", "raise KeyboardInterrupt")
    material.hand_in(folder, notebook)


@FAMILY.attack(solved=["mse"], expect=("crashed", "timeout"))
def leaves_in_a_function(material: Material, folder: Path) -> None:
    """A function that ends the process when it is called, in the hope of unfinished business."""
    source = "def softmax_cross_entropy(logits, targets):\n    import os\n\n    os._exit(0)"
    material.hand_in(folder, material.partly("mse", softmax_cross_entropy=source))


@FAMILY.attack(solved=["mse"], expect=("crashed", "timeout"))
def becomes_another_program(material: Material, folder: Path) -> None:
    """The kernel replaces itself by a program that sleeps, with all its descriptors."""
    trick(material, folder, "import os\n\nos.execv('/bin/sleep', ['sleep', '1000'])")


@FAMILY.attack(solved=["mse"], expect=("crashed", "timeout"))
def memory_fault(material: Material, folder: Path) -> None:
    """A read from address zero."""
    trick(material, folder, "import ctypes\n\nctypes.string_at(0)")


@FAMILY.attack(solved=["mse"], expect=("crashed", "timeout"))
def aborts(material: Material, folder: Path) -> None:
    """abort, which writes a core file where it is allowed."""
    code = """
    import os
    import resource

    limit = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
    os.abort()
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"])
def deep_recursion(material: Material, folder: Path) -> None:
    """Calls without an end, with Python's limit taken away."""
    code = """
    import sys

    sys.setrecursionlimit(2**31 - 1)
    deeper = lambda n: sorted([n], key=deeper)
    deeper(0)
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"])
def kills_the_parent(material: Material, folder: Path) -> None:
    """Signals to the parent, to process 1 and to one on the host."""
    code = """
for pid in [VICTIM] if escaped() else [VICTIM, os.getppid(), 1]:
    for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except OSError as error:
            print(pid, number, type(error).__name__)
"""
    trick(material, folder, LOOK.lstrip() + code.lstrip())


@FAMILY.attack(solved=["mse"])
def kills_the_group(material: Material, folder: Path) -> None:
    """Signals to the process group and session that the kernel was started in."""
    code = """
for group in [] if escaped() else [os.getpgid(os.getppid()), os.getsid(0)]:
    try:
        os.killpg(group, signal.SIGTERM)
    except OSError as error:
        print(group, type(error).__name__)
"""
    trick(material, folder, LOOK.lstrip() + code.lstrip())


@FAMILY.attack(solved=["mse"])
def kills_everybody(material: Material, folder: Path) -> None:
    """A signal to every process that it may be sent to, from a process of another session."""
    code = """
if not escaped() and os.fork() == 0:
    os.setsid()
    os.kill(-1, signal.SIGKILL)
    os._exit(0)
"""
    trick(material, folder, LOOK.lstrip() + code.lstrip())


@FAMILY.attack(solved=["mse"], expect=("timeout", "crashed"))
def stops_itself(material: Material, folder: Path) -> None:
    """SIGSTOP to itself: the kernel neither works nor dies."""
    trick(material, folder, "import os\nimport signal\n\nos.kill(os.getpid(), signal.SIGSTOP)")


@FAMILY.attack(solved=["mse"])
def daemon(material: Material, folder: Path) -> None:
    """A process that is left behind, spins for two minutes and then writes to the host."""
    code = """
    import os
    import time

    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open("/proc/self/comm", "w").write(f"hostile-{PORT}")
            until = time.time() + 120
            while time.time() < until:
                try:
                    open(f"{CANARY}/daemon", "w").close()
                except OSError:
                    pass
        os._exit(0)
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"])
def daemon_by_another_name(material: Material, folder: Path) -> None:
    """A program of its own is left behind, with all signals ignored."""
    code = """
    import subprocess
    import sys

    work = "import time\\nuntil = time.time() + 120\\nwhile time.time() < until: pass"
    order = ["nohup", sys.executable, "-c", work, f"hostile-{PORT}"]
    subprocess.Popen(order, start_new_session=True, close_fds=False)
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"], expect=("crashed", "timeout"))
def closes_descriptors(material: Material, folder: Path) -> None:
    """Every open file and socket of the process is closed."""
    trick(material, folder, "import os\n\nos.closerange(0, 65536)")


@FAMILY.attack(solved=["mse"])
def closes_sockets(material: Material, folder: Path) -> None:
    """The kernel's sockets are closed, and its threads are stopped."""
    code = """
    kernel = get_ipython().kernel
    kernel.shell_stream.close()
    kernel.control_stream.close()
    kernel.iopub_thread.stop()
    kernel.iopub_socket.close()
    """
    trick(material, folder, code)


@FAMILY.attack(solved=["mse"])
def removes_the_floor(material: Material, folder: Path) -> None:
    """The working folder is emptied and left, the environment deleted, new files get no rights."""
    code = """
import shutil

for place in [] if escaped() or os.path.exists(COURSE) else [".", "/tmp"]:
    shutil.rmtree(place, ignore_errors=True)
os.chdir("/")
os.environ.clear()
os.umask(0o777)
"""
    trick(material, folder, LOOK.lstrip() + code.lstrip())
