"""Asks the model server, as programs do."""

from __future__ import annotations

import http.client
import json
from time import monotonic, sleep
from typing import Any, NamedTuple

#: Bytes of an answer that are read.
LIMIT = 4000


class Reply(NamedTuple):
    #: None: nothing came, and the text says why.
    status: int | None
    text: str

    def words(self) -> str:
        if self.status is None:
            return f"nothing ({self.text})"
        return f"status {self.status} with {self.text[:120].strip() or 'an empty body'}"


def ask(service: dict[str, Any], path: str, body: Any = None, timeout: float = 5) -> Reply:
    """A GET, or a POST of what goes into JSON; on a connection of its own, so that the Service chooses anew."""
    connection = http.client.HTTPConnection(service["address"], service["port"], timeout=timeout)
    try:
        if body is None:
            connection.request("GET", path)
        else:
            connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        answer = connection.getresponse()
        return Reply(answer.status, answer.read(LIMIT).decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException) as error:
        return Reply(None, type(error).__name__)
    finally:
        connection.close()


#: GET /model is asked so many times in a row; right after an update an old pod may still answer now and then.
TIMES = 6
#: Seconds: longer than most pods take to end.
SETTLES_WITHIN = 60


def served_version(check: Any, versions: list[str]) -> str:
    """Which of the versions the Service `model` says that it serves; ends the check where it names none of them."""
    until = monotonic() + SETTLES_WITHIN
    while True:
        replies = [ask(check.facts["model"], "/model") for _ in range(TIMES)]
        names = {version_in(reply) for reply in replies}
        if len(names) == 1 or monotonic() > until:
            break
        sleep(1)
    for reply in replies:
        if version_in(reply) not in versions:
            names_none(check, versions, reply)
    if len(names) > 1:
        takes_turns(check, sorted(str(name) for name in names))
    return str(names.pop())


def version_in(reply: Reply) -> str | None:
    try:
        version = json.loads(reply.text)["version"] if reply.status == 200 else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return version if isinstance(version, str) and version else None


def names_none(check: Any, versions: list[str], reply: Reply) -> None:
    service, expected, version = check.facts["model"]["name"], " or ".join(versions), version_in(reply)
    if version is not None:
        why = f"names {version[:60]}"
    elif reply.status is None:
        why = f"is not answered: {reply.text}"
    else:
        why = f"answers with {reply.words()}"
    check.fail(
        "version-not-named" if version is None else "another-version",
        object=f"Service/{service}",
        path="GET /model",
        expected=f"the version {expected}",
        actual=version[:60] if version else f"status {reply.status or 'none'}",
        message=f"GET /model of Service {service} {why}; it has to name the version that is served, {expected}.",
        next=f"kubectl -n {check.namespace} get pods,endpointslices",
        cause={"service": service} if reply.status is None else None,
    )


def takes_turns(check: Any, names: list[str]) -> None:
    service = check.facts["model"]["name"]
    check.fail(
        "two-versions",
        object=f"Service/{service}",
        path="GET /model",
        expected="one version",
        actual=" and ".join(names),
        message=f"GET /model of Service {service} names now {', now '.join(names)}: whoever asks does not know which model answers.",
        next=f"kubectl -n {check.namespace} get pods,endpointslices -o wide",
    )
