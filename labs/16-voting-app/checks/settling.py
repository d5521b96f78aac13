"""Whether votes have been counted: the tally rises by exactly these ballots, on the page and in the database."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Callable, NamedTuple

from app import DATABASE, App, Refused, Tally
from labctl import Program
from votes import LOOK_EVERY, Ballot, described, plus, same

# Seconds.
SETTLES_WITHIN = 60
#: A tally that has not moved for so long does not move any more.
QUIET = 15
#: Longer than a vote waits for the worker: what is counted twice is counted by then.
HOLD = 2


class Cause(NamedTuple):
    """Why votes are not where they ought to be."""

    reason: str
    message: str
    next: str
    #: What is there instead; the numbers, where it is not said.
    actual: str | None = None


class Settling(NamedTuple):
    """What is awaited."""

    #: At rest, before the ballots were cast.
    before: Tally
    #: Of new voters.
    ballots: Sequence[Ballot]
    #: What labctl did meanwhile: "the worker's pod was deleted".
    during: str | None = None

    @property
    def expected(self) -> Tally:
        return plus(self.before, self.ballots)


def settle(check: Program, app: App, settling: Settling, why: Callable[[], Cause]) -> None:
    """
    Waits until the tally is what it has to be and stays there; where it does not, the finding says what is there.

    :param why: asked where votes are missing.
    """
    if comes_to(app, settling.expected):
        time.sleep(HOLD)
    page = app.result.tally()
    rows = stored(check, app)
    held = dict(Counter(choice for _, choice in rows))
    if not same(page, held):
        check.fail(**other_numbers(check.namespace, app.result.host, page, held))
    finding = other_votes(settling, rows, why, app.vote.host)
    if finding is not None:
        check.fail(**finding)


def from_before(check: Program, during: str) -> Settling:
    """What the programs before this one have cast."""
    ballots = [Ballot(*ballot) for ballot in check.before["ballots"]]
    return Settling(check.before["tally"], ballots, during)


def comes_to(app: App, expected: Tally) -> bool:
    """Whether the page comes to show it; given up when nothing moves any more."""
    last: Tally | None = None
    since = begun = time.monotonic()
    while time.monotonic() < begun + SETTLES_WITHIN:
        tally = app.result.tally()
        if same(tally, expected):
            return True
        if not same(tally, last):
            last, since = tally, time.monotonic()
        elif time.monotonic() - since >= QUIET:
            return False
        time.sleep(LOOK_EVERY)
    return False


def stored(check: Program, app: App) -> list[tuple[str, str]]:
    """The database's rows; that it does not let in whom the Secret names ends the check."""
    try:
        return app.database.rows()
    except Refused as error:
        check.fail(
            "database-refuses",
            object=f"Service/{DATABASE}",
            expected="a database that lets in whom the Secret db names",
            actual=str(error),
            message=f"The database in pod {app.database.pod} does not let in whom the Secret db names: {error}. "
            "A database keeps the user and the password that it was made with.",
            next=f"kubectl -n {check.namespace} get secret db -o yaml",
        )
        raise


def other_numbers(namespace: str, host: str, page: Tally | None, held: Tally) -> dict[str, Any]:
    if page is None:
        told = f"{host} gives no tally any more, while the database holds {described(held)}."
    else:
        told = f"{host} shows {described(page)}, but the database holds {described(held)}: the page does not show what is stored there."
    return {
        "reason": "page-differs-from-database",
        "object": f"Host/{host}",
        "expected": f"the numbers of the database: {described(held)}",
        "actual": "no tally" if page is None else described(page),
        "message": told,
        "next": f"kubectl -n {namespace} logs deployment/result",
    }


def other_votes(
    settling: Settling, rows: Sequence[tuple[str, str]], why: Callable[[], Cause], host: str
) -> dict[str, Any] | None:
    """None where the database holds exactly the ballots, beside what it held before."""
    expected, ballots = settling.expected, settling.ballots
    held = dict(Counter(choice for _, choice in rows))
    known = set(rows)
    wrong = [ballot for ballot in ballots if tuple(ballot) not in known]
    more = sum(held.values()) - sum(expected.values())
    if not wrong and same(held, expected):
        return None
    cause = why()
    reason = cause.reason
    if wrong:
        text = f"{len(wrong)} of {len(ballots)} votes that {host} has taken are not in the database as they were cast. {cause.message}"
    elif more < 0:
        text = f"{-more} votes that the database held before are gone. {cause.message}"
    else:
        reason = "counted-twice"
        text = f"the database holds {more} votes more than were cast: somebody was counted twice, or has voted beside labctl."
    if settling.during is not None:
        text = f"while {settling.during}: {text}"
    return {
        "reason": reason,
        "object": f"Service/{DATABASE}",
        "expected": described(expected),
        "actual": described(held),
        "message": text[0].upper() + text[1:],
        "next": cause.next,
    }


def worker_cause(check: Program, app: App) -> Cause:
    """Why the worker does not get votes into the database: it asks a name that nobody has, or says why itself."""
    said = app.worker_log()
    told = f"The last line of its log: {said}." if said else "Its log is empty."
    show = f"kubectl -n {check.namespace} logs deployment/worker"
    wrong = unknown_host(check.facts["worker"], check.facts["services"])
    if wrong is None:
        message = f"Deployment worker is running, but does not get it there. {told}"
        return Cause("worker-does-not-deliver", message, show, said or "silence")
    message = (
        f"The worker cannot reach the database: DATABASE_HOST of Deployment worker is {wrong}, and there is no Service "
        f"{wrong} in namespace {check.namespace}; the database's Service is {DATABASE}. {told}"
    )
    return Cause("database-host-unknown", message, show, "a name that leads nowhere")


def unknown_host(worker: dict[str, Any], services: Sequence[dict[str, Any]]) -> str | None:
    """The host that the worker looks for, where it is a name of its own namespace that no Service has."""
    names = {service["metadata"]["name"] for service in services}
    containers = worker["spec"]["template"]["spec"]["containers"]
    settings = [setting for container in containers for setting in container.get("env") or []]
    hosts = [setting.get("value", "") for setting in settings if setting["name"] == "DATABASE_HOST"]
    return next((host for host in hosts if host and "." not in host and host not in names), None)
