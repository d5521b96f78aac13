"""A kernel of a user's Jupyter server, used as JupyterLab uses it (https://jupyter-client.readthedocs.io/en/stable/messaging.html)."""

from __future__ import annotations

import contextlib
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from hub import Hub, Session

#: Seconds: a kernel's process has to import its parts first; on a busy machine that takes its time.
OPENS = 45.0


@dataclass(frozen=True)
class Executed:
    """How an execution ended."""

    #: What was written to standard output.
    output: str = ""
    #: `ZeroDivisionError: division by zero`, or what became of the kernel; None where all went well.
    why: str | None = None

    def told(self, mark: str) -> Any:
        """What the code printed as JSON behind a mark; None where it did not."""
        lines = [line for line in self.output.split("\n") if line.startswith(mark)]
        return json.loads(lines[0][len(mark) :]) if lines and self.why is None else None


class Hearing:
    """Takes in a kernel's messages about one request; others, and those that nobody needs, are passed over."""

    def __init__(self, request: str) -> None:
        self.request = request
        self.output = ""
        self.error: str | None = None
        #: Whether there is nothing more to come.
        self.is_over = False

    def take(self, text: str) -> None:
        message = json.loads(text)
        kind, content = message["header"]["msg_type"], message["content"]
        own = message["parent_header"].get("msg_id") == self.request
        if kind == "status" and content["execution_state"] in ("restarting", "autorestarting", "dead"):
            self.error = "the kernel's process ended by itself (does it have memory enough?)"
            self.is_over = True
        elif not own:
            return
        elif kind == "stream" and content["name"] == "stdout":
            self.output += content["text"]
        elif kind == "error":
            self.error = f"{content['ename']}: {content['evalue']}"
        elif kind == "status" and content["execution_state"] == "idle":
            self.is_over = True

    @property
    def executed(self) -> Executed:
        return Executed(self.output, self.error)


def execute_request(request: str, code: str) -> str:
    """The message that asks a kernel to run code."""
    header = {"msg_id": request, "msg_type": "execute_request", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}}
    message = {
        "channel": "shell",
        "header": {**header, "session": uuid.uuid4().hex, "username": "labctl", "date": ""},
        "parent_header": {},
        "metadata": {},
        "content": {**content, "allow_stdin": False, "stop_on_error": True},
        "buffers": [],
    }
    return json.dumps(message)


async def converse(socket: Any, code: str, within: float) -> Executed:
    """Sends code and hears until the kernel is idle again. :param socket: as Tornado's. :param within: seconds."""
    import asyncio

    hearing = Hearing(uuid.uuid4().hex)
    until = time.monotonic() + within
    await socket.write_message(execute_request(hearing.request, code))
    while not hearing.is_over:
        try:
            text = await asyncio.wait_for(socket.read_message(), max(0.0, until - time.monotonic()))
        except asyncio.TimeoutError:
            return Executed(hearing.output, f"the kernel was not done after {within:g} s")
        if text is None:
            return Executed(hearing.output, "the connection to the kernel was closed")
        hearing.take(text)
    return hearing.executed


class Kernel:
    """A running kernel: what one execution defines, the next one knows."""

    def __init__(self, hub: Hub, session: Session, id: str) -> None:
        self.hub = hub
        self.session = session
        self.path = f"{session.path}api/kernels/{id}"

    def execute(self, code: str, *, within: float) -> Future[Executed]:
        """Runs code, while the caller may look elsewhere. :param within: seconds until it has to be done."""
        future: Future[Executed] = Future()

        def work() -> None:
            import asyncio

            try:
                future.set_result(asyncio.run(self._execute(code, within)))
            except BaseException as error:
                future.set_exception(error)

        # A thread that nobody waits for when the program ends.
        threading.Thread(target=work, daemon=True).start()
        return future

    async def _execute(self, code: str, within: float) -> Executed:
        from tornado.httpclient import HTTPClientError, HTTPRequest
        from tornado.websocket import websocket_connect

        web = self.hub.web
        request = HTTPRequest(
            f"ws://{web.address}:{web.port}{self.path}/channels",
            headers={"Host": web.host, "Authorization": self.session.header},
            connect_timeout=OPENS,
            request_timeout=OPENS,
        )
        try:
            socket = await websocket_connect(request)
        except HTTPClientError as error:
            return Executed(why=f"status {error.code} ({error.message})")
        try:
            return await converse(socket, code, within)
        finally:
            socket.close()


@contextlib.contextmanager
def start_kernel(hub: Hub, session: Session) -> Iterator[Kernel]:
    """A kernel in a user's server, removed at the end. A server that starts none ends the program."""
    name = session.user.name
    path = f"{session.path}api/kernels"
    headers = {"Content-Type": "application/json", "Authorization": session.header}
    answer = hub.web.ask("POST", path, headers=headers, body='{"name": "python3"}', within=OPENS)
    made = answer.json if isinstance(answer.json, dict) else {}
    if answer.status != 201 or not made.get("id"):
        hub.check.fail(
            "no-kernel",
            object=f"User/{name}",
            expected="a kernel",
            actual=answer.why,
            message=f"The server of {name} starts no kernel: {answer.why}.",
            next=f"kubectl -n {hub.check.namespace} get pods --selector component=singleuser-server",
        )
    try:
        yield Kernel(hub, session, made["id"])
    finally:
        with contextlib.suppress(OSError):
            hub.web.ask("DELETE", f"{path}/{made['id']}", headers=headers, within=OPENS)


#: How a program comes to its kernel.
Start = Callable[[Hub, Session], contextlib.AbstractContextManager[Kernel]]
