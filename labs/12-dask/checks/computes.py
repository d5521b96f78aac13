"""
A client of labctl's has new numbers computed by the cluster: the answer is right, all have the same versions, and
workers in so many pods ran tasks by the scheduler's own record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import cluster
from cluster import SCHEDULER, WORKERS, Connect, Share
from computation import Computation, processes
from labctl import Program

if TYPE_CHECKING:
    from distributed import Client

#: So many that each of a few workers gets some, and each long enough that none gets them all.
PARTS = 30
SECONDS_EACH = 0.1
#: Seconds until the answer has to be there.
WITHIN = 60.0


class Run(NamedTuple):
    """What came of it."""

    versions: dict[str, Any] | None = None
    processes: dict[str, Any] = {}
    ran: list[tuple[str, str]] = []
    expected: int | None = None
    answer: int | None = None
    #: Why there is no answer.
    error: str | None = None


def main(check: Program, connect: Connect = cluster.connect) -> None:
    at_least = check.given["atLeast"]
    with connect(check) as client:
        # Waits for workers that are still introducing themselves; where they are is for the record to tell.
        finding = cluster.await_workers(check, client, at_least)
        # Without any worker, tasks would wait for ever.
        if finding is not None and not cluster.known_workers(client):
            check.finding(**finding)
            return
        check.announce(f"having {PARTS} tasks computed by the scheduler behind Service {SCHEDULER}")
        judge(check, compute(check, client), at_least)


def compute(check: Program, client: Client) -> Run:
    run = Run()
    try:
        run = run._replace(versions=versions_of(client))
        run = run._replace(processes=processes(client))
        work = Computation(client, check, parts=PARTS, seconds=SECONDS_EACH)
        run = run._replace(expected=work.expected)
        return run._replace(answer=work.answer(WITHIN), ran=work.ran())
    except Exception as error:  # of whatever kind: that there is no answer is what the cluster does
        return run._replace(error=cluster.said(error))


def versions_of(client: Client) -> dict[str, Any]:
    """The packages of the client, the scheduler and, by their addresses, the workers."""
    seen = client.get_versions(check=False)
    workers = {address: packages(side) for address, side in seen["workers"].items()}
    return {"client": packages(seen["client"]), "scheduler": packages(seen["scheduler"]), "workers": workers}


def packages(side: dict[str, Any] | None) -> dict[str, str | None]:
    return dict((side or {}).get("packages", {}))


def judge(check: Program, run: Run, at_least: int) -> None:
    if run.versions is not None:
        differing_versions(check, run.versions)
    if check.findings > 0:
        return
    if run.error is not None:
        check.fail(
            "no-answer",
            object=f"Service/{SCHEDULER}",
            expected="an answer",
            actual=run.error,
            message=f"labctl's client at {SCHEDULER} got no answer: {run.error}",
            next=f"kubectl -n {check.namespace} logs deployment/{SCHEDULER} --tail=20",
        )
    if run.answer != run.expected:
        check.fail(
            "wrong-answer",
            object=f"Service/{SCHEDULER}",
            expected=str(run.expected),
            actual=str(run.answer),
            message=f"The sum of the squares of the numbers that labctl drew is {run.expected}, and the cluster says {run.answer}.",
            next=f"kubectl -n {check.namespace} get pods -o wide",
        )
    shares = cluster.shares_of(check, run.ran, run.processes)
    tasks = sum(len(share.tasks) for share in shares)
    check.observed(f"{tasks} tasks: {cluster.describe(shares)}")
    too_few_pods(check, shares, at_least)


def differing_versions(check: Program, versions: dict[str, Any]) -> None:
    """
    What the scheduler and the workers have in another version than labctl's client. Dask sends Python objects about:
    what one version has written another need not understand.
    """
    sides = [("The scheduler", "Scheduler/dask", versions["scheduler"])]
    for address, has in versions["workers"].items():
        pod = cluster.pod_of(check, address)
        sides.append((f"Worker {pod or address}", f"Pod/{pod}" if pod else f"Worker/{address}", has))
    wanted = {name: version for name, version in versions["client"].items() if version is not None}
    for who, thing, has in sides:
        differing = [name for name, version in wanted.items() if has.get(name) != version]
        if not differing:
            continue
        actual = ", ".join(f"{name} {has.get(name) or 'not at all'}" for name in differing)
        expected = ", ".join(f"{name} {wanted[name]}" for name in differing)
        check.finding(
            "versions-differ",
            object=thing,
            path="versions",
            expected=expected,
            actual=actual,
            message=f"{who} has {actual}; client and scheduler of one cluster and all its workers need the same, and the client has {expected}.",
            next=f"kubectl -n {check.namespace} get pods -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image",
        )


def too_few_pods(check: Program, shares: list[Share], at_least: int) -> None:
    own = {pod["name"] for pod in check.facts["workers"]}
    pods = {share.pod for share in shares} & own
    alone = len({share.process for share in shares})
    if len(pods) >= at_least and alone >= at_least:
        return
    about = {
        "object": f"Deployment/{WORKERS}",
        "expected": f"tasks in at least {at_least} of its pods",
        "next": f"kubectl -n {check.namespace} get pods -o wide",
    }
    if not shares:
        message = f"The answer came, but by the record of the scheduler behind Service {SCHEDULER} no worker ran any task of it: it was computed somewhere else."
        check.fail("computed-elsewhere", **about, actual="no task", message=message)
    names = sorted({share.pod for share in shares if share.pod is not None})
    where = cluster.in_words(names) if names else "no pod of this namespace"
    many = f"{len(shares)} worker{'' if len(shares) == 1 else 's'}"
    one = ", all of them one process" if alone == 1 and len(shares) > 1 else ""
    some = "None" if not pods else f"Only {len(pods)}"
    belong = f" {some} of these belongs to it." if len(names) > len(pods) else ""
    check.finding(
        "tasks-in-one-process" if one else "tasks-in-too-few-pods",
        **about,
        actual=f"{many} in {where}{one}",
        message=f"By the scheduler's own record {many} ran the tasks, in {where}{one}; tasks have to run in at least {at_least} pods of Deployment {WORKERS}.{belong}",
    )


if __name__ == "__main__":
    with Program() as own_check:
        main(own_check)
