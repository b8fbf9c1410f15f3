"""Linux namespaces, mounts, limits and system-call filters, called from Python through libc.

Only what the fork server needs: a forked process that has torch imported cannot be started anew
through bubblewrap, so it puts itself behind walls of its own, inside those that bubblewrap built.
"""

import ctypes
import os
import resource
import struct
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

# <linux/sched.h>
NEW_MOUNTS, NEW_UTS, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USER, NEW_PIDS, NEW_NETWORK = 0x10000000, 0x20000000, 0x40000000
# <linux/mount.h>
READ_ONLY, NO_SUID, NO_DEVICES, NO_EXECUTION = 1, 2, 4, 8
REMOUNT, BIND, RECURSIVE, PRIVATE = 32, 4096, 16384, 1 << 18
# <linux/prctl.h>
_SET_DUMPABLE, _SET_SECCOMP, _DROP_BOUND, _NO_NEW_PRIVILEGES = 4, 22, 24, 38
_CAPABILITY_VERSION = 0x20080522


def _checked(status: int, what: str) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Leave the namespaces of these kinds for new ones."""
    _checked(_libc.unshare(flags), "unshare")


def join(namespace: int, kind: int) -> None:
    """Enter the namespace behind an open file of /proc/*/ns."""
    _checked(_libc.setns(namespace, kind), "join a namespace")


def mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """mount(2)."""
    status = _libc.mount(
        source.encode(),
        target.encode(),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode() if options else None,
    )
    _checked(status, f"mount {target}")


def memory_folder(target: str, megabytes: int) -> None:
    """An empty folder in memory that everybody may write to, of bounded size and file count."""
    options = f"size={megabytes}m,nr_inodes=20000,mode=1777"
    mount("tmpfs", target, "tmpfs", NO_SUID | NO_DEVICES, options)


def drop_privileges(user: int | None, *, own_entries: bool = False) -> None:
    """Become `user` (None: stay who we are) without any capability, for ever.

    A process that changed its user may not look at its own entries in /proc any more, nor may
    others of that user; `own_entries` lets them. Call it before a second thread exists:
    capabilities belong to a thread.
    """
    _checked(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no new privileges")
    for capability in range(64):
        if _libc.prctl(_DROP_BOUND, capability, 0, 0, 0) != 0:
            break  # past the last one that this kernel knows
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    header = struct.pack("Ii", _CAPABILITY_VERSION, 0)
    _checked(_libc.capset(header, struct.pack("6I", *[0] * 6)), "drop capabilities")
    _libc.prctl(_SET_DUMPABLE, int(own_entries), 0, 0, 0)


def limit(*, memory_mb: int, processes: int, file_mb: int, seconds: float) -> None:
    """Resource limits of this process and of those it starts.

    `memory_mb` bounds what is *added* to the address space: torch maps gigabytes that it never
    touches. The sum over all processes is the watchdog's matter.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    space = pages * resource.getpagesize() + memory_mb * 2**20
    for what, most in (
        (resource.RLIMIT_AS, space),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_FSIZE, file_mb * 2**20),
        (resource.RLIMIT_NOFILE, 512),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(seconds) + 5),
    ):
        resource.setrlimit(what, (most, most))


# --- system calls that no exercise needs ----------------------------------------------------------

# name: (x86-64, arm64). They reach far into the kernel, where its worst faults were found.
_REFUSED = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "swapon": (167, 224),
}
_CLONE, _CLONE3 = (56, 220), (435, 435)
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # classic BPF instructions
_ALLOW, _REFUSE, _ABSENT, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}


def refuse_system_calls() -> bool:
    """Install a filter for this process and its children; False on a machine it does not know.

    It answers "not permitted" to the calls above and to new user namespaces, and "no such call"
    to clone3, whose flags a filter cannot see (libc then takes clone).
    """
    machine = os.uname().machine
    if machine not in _MACHINES:
        return False
    architecture, column = _MACHINES[machine]
    program = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL)]
    program.append((_LOAD, 0, 0, 0))  # the call's number
    if machine == "x86_64":  # the same calls under their x32 numbers
        program += [(0x35, 0, 1, 0x40000000), (_RETURN, 0, 0, _REFUSE)]
    for numbers in _REFUSED.values():
        program += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _REFUSE)]
    program += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ABSENT)]
    program += [(_EQUAL, 0, 3, _CLONE[column]), (_LOAD, 0, 0, 16)]  # its flags
    program += [(_ANY_BIT, 0, 1, NEW_USER), (_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(code)
    filters = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(buffer))
    status = _libc.prctl(_SET_SECCOMP, 2, ctypes.create_string_buffer(filters), 0, 0)
    _checked(status, "filter system calls")
    return True
