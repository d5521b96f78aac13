"""In a user's notebook, Dask Gateway makes a cluster, which scales and computes what is right on all of its workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import notebook
from gateway import Cause, Gateway, as_hub_user, cluster_id, read_pods, refusal, refused_pods
from hub import Hub, Open, Session, open_hub, two_users
from kernel import Executed, Kernel, Start, start_kernel
from labctl import Late, Program
from objects import is_ready

#: Seconds: a scheduler and its workers start one after the other, on nodes that may lack the image.
STARTS = 180
COMPUTES = 120
GOES = 60
COUNT = 40


def main(check: Program, open_hub: Open = open_hub, start_kernel: Start = start_kernel) -> None:
    with in_notebook(Work, check, open_hub, start_kernel) as (kernel, work):
        work.look(kernel)


class Work:
    """A cluster that the check makes in a user's notebook, and shuts down in the end."""

    def __init__(self, check: Program, hub: Hub, session: Session) -> None:
        self.check = check
        self.hub = hub
        self.user = session.user.name
        self.workers: int = check.given["workers"]
        self.gateway = Gateway(hub, check.given["gateway"], as_hub_user(session.token))
        #: The user's own clusters, which are none of the check's.
        self.before = self.gateway.names()

    def __enter__(self) -> Work:
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        mine = [name for name in self.gateway.names() if name not in self.before]
        for name in mine:
            self.gateway.stop(name)
        # When the time is over, there is more to give back than can be waited for.
        if kind is not Late:
            self._await_gone(mine)

    def look(self, kernel: Kernel) -> None:
        self.check.announce(f"making a cluster of {self.workers} workers in a notebook of {self.user}'s")
        id = self.make(kernel)
        ready = self.await_workers(id)
        mark, numbers = self._mark(), [self.check.random.getrandbits(24) for _ in range(COUNT)]
        code = f"tell('{mark}', compute(cluster, {numbers}, {self.workers}))"
        done = kernel.execute(code, within=COMPUTES).result()
        wrong = judge(numbers, ready, done.told(mark), done)
        if wrong is not None:
            label = "app.kubernetes.io/component=dask-worker"
            next = f"kubectl -n {self.check.namespace} logs --selector {label} --tail 20"
            self.check.fail(**wrong, object=f"User/{self.user}", next=next)
        self.check.observed(
            f"{COUNT} numbers computed right for {self.user} on {' and '.join(sorted(ready))}"
        )

    def make(self, kernel: Kernel) -> str:
        """The name of the DaskCluster that new_cluster() gives, unless it is in vain to wait for it."""
        mark = self._mark()
        code = f"{source()}\ncluster = make_cluster({self.workers})\ntell('{mark}', cluster.name)"
        made = self.execute(kernel, code)
        name = made.told(mark)
        if not isinstance(name, str):
            message = f"Gateway().new_cluster() gives {self.user} no cluster"
            self._tell(self.mine(), message, "no-cluster", made.why or "it did not say a name")
        return cluster_id(name)

    def execute(self, kernel: Kernel, code: str) -> Executed:
        """What comes of code that makes a cluster, unless it is in vain to wait for it."""
        executing = kernel.execute(code, within=STARTS)
        is_refused = refusal(lambda: self._refused(self.mine()))
        self.check.wait(lambda: executing.done() or is_refused(), within=STARTS)
        return executing.result() if executing.done() else Executed(why="it does not come")

    def mine(self) -> str | None:
        """The name of the DaskCluster that the check has made; None before the gateway knows of it."""
        return next((cluster_id(name) for name in self.gateway.names() if name not in self.before), None)

    def await_workers(self, id: str) -> list[str]:
        """Names of the Ready workers, of which there are enough."""
        is_refused = refusal(lambda: self._refused(id))
        ready: list[str] = []

        def enough() -> bool:
            pods = read_pods(self.hub.cluster, id).workers
            ready[:] = [pod["metadata"]["name"] for pod in pods if is_ready(pod)]
            return len(ready) >= self.workers

        self.check.wait(lambda: enough() or is_refused(), within=STARTS)
        if len(ready) < self.workers:
            message = f"The cluster was scaled to {self.workers} workers and has {len(ready)}"
            self._tell(id, message, "too-few-workers", f"{len(ready)} Ready")
        return ready

    def _refused(self, id: str | None) -> Cause | None:
        return None if id is None else refused_pods(self.hub.cluster, id, self.workers)

    def _tell(self, id: str | None, message: str, reason: str, why: str) -> None:
        """Ends the program with what is known of the cause: the cluster's pods, the quota, or the gateway itself."""
        namespace = self.check.namespace
        told: dict[str, Any] = dict(
            object=f"User/{self.user}" if id is None else f"DaskCluster/{id}",
            expected=f"a cluster of {self.workers} workers from Gateway().new_cluster()",
            next=f"kubectl -n {namespace} logs --selector app=dask-gateway --tail 20",
        )
        if id is None:
            self.check.fail(reason, actual=why, message=f"{message}: {why}.", **told)
        pods = read_pods(self.hub.cluster, str(id))
        unready = [pod for pod in [*pods.schedulers, *pods.workers] if not is_ready(pod)]
        if unready:
            cause = {"pod": unready[0]["metadata"]["name"]}
            self.check.fail(reason, actual=why, message=f"{message}.", cause=cause, **{**told, "next": None})
        refused = self._refused(id)
        if refused is not None:
            told["next"] = refused.next
            message = f"{message}. {refused.message}"
            self.check.fail(refused.reason, actual=refused.actual, message=message, **told)
        message = f"{message}: {why}. The gateway has made {len(pods.schedulers)} scheduler and {len(pods.workers)} workers for it, and says in its log why not more."
        deployment = self.hub.cluster.unready_deployment()
        cause = None if deployment is None else {"deployment": deployment}
        self.check.fail(reason, actual=why, message=message, cause=cause, **told)

    def _await_gone(self, names: list[str]) -> None:
        """Waits until the memory of clusters is free again."""

        def are_gone() -> bool:
            left = [read_pods(self.hub.cluster, cluster_id(name)) for name in names]
            return not any(pods.schedulers or pods.workers for pods in left)

        self.check.wait(are_gone, within=GOES)

    def _mark(self) -> str:
        """What nothing else in a notebook begins a line with."""
        return f"labctl-{self.check.random.getrandbits(64):016x}:"


Kind = TypeVar("Kind", bound=Work)


@contextmanager
def in_notebook(
    kind: type[Kind], check: Program, open_hub: Open, start_kernel: Start
) -> Iterator[tuple[Kernel, Kind]]:
    """A kernel on the server of a user's, and the cluster that is to be made there."""
    user, _ = two_users(check)
    hub = open_hub(check)
    hub.await_greeting()
    with hub.session(user) as session:
        hub.start_servers(session)
        with start_kernel(hub, session) as kernel, kind(check, hub, session) as work:
            yield kernel, work


def source() -> str:
    """The text of what runs in a notebook."""
    return Path(str(notebook.__file__)).read_text()


def judge(numbers: Sequence[int], workers: Sequence[str], told: Any, done: Executed) -> dict[str, str] | None:
    """Whether every answer is right and every worker has given some; None when so."""

    def wrong(reason: str, actual: str, message: str) -> dict[str, str]:
        expected = f"right answers from {' and '.join(sorted(workers))}"
        return dict(reason=reason, expected=expected, actual=actual, message=message)

    if not isinstance(told, list):
        why = done.why or "no answer"
        return wrong("computes-nothing", why, f"The cluster is there, but computes nothing: {why}.")
    right = [number * number % notebook.PRIME for number in numbers]
    missed = (
        sum(answer != [value, *answer[1:]] for value, answer in zip(right, told)) + len(right) - len(told)
    )
    if missed:
        actual = f"{missed} of {len(numbers)} wrong"
        return wrong("wrong-results", actual, f"What the cluster computes is wrong: {actual}.")
    hosts = {host for _, host in told}
    strangers = ", ".join(sorted(hosts - set(workers)))
    if strangers:
        message = f"The answers come from {strangers}, which is no worker of this cluster."
        return wrong("computed-elsewhere", strangers, message)
    idle = sorted(set(workers) - hosts)
    if idle:
        return wrong(
            "idle-workers", f"none from {', '.join(idle)}", f"{' and '.join(idle)} computed nothing."
        )
    return None


if __name__ == "__main__":
    with Program() as program:
        main(program)
