"""The sandbox as a kernel provisioner: to jupyter_client its kernels are kernels like any other.

Registered as `llmbook-sandbox` (pyproject.toml), so that a kernelspec, or the environment variable
JUPYTER_DEFAULT_PROVISIONER_NAME, can name it. `manager` makes a kernel manager that uses it.
"""

import atexit
import functools
import signal
from collections.abc import Mapping
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerBase

from llmbook_utils.grading.result import Limits
from llmbook_utils.grading.sandbox.server import ForkServer, Kernel, launch_trusted

NAME = "llmbook-sandbox"
MOST_MESSAGE = 16 * 2**20  # bytes of one message from a kernel; longer ones end the connection


@functools.cache
def shared_server() -> ForkServer:
    """The fork server for kernels that are started without naming one."""
    server = ForkServer(["torch"])
    atexit.register(server.close)
    return server


class SandboxProvisioner(KernelProvisionerBase):
    """Starts kernels in the sandbox.

    `start_kernel` of a kernel manager takes: `server` (a ForkServer; None: no walls at all),
    `files` (name to content, for the working folder), `limits`, `slot` (which user id).
    """

    kernel: Kernel | None = None

    @property
    def has_process(self) -> bool:
        return self.kernel is not None

    async def pre_launch(self, **options: Any) -> dict[str, Any]:
        options.pop("cwd", None), options.pop("env", None)
        return {**await super().pre_launch(**options), "cmd": []}

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        files: Mapping[str, bytes] = options.get("files", {})
        server = options["server"] if "server" in options else shared_server()
        if server is None:
            self.kernel = launch_trusted(files)
        else:
            limits, slot = options.get("limits", Limits()), options.get("slot", 0)
            self.kernel = server.launch(files, limits, slot)
        connection: Any = dict(self.kernel.connection)
        connection["key"] = str(connection["key"]).encode()
        self.connection_info = connection
        return connection

    async def poll(self) -> int | None:
        return None if self.kernel is not None and self.kernel.alive() else 1

    async def wait(self) -> int | None:
        return None

    async def send_signal(self, signum: int) -> None:
        if self.kernel is None:
            return
        if signum == signal.SIGINT:
            self.kernel.interrupt()
        elif signum != 0:
            self.kernel.kill()

    async def kill(self, restart: bool = False) -> None:
        if self.kernel is not None:
            self.kernel.kill()
            self.kernel = None

    async def terminate(self, restart: bool = False) -> None:
        await self.kill()

    async def cleanup(self, restart: bool = False) -> None:
        await self.kill()


class _OneSpec(KernelSpecManager):
    """Knows one kernel: this Python, in the sandbox, whatever a notebook's metadata name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=["python"],
            display_name="Python 3 (sandbox)",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": NAME}},
        )


def manager() -> AsyncKernelManager:
    """A kernel manager whose kernels run in the sandbox, and whose messages are bounded in size."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.MAXMSGSIZE, MOST_MESSAGE)
    # a kernel that breaks its sockets leaves nobody to send to, and waiting would be for ever
    context.setsockopt(zmq.SNDTIMEO, 2000)
    return AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=_OneSpec(), context=context
    )
