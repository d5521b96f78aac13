"""The voting app as its checks reach it: its pages as a browser does, its queue and its database as a client."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

CHOICES = ("coffee", "tea")
STREAM = "votes"
#: The database's Service.
DATABASE = "db"
#: Seconds that a page, the queue or the database may take for an answer.
PATIENCE = 5
#: The same, for whoever only looks.
LOOK_PATIENCE = 3
LARGEST_PAGE = 256 * 1024
VOTER = re.compile(r"(?:^|[ ;])voter=([0-9a-f]{32})(?:;|$)")
ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")

#: How many have voted for each choice.
Tally = dict[str, int]


class Answer(NamedTuple):
    """What a page answered; without a status nothing came, and `text` says why."""

    status: int | None
    text: str
    #: What the front end calls whoever asked, where it gave the cookie `voter`.
    voter: str | None = None


class Refused(Exception):
    """The database does not let in whom the Secret names."""


class App:
    """All parts of the app, from the facts that lab.yaml asks for; each is opened when it is first needed."""

    def __init__(self, namespace: str, facts: dict[str, Any]) -> None:
        self.namespace = namespace
        self.facts = facts

    @cached_property
    def vote(self) -> Page:
        return Page(self.facts["vote"])

    @cached_property
    def front(self) -> Door:
        return Door(self.facts["front"])

    @cached_property
    def result(self) -> Page:
        return Page(self.facts["result"])

    @cached_property
    def queue(self) -> Queue:
        return Queue(self.facts["queue"][0])

    @cached_property
    def database(self) -> Database:
        return Database(self.facts["database"][0], self.facts["secret"])

    def worker_log(self) -> str:
        """The last line that the worker said."""
        return last_line(self.namespace, self.facts["workers"][0]["name"])


class Page:
    """One of the two pages, by its host, through the ingress controller."""

    def __init__(self, ingress: dict[str, Any]) -> None:
        self.host: str = ingress["host"]
        self._address: str = ingress["address"]
        self._port: int = ingress["port"]

    def get(self, path: str = "/") -> Answer:
        return self._ask("GET", path, {})

    def cast(self, choice: str, voter: str | None = None) -> Answer:
        """Votes, as a form does; a new voter is one without the cookie."""
        cookie = {} if voter is None else {"Cookie": f"voter={voter}"}
        form = {"Content-Type": "application/x-www-form-urlencoded", **cookie}
        return self._ask("POST", "/", form, urllib.parse.urlencode({"choice": choice}))

    def tally(self) -> Tally | None:
        """The numbers that the page gives; None when it gives none."""
        return tally_of(self.get("/api/tally"))

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str | None = None) -> Answer:
        connection = http.client.HTTPConnection(self._address, self._port, timeout=PATIENCE)
        try:
            connection.connect()
        except OSError as error:
            where = f"{self._address}:{self._port}"
            raise ConnectionError(f"the ingress controller at {where} does not answer: {error}") from error
        try:
            connection.request(method, path, body, {"Host": self.host, **headers})
            response = connection.getresponse()
            text = response.read(LARGEST_PAGE).decode("utf-8", "replace")
            return Answer(response.status, text, voter_of(response.headers.get_all("Set-Cookie") or []))
        except TimeoutError:
            return Answer(None, f"no answer within {PATIENCE} s")
        except (OSError, http.client.HTTPException) as error:
            return Answer(None, str(error) or type(error).__name__)
        finally:
            connection.close()


class Door:
    """The Service of the front end, as other programs in the cluster reach it: past the ingress controller."""

    def __init__(self, service: dict[str, Any]) -> None:
        self.service: str = service["name"]
        self._address: str = service["address"]
        self._port: int = service["port"]

    def look(self) -> str | None:
        """Asks for the page, on a connection of its own, so that the Service chooses a pod anew; says what went wrong."""
        connection = http.client.HTTPConnection(self._address, self._port, timeout=LOOK_PATIENCE)
        try:
            connection.request("GET", "/", headers={"Host": self.service})
            response = connection.getresponse()
            response.read(LARGEST_PAGE)
            return None if response.status == 200 else f"status {response.status}"
        except (OSError, http.client.HTTPException):
            return "no answer"
        finally:
            connection.close()


def voter_of(cookies: list[str]) -> str | None:
    """The voter's name among the cookies of an answer, where there is one."""
    found = [match for match in map(VOTER.search, cookies) if match]
    return found[0][1] if found else None


def tally_of(answer: Answer) -> Tally | None:
    if answer.status != 200:
        return None
    try:
        counts = json.loads(answer.text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(counts, dict) or any(type(counts.get(choice)) is not int for choice in CHOICES):
        return None
    return {choice: counts[choice] for choice in CHOICES}


class Queue:
    """The stream that votes wait in."""

    def __init__(self, pod: dict[str, Any]) -> None:
        import redis  # of the image that this runs in; a test has none

        self._redis = redis.Redis(
            host=pod["address"],
            decode_responses=True,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
        )

    def put(self, voter: str, choice: str) -> str:
        """Returns the entry's number."""
        return self._redis.xadd(STREAM, {"voter": voter, "choice": choice})

    def remove(self, entry: str) -> None:
        self._redis.xdel(STREAM, entry)


class Database:
    """The table of votes: a row a voter."""

    def __init__(self, pod: dict[str, Any], secret: dict[str, str]) -> None:
        self.pod: str = pod["name"]
        self._address: str = pod["address"]
        self._secret = secret

    def rows(self) -> list[tuple[str, str]]:
        """All rows, as (voter, choice); none while there is no table yet."""
        import psycopg

        with self._connect() as connection:
            try:
                return connection.execute("SELECT voter, choice FROM votes").fetchall()
            except psycopg.errors.UndefinedTable:
                return []

    def forget(self, voter: str) -> None:
        """Takes a voter's row away, if there is one."""
        import psycopg

        with self._connect() as connection, contextlib.suppress(psycopg.errors.UndefinedTable):
            connection.execute("DELETE FROM votes WHERE voter = %s", [voter])

    def _connect(self) -> Any:
        import psycopg

        try:
            return psycopg.connect(
                host=self._address,
                user=self._secret["POSTGRES_USER"],
                password=self._secret["POSTGRES_PASSWORD"],
                dbname=self._secret["POSTGRES_DB"],
                connect_timeout=PATIENCE,
                autocommit=True,
            )
        except psycopg.OperationalError as error:
            # The protocol's client tells the reason for a refusal in words only.
            if "authentication failed" in str(error) or "does not exist" in str(error):
                raise Refused(str(error).strip().splitlines()[-1]) from error
            raise


def last_line(namespace: str, pod: str) -> str:
    """The last line of a pod's log; empty when it said nothing, or is gone."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    request = urllib.request.Request(
        f"https://{host}:{port}/api/v1/namespaces/{namespace}/pods/{pod}/log?tailLines=1",
        headers={"Authorization": f"Bearer {(ACCOUNT / 'token').read_text()}"},
    )
    trusted = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE, context=trusted) as response:
            return response.read().decode("utf-8", "replace").strip()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return ""
        raise
