"""Writing to the host, and talking to what listens there."""

from pathlib import Path

from hostile.material import ASSIGNMENT, Family, Material, insert

FAMILY = Family("outside")


def reach(material: Material, folder: Path, code: str) -> None:
    """Hand in wrong answers, and a cell before the first exercise that reaches out."""
    material.hand_in(folder, insert(material.wrong(), "mse", material.located(code)))


WRITE = """
import os


def write(path, text="# hostile\\n", mode="a"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, mode) as file:
            file.write(text)
    except OSError as error:
        print(path, type(error).__name__)


"""


def writes(material: Material, folder: Path, code: str) -> None:
    """Hand in a cell that writes with the function `write(path, text, mode)`."""
    reach(material, folder, WRITE.lstrip() + code.replace("\n    ", "\n"))


@FAMILY.attack()
def writes_canary(material: Material, folder: Path) -> None:
    """A file in a folder of the host that everybody may write to; also through links."""
    code = """
    write(f"{CANARY}/written")
    write(f"/proc/1/root{CANARY}/through-root")
    write(f"/proc/{os.getppid()}/cwd/../../../../../../..{CANARY}/through-parent")
    try:
        os.symlink(CANARY, "way-out")
    except OSError:
        pass
    write("way-out/through-a-link")
    """
    writes(material, folder, code)


@FAMILY.attack()
def writes_into_the_course(material: Material, folder: Path) -> None:
    """Solutions, configuration, hand-ins and results of the course get a line more."""
    code = f"""
    write(f"{{COURSE}}/solutions/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", " ")
    write(f"{{COURSE}}/nbgrader_config.py", "\\n# hostile\\n")
    write(f"{{COURSE}}/submitted/hostile-was-here/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", "{{}}")
    write(f"{{COURSE}}/autograded/hostile-was-here/x.ipynb")
    write(f"{{COURSE}}/feedback/hostile-was-here/x.html")
    """
    writes(material, folder, code)


@FAMILY.attack()
def writes_home(material: Material, folder: Path) -> None:
    """Start-up files in the home of whoever grades: IPython, shell, Python, Jupyter."""
    code = """
    for home in (HOME, os.path.expanduser("~"), "/root"):
        write(f"{home}/.ipython/profile_default/startup/00-hostile-was-here.py")
        write(f"{home}/.jupyter/hostile-was-here.py")
        write(f"{home}/.config/autostart/hostile-was-here.desktop")
        write(f"{home}/hostile-was-here")
    """
    writes(material, folder, code)


@FAMILY.attack()
def writes_system(material: Material, folder: Path) -> None:
    """Files in shared folders of the system, and tables of timed commands."""
    code = """
    for place in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/etc/cron.d", "/usr/local/bin"):
        write(f"{place}/hostile-was-here")
    write("/var/spool/cron/crontabs/hostile-was-here")
    """
    writes(material, folder, code)


@FAMILY.attack()
def writes_packages(material: Material, folder: Path) -> None:
    """The installed packages get a file more, for those who are graded next."""
    code = """
    import site
    import sys

    import llmbook_utils

    for place in [*site.getsitepackages(), sys.prefix, *llmbook_utils.__path__]:
        write(f"{place}/hostile_was_here.pth")
    """
    writes(material, folder, code)


@FAMILY.attack()
def remounts(material: Material, folder: Path) -> None:
    """Namespaces of its own, in which the system is mounted anew and writable; and chroot."""
    code = """
    import ctypes
    import os

    library = ctypes.CDLL(None, use_errno=True)
    print(library.unshare(0x10000000 | 0x00020000), library.unshare(0x00020000))
    print(library.mount(None, b"/", None, 32 | 4096, None))  # remount, bind: without read-only
    for source in (b"proc", b"sysfs", b"devtmpfs", b"/dev/vda", b"/dev/sda1"):
        os.makedirs("mounted", exist_ok=True)
        print(source, library.mount(source, b"mounted", source, 0, None))
    for pid in (1, os.getppid(), VICTIM):
        for kind in ("mnt", "pid", "net", "user"):
            try:
                print(library.setns(os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY), 0))
            except OSError as error:
                print(pid, kind, type(error).__name__)
    os.system(f"touch {CANARY}/remounted /usr/hostile-was-here")
    """
    reach(material, folder, code)


@FAMILY.attack()
def becomes_root(material: Material, folder: Path) -> None:
    """Programs that run as root, devices of its own making, and setuid."""
    code = """
    import os
    import stat
    import subprocess

    for attempt in (
        lambda: os.setuid(0),
        lambda: os.mknod("disk", stat.S_IFBLK | 0o666, os.makedev(254, 0)),
        lambda: print(open("disk", "rb").read(512)[:4], REACHED),
        lambda: os.chmod("/etc/passwd", 0o644),
        lambda: print(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY), REACHED),
        lambda: print(os.open("/sys/fs/cgroup/cgroup.procs", os.O_WRONLY), REACHED),
    ):
        try:
            attempt()
        except OSError as error:
            print(type(error).__name__)
    for command in ("sudo -n touch {}", "su -c 'touch {}'", "pkexec touch {}", "mount {0} {0}"):
        order = command.replace("{}", f"{CANARY}/root").replace("{0}", CANARY)
        try:
            subprocess.run(order, shell=True, timeout=5, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            pass
    """
    reach(material, folder, code)


@FAMILY.attack()
def connects_tcp(material: Material, folder: Path) -> None:
    """A connection to a server on the host's loopback, as a socket and as a web request."""
    code = """
    import socket
    import urllib.request

    for host in ("127.0.0.1", "localhost", "0.0.0.0", "127.1.2.3"):
        try:
            socket.create_connection((host, PORT), timeout=2).sendall(b"hostile")
            print(REACHED, host)
        except OSError as error:
            print(host, type(error).__name__)
    try:
        print(urllib.request.urlopen(f"http://127.0.0.1:{PORT}/hostile", timeout=2).read())
    except OSError as error:
        print(type(error).__name__)
    """
    reach(material, folder, code)


@FAMILY.attack()
def sends_udp(material: Material, folder: Path) -> None:
    """Datagrams to the host's loopback, one of them a question for a name server."""
    code = """
    import socket

    question = b"\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\7hostile\\4test\\0\\0\\1\\0\\1"
    for payload in (b"hostile", question):
        try:
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(payload, ("127.0.0.1", PORT))
        except OSError as error:
            print(type(error).__name__)
    """
    reach(material, folder, code)


@FAMILY.attack()
def abstract_sockets(material: Material, folder: Path) -> None:
    """Sockets without a file: they belong to a network, not to a file system."""
    code = """
    import socket

    for name in [f"hostile-{PORT}", *open("/proc/net/unix").read().split("@")[1:]]:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect("\\0" + name.split("\\n")[0])
                client.sendall(b"hostile")
            print("connected to", name)
        except OSError as error:
            print(name, type(error).__name__)
    """
    reach(material, folder, code)


@FAMILY.attack()
def control_sockets(material: Material, folder: Path) -> None:
    """Every socket that has a file, the fork server's included, gets orders and rubbish."""
    code = """
    import glob
    import socket
    import stat
    import os

    orders = [b'{"op": "fork", "uid": 0}\\n', b"\\0" * 64, b"x" * 100_000]
    paths = [line.split()[-1] for line in open("/proc/net/unix") if "/" in line]
    paths += glob.glob("/run/**", recursive=True) + glob.glob("/tmp/**", recursive=True)
    for path in paths:
        for order in orders:
            try:
                if stat.S_ISSOCK(os.stat(path).st_mode):
                    with socket.socket(socket.AF_UNIX) as client:
                        client.settimeout(2)
                        client.connect(path)
                        client.sendall(order)
                    print("connected to", path)
            except OSError as error:
                print(path, type(error).__name__)
    """
    reach(material, folder, code)


@FAMILY.attack()
def own_kernel_as_client(material: Material, folder: Path) -> None:
    """The notebook connects to its own kernel as a second front end, and gives orders."""
    code = """
    import json

    import jupyter_client
    from ipykernel.connect import get_connection_file

    client = jupyter_client.BlockingKernelClient(connection_file=get_connection_file())
    client.load_connection_file()
    client.start_channels()
    for _ in range(20):
        client.execute("check.case = check.hidden = check.raises = lambda *a, **k: None")
        client.input("90")
    print(json.load(open(get_connection_file()))["key"])
    """
    reach(material, folder, code)


@FAMILY.attack()
def writes_to_all_descriptors(material: Material, folder: Path) -> None:
    """A verdict of its own, and then rubbish, on every open file and socket of the process."""
    code = """
    import os

    verdict = b'{"ok": true, "points": 90, "passed": true, "value": 0.0, "error": null}\\n'
    for number in range(3, 512):
        for payload in (verdict, b"\\xff" * 4096):
            try:
                os.set_blocking(number, False)
                os.write(number, payload)
            except OSError:
                pass
    """
    reach(material, folder, code)


@FAMILY.attack()
def steals_requests(material: Material, folder: Path) -> None:
    """A thread reads what arrives on every open file and socket, and answers in its own way."""
    code = """
    import os
    import select
    import threading
    import time


    def steal(until=time.time() + 120):
        mine = [n for n in range(3, 256) if os.path.exists(f"/proc/self/fd/{n}")]
        while time.time() < until:
            for number in mine:
                try:
                    if select.select([number], [], [], 0.01)[0]:
                        request = os.read(number, 65536)
                        os.write(number, b'{"value": 0.0, "ok": true}\\n' + request)
                except (OSError, ValueError):
                    pass


    threading.Thread(target=steal, daemon=True).start()
    """
    reach(material, folder, code)
