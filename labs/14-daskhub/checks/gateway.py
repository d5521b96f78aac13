"""Dask Gateway: its REST API as its own client asks it, and why a cluster of its has not what it should."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Callable

from hub import Hub
from objects import Cluster, Object, has_ended, parse_quantity, write_quantity
from web import Answer

#: The custom resource that it keeps a cluster in.
GROUP = "gateway.dask.org/v1alpha1"
#: Seconds that a refusal has to last: what ends at the moment gives room in a quota.
REFUSED_FOR = 20.0


class Gateway:
    """The API, as one user or as nobody."""

    def __init__(self, hub: Hub, prefix: str, authorization: str | None = None) -> None:
        """:param authorization: the whole header; left out: as somebody without a token."""
        self.hub = hub
        self.authorization = authorization
        self.clusters = f"{prefix}/api/v1/clusters/"

    def create(self) -> tuple[Answer, str | None]:
        """The answer, and the new cluster's name where there is one."""
        answer = self._ask("POST", "", {})
        name = answer.json.get("name") if isinstance(answer.json, dict) else None
        return answer, name if answer.status in (200, 201) else None

    def read(self, cluster: str) -> Answer:
        return self._ask("GET", cluster)

    def scale(self, cluster: str, count: int) -> Answer:
        return self._ask("POST", f"{cluster}/scale", {"count": count})

    def stop(self, cluster: str) -> Answer:
        return self._ask("DELETE", cluster)

    def names(self) -> list[str]:
        """Of the user's clusters that start or run."""
        answer = self._ask("GET", "")
        return list(answer.json) if answer.status == 200 and isinstance(answer.json, dict) else []

    def _ask(self, method: str, path: str, send: Any = None) -> Answer:
        return self.hub.ask(method, f"{self.clusters}{path}", authorization=self.authorization, send=send)


def as_hub_user(token: str) -> str:
    """How the hub's users prove to the gateway who they are."""
    return f"jupyterhub {token}"


def cluster_id(cluster: str) -> str:
    """The name of a cluster's object: the gateway calls a cluster `<namespace>.<name>`."""
    return cluster.split(".", 1)[-1]


@dataclass(frozen=True)
class Pods:
    """What a cluster consists of, without what has ended."""

    schedulers: list[Object]
    workers: list[Object]


def read_pods(cluster: Cluster, id: str) -> Pods:
    """:param id: the name of the DaskCluster."""
    pods = cluster.list("pods", labels=f"gateway.dask.org/cluster={id}")

    def of(component: str) -> list[Object]:
        label = "app.kubernetes.io/component"
        return [
            pod for pod in pods if not has_ended(pod) and pod["metadata"]["labels"].get(label) == component
        ]

    return Pods(of("dask-scheduler"), of("dask-worker"))


@dataclass(frozen=True)
class Cause:
    """Why a cluster has not what it should."""

    reason: str
    actual: str
    message: str
    next: str


def refused_pods(cluster: Cluster, id: str, workers: int) -> Cause | None:
    """Why pods that a cluster lacks will not come: the gateway's own limit, or the namespace's quota."""
    seen = read_pods(cluster, id)
    if len(seen.workers) >= workers:
        return None
    wish = cluster.read("daskclusters", id, group=GROUP) or {}
    config = (wish.get("spec") or {}).get("config") or {}
    limit = config.get("cluster_max_workers")
    if limit is not None and limit < workers:
        return Cause(
            "workers-limited",
            f"{limit} at most",
            f"The gateway allows a cluster {limit} worker{'' if limit == 1 else 's'} at most (cluster_max_workers), and {workers} are asked for.",
            f"kubectl -n {cluster.namespace} get daskcluster {id} -o yaml",
        )
    return no_room(cluster, "worker" if seen.schedulers else "scheduler", config)


def no_room(cluster: Cluster, role: str, config: Object) -> Cause | None:
    """The quota that has too little left for a scheduler or a worker, as the gateway is configured to make it."""
    for quota in cluster.list("resourcequotas"):
        status = quota.get("status") or {}
        for resource, amount in asked(role, config).items():
            if resource not in (status.get("hard") or {}):
                continue
            left = parse_quantity(status["hard"][resource]) - parse_quantity(
                (status.get("used") or {}).get(resource)
            )
            if amount <= left:
                continue
            name = quota["metadata"]["name"]
            wants, has = write_quantity(resource, amount), write_quantity(resource, left)
            return Cause(
                "quota-exceeded",
                f"no room in the quota for a {role}",
                f"A {role} of the cluster asks for {resource} {wants}, and the ResourceQuota {name} has {has} of it left: Kubernetes makes no such pod.",
                f"kubectl -n {cluster.namespace} describe resourcequota {name}",
            )
    return None


def asked(role: str, config: Object) -> dict[str, float]:
    """What a pod of the gateway asks for, by a quota's names: https://gateway.dask.org/api-server.html"""

    def amount(name: str) -> float:
        return float(config.get(f"{role}_{name}") or 0)

    return {
        **{"requests.memory": amount("memory"), "memory": amount("memory")},
        **{"limits.memory": amount("memory_limit"), "limits.cpu": amount("cores_limit")},
        **{"requests.cpu": amount("cores"), "cpu": amount("cores"), "pods": 1},
    }


def refusal(look: Callable[[], Cause | None]) -> Callable[[], bool]:
    """Looks whether pods have been refused for so long that waiting is in vain."""
    since: list[float] = []

    def is_refused() -> bool:
        if look() is None:
            since.clear()
            return False
        since.append(time.monotonic())
        return since[-1] - since[0] >= REFUSED_FOR

    return is_refused
