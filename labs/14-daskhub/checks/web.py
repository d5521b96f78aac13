"""HTTP as a browser or a program of a user's speaks it, at one address and for one host."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

#: Seconds: starting a server or a cluster keeps a hub busy for a moment.
TIMEOUT = 30.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    #: 0 when no answer came in time.
    status: int
    body: str = ""
    #: Names in small letters.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: What it sets, by name.
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        """The body, parsed; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def why(self) -> str:
        """One line for a person, without a full stop: `status 403 (Forbidden)`, `no answer in time`."""
        if self.status == 0:
            return "no answer in time"
        told = self.json if isinstance(self.json, dict) else {}
        # JupyterHub says `message`, Dask Gateway `error`.
        words = told.get("message") or told.get("error") or ""
        if not words and self.json is None and len(self.body.strip()) < 80:
            words = self.body.strip()
        return f"status {self.status}" + (f" ({words})" if words else "")


class Web:
    """A host behind an entry point that may be at another address, as the hosts of an ingress controller are."""

    def __init__(self, host: str, address: str, port: int) -> None:
        self.host = host
        self.address = address
        self.port = port

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
        within: float = TIMEOUT,
    ) -> Answer:
        """
        One request; redirects are answers.

        :param path: from the root of the host: `/hub/api/user`.
        :raises OSError: nothing answers at the entry point at all, which is not the student's doing.
        """
        connection = http.client.HTTPConnection(self.address, self.port, timeout=within)
        try:
            connection.connect()
            sent = None if body is None else body.encode()
            connection.request(method, path, body=sent, headers={"Host": self.host, **(headers or {})})
            return _read(connection.getresponse())
        except TimeoutError:
            return Answer(0)
        except http.client.HTTPException as error:
            raise ConnectionError(f"{self.address}:{self.port} speaks no HTTP: {error!r}") from error
        finally:
            connection.close()


def _read(response: http.client.HTTPResponse) -> Answer:
    cookies: dict[str, str] = {}
    for line in response.headers.get_all("set-cookie") or []:
        cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, response.read().decode(errors="replace"), headers, cookies)
