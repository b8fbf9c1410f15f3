"""Run a script on several real processes with ``torch.distributed``, on this machine.

``torchrun`` for a notebook: ranks are operating-system processes, which a notebook cannot start
from a function that stands in a cell; so what they run is a script, given as text. They find each
other through a file (``file://``), which works on every platform and needs no free port, and talk
with gloo, the back end for CPUs. Starting Python and importing torch takes most of the time.

Left out: several machines, restarts, GPUs. That is what ``torchrun`` is for.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LOOPBACK = {"darwin": "lo0", "linux": "lo"}  # the network interface that stays in the machine


def run_script(script: str, world_size: int = 2, seconds: float | int = 60) -> str:
    """Run ``script`` once for each rank at the same time; returns what rank 0 printed.

    Each process finds ``RANK``, ``WORLD_SIZE`` and ``INIT_METHOD`` in its environment, for::

        dist.init_process_group("gloo", init_method=os.environ["INIT_METHOD"],
                                rank=int(os.environ["RANK"]),
                                world_size=int(os.environ["WORLD_SIZE"]))

    Where this cannot work, the text says so instead, in one sentence that begins with
    "Skipped:": torch was built without gloo, the processes cannot reach each other, or
    ``seconds`` were not enough.

    Raises:
        ValueError: if ``world_size`` is below 1.
        RuntimeError: if the script itself fails on a rank; ends with that rank's error.
    """
    if world_size < 1:
        raise ValueError(f"expected a world size of at least 1, got {world_size}")
    if not has_gloo():
        return "Skipped: this build of PyTorch has no torch.distributed with gloo."
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "script.py").write_text(script, encoding="utf-8")
        ranks = [_start(folder, rank, world_size) for rank in range(world_size)]
        try:
            failed = _wait(ranks, time.monotonic() + seconds)
        except TimeoutError:
            return f"Skipped: {world_size} processes took longer than {seconds:g} seconds."
        finally:
            for process in ranks:
                process.kill()
                process.wait()
        if failed is None:
            return (folder / "0.out").read_text(encoding="utf-8")
        error = (folder / f"{failed}.err").read_text(encoding="utf-8").strip()
    last = error.splitlines()[-1] if error else f"exit code {ranks[failed].returncode}"
    if "in init_process_group" in error and ("gloo/" in last or "DistNetworkError" in last):
        return f"Skipped: the processes cannot reach each other on this machine ({last})."
    raise RuntimeError(f"rank {failed} of {world_size} failed: {last}\n\n{error}")


def has_gloo() -> bool:
    """Whether this build of PyTorch can connect processes with gloo."""
    import torch.distributed as dist

    return dist.is_available() and dist.is_gloo_available()


def _start(folder: Path, rank: int, world_size: int) -> subprocess.Popen:
    environment = os.environ | {
        "RANK": str(rank),
        "WORLD_SIZE": str(world_size),
        "INIT_METHOD": (folder / "rendezvous").as_uri(),
        "OMP_NUM_THREADS": "1",  # the ranks share this machine's processors
        "PYTHONIOENCODING": "utf-8",
    }
    if sys.platform in LOOPBACK:
        environment.setdefault("GLOO_SOCKET_IFNAME", LOOPBACK[sys.platform])
    with (folder / f"{rank}.out").open("wb") as out, (folder / f"{rank}.err").open("wb") as err:
        command = [sys.executable, str(folder / "script.py")]
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )


def _wait(ranks: list[subprocess.Popen], deadline: float) -> int | None:
    """Wait until all have ended well (None) or one has failed (its rank).

    The first to fail is the cause; the others would fail, or wait for ever, because it is gone.
    """
    while True:
        codes = [process.poll() for process in ranks]
        failed = [rank for rank, code in enumerate(codes) if code]
        if failed:
            return failed[0]
        if None not in codes:
            return None
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)
