"""Files that are no files, names that are more than names, and sizes that are too much.

The answers are wrong, unless `solved` says otherwise.
"""

import contextlib
import os
import random
import socket
import stat
from pathlib import Path

from hostile.material import ASSIGNMENT, Family, Material

FAMILY = Family("paths")
NOTEBOOK = f"{ASSIGNMENT}.ipynb"
REFUSED = ("rejected",)


@FAMILY.attack(expect=REFUSED)
def link_to_a_classmate(material: Material, folder: Path) -> None:
    """The notebook is a link to a classmate's, who has everything right."""
    (folder / NOTEBOOK).symlink_to(material.classmate)


@FAMILY.attack(expect=REFUSED)
def relative_link(material: Material, folder: Path) -> None:
    """The same, as a relative link."""
    (folder / NOTEBOOK).symlink_to(Path(os.path.relpath(material.classmate, folder)))


@FAMILY.attack(expect=REFUSED)
def link_to_the_solutions(material: Material, folder: Path) -> None:
    """The notebook is a link to the instructor's."""
    (folder / NOTEBOOK).symlink_to(material.course / "solutions" / ASSIGNMENT / NOTEBOOK)


@FAMILY.attack(expect=REFUSED)
def hard_link(material: Material, folder: Path) -> None:
    """The notebook is the instructor's, under a second name: one file in two folders."""
    os.link(material.course / "solutions" / ASSIGNMENT / NOTEBOOK, folder / NOTEBOOK)


@FAMILY.attack(expect=REFUSED)
def linked_folder(material: Material, folder: Path) -> None:
    """The whole folder is a link to a classmate's."""
    folder.rmdir()
    folder.symlink_to(material.classmate.parent)


@FAMILY.attack(expect=REFUSED)
def link_to_a_device(material: Material, folder: Path) -> None:
    """The notebook is a link to /dev/zero: reading it never ends."""
    (folder / NOTEBOOK).symlink_to("/dev/zero")


@FAMILY.attack(expect=REFUSED)
def link_in_a_circle(material: Material, folder: Path) -> None:
    """The notebook is a link to a link to itself."""
    (folder / NOTEBOOK).symlink_to(folder / "second")
    (folder / "second").symlink_to(folder / NOTEBOOK)


@FAMILY.attack()
def data_links(material: Material, folder: Path) -> None:
    """Data files are links to gradebook, ledger, a classmate's notebook and a password file."""
    for number, target in enumerate(
        (
            material.course / "gradebook.db",
            material.course / "grading_ledger.db",
            material.classmate,
            material.home / ".netrc",
            Path("/proc/self/environ"),
        )
    ):
        (folder / f"data-{number}.csv").symlink_to(target)
    show = "import glob\n\nfor path in glob.glob('data-*'):\n    print(open(path, 'rb').read())"
    material.hand_in(folder, material.wrong(show))


@FAMILY.attack()
def folder_links(material: Material, folder: Path) -> None:
    """Folders are links to the course, to the root, and to the folder itself."""
    for name, target in (("course", material.course), ("root", Path("/")), ("self", folder)):
        (folder / name).symlink_to(target)
    show = "import os\n\nprint(os.listdir('course'), os.listdir('course/submitted'))"
    material.hand_in(folder, material.wrong(show))


@FAMILY.attack()
def hard_linked_data(material: Material, folder: Path) -> None:
    """A data file is a password file of the instructor's under a second name."""
    os.link(material.home / ".netrc", folder / "data.csv")
    material.hand_in(folder, material.wrong("print(open('data.csv').read())"))


@FAMILY.attack(expect=REFUSED)
def fifo(material: Material, folder: Path) -> None:
    """The notebook is a pipe into which nobody writes: opening it waits for ever."""
    os.mkfifo(folder / NOTEBOOK)


@FAMILY.attack()
def fifo_as_data(material: Material, folder: Path) -> None:
    """A data file is a pipe into which nobody writes."""
    os.mkfifo(folder / "data.csv")
    material.hand_in(folder, material.wrong())


@FAMILY.attack(expect=REFUSED)
def socket_file(material: Material, folder: Path) -> None:
    """The notebook is a socket."""
    here = os.open(".", os.O_RDONLY)
    os.chdir(folder)  # the path of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(NOTEBOOK)
    finally:
        os.fchdir(here)
        os.close(here)


@FAMILY.attack()
def device_file(material: Material, folder: Path) -> None:
    """A data file is a device, where whoever runs this may make one."""
    with contextlib.suppress(PermissionError):
        os.mknod(folder / "data.bin", stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero
    material.hand_in(folder, material.wrong())


@FAMILY.attack(solved=["mse"])
def folder_as_notebook(material: Material, folder: Path) -> None:
    """The notebook is a folder, with a notebook inside."""
    (folder / NOTEBOOK).mkdir()
    material.hand_in(folder / NOTEBOOK, material.partly("mse"))


@FAMILY.attack(solved=["mse"])
def strange_names(material: Material, folder: Path) -> None:
    """Names with spaces, line ends, markup, options, commands, directions and half characters."""
    touch = f"$(touch {material.canary}/shell)".replace("/", "${HOME%%[a-z]*}")  # which is /
    names = [" ", "a\nb", "-rf", "--help", "*", "%s%n", "..\\..\\x", "...", "~", "CON", "x.csv "]
    names += [os.fsdecode(b"\xff\xfe.csv"), "\u202eyp.txt", "e\u0301.csv", "\x1b[2J", "'\";", "\t"]
    names += [touch[:255], "`id`.csv", "x" * 255, "a;b&c|d", "<img src=x onerror=x>.csv"]
    for name in names:
        (folder / name).write_text("data")
    material.hand_in(folder, material.partly("mse"))


@FAMILY.attack(solved=["mse"])
def names_in_another_case(material: Material, folder: Path) -> None:
    """More notebooks, with everything right, whose names differ only in case."""
    perfect = material.partly(*material.solutions)
    for name in (NOTEBOOK.upper(), NOTEBOOK.title()):
        material.hand_in(folder, perfect).rename(folder / name)
    material.hand_in(folder, material.partly("mse"))


@FAMILY.attack(expect=REFUSED)
def another_name(material: Material, folder: Path) -> None:
    """The only notebook has a name that climbs out of its folder on another system."""
    material.hand_in(folder, material.wrong()).rename(folder / f"..\\..\\{NOTEBOOK}")


@FAMILY.attack(expect=REFUSED)
def empty_folder(material: Material, folder: Path) -> None:
    """No notebook, only a checkpoint of one and a note."""
    checkpoint = folder / ".ipynb_checkpoints"
    checkpoint.mkdir()
    material.hand_in(checkpoint, material.partly("mse"))
    (folder / "note.txt").write_text("My notebook is on my other computer.")


@FAMILY.attack(expect=REFUSED)
def huge_sparse_notebook(material: Material, folder: Path) -> None:
    """A notebook of two gigabytes that takes no room on the disk."""
    path = material.hand_in(folder, material.wrong())
    os.truncate(path, 2 * 10**9)


@FAMILY.attack()
def huge_sparse_data(material: Material, folder: Path) -> None:
    """A data file of one terabyte that takes no room on the disk until it is copied."""
    (folder / "data.bin").touch()
    os.truncate(folder / "data.bin", 10**12)
    material.hand_in(folder, material.wrong())


@FAMILY.attack(expect=REFUSED)
def binary(material: Material, folder: Path) -> None:
    """The notebook is random bytes."""
    material.hand_in_text(folder, random.Random(0).randbytes(100_000))


@FAMILY.attack(expect=REFUSED)
def archive(material: Material, folder: Path) -> None:
    """The notebook is a gzip bomb: 100 megabytes of zeros in 100 kilobytes."""
    import gzip

    material.hand_in_text(folder, gzip.compress(bytes(10**8), compresslevel=9))


@FAMILY.attack(expect=REFUSED)
def empty(material: Material, folder: Path) -> None:
    """The notebook is an empty file."""
    material.hand_in_text(folder, b"")


@FAMILY.attack(solved=["mse"])
def utf_16(material: Material, folder: Path) -> None:
    """The notebook is encoded in UTF-16."""
    path = material.hand_in(folder, material.partly("mse"))
    path.write_text(path.read_text(), encoding="utf-16")


@FAMILY.attack()
def latin_1(material: Material, folder: Path) -> None:
    """The notebook holds bytes that are no UTF-8, in a string."""
    text = b'{"cells": [], "metadata": {"author": "Ren\xe9"}, "nbformat": 4, "nbformat_minor": 5}'
    material.hand_in_text(folder, text)


@FAMILY.attack(solved=["mse"])
def many_small_files(material: Material, folder: Path) -> None:
    """Ten thousand small files in a hundred folders."""
    for outer in range(100):
        (folder / f"{outer}").mkdir()
        for inner in range(100):
            (folder / f"{outer}" / f"{inner}.txt").write_text("data")
    material.hand_in(folder, material.partly("mse"))


@FAMILY.attack(solved=["mse"])
def deep_folders(material: Material, folder: Path) -> None:
    """A file three hundred folders down."""
    deepest = folder.joinpath(*["down"] * 300)
    deepest.mkdir(parents=True)
    (deepest / "data.csv").write_text("1,2,3")
    material.hand_in(folder, material.partly("mse"))


@FAMILY.attack(solved=["mse"])
def without_rights(material: Material, folder: Path) -> None:
    """Notebook and a folder that nobody may read, and a data file that runs as its owner."""
    material.hand_in(folder, material.partly("mse")).chmod(0)
    (folder / "closed").mkdir(mode=0)
    (folder / "data.csv").write_text("#!/bin/sh\n")
    (folder / "data.csv").chmod(0o6777)


@FAMILY.attack(solved=["mse"])
def early_timestamp(material: Material, folder: Path) -> None:
    """nbgrader's timestamp file, and the files' own times, say that it was handed in in 1999."""
    (folder / "timestamp.txt").write_text("1999-12-31 23:59:59.000000 UTC")
    path = material.hand_in(folder, material.partly("mse"))
    os.utime(path, (946684799, 946684799))


@FAMILY.attack(solved=["mse"])
def strange_timestamp(material: Material, folder: Path) -> None:
    """A timestamp file that is no time."""
    (folder / "timestamp.txt").write_text("99999-13-32 \0 <b>now</b>" * 1000)
    material.hand_in(folder, material.partly("mse"))
