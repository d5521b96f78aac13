"""A JupyterHub: its users, their tokens and their servers (https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html)."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from apiserver import ApiServer
from labctl import Program
from objects import Cluster, is_stuck, state_of
from web import Answer, Web

#: Seconds that a new Ingress may take to be in force.
SETTLES = 5
#: Seconds: a node that has not the image yet pulls half a gigabyte.
STARTS = 150
#: Seconds, longer than a check: what a killed labctl leaves ends by itself.
EXPIRES = 900


@dataclass(frozen=True)
class User:
    """A user of the hub."""

    #: As the hub calls them: in small letters.
    name: str
    password: str


@dataclass(frozen=True)
class Session:
    """A user with a token of theirs, which may do what the user may."""

    user: User
    token: str

    @property
    def header(self) -> str:
        """Says to the hub and to a server who asks."""
        return f"token {self.token}"

    @property
    def path(self) -> str:
        """Where the user's server is, with the slash at its end."""
        return f"/user/{quote(self.user.name, safe='')}/"


class Hub:
    """The hub of a host, with all that its proxy serves. A finding that ends the program is told where it is found."""

    def __init__(self, check: Program, web: Web, cluster: Cluster) -> None:
        self.check = check
        self.web = web
        self.cluster = cluster
        self.url = f"http://{web.host}"

    def ask(self, method: str, path: str, *, authorization: str | None = None, send: Any = None) -> Answer:
        """:param authorization: the whole header; left out: as somebody without a token."""
        headers = {"Content-Type": "application/json"}
        if authorization is not None:
            headers["Authorization"] = authorization
        body = None if send is None else json.dumps(send)
        return self.web.ask(method, path, headers=headers, body=body)

    def await_greeting(self) -> None:
        """Waits until the hub says its version."""
        answers: list[Answer] = []

        def greets() -> bool:
            answers.append(self.ask("GET", "/hub/api/"))
            told = answers[-1].json
            return isinstance(told, dict) and isinstance(told.get("version"), str)

        if self.check.wait(greets, within=SETTLES):
            return
        path, why = f"{self.url}/hub/api/", answers[-1].why
        unready = self.cluster.unready_deployment()
        self.check.fail(
            "hub-silent",
            object=f"Deployment/{unready}" if unready else f"Host/{self.web.host}",
            expected=f"a JupyterHub at {self.url}/",
            actual=why,
            message=f"{path} is not answered by a JupyterHub: {why}.",
            next=f"kubectl -n {self.check.namespace} get pods,ingress",
            cause={"deployment": unready} if unready else {"ingress": self.web.host, "path": "/hub/api/"},
        )

    @contextlib.contextmanager
    def session(self, user: User) -> Iterator[Session]:
        """Asks for a token with the user's password, as a program of theirs would, and gives it back."""
        path = f"/hub/api/users/{quote(user.name, safe='')}/tokens"
        auth = {"username": user.name, "password": user.password}
        send = {"auth": auth, "note": "labctl check", "expires_in": EXPIRES}
        answer = self.ask("POST", path, send=send)
        made = answer.json if isinstance(answer.json, dict) else {}
        if answer.status != 201 or not made.get("token"):
            self.check.fail(
                "no-token",
                object=f"User/{user.name}",
                expected=f"a token for {user.name}, who has the password",
                actual=answer.why,
                message=f"The hub gives {user.name} no token for the password in the Secret: {answer.why}. Does it know {user.name} by that name?",
                next=self._hub_log(),
            )
        session = Session(user, made["token"])
        try:
            yield session
        finally:
            # In an outage it ends by itself, and what there is to tell is what the check has stumbled over.
            with contextlib.suppress(OSError):
                self.ask("DELETE", f"{path}/{made['id']}", authorization=session.header)

    def start_servers(self, *sessions: Session) -> None:
        """
        Starts the users' servers where they do not run, all at once, and waits until the hub calls them ready. They
        go on running, as after any login.
        """
        waiting = [each for each in sessions if self._is_ready(each) is not True]
        failed = []
        for session in list(waiting):
            refused = self._begin(session)
            if refused is not None:
                waiting.remove(session)
                failed.append((session, refused))

        def settled() -> bool:
            for session in list(waiting):
                ready = self._is_ready(session)
                if ready is True:
                    waiting.remove(session)
                # A server that is no longer among the user's has failed.
                elif ready is None or is_stuck(self.cluster.pod_of_user(session.user.name)):
                    waiting.remove(session)
                    failed.append((session, None))
            return not waiting

        self.check.wait(settled, within=STARTS, every=1)
        for session, why in [*failed, *((each, None) for each in waiting)]:
            self._tell_not_started(session, why)
        if failed or waiting:
            self.check.stop()

    def _begin(self, session: Session) -> str | None:
        """Why the hub does not even begin; None when it does."""
        self.check.announce(f"starting the server of {session.user.name}")
        answer = self.ask("POST", f"{self._api(session)}/server", authorization=session.header)
        # 400: it runs, or is about to.
        return None if answer.status in (201, 202, 400) else answer.why

    def _is_ready(self, session: Session) -> bool | None:
        """None where the user has no server."""
        user = self.ask("GET", self._api(session), authorization=session.header).json
        if not isinstance(user, dict) or "name" not in user:
            return False
        server = (user.get("servers") or {}).get("")
        return None if server is None else server.get("ready") is True

    def _last_word(self, session: Session) -> str:
        """What the hub says of a server's start."""
        path = f"{self._api(session)}/server/progress"
        answer = self.ask("GET", path, authorization=session.header)
        return last_message(answer.body) or "no word from the hub"

    def _tell_not_started(self, session: Session, why: str | None) -> None:
        """:param why: what the hub said at once; where there is nothing, its pod or the hub's log of the start knows."""
        name = session.user.name
        told = dict(object=f"User/{name}", expected=f"a server of {name}'s own, ready")
        pod = None if why else self.cluster.pod_of_user(name)
        if pod is None:
            why = why or self._last_word(session)
            message = f"The server of {name} does not start: {why}."
            self.check.finding(
                "server-not-started", actual=why, message=message, next=self._hub_log(), **told
            )
            return
        told["object"] = f"Pod/{pod['metadata']['name']}"
        cause = {"pod": pod["metadata"]["name"]}
        message = f"The server of {name} does not start."
        self.check.finding("server-not-started", actual=state_of(pod), message=message, cause=cause, **told)

    def _api(self, session: Session) -> str:
        return f"/hub/api/users/{quote(session.user.name, safe='')}"

    def _hub_log(self) -> str:
        return f"kubectl -n {self.check.namespace} logs deployment/hub --tail 20"


def last_message(events: str) -> str | None:
    """The last one of a hub's server-sent events that has words."""
    told = [json.loads(data) for data in re.findall(r"^data: (\{.*\})$", events, re.MULTILINE)]
    words = [each["message"] for each in told if each.get("message")]
    return words[-1].rstrip(".") if words else None


def open_hub(check: Program) -> Hub:
    """The hub at the host that labctl has found."""
    door = check.facts["hub"]
    return Hub(check, Web(door["host"], door["address"], door["port"]), Cluster(check.namespace, ApiServer()))


#: How a program comes to its hub.
Open = Callable[[Program], Hub]


def two_users(check: Program) -> tuple[User, User]:
    """The first two users of the Secret, by their names, each with a password of their own."""
    # An editor's newline at the end of a file is no part of a password.
    users = sorted(
        (User(key.lower(), value.strip()) for key, value in check.facts["users"].items()),
        key=lambda user: user.name,
    )
    secret = check.given["secret"]

    def refuse(reason: str, expected: str, actual: str, message: str) -> None:
        next = f"kubectl -n {check.namespace} describe secret {secret}"
        told = dict(expected=expected, actual=actual, message=message, next=next)
        check.fail(reason, object=f"Secret/{secret}", path="data", **told)

    if len(users) < 2:
        there = ", ".join(user.name for user in users)
        named = f"only {there}" if there else "nobody"
        message = f"Secret {secret} names {named}: two users are asked for, each a key with a password as its value."
        refuse("too-few-users", "two users", there or "none", message)
    first, second = users[:2]
    for user in (first, second):
        if user.password == "":
            message = (
                f"The password of {user.name} in Secret {secret} is empty, and with that nobody gets in."
            )
            refuse("empty-password", "a password for each user", "an empty one", message)
    if first.password == second.password:
        message = f"In Secret {secret}, {first.name} and {second.name} have the same password: each is asked to have one of their own."
        refuse("same-password", "a password for each user", "one for both", message)
    return first, second
