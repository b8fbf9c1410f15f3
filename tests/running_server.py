"""A Jupyter server on a free port, for as long as a test needs it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil


@contextlib.contextmanager
def running_server(
    module: tuple[str, ...], folder: Path, token: str, settings: Mapping[str, str], log: Path
) -> Iterator[str]:
    """Start `python -m MODULE …` in `folder`, yield its address, end it with all its kernels.

    Raises:
        RuntimeError: it did not answer within a minute; with the end of its log.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", *module, "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | dict(settings), stdout=out, stderr=out
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api", timeout=2).close()
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"the server did not start:\n{log.read_text()[-3000:]}")
        yield address
    finally:
        family = psutil.Process(process.pid)
        for each in [*family.children(recursive=True), family]:
            each.kill()
        process.wait()
