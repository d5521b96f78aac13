"""Kubernetes' API, as a pod speaks it that has a token."""

from __future__ import annotations

import http.client
import json
import os
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

_CREDENTIALS = Path("/var/run/secrets/kubernetes.io/serviceaccount")
#: Seconds.
_TIMEOUT = 20.0
#: A websocket's message begins with the number of its stream: https://kubernetes.io/docs/reference/using-api/api-concepts/
_STDOUT, _STATUS = 1, 3


class ApiServer:
    """:raises OSError: where it does not answer, or not as asked: what cannot be seen is nobody's fault."""

    def get(self, path: str) -> dict[str, Any] | None:
        """The object or list at a path; None where there is none."""
        host, port = _address()
        connection = http.client.HTTPSConnection(host, port, timeout=_TIMEOUT, context=_trust())
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {_token()}"})
            answer = connection.getresponse()
            told = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise OSError(f"the API server says {answer.status} to {path}: {told.get('message')}")
        return dict(told)

    def run(self, path: str, command: Sequence[str]) -> str | None:
        """What a command writes to its standard output; None where it ends with an error. :param path: of `…/exec`."""
        import asyncio

        return asyncio.run(_run(path, command))


async def _run(path: str, command: Sequence[str]) -> str | None:
    from tornado.httpclient import HTTPRequest
    from tornado.websocket import websocket_connect

    host, port = _address()
    query = urlencode([("stdout", "true"), *(("command", each) for each in command)])
    request = HTTPRequest(
        f"wss://{host}:{port}{path}?{query}",
        headers={"Authorization": f"Bearer {_token()}"},
        ssl_options=_trust(),
        connect_timeout=_TIMEOUT,
    )
    socket = await websocket_connect(request, subprotocols=["v4.channel.k8s.io"])
    output = b""
    status: dict[str, Any] = {}
    while (message := await socket.read_message()) is not None:
        if message[0] == _STDOUT:
            output += message[1:]
        elif message[0] == _STATUS:
            status = json.loads(message[1:])
    return output.decode(errors="replace") if status.get("status") == "Success" else None


def _address() -> tuple[str, int]:
    return os.environ["KUBERNETES_SERVICE_HOST"], int(os.environ.get("KUBERNETES_SERVICE_PORT", "443"))


def _token() -> str:
    return (_CREDENTIALS / "token").read_text().strip()


def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(_CREDENTIALS / "ca.crt"))
