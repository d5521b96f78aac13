"""
A Jupyter server, used from outside as JupyterLab in a browser uses it: its API, its files, its kernels.

What a student can cause (no answer in time, a refusal, a kernel that fails) is raised as `Refused`. Where nobody
listens at the door itself, that is an outage, and an OSError.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
import uuid
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any, NamedTuple
from urllib.parse import quote

#: Seconds that a request may take; a kernel's process has to import its parts first, which takes its time.
ANSWERS_WITHIN = 10.0
KERNEL_WITHIN = 45.0


class Refused(Exception):
    """Says why, in one line without a full stop: `status 403 (Forbidden)`, `ZeroDivisionError: division by zero`."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        #: Of the answer, where one came at all; it may be the ingress controller's (404, 502, 503).
        self.status = status


class KernelEnded(Refused):
    """The process of a kernel is gone, and nobody has ended it."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


class Jupyter:
    """Opens nothing yet: what cannot be reached is told by the first question."""

    def __init__(self, door: dict[str, Any], token: str | None = None) -> None:
        """
        :param door: the fact `ingress`: the host, and where the ingress controller answers for it.
        :param token: goes with every request; without one it is asked as somebody who has none.
        """
        self.address, self.port = door["address"], door["port"]
        # A server asks no XSRF cookie of who brings a token:
        # https://jupyter-server.readthedocs.io/en/latest/operators/security.html
        self.headers = {"Host": door["host"]}
        if token is not None:
            self.headers["Authorization"] = f"token {token}"

    def request(
        self, path: str, *, method: str = "GET", send: Any = None, within: float = ANSWERS_WITHIN
    ) -> Answer:
        """One request, redirects not followed; whatever status it has. :param path: below the root, `lab`."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=within)
        body = None if send is None else json.dumps(send)
        try:
            connection.request(method, f"/{path}", body, {**self.headers, "Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
            return Answer(response.status, {key.lower(): value for key, value in response.getheaders()}, text)
        except socket.timeout:
            raise Refused("no answer in time") from None
        except http.client.HTTPException as error:
            raise Refused(f"no proper answer ({type(error).__name__})") from None
        finally:
            connection.close()

    def status(self) -> dict[str, Any]:
        """What the server says of itself (`started`, `kernels`), which needs the token."""
        return self._ask("api/status", gives="started")

    def read(self, path: str) -> str:
        """A file's text, a notebook's JSON included. :param path: below the server's root folder."""
        file = self._ask(f"api/contents/{quote(path)}?type=file&format=text&content=1", gives="content")
        return str(file["content"])

    def write(self, path: str, text: str) -> None:
        """Writes a text file, over one that is there."""
        send = {"type": "file", "format": "text", "content": text}
        self._ask(f"api/contents/{quote(path)}", method="PUT", send=send)

    def start_kernel(self) -> Kernel:
        """A Python kernel in the server's root folder. As a context manager it is removed at the end."""
        started = self._ask(
            "api/kernels", method="POST", send={"name": "python3"}, gives="id", within=KERNEL_WITHIN
        )
        return Kernel(self, started["id"])

    def execute(self, code: str, *, within: float) -> str:
        """Runs code in a kernel of its own; gives what it wrote."""
        with self.start_kernel() as kernel:
            return kernel.execute(code, within=within)

    def _ask(self, path: str, *, gives: str | None = None, **request: Any) -> dict[str, Any]:
        answer = self.request(path, **request)
        if not 200 <= answer.status <= 299:
            raise Refused(f"status {answer.status}{in_words(answer.text)}", answer.status)
        value = as_json(answer.text)
        if gives is None:
            return {}
        if not isinstance(value, dict) or gives not in value:
            raise Refused(f"status {answer.status}, but not what a Jupyter server says", answer.status)
        return value


class Kernel:
    """What one execution defines, the next one knows."""

    def __init__(self, server: Jupyter, kernel_id: str) -> None:
        self.server, self.path = server, f"api/kernels/{kernel_id}"

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *_: Any) -> None:
        # What it was needed for is over, and the server ends it when it ends itself.
        with suppress(Refused):
            self.server.request(self.path, method="DELETE", within=KERNEL_WITHIN)

    def is_known(self) -> bool:
        """Whether the server that answers now has it: kernels live in one server's memory, another has none of them."""
        return self.server.request(self.path).status != 404

    def execute(self, code: str, *, within: float) -> str:
        """
        What the code wrote to standard output, and the values of last expressions as text, in their order.

        :param within: seconds until the kernel has to be idle again.
        """
        return asyncio.run(self._execute(code, within))

    async def _execute(self, code: str, within: float) -> str:
        from tornado.httpclient import HTTPClientError, HTTPRequest
        from tornado.websocket import websocket_connect

        url = f"ws://{self.server.address}:{self.server.port}/{self.path}/channels"
        timeouts = {"connect_timeout": KERNEL_WITHIN, "request_timeout": KERNEL_WITHIN}
        try:
            line = await websocket_connect(HTTPRequest(url, headers=self.server.headers, **timeouts))
        except HTTPClientError as error:
            raise Refused(f"status {error.code} for the kernel's websocket", error.code) from None
        try:
            talk = Talk()
            await line.write_message(json.dumps(talk.request(code)))
            until = time.monotonic() + within
            while not talk.is_over:
                text = await asyncio.wait_for(line.read_message(), max(0, until - time.monotonic()))
                if text is None:
                    raise Refused("the connection to the kernel was closed")
                talk.hear(json.loads(text))
            return talk.output
        except asyncio.TimeoutError:
            raise Refused(f"the kernel was not done after {within:.0f} s") from None
        finally:
            line.close()


class Talk:
    """
    One execute_request and what comes of it, until the kernel is idle again:
    https://jupyter-client.readthedocs.io/en/stable/messaging.html
    """

    def __init__(self) -> None:
        self.id = uuid.uuid4().hex
        self.output = ""
        self.is_over = False
        self._error: str | None = None

    def request(self, code: str) -> dict[str, Any]:
        header = {"msg_id": self.id, "msg_type": "execute_request", "version": "5.3"}
        header.update(
            session=uuid.uuid4().hex, username="labctl", date=datetime.now(timezone.utc).isoformat()
        )
        content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}}
        content.update(allow_stdin=False, stop_on_error=True)
        message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}}
        return {**message, "content": content, "buffers": []}

    def hear(self, message: dict[str, Any]) -> None:
        """Takes in one message; those about another request, and those that nobody needs, are passed over."""
        kind, content = message["header"]["msg_type"], message["content"]
        state = content.get("execution_state") if kind == "status" else None
        # The server tells so of a process that ended by itself, whoever asked it last.
        if state in ("restarting", "autorestarting", "dead"):
            raise KernelEnded("the kernel's process ended by itself (does it have memory enough?)")
        if message["parent_header"].get("msg_id") != self.id:
            return
        if kind == "stream" and content["name"] == "stdout":
            self.output += content["text"]
        elif kind in ("execute_result", "display_data"):
            self.output += content["data"].get("text/plain", "") + "\n"
        elif kind == "error":
            self._error = f"{content['ename']}: {content['evalue']}"
        elif state == "idle":
            self.is_over = True
            if self._error is not None:
                raise Refused(self._error)


def as_json(text: str) -> Any:
    """None for what is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def in_words(text: str) -> str:
    """A refusal's own words in brackets, where there are any that fit into a line."""
    value = as_json(text)
    said = value.get("message") if isinstance(value, dict) else None
    words = said if said else text.strip()
    return f" ({words})" if words and len(words) < 80 else ""
