"""What a vote and a tally are, and a tally that rests: what every check of the voting app begins with."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from app import CHOICES, App, Page, Tally
from labctl import Program

# Seconds.
#: What was just made may not answer yet, and a database takes a moment to start.
ANSWERS_WITHIN = 15
#: A vote waits for a second before the worker writes it; this is longer.
REST = 2.5
RESTS_WITHIN = 20
LOOK_EVERY = 0.5


class Ballot(NamedTuple):
    """One person's vote, as it has to stand in the end."""

    #: What the front end calls this person, in the cookie `voter`.
    voter: str
    choice: str


def described(tally: Tally) -> str:
    """Gives "coffee 20, tea 17"."""
    return ", ".join(f"{choice} {tally.get(choice, 0)}" for choice in CHOICES)


def plus(tally: Tally, ballots: Iterable[Ballot]) -> Tally:
    """A tally with ballots of voters who have not voted before."""
    counts = Counter(tally)
    counts.update(choice for _, choice in ballots)
    return dict(counts)


def same(one: Tally | None, other: Tally | None) -> bool:
    """Whether both are there, and say the same of each choice."""
    if one is None or other is None:
        return False
    return all(one.get(choice, 0) == other.get(choice, 0) for choice in {*one, *other})


def at_rest(check: Program, app: App) -> Tally:
    """
    The tally, once both pages answer and no vote is on its way any more; a page that does not answer ends the check.
    A page whose numbers never rest is one that counts something else.
    """
    check.wait(lambda: answers(app.vote) and app.result.tally() is not None, within=ANSWERS_WITHIN)
    if not answers(app.vote):
        silent(check, app.vote, "/")
    if app.result.tally() is None:
        silent(check, app.result, "/api/tally")
    last: Tally | None = None
    since = begun = time.monotonic()
    while time.monotonic() < begun + RESTS_WITHIN:
        tally = app.result.tally()
        if not same(tally, last):
            last, since = tally, time.monotonic()
        elif last is not None and time.monotonic() - since >= REST:
            return last
        time.sleep(LOOK_EVERY)
    return restless(check, app.result.host)


def answers(page: Page) -> bool:
    return page.get("/").status == 200


def silent(check: Program, page: Page, path: str) -> None:
    status, text, _ = page.get(path)
    actual = text if status is None else f"status {status}: {text[:80].strip()}"
    url = f"http://{page.host}{path}"
    check.fail(
        "page-silent",
        object=f"Host/{page.host}",
        expected=f"the page at {url}" if path == "/" else f"the tally at {url}",
        actual=actual,
        message=f"{url} does not answer as it should: {actual}.",
        next=f"kubectl -n {check.namespace} get pods,services,endpointslices,ingress",
        cause={"ingress": page.host, "path": path},
    )


def restless(check: Program, host: str) -> Tally:
    check.fail(
        "tally-never-rests",
        object=f"Host/{host}",
        expected="a tally that changes when somebody votes",
        actual=f"it keeps changing, or goes away, for {RESTS_WITHIN} s",
        message=f"The tally of {host} does not come to rest within {RESTS_WITHIN} s, though labctl has not voted. "
        "Does somebody else vote, or is it no tally of votes?",
        next=f"kubectl -n {check.namespace} logs deployment/result",
    )
    raise AssertionError("the check has ended")
