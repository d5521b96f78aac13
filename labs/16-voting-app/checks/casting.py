"""Voting as browsers do, through the front door: as new voters, at random, and some once more."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, NamedTuple

from app import CHOICES, Answer, App
from labctl import Program
from votes import Ballot

#: Votes that are under way at the same time.
LANES = 4
#: Seconds that a disturbance may take.
OVER_WITHIN = 330


class Cast(NamedTuple):
    """A vote, and what the front end answered to it."""

    choice: str
    answer: Answer
    #: Who has voted, as far as that is known.
    voter: str | None

    @property
    def accepted(self) -> bool:
        return self.answer.status is not None and self.answer.status < 400


def as_new_voters(
    check: Program,
    app: App,
    *,
    votes: int,
    per_second: float,
    after: Callable[[int], None] | None = None,
    until_over: bool = False,
) -> list[Cast]:
    """
    Votes so often, each time as a new voter; a coin is thrown for each vote.

    :param after: is told how many have been answered, after each; never twice the same number.
    :param until_over: goes on until labctl's disturbance is over.
    """
    started = time.monotonic()
    places = itertools.count()
    casts: list[Cast] = []
    counting, over = threading.Lock(), threading.Event()

    def lane() -> None:
        for place in places:
            if place >= votes and (over.is_set() or not until_over):
                return
            time.sleep(max(0.0, started + place / per_second - time.monotonic()))
            choice = random.Random(f"{check.nonce}/{place}").choice(CHOICES)
            answer = app.vote.cast(choice)
            with counting:
                casts.append(Cast(choice, answer, answer.voter))
                if after is not None:
                    after(len(casts))

    with ThreadPoolExecutor(LANES) as lanes:
        running = [lanes.submit(lane) for _ in range(LANES)]
        try:
            if until_over:
                hear_over(check, lambda: all(each.done() for each in running))
        finally:
            over.set()
    for each in running:
        each.result()
    return casts


def hear_over(check: Program, is_in_vain: Callable[[], bool] = lambda: False) -> dict[str, Any]:
    """What labctl did, once its disturbance is over; waits no longer where nobody does what it waits for any more."""
    until = time.monotonic() + OVER_WITHIN
    while check.over(within=1) is None:
        if is_in_vain():
            return {}
        if time.monotonic() >= until:
            check.error(f"The disturbance was not over within {OVER_WITHIN} s.")
    return check.over() or {}


def once_more(app: App, ballots: Iterable[Ballot]) -> list[Cast]:
    """The same voters change their mind."""
    casts = []
    for voter, choice in ballots:
        other = next(each for each in CHOICES if each != choice)
        casts.append(Cast(other, app.vote.cast(other, voter), voter))
    return casts


def judged(check: Program, app: App, casts: Sequence[Cast]) -> list[Ballot]:
    """The ballots, where each vote was taken and each voter has a name of their own; else a finding ends the check."""
    refused = [cast for cast in casts if not cast.accepted]
    if refused:
        check.fail(**not_taken(check.namespace, app.vote.host, refused, len(casts)))
    ballots = [Ballot(cast.voter, cast.choice) for cast in casts if cast.voter is not None]
    names = len({ballot.voter for ballot in ballots})
    if names < len(casts):
        check.fail(**not_told_apart(check.namespace, app.vote.host, names, len(casts)))
    return ballots


def not_taken(namespace: str, host: str, refused: Sequence[Cast], of: int) -> dict[str, Any]:
    kinds = Counter(
        answer.text if answer.status is None else f"status {answer.status}" for _, answer, _ in refused
    )
    count = f"{len(refused)} of {of} votes"
    return {
        "reason": "votes-refused",
        "object": f"Host/{host}",
        "expected": f"every vote is taken by http://{host}/",
        "actual": f"{count} were not: {', '.join(kinds)}",
        "message": f"{count} were not taken by {host} ({', '.join(kinds)}). The log of the front end says more.",
        "next": f"kubectl -n {namespace} logs deployment/vote",
        "cause": {"ingress": host, "path": "/"},
    }


def not_told_apart(namespace: str, host: str, names: int, of: int) -> dict[str, Any]:
    return {
        "reason": "voters-not-told-apart",
        "object": f"Host/{host}",
        "expected": f"a cookie voter of its own for each of {of} new voters",
        "actual": f"{names} different ones",
        "message": f"{host} does not tell voters apart: of {of} new voters {names} were given a cookie voter of their "
        "own. Is the Deployment's image the given one?",
        "next": f"kubectl -n {namespace} get deployments -o wide",
    }
