"""A user's own functions make a cluster, which is asked for more workers than there is room for, and estimate π on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import record
from cluster import COMPUTES, STARTS, Work
from gateway import GROUP, Cause, cluster_id, no_room, read_pods, refusal
from hub import Open, open_hub, two_users
from kernel import Executed, Kernel, Start, start_kernel
from labctl import Program
from objects import is_ready

FILE = "pi.py"
#: Millions of points; with more, two cores are at work for too long.
LEAST, MOST = 20, 40
#: How far an estimate may be off, in standard errors: once in more than a hundred million times it is further.
ERRORS = 6
#: Seconds that a worker computes for a point at least: what takes less has not drawn it.
EACH = 1e-9


def main(check: Program, open_hub: Open = open_hub, start_kernel: Start = start_kernel) -> None:
    functions = (check.facts["program"].get("data") or {}).get(FILE)
    if functions is None:
        check.fail(
            "no-program",
            object="ConfigMap/pi",
            path="data",
            expected=f"a key {FILE}",
            actual="no such key",
            message=f"The ConfigMap pi has no key {FILE}: kubectl names a key after the file that it reads.",
            next=f"kubectl -n {check.namespace} describe configmap pi",
        )
    user, _ = two_users(check)
    hub = open_hub(check)
    hub.await_greeting()
    with hub.session(user) as session:
        hub.start_servers(session)
        with start_kernel(hub, session) as kernel, Pi(check, hub, session) as work:
            work.refuse_clusters()
            work.run(kernel, functions)


class Pi(Work):
    """The cluster that the user's make_cluster() makes."""

    def refuse_clusters(self) -> None:
        """What the user has left running takes the room that the cluster is to have."""
        if not self.before:
            return
        name = cluster_id(self.before[0])
        self.check.fail(
            "cluster-left-running",
            object=f"DaskCluster/{name}",
            expected=f"no cluster of {self.user}'s runs yet",
            actual=f"{name} does",
            message=f"{self.user} has a cluster already, {name}, and its pods take the quota's room: close it first, with cluster.close() where it was made.",
            next=f"kubectl -n {self.check.namespace} get daskclusters,pods",
        )

    def run(self, kernel: Kernel, functions: str) -> None:
        self.check.announce(f"running make_cluster() in a notebook of {self.user}'s")
        id = self.make_with(kernel, functions)
        self.await_asked(id)
        workers = self.await_all(id)
        answers = [self.estimate(kernel, id, self._draw()) for _ in range(2)]
        wrong = judge_both(*answers)
        if wrong is not None:
            self._refuse(**wrong)
        told = " and ".join(f"{answer:.5f} of {samples:,} points" for samples, answer in answers)
        self.check.observed(
            f"{self.workers} workers asked for, {len(workers)} there: π is {told}."
        )

    def make_with(self, kernel: Kernel, functions: str) -> str:
        """The name of the DaskCluster that make_cluster() gives."""
        mark = self._mark()
        own = Path(str(record.__file__)).read_text()
        # In a space of its own: the user's functions may have any name.
        code = f"{functions}\n_labctl = {{}}\nexec({own!r}, _labctl)\n_labctl_cluster = make_cluster()"
        code = f"{code}\n_labctl['tell']('{mark}', str(_labctl_cluster.name))"
        executing = kernel.execute(code, within=STARTS)
        is_refused = refusal(lambda: self._refused(self.mine()))
        self.check.wait(lambda: executing.done() or is_refused(), within=STARTS)
        made = executing.result() if executing.done() else Executed(why="it does not come")
        name, id = made.told(mark), self.mine()
        if name is None:
            why = made.why or "it did not return a cluster"
            self._tell(id, f"make_cluster() of {FILE} gives no cluster", "no-cluster", why)
        if id is None or cluster_id(name) != id:
            self._refuse(
                "not-the-gateways",
                "a cluster of Dask Gateway's",
                f"one named {name}",
                f"What make_cluster() returns is no cluster that Dask Gateway has made for {self.user}: one of another kind runs in the notebook's own pod.",
            )
        return id

    def await_asked(self, id: str) -> None:
        """Waits until the cluster's object says the wish for all workers."""
        seen: list[dict[str, Any]] = []

        def is_asked() -> bool:
            seen.append((self.hub.cluster.read("daskclusters", id, group=GROUP) or {}).get("spec") or {})
            return bool(seen[-1].get("replicas") == self.workers)

        if self.check.wait(is_asked, within=10):
            return
        limit = (seen[-1].get("config") or {}).get("cluster_max_workers")
        actual = f"{seen[-1].get('replicas', 0)}"
        message = f"The cluster of make_cluster() was asked for {actual} workers, not for {self.workers}"
        if limit is not None and limit < self.workers:
            message = f"{message}: the gateway allows {limit} at most (dask-gateway.gateway.clusterMaxWorkers)"
        self.check.fail(
            "asked-for-others",
            object=f"DaskCluster/{id}",
            path="spec.replicas",
            expected=f"{self.workers}",
            actual=actual,
            message=f"{message}.",
            next=f"kubectl -n {self.check.namespace} get configmap pi -o yaml",
        )

    def await_all(self, id: str) -> list[str]:
        """Names of the Ready workers, once there is room for no more; where not all of those come, there are enough."""
        least: int = self.check.given["atLeast"]
        self.check.announce("waiting for as many workers as there is room for")
        ready: list[str] = []
        is_full = refusal(lambda: self._full(id))

        def are_all() -> bool:
            pods = read_pods(self.hub.cluster, id).workers
            ready[:] = [pod["metadata"]["name"] for pod in pods if is_ready(pod)]
            return len(ready) >= self.workers or (is_full() and len(ready) == len(pods))

        self.check.wait(are_all, within=STARTS)
        if len(ready) < least:
            message = f"The cluster was asked for {self.workers} workers and has {len(ready)}; there have to be {least}"
            self._tell(id, message, "too-few-workers", f"{len(ready)} Ready")
        return ready

    def _full(self, id: str) -> Cause | None:
        """Why there will be no more workers: the quota has no room for another one."""
        wish = self.hub.cluster.read("daskclusters", id, group=GROUP) or {}
        return no_room(self.hub.cluster, "worker", (wish.get("spec") or {}).get("config") or {})

    def estimate(self, kernel: Kernel, id: str, samples: int) -> tuple[int, float]:
        """The number of points, and what estimate_pi() made of them on the cluster."""
        self.check.announce(f"estimating π from {samples:,} points")
        mark = self._mark()
        code = f"_labctl['tell']('{mark}', _labctl['observe'](_labctl_cluster, estimate_pi, {samples}))"
        done = kernel.execute(code, within=COMPUTES).result()
        # Those that came later compute, too.
        workers = [pod["metadata"]["name"] for pod in read_pods(self.hub.cluster, id).workers]
        wrong = judge(samples, workers, done.told(mark), done, least=self.check.given["atLeast"])
        if wrong is not None:
            self._refuse(**wrong)
        return samples, float(done.told(mark)[0])

    def _draw(self) -> int:
        return int(self.check.random.randint(LEAST, MOST)) * 1_000_000

    def _refuse(self, reason: str, expected: str, actual: str, message: str) -> NoReturn:
        next = f"kubectl -n {self.check.namespace} get configmap pi -o yaml"
        self.check.fail(
            reason, object="ConfigMap/pi", expected=expected, actual=actual, message=message, next=next
        )


def judge(
    samples: int, workers: Sequence[str], told: Any, done: Executed, *, least: int
) -> dict[str, str] | None:
    """Whether an estimate is one, and was computed by enough of the cluster's workers; None when so."""

    def wrong(reason: str, expected: str, actual: str, message: str) -> dict[str, str]:
        return dict(reason=reason, expected=expected, actual=actual, message=message)

    if not isinstance(told, list):
        why = done.why or "no number"
        return wrong("estimates-nothing", "a number", why, f"estimate_pi() of {FILE} gives no number: {why}.")
    answer, seconds = told
    spent = {host: each for host, each in seconds.items() if host in workers}
    if sum(spent.values()) < samples * EACH:
        actual = f"{sum(spent.values()):.3f} s of the workers' time"
        message = f"For {samples:,} points the workers of the cluster computed for {sum(spent.values()):.3f} s in all: the points were drawn elsewhere, or not at all."
        return wrong("computed-elsewhere", "points drawn on the workers", actual, message)
    if len(spent) < least:
        actual = " and ".join(sorted(spent))
        message = f"Of {len(workers)} workers only {actual} computed: is the work cut into enough tasks?"
        return wrong("idle-workers", f"at least {least} workers compute", actual, message)
    off, error = abs(answer - math.pi), standard_error(samples)
    if not off <= ERRORS * error:
        message = f"estimate_pi() says {answer:g} for {samples:,} points: so many give π to within {error:.4f} or so, and this is {off:.4f} off."
        return wrong("wrong-pi", f"π to within {ERRORS * error:.4f}", f"{answer:g}", message)
    return None


def judge_both(first: tuple[int, float], second: tuple[int, float]) -> dict[str, str] | None:
    """Whether two estimates were both drawn; None when so."""
    if first[1] != second[1] and all(abs(answer - math.pi) > 1e-9 for _, answer in (first, second)):
        return None
    actual = f"{first[1]!r} and {second[1]!r}"
    message = f"estimate_pi() says {actual}: random points do not give the same number twice, nor ten digits of π. Count the points that are inside, and divide."
    return dict(reason="not-estimated", expected="two estimates", actual=actual, message=message)


def standard_error(samples: int) -> float:
    """Of 4 times the share of points that are inside."""
    share = math.pi / 4
    return 4 * math.sqrt(share * (1 - share) / samples)


if __name__ == "__main__":
    with Program() as program:
        main(program)
