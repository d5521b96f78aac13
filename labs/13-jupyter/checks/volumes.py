"""The volumes of the pod, and what there is to say where JupyterLab's files are not on the claim."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from kernels import Jupyter, Refused
from labctl import Program
from server import DEPLOYMENT

CLAIM = "notebooks"
#: Its text is new each time; under one name, so that what a killed check left is written over.
FILE = "labctl-was-here.txt"
#: In a kernel: which of the container's mounts the file is on, whether it is there or not.
#: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
WHERE = f"""import json, os
file = os.path.realpath("{FILE}")
mounts = [line.split()[4].replace("\\\\040", " ") for line in open("/proc/self/mountinfo")]
above = [mount for mount in mounts if file.startswith(mount.rstrip("/") + "/")]
print(json.dumps([os.path.dirname(file), max(above, key=len)]))"""
KERNEL_WITHIN = 60.0


def volumes_of(check: Program) -> list[dict[str, Any]]:
    """Each volume of the pod: its claim (None for one of another kind), its kind, and the paths where it is mounted."""
    pod = check.facts["deployment"]["spec"]["template"]["spec"]
    mounts = [mount for container in pod["containers"] for mount in container.get("volumeMounts", [])]
    return [
        {
            "claim": volume.get("persistentVolumeClaim", {}).get("claimName"),
            "kind": next((key for key in volume if key != "name"), "emptyDir"),
            "paths": [mount["mountPath"].rstrip("/") for mount in mounts if mount["name"] == volume["name"]],
        }
        for volume in pod.get("volumes", [])
    ]


def ask_where(check: Program, jupyter: Jupyter) -> tuple[str, dict[str, Any] | None]:
    """The folder that JupyterLab keeps its files in, by a kernel's own word, and the volume beneath it."""
    try:
        folder, mount = json.loads(jupyter.execute(WHERE, within=KERNEL_WITHIN))
    except Refused as refused:
        no_kernel(check, str(refused))
    return folder, next((volume for volume in volumes_of(check) if mount in volume["paths"]), None)


def elsewhere(check: Program, folder: str, beneath: dict[str, Any] | None) -> NoReturn:
    reason, actual, why = described(beneath, volumes_of(check))
    check.fail(
        reason,
        object=f"Deployment/{DEPLOYMENT}",
        path="spec.template.spec.containers[].volumeMounts",
        expected=f"what JupyterLab saves is on the PersistentVolumeClaim {CLAIM}",
        actual=actual,
        message=f"What is saved in JupyterLab is not on the PersistentVolumeClaim {CLAIM}. JupyterLab keeps its files in {folder}. {why}",
        next=f"kubectl -n {check.namespace} describe deployment {DEPLOYMENT}",
    )


def described(beneath: dict[str, Any] | None, volumes: list[dict[str, Any]]) -> tuple[str, str, str]:
    """Where they lie in place of the claim: a reason, a few words, a sentence."""
    if beneath is not None and beneath["claim"] == CLAIM:
        why = (
            f"It says that the claim {CLAIM} is mounted there, and the file that labctl saved is not on that."
        )
        return "file-not-on-claim", "not on the claim", why
    if beneath is not None and beneath["claim"] is not None:
        claim = beneath["claim"]
        return "saved-on-another-claim", f"on the claim {claim}", f"There the claim {claim} is mounted."
    if beneath is not None and beneath["kind"] == "emptyDir":
        return "saved-on-empty-dir", "emptyDir", "There is an emptyDir, which ends with its pod."
    if beneath is not None:
        kind = beneath["kind"]
        return "saved-on-another-volume", kind, f"There is a volume of the kind {kind}."
    claims = [volume for volume in volumes if volume["claim"] is not None]
    if not claims:
        why = "The pod mounts no PersistentVolumeClaim, and a container's own files end with it."
        return "no-claim-mounted", "no claim", why
    where = "; ".join(
        f"{each['claim']} is mounted at {', '.join(each['paths']) or 'no path'}" for each in claims
    )
    return "claim-mounted-elsewhere", f"the claim {where}", f"The claim {where}."


def no_kernel(check: Program, why: str) -> NoReturn:
    check.fail(
        "kernel-failed",
        object=f"Deployment/{DEPLOYMENT}",
        expected="a Python kernel that says where its files are",
        actual=why,
        message=f"No kernel says on which volume JupyterLab keeps its files: {why}.",
        next=f"kubectl -n {check.namespace} logs deployment/{DEPLOYMENT}",
    )
