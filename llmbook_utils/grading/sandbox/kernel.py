"""Become an IPython kernel, in this very process, that listens on sockets in a folder.

A real ipykernel, so magics, display, async cells and inline figures are what they are in
JupyterLab; only the start is ours, because the process is a fork that has its libraries loaded.
"""

import inspect
import json
import os
import socket
import sys
from pathlib import Path

from llmbook_utils.grading.sandbox import agent

CONNECTION = "connection.json"  # in the folder: ports and key, written by the trusted side


def meet(address: str) -> socket.socket:
    """Connect to the trusted side: `unix:PATH`, or `tcp:PORT:TOKEN` on this machine."""
    kind, _, rest = address.partition(":")
    if kind == "unix":
        channel = socket.socket(socket.AF_UNIX)
        channel.connect(rest)
        return channel
    port, _, token = rest.partition(":")
    channel = socket.create_connection(("127.0.0.1", int(port)))
    channel.sendall(token.encode())
    return channel


def become_kernel(folder: Path, channel: socket.socket) -> None:
    """Run a kernel until it is shut down. Tells the trusted side through `channel` when it listens.

    `folder` holds the connection file, and the sockets where the transport is ipc.
    """
    from ipykernel.kernelapp import IPKernelApp
    from traitlets.config import Config

    sys.argv = ["ipykernel"]
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    settings = Config()
    settings.HistoryManager.enabled = False  # no database, no thread
    settings.Application.log_level = "CRITICAL"
    inspect.modulesbyfile = FilesOfModules(inspect.modulesbyfile)
    app = IPKernelApp.instance(connection_file=str(folder / CONNECTION), config=settings)
    app.initialize([])
    agent.connect(channel)
    agent.send(channel, {"ready": True})
    app.start()


class FilesOfModules(dict[str, str]):
    """What `inspect` remembers of which module a file belongs to; a cell's "file" is at once known.

    Else each look at a frame goes through all modules, of which torch has thousands, and IPython's
    tracebacks look often: that was a quarter of the time of a notebook in which every test fails.
    """

    def __contains__(self, file: object) -> bool:
        return super().__contains__(file) or of_a_cell(file)

    def __missing__(self, file: str) -> str:
        if of_a_cell(file):
            return "__main__"
        raise KeyError(file)


def of_a_cell(file: object) -> bool:
    """Whether IPython gives such a name to the code of a cell."""
    return isinstance(file, str) and f"{os.sep}ipykernel_" in file


def main() -> None:
    """`python -m llmbook_utils.grading.sandbox.kernel FOLDER ADDRESS`: without any walls."""
    become_kernel(Path(sys.argv[1]), meet(sys.argv[2]))


def connection(folder: Path, key: str) -> dict[str, object]:
    """The connection file's content for sockets in `folder`, as the kernel sees that folder."""
    ports = {f"{name}_port": port for port, name in enumerate(_CHANNELS, 1)}
    return {
        "transport": "ipc",
        "ip": str(folder / "kernel"),
        "key": key,
        "signature_scheme": "hmac-sha256",
        "kernel_name": "python3",
        **ports,
    }


_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
SOCKETS = frozenset({CONNECTION, *(f"kernel-{port}" for port in range(1, 6))})


def write_connection(path: Path, info: dict[str, object]) -> None:
    path.write_text(json.dumps(info), encoding="utf-8")
    path.chmod(0o644)


if __name__ == "__main__":
    main()
