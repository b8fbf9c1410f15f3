"""The agent: in the student's kernel, performs the calls that the trusted side asks for.

The trusted side runs the tests. Where a test calls a student's function, it sends the function's
name and plain arguments through a socket, and the agent answers with what came of the call. For a
test that cannot be run on the far side the agent runs its cell here and reports error and value.

Whatever the student's code does to the agent only changes what is taken for *its* answer, which
it could have given anyway. No test, no expected value and no score ever gets here.
"""

import contextlib
import io
import json
import linecache
import socket
import struct
import sys
from typing import Any

from llmbook_utils.check import performing, wire

MOST_BYTES = 64 * 2**20  # of one message
_channel: socket.socket | None = None
_inherited = frozenset[str]()  # the modules that the fork server had imported


class ChannelClosed(ConnectionError):
    """The other side is gone, or sent what is no message."""


def send(channel: socket.socket, message: Any) -> None:
    """Send JSON, its length in front."""
    content = json.dumps(message).encode()
    channel.sendall(struct.pack("!I", len(content)) + content)


def receive(channel: socket.socket, most: int = MOST_BYTES) -> Any:
    """Receive one message.

    Raises:
        ChannelClosed: the other side is gone, or sent something else.
        TimeoutError: the channel's time is up.
    """
    (size,) = struct.unpack("!I", _exactly(channel, 4))
    if size > most:
        raise ChannelClosed(f"expected a message of at most {most} bytes, got {size}")
    try:
        return json.loads(_exactly(channel, size))
    except (ValueError, RecursionError) as error:
        raise ChannelClosed(f"expected JSON, got something else: {error}") from error


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        chunk = channel.recv(min(size - len(parts), 1 << 20))
        if not chunk:
            raise ChannelClosed("the connection was closed")
        parts += chunk
    return bytes(parts)


def connect(channel: socket.socket) -> None:
    """Keep the socket on which `serve` will listen."""
    global _channel
    _channel = channel


def inherit() -> None:
    """Note what is imported in the fork before it becomes a kernel."""
    global _inherited
    _inherited = frozenset(sys.modules)


def serve() -> None:
    """Answer requests until one says that this is all. Called as a cell of the notebook."""
    channel = _channel
    if channel is None:
        raise RuntimeError("the agent has no connection")
    while True:
        request: dict[str, Any] = {}
        try:
            request = receive(channel)
            if request.get("done"):
                return
            answer = _answer(request)
            send(channel, answer)
        except KeyboardInterrupt:  # a time limit: the trusted side waits for this word
            send(channel, {"id": request.get("id"), "interrupted": True})


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    identity = request["id"]
    try:
        if "modules" in request:
            return {"id": identity, "modules": sorted(set(sys.modules) - _inherited)}
        if "define" in request:
            _define(request["define"])
            return {"id": identity}
        if "cell" in request:
            return {"id": identity, **_run_cell(request["cell"])}
        space = _user_names()
        name = request["call"]
        if name not in space:
            return {"id": identity, "missing": True}
        args = wire.decode(request["args"])
        performance = performing.perform(space[name], args)
        return {"id": identity, "performance": performance.as_data()}
    except wire.WireError as error:
        return {"id": identity, "too_large": str(error)}


def _user_names() -> dict[str, Any]:
    return _shell().user_ns


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()


def _define(source: str) -> None:
    """Run code of the instructor's among the student's names; errors are nobody's business."""
    label = f"<instructor {hash(source)}>"
    linecache.cache[label] = (len(source), None, source.splitlines(keepends=True), label)
    with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, label, "exec"), _user_names())


def _run_cell(source: str) -> dict[str, Any]:
    """Run a test's cell among the student's names: its error or its value, and what it printed."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        result = _shell().run_cell(source, store_history=False)
    error = result.error_before_exec or result.error_in_exec
    if isinstance(error, KeyboardInterrupt):
        raise error
    failure = None if error is None else performing.failure_of(error)
    done = performing.Performance(result.result, failure=failure)
    return {"performance": done.as_data(), "printed": printed.getvalue()[:10_000]}
