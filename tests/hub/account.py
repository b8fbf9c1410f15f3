"""One person at the hub: logs in by its form, then uses their server as a browser would."""

import json
import re
import time
import uuid
from typing import Any

import requests
import websocket


class Account:
    """Logged in; `start` starts the server, the other methods use it.

    Raises:
        requests.HTTPError: the hub or the server refused a request.
        TimeoutError: a server did not start, or a command did not end, within its seconds.
    """

    def __init__(self, hub: str, name: str, password: str) -> None:
        self.hub, self.name = hub, name
        self.browser = requests.Session()
        login = f"{hub}/hub/login"
        self.browser.get(login).raise_for_status()
        form = {"username": name, "password": password, "_xsrf": self.browser.cookies["_xsrf"]}
        self.browser.post(login, data=form, params={"next": "/hub/home"}).raise_for_status()
        xsrf = {"X-XSRFToken": self.browser.cookies.get("_xsrf", path="/hub/") or ""}
        made = self.browser.post(f"{hub}/hub/api/users/{name}/tokens", headers=xsrf, json={})
        made.raise_for_status()
        self.token = made.json()["token"]
        self.browser.headers["Authorization"] = f"token {self.token}"

    def close(self) -> None:
        self.browser.close()

    def start(self) -> None:
        """Ask for the server; `wait` waits for it."""
        self.browser.post(f"{self.hub}/hub/api/users/{self.name}/server").raise_for_status()

    def wait(self, seconds: float = 60) -> None:
        for _ in range(int(seconds * 4)):
            user = self.browser.get(f"{self.hub}/hub/api/users/{self.name}").json()
            if user["servers"].get("", {}).get("ready"):
                return
            time.sleep(0.25)
        raise TimeoutError(f"the server of {self.name} did not start in {seconds:.0f} s: {user}")

    def get(self, path: str, owner: str | None = None) -> requests.Response:
        """A page of one's own server, or of another's."""
        return self.browser.get(f"{self.hub}/user/{owner or self.name}/{path}")

    def send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """The JSON answer to a request with a JSON body."""
        address = f"{self.hub}/user/{self.name}/{path}"
        answer = self.browser.request(method, address, json=body)
        answer.raise_for_status()
        return answer.json()

    def read(self, path: str) -> Any:
        """A file's content; a notebook's is a dict."""
        answer = self.get(f"api/contents/{path}")
        answer.raise_for_status()
        return answer.json()["content"]

    def execute(self, code: str, seconds: float = 60) -> str:
        """What a new kernel of the server prints when it runs some code."""
        kernel = self.send("POST", "api/kernels", {"name": "python3"})["id"]
        line = self._line(f"api/kernels/{kernel}/channels", seconds)
        content = {"code": code, "silent": False, "allow_stdin": False}
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.4"}
        header |= {
            "session": uuid.uuid4().hex,
            "username": self.name,
            "date": "2026-01-01T00:00:00Z",
        }
        request = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
        printed, end = "", time.monotonic() + seconds
        try:
            line.send(json.dumps(request | {"content": content}))
            while time.monotonic() < end:
                answer = json.loads(line.recv())
                if answer["parent_header"].get("msg_id") == header["msg_id"]:
                    if answer["msg_type"] == "stream":
                        printed += answer["content"]["text"]
                    if answer["content"].get("execution_state") == "idle":
                        return printed
            raise TimeoutError(f"{code!r} took more than {seconds:.0f} s: {printed}")
        finally:
            line.close()
            self.browser.delete(f"{self.hub}/user/{self.name}/api/kernels/{kernel}")

    def run(self, command: str, seconds: float = 120) -> tuple[int, str]:
        """Type a command into a terminal of the server; its exit code, and what it printed."""
        terminal = self.send("POST", "api/terminals", {})["name"]
        line = self._line(f"terminals/websocket/{terminal}", seconds)
        # The terminal repeats what is typed; only the shell puts the two halves together.
        mark = uuid.uuid4().hex
        halves = f"'{mark[:16]}' '{mark[16:]}'"
        typed = f"printf '%s%s:' {halves}; {command}; printf '%s%s=%d=' {halves} $?\r"
        printed, end = "", time.monotonic() + seconds
        try:
            line.send(json.dumps(["stdin", typed]))
            while not (found := re.search(rf"{mark}:(.*){mark}=(\d+)=", printed, re.DOTALL)):
                if time.monotonic() > end:
                    raise TimeoutError(f"{command!r} took more than {seconds:.0f} s: {printed}")
                kind, *rest = json.loads(line.recv())
                printed += rest[0] if kind == "stdout" else ""
        finally:
            line.close()
            self.browser.delete(f"{self.hub}/user/{self.name}/api/terminals/{terminal}")
        return int(found[2]), found[1].replace("\r\n", "\n")

    def _line(self, path: str, seconds: float) -> websocket.WebSocket:
        address = f"{self.hub}/user/{self.name}/{path}".replace("http", "ws", 1)
        header = {"Authorization": f"token {self.token}"}
        return websocket.create_connection(address, header=header, timeout=seconds)
