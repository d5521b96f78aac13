"""What a check reads of the lab's namespace, with the token that labctl has lent it, and what it makes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from apiserver import ApiServer

Object = dict[str, Any]

#: States of a container that no waiting ends.
STUCK = {
    *["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "CrashLoopBackOff"],
    *["CreateContainerConfigError", "CreateContainerError", "RunContainerError"],
}

_FACTORS = {
    **{"n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18},
    **{"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60},
}


class Cluster:
    """Reads the objects of one namespace."""

    def __init__(self, namespace: str, server: ApiServer) -> None:
        self.namespace = namespace
        self._server = server

    def list(self, resource: str, *, group: str = "", labels: str = "") -> list[Object]:
        """:param group: `apps/v1`; the core's where it is left out. :param labels: a label selector."""
        query = f"?{urlencode({'labelSelector': labels})}" if labels else ""
        return list((self._get(group, f"{resource}{query}") or {}).get("items") or [])

    def read(self, resource: str, name: str, *, group: str = "") -> Object | None:
        """None where it does not exist."""
        return self._get(group, f"{resource}/{name}")

    def pod_of_user(self, name: str) -> Object | None:
        """The pod that KubeSpawner has made for a user; None where there is none."""
        for pod in self.list("pods"):
            metadata = pod["metadata"]
            whose = (metadata.get("annotations") or {}).get("hub.jupyter.org/username")
            if whose == name and "deletionTimestamp" not in metadata:
                return pod
        return None

    def unready_deployment(self) -> str | None:
        """The first Deployment that lacks Ready pods; None where none does."""
        for each in self.list("deployments", group="apps/v1"):
            if (each.get("status") or {}).get("readyReplicas", 0) < each["spec"].get("replicas", 1):
                return str(each["metadata"]["name"])
        return None

    def run_in(self, pod: str, command: Sequence[str]) -> str | None:
        """What a command in a pod writes; None where it ends with an error."""
        return self._server.run(f"/api/v1/namespaces/{self.namespace}/pods/{pod}/exec", command)

    def _get(self, group: str, path: str) -> Object | None:
        root = f"/apis/{group}" if group else "/api/v1"
        return self._server.get(f"{root}/namespaces/{self.namespace}/{path}")


def is_ready(pod: Object) -> bool:
    """Whether its condition Ready is true, and nobody takes it away."""
    conditions = (pod.get("status") or {}).get("conditions") or []
    ready = any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
    return ready and "deletionTimestamp" not in pod["metadata"]


def has_ended(pod: Object) -> bool:
    """Whether it ran to its end, or is about to be taken away."""
    phase = (pod.get("status") or {}).get("phase")
    return phase in ("Succeeded", "Failed") or "deletionTimestamp" in pod["metadata"]


def is_stuck(pod: Object | None) -> bool:
    """Whether it is in vain to wait for a server's pod."""
    if pod is None:
        return False
    states = _states(pod)
    waits = {state["waiting"].get("reason") for state in states if state.get("waiting")}
    return has_ended(pod) or any(state.get("terminated") for state in states) or bool(waits & STUCK)


def state_of(pod: Object) -> str:
    """In a word or two: `ImagePullBackOff`, `Pending`, `not Ready`."""
    for state in _states(pod):
        for told in (state.get("waiting"), state.get("terminated")):
            if told and told.get("reason") not in (None, "ContainerCreating", "PodInitializing"):
                return str(told["reason"])
    phase = (pod.get("status") or {}).get("phase") or "Pending"
    return "not Ready" if phase == "Running" else phase


def _states(pod: Object) -> list[Object]:
    return [each.get("state") or {} for each in (pod.get("status") or {}).get("containerStatuses") or []]


def parse_quantity(text: str | None) -> float:
    """ "500m" → 0.5, "2Ti" → 2 ** 41; 0 for what is left out or is no quantity."""
    found = re.fullmatch(r"([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]*)", text or "")
    return float(found[1]) * _FACTORS.get(found[2], 0) if found else 0


def write_quantity(resource: str, value: float) -> str:
    """Bytes in Mi, Gi or Ti, the rest as it is: "7.7Gi", "1.95"."""
    if not resource.endswith("memory"):
        return f"{round(value, 3):g}"
    unit = next((unit for unit in ("Ti", "Gi", "Mi") if value >= _FACTORS[unit]), "Mi")
    return f"{round(value / _FACTORS[unit], 1):g}{unit}"
