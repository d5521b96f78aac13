"""A user's own functions make a cluster, which is asked for more workers than there is room for, and estimate π on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import record
from cluster import COMPUTES, STARTS, Work, in_notebook
from gateway import GROUP, Cause, cluster_id, no_room, read_pods, refusal
from hub import Open, open_hub
from kernel import Kernel, Start, start_kernel
from labctl import Program
from objects import is_ready

FILE = "pi.py"
#: So many that a run shows what it costs to begin.
FEW = 1_000_000
#: Millions of points; with more, two cores are at work for too long.
LEAST, MOST = 50, 80
#: How far an estimate may be off, in standard errors: once in more than a hundred million times it is further.
ERRORS = 6
#: Seconds of a processor for a point at least: what takes less has not drawn it.
EACH = 2e-9


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
    with in_notebook(Pi, check, open_hub, start_kernel) as (kernel, work):
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
        few, many = self.estimate(kernel, FEW), self.estimate(kernel, self._draw())
        # Those that came later compute, too.
        pods = read_pods(self.hub.cluster, id).workers
        wrong = judge(few, many, [pod["metadata"]["name"] for pod in pods], least=self.check.given["atLeast"])
        if wrong is not None:
            self._refuse(**wrong)
        told = f"π is {many.answer:.5f} of {many.samples:,} points"
        self.check.observed(f"{self.workers} workers asked for, {len(workers)} there: {told}.")

    def make_with(self, kernel: Kernel, functions: str) -> str:
        """The name of the DaskCluster that make_cluster() gives."""
        mark = self._mark()
        own = Path(str(record.__file__)).read_text()
        # In a space of its own: the user's functions may have any name.
        code = f"{functions}\n_labctl = {{}}\nexec({own!r}, _labctl)\n_labctl_cluster = make_cluster()"
        code = f"{code}\n_labctl['tell']('{mark}', str(_labctl_cluster.name))"
        made = self.execute(kernel, code)
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
            message = (
                f"{message}: the gateway allows {limit} at most (dask-gateway.gateway.clusterMaxWorkers)"
            )
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
        homeless: list[str] = []
        is_full = refusal(lambda: self._full(id))

        def are_all() -> bool:
            pods = read_pods(self.hub.cluster, id).workers
            ready[:] = [pod["metadata"]["name"] for pod in pods if is_ready(pod)]
            homeless[:] = [why for why in map(unschedulable, pods) if why]
            return len(ready) >= self.workers or (is_full() and len(ready) + len(homeless) == len(pods))

        self.check.wait(are_all, within=STARTS)
        if len(ready) >= least:
            return ready
        message = (
            f"The cluster was asked for {self.workers} workers and has {len(ready)}; there have to be {least}"
        )
        if homeless:
            message = (
                f"{message}. {len(homeless)} more are Pending, since no node has room for them: {homeless[0]}"
            )
            self.check.fail(
                "no-node",
                object=f"DaskCluster/{id}",
                expected=f"at least {least} Ready workers",
                actual=f"{len(ready)} Ready, {len(homeless)} Pending",
                message=message,
                next="kubectl describe nodes",
            )
        self._tell(id, message, "too-few-workers", f"{len(ready)} Ready")
        return ready

    def _full(self, id: str) -> Cause | None:
        """Why there will be no more workers: the quota has no room for another one."""
        wish = self.hub.cluster.read("daskclusters", id, group=GROUP) or {}
        return no_room(self.hub.cluster, "worker", (wish.get("spec") or {}).get("config") or {})

    def estimate(self, kernel: Kernel, samples: int) -> Estimate:
        """What estimate_pi() makes of so many points."""
        self.check.announce(f"estimating π from {samples:,} points")
        mark = self._mark()
        code = f"_labctl['tell']('{mark}', _labctl['observe'](_labctl_cluster, estimate_pi, {samples}))"
        done = kernel.execute(code, within=COMPUTES).result()
        told = done.told(mark)
        if not isinstance(told, list):
            why = done.why or "no number"
            message = f"estimate_pi() of {FILE} gives no number for {samples:,} points: {why}."
            self._refuse("estimates-nothing", "a number", why, message)
        return Estimate(samples, *told)

    def _draw(self) -> int:
        return int(self.check.random.randint(LEAST, MOST)) * 1_000_000

    def _refuse(self, reason: str, expected: str, actual: str, message: str) -> NoReturn:
        next = f"kubectl -n {self.check.namespace} get configmap pi -o yaml"
        self.check.fail(
            reason, object="ConfigMap/pi", expected=expected, actual=actual, message=message, next=next
        )


@dataclass(frozen=True)
class Estimate:
    samples: int
    answer: float
    #: How long processors worked for it, by workers' host names.
    seconds: dict[str, float]
    #: The same of the notebook that it was called in.
    own: float
    #: The hosts that have run tasks of it.
    ran: list[str]

    def theirs(self, workers: Sequence[str]) -> float:
        return sum(each for host, each in self.seconds.items() if host in workers)


def judge(few: Estimate, many: Estimate, workers: Sequence[str], *, least: int) -> dict[str, str] | None:
    """Whether π was estimated, and by enough of the cluster's workers; None when so."""

    def wrong(reason: str, expected: str, actual: str, message: str) -> dict[str, str]:
        return dict(reason=reason, expected=expected, actual=actual, message=message)

    # What more points cost, without what is the same for any number: who draws them has more to do than who does not.
    theirs, own = many.theirs(workers) - few.theirs(workers), many.own - few.own
    if theirs < max(own, (many.samples - few.samples) * EACH):
        actual = f"{theirs:.1f} s more for the workers, {own:.1f} s more for the notebook"
        message = f"For {many.samples:,} points the processors of the workers were at work for {theirs:.1f} s more than for {few.samples:,}, and the notebook's own for {own:.1f} s more: the points are not drawn on the workers."
        return wrong("computed-elsewhere", "points drawn on the workers", actual, message)
    took_part = sorted(set(many.ran) & set(workers))
    if len(took_part) < least:
        actual = " and ".join(took_part) or "none of them"
        message = f"Of {len(workers)} workers {actual} computed: is the work cut into enough tasks?"
        return wrong("idle-workers", f"at least {least} workers compute", actual, message)
    for each in (few, many):
        off, error = abs(each.answer - math.pi), standard_error(each.samples)
        if not off <= ERRORS * error:
            message = f"estimate_pi() says {each.answer:g} for {each.samples:,} points: so many give π to within {error:.4f} or so, and this is {off:.4f} off."
            return wrong("wrong-pi", f"π to within {ERRORS * error:.4f}", f"{each.answer:g}", message)
    if few.answer == many.answer or any(abs(each.answer - math.pi) < 1e-9 for each in (few, many)):
        actual = f"{few.answer!r} and {many.answer!r}"
        message = f"estimate_pi() says {actual}: random points do not give the same number twice, nor ten digits of π. Count the points that are inside, and divide."
        return wrong("not-estimated", "two estimates", actual, message)
    return None


def unschedulable(pod: dict[str, Any]) -> str | None:
    """Why no node takes a pod; None where one does."""
    for each in (pod.get("status") or {}).get("conditions") or []:
        if each["type"] == "PodScheduled" and each["status"] == "False":
            return str(each.get("message") or each.get("reason"))
    return None


def standard_error(samples: int) -> float:
    """Of 4 times the share of points that are inside."""
    share = math.pi / 4
    return 4 * math.sqrt(share * (1 - share) / samples)


if __name__ == "__main__":
    with Program() as program:
        main(program)
