"""
A worker that has run part of a computation is killed before its end, and the answer is right all the same. It goes
along with the experiment: it says which pod labctl is to kill, and when.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import cluster
from cluster import SCHEDULER, Connect, Share
from computation import Computation
from labctl import Program

if TYPE_CHECKING:
    from distributed import Client

#: Rounds of a second each, whatever the number of threads: time enough to lose a worker in the middle.
ROUNDS = 8
SECONDS_EACH = 1.0
#: Seconds until the answer has to be there, with a worker less.
WITHIN = 90.0
#: Seconds until labctl has killed the pod, and the next one is Ready.
KILLED_WITHIN = 150.0


def main(check: Program, connect: Connect = cluster.connect) -> None:
    with connect(check) as client:
        finding = cluster.await_workers(check, client, len(check.facts["workers"]))
        if finding is not None:
            check.finding(**finding)
            return
        threads = sum(cluster.known_workers(client).values())
        work = Computation(client, check, parts=ROUNDS * threads, seconds=SECONDS_EACH)
        lose_one(check, client, work, threads)


def lose_one(check: Program, client: Client, work: Computation, threads: int) -> None:
    check.wait(lambda: work.is_over or len(work.ran()) >= 2 * threads, within=WITHIN, every=0.2)
    error = work.error()
    if error is not None:
        broken(check, cluster.said(error))
    victim = busiest(check, work)
    if work.is_over or victim is None:
        too_soon(check, work)
    check.announce(f"having pod {victim.pod} killed, which has run {len(victim.tasks)} tasks by now")
    check.ready(victim=victim.pod)
    began = time.monotonic()
    answer = None
    try:
        answer = work.answer(WITHIN)
    except Exception as raised:  # KilledWorker, TimeoutError, or the client's own after the scheduler is gone
        error = cluster.said(raised)
    seconds = time.monotonic() - began
    if check.over(within=KILLED_WITHIN) is None:
        check.error(f"Pod {victim.pod} was not killed in time.")
    if error is not None:
        broken(check, error, victim)
    is_known = victim.address in cluster.known_workers(client)
    judge(check, work, victim, Outcome(answer, seconds, is_known))


class Outcome(NamedTuple):
    """What the computation came to after the loss."""

    answer: int | None
    #: From the kill to the answer.
    seconds: float
    #: Whether the scheduler still knows the worker that was to be killed.
    is_known: bool


def busiest(check: Program, work: Computation) -> Share | None:
    """Whose loss costs most."""
    own = {pod["name"] for pod in check.facts["workers"]}
    shares = [share for share in cluster.shares_of(check, work.ran(), {}) if share.pod in own]
    return max(shares, key=lambda share: len(share.tasks), default=None)


def judge(check: Program, work: Computation, victim: Share, outcome: Outcome) -> None:
    ran = work.ran()
    before = [key for address, key in ran if address == victim.address]
    if not before or outcome.is_known:
        too_soon(check, work)
    if outcome.answer != work.expected:
        check.fail(
            "wrong-answer",
            object=f"Service/{SCHEDULER}",
            expected=str(work.expected),
            actual=str(outcome.answer),
            message=f"After worker {victim.pod} was killed in the middle, the cluster says {outcome.answer} instead of {work.expected}.",
            next=f"kubectl -n {check.namespace} get pods -o wide",
        )
    again = len(ran) - len({key for _, key in ran})
    check.observed(
        f"Worker {victim.pod} was killed after it had run {len(before)} of {work.parts} tasks; {again} were run again, and the right answer came {outcome.seconds:.0f} s later."
    )


def broken(check: Program, error: str, victim: Share | None = None) -> NoReturn:
    when = (
        f"Worker {victim.pod} was killed in the middle of a computation, and the answer never came"
        if victim
        else f"labctl's client at {SCHEDULER} got no answer"
    )
    check.fail(
        ("killed-worker" if error.startswith("KilledWorker") else "no-answer-after-loss")
        if victim
        else "no-answer",
        object=f"Service/{SCHEDULER}",
        expected="the right answer, with a worker less",
        actual=error,
        message=f"{when}: {error}",
        next=f"kubectl -n {check.namespace} logs deployment/{SCHEDULER} --tail=20",
    )


def too_soon(check: Program, work: Computation) -> NoReturn:
    check.error(
        f"No worker could be killed in the middle of the computation: it was over too soon, or had not begun ({len(work.ran())} of {work.parts} tasks in the scheduler's record). Check again; on a busy machine the moment can be missed."
    )


if __name__ == "__main__":
    with Program() as own_check:
        main(own_check)
