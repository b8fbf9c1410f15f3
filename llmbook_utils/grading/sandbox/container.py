"""The outer walls from a container engine, where bubblewrap is missing: podman, or docker as root.

The container's image only lends its folders: /usr, Python and the packages are those of the host,
so any image with a merged /usr will do. Without root only podman can be used: processes of docker's
containers belong to others, and the watchdog could not end them.

LLMBOOK_SANDBOX_IMAGE names another image, or a folder to use as the root (podman).
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

IMAGE = "docker.io/library/debian:stable-slim"  # `podman pull` it once
# what the fork server needs to build the inner walls; its kernels have none of them
CAPABILITIES = (
    *("SYS_ADMIN", "SETUID", "SETGID", "SETPCAP", "CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL"),
    "SYS_RESOURCE",
)


def engine() -> str | None:
    """The program to use; None where there is none."""
    for name in ("podman", "docker") if os.getuid() == 0 else ("podman",):
        program = shutil.which(name)
        if program is not None:
            return program
    return None


def walls(
    program: str,
    folders: Sequence[Path] = (),
    jobs: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> list[str]:
    """The engine's command line, up to the command that runs inside.

    `folders` are shown read-only at their own places; `jobs` is the folder of the kernels' folders.
    """
    line = [program, "run", "--rm", "--interactive", "--network", "none", "--read-only"]
    line += ["--hostname", "sandbox", "--cap-drop", "ALL"]
    for capability in CAPABILITIES:
        line += ["--cap-add", capability]
    # its filter and masks are in the way of the inner walls, which bring a filter of their own
    line += ["--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"]
    if Path(program).name == "podman":
        line += ["--security-opt", "unmask=ALL"]
    else:
        line += ["--security-opt", "systempaths=unconfined"]
    for place in ("/tmp", "/run/kernel", "/run/files"):
        line += ["--tmpfs", f"{place}:mode=1777" if place == "/tmp" else place]
    line += ["--volume", "/usr:/usr:ro"]
    for folder in folders:
        line += ["--volume", f"{folder}:{folder}:ro"]
    line += ["--volume", f"{jobs}:/jobs" if jobs is not None else "/usr:/jobs:ro"]
    for name, value in (variables or {}).items():
        line += ["--env", f"{name}={value}"]
    image = os.environ.get("LLMBOOK_SANDBOX_IMAGE", IMAGE)
    if image.startswith("/"):
        return [*line, "--rootfs", image]
    return [*line, "--pull", "never", image]
