"""A Jupyter server for the tests of this folder's programs: it answers as the real one does, without a network."""

from __future__ import annotations

import json
import re
from typing import Any, Callable

import pytest

FACTS = {
    "door": {"host": "jupyter.localhost", "address": "10.96.0.7", "port": 80},
    "token": {"token": "a-token"},
    "pods": [{"name": "jupyter-1", "address": "10.244.0.7"}],
}


class Server:
    """
    What the programs ask for; `open_server` stands in for the class Jupyter of kernels.py.

    `accepts` says which token it takes, `lets` what a kernel writes for a piece of code.
    """

    def __init__(self, kernels: Any) -> None:
        self.kernels = kernels
        self.accepts: Callable[[str | None], bool] = lambda token: token == "a-token"
        self.lets: Callable[[str], str] = multiplies
        self.answers = {"lab": (302, {"location": "/login?next=%2Flab"}, ""), "login": (200, {}, LOGIN)}
        #: Raised by everything, where it is set: a status, or None for no answer at all.
        self.refusal: Exception | None = None
        self.started = "2026-01-01T00:00:00Z"
        self.files: dict[str, str] = {}
        self.running = 0
        self.knows: Callable[[], bool] = lambda: True

    def open_server(self, door: dict[str, Any], token: str | None = None) -> Asked:
        assert door == FACTS["door"]
        return Asked(self, token)


LOGIN = '<form><input type="password" name="password"></form>'


def multiplies(code: str) -> str:
    """What a real kernel in the pod of the facts writes for kernel.py's question."""
    mark, one, other = re.search(r'print\("(\w+)", (\d+) \* (\d+),', code).groups()
    return f"{mark} {int(one) * int(other)} 10.244.0.7\n"


class Asked:
    """One client's view of the server; of kernels.py's Jupyter and Kernel at once."""

    def __init__(self, server: Server, token: str | None) -> None:
        self.server, self.token = server, token

    def status(self):
        self._let_in()
        return {"started": self.server.started, "kernels": self.server.running}

    def request(self, path):
        return self.server.kernels.Answer(*self.server.answers[path])

    def read(self, path):
        self._let_in()
        if path not in self.server.files:
            raise self.server.kernels.Refused("status 404 (No such file)", 404)
        return self.server.files[path]

    def write(self, path, text):
        self._let_in()
        self.server.files[path] = text

    def start_kernel(self):
        self._let_in()
        self.server.running += 1
        return self

    def execute(self, code, *, within):
        assert within > 0
        self._let_in()
        return self.server.lets(code)

    def is_known(self):
        return self.server.knows()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.running -= 1

    def _let_in(self):
        if self.server.refusal is not None:
            raise self.server.refusal
        if not self.server.accepts(self.token):
            raise self.server.kernels.Refused("status 403 (Forbidden)", 403)


@pytest.fixture
def server(load):
    return Server(load("kernels"))


ON_CLAIM = {"persistentVolumeClaim": {"claimName": "notebooks"}}


def mounting(volume: dict[str, Any] | None, mount_path: str = "/home/jovyan") -> dict[str, Any]:
    """A Deployment as the API gives it, with this volume; without any, where it is None."""
    mounts = [{"name": "home", "mountPath": mount_path}]
    spec: dict[str, Any] = {"containers": [{"name": "jupyter", "volumeMounts": mounts}]}
    if volume is not None:
        spec["volumes"] = [{"name": "home", **volume}]
    return {"spec": {"template": {"spec": spec}}}


@pytest.fixture
def deployment():
    """`deployment()` mounts the claim as it should be; `deployment({"emptyDir": {}}, "/data")` does not."""
    return lambda volume=ON_CLAIM, mount_path="/home/jovyan": mounting(volume, mount_path)


@pytest.fixture
def where(server):
    """What the server's kernels say of their files: `where.mount = "/"`."""

    class Where:
        folder, mount = "/home/jovyan", "/home/jovyan"
        ran: list[str] = []

        def __call__(self, code: str) -> str:
            self.ran.append(code)
            return "" if "os.remove" in code else json.dumps([self.folder, self.mount]) + "\n"

    server.lets = own = Where()
    return own


@pytest.fixture
def look(run_program, server, load, monkeypatch):
    """`look("login", facts…, over=…)`: runs one of the programs against the server; waits take no time."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    def run(name: str, over: Any = None, **facts: Any) -> Any:
        found, program = load("server"), load(name)
        found.SETTLES_WITHIN = 0
        given = {**FACTS, **facts}
        return run_program(lambda check: program.main(check, server.open_server), facts=given, over=over)

    return run
