"""After the database's pod was deleted: the tally is what it was, with the votes that were cast meanwhile."""

from __future__ import annotations

from typing import Any

from app import DATABASE, App
from labctl import Program
from settling import Cause, from_before, settle


def main(check: Program, app: App) -> None:
    settling = from_before(check, "the database's pod was deleted")
    settle(check, app, settling, lambda: lost(check))
    check.observed(
        "The database's pod was deleted, and the tally is what it was, with the votes cast meanwhile."
    )


def lost(check: Program) -> Cause:
    name = check.facts["database"][0]["name"]
    pod = next((pod for pod in check.facts["pods"] if pod["metadata"]["name"] == name), {})
    reason, where = data_of(pod)
    message = f"{where} What has to outlive a pod belongs on a PersistentVolumeClaim."
    if reason == "data-beside-claim":
        message = where
    return Cause(
        reason,
        message,
        f"kubectl -n {check.namespace} get pod {name} -o yaml; kubectl -n {check.namespace} get pvc",
    )


def data_of(pod: dict[str, Any]) -> tuple[str, str]:
    """Where a database's pod, which its controller has made like the one before, keeps its data."""
    name = pod.get("metadata", {}).get("name", "")
    spec = pod.get("spec", {})
    mounts = {
        mount["name"] for each in spec.get("containers", []) for mount in each.get("volumeMounts") or []
    }
    mounted = [volume for volume in spec.get("volumes") or [] if volume["name"] in mounts]
    if any("persistentVolumeClaim" in volume for volume in mounted):
        told = f"Its data lie on a claim; does PGDATA name a folder on it? The Service is {DATABASE}."
        return "data-beside-claim", told
    empty = next((volume["name"] for volume in mounted if "emptyDir" in volume), None)
    if empty is None:
        return (
            "data-in-container",
            f"Pod {name} keeps its data in the container itself, which goes with the pod.",
        )
    return "data-on-empty-dir", f"Volume {empty} of pod {name} is an emptyDir, which goes with the pod."


if __name__ == "__main__":
    with Program() as program:
        main(program, App(program.namespace, program.facts))
