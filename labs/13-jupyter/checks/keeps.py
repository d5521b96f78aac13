"""
What is saved in JupyterLab lies on the claim, and outlives its pod: saves a file, looks where it lies, has the pod
deleted by labctl, and reads it from the next one. It goes along with the experiment, so that the file is gone
afterwards whatever happens.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, Callable, NoReturn

from kernels import Jupyter, Refused
from labctl import Program
from server import DEPLOYMENT, URL, find_server

CLAIM = "notebooks"
#: Its text is new each time; under one name, so that what a killed check left is written over.
FILE = "labctl-was-here.txt"
#: In a kernel: the server's own delete moves a file to the trash, which is on the student's volume, too.
TIDY_UP = f'import os\nos.remove("{FILE}")\nos.rmdir(".ipynb_checkpoints")'
#: Which of the container's mounts the file is on: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
WHERE = f"""import json, os
file = os.path.realpath("{FILE}")
mounts = [line.split()[4].replace("\\\\040", " ") for line in open("/proc/self/mountinfo")]
above = [mount for mount in mounts if file.startswith(mount.rstrip("/") + "/")]
print(json.dumps([os.path.dirname(file), max(above, key=len)]))"""
KERNEL_WITHIN = 60.0
#: Seconds until the next pod, which is Ready, is the one that answers.
ANSWERS_WITHIN = 30.0
#: Seconds until labctl has deleted the pod, and the next one is Ready.
DELETED_WITHIN = 150.0


def main(check: Program, open_server: Callable[..., Jupyter] = Jupyter) -> None:
    jupyter, status = find_server(check, open_server)
    text = f"{check.nonce} {check.random.getrandbits(64):x}"
    try:
        jupyter.write(FILE, text)
    except Refused as refused:
        not_written(check, str(refused))
    try:
        look_where(check, jupyter)
        check.ready()
        if check.over(within=DELETED_WITHIN) is None:
            check.error("The pod was not deleted in time.")
        look_again(check, jupyter, {"text": text, "before": status["started"]})
    finally:
        tidy_up(jupyter)


def look_where(check: Program, jupyter: Jupyter) -> None:
    try:
        folder, mount = json.loads(jupyter.execute(WHERE, within=KERNEL_WITHIN))
    except Refused as refused:
        no_kernel(check, str(refused))
    volumes = volumes_of(check.facts["deployment"]["spec"]["template"]["spec"])
    if CLAIM not in (volume["claim"] for volume in volumes if mount in volume["paths"]):
        elsewhere(check, {"folder": folder, "mount": mount, "volumes": volumes})


def volumes_of(pod: dict[str, Any]) -> list[dict[str, Any]]:
    """Each volume of a pod: its claim (None for one of another kind), its kind, and the paths where it is mounted."""
    mounts = [mount for container in pod["containers"] for mount in container.get("volumeMounts", [])]
    return [
        {
            "claim": volume.get("persistentVolumeClaim", {}).get("claimName"),
            "kind": next((key for key in volume if key != "name"), "emptyDir"),
            "paths": [mount["mountPath"].rstrip("/") for mount in mounts if mount["name"] == volume["name"]],
        }
        for volume in pod.get("volumes", [])
    ]


def elsewhere(check: Program, seen: dict[str, Any]) -> NoReturn:
    beneath = next((volume for volume in seen["volumes"] if seen["mount"] in volume["paths"]), None)
    reason, actual, why = described(beneath, seen["volumes"])
    check.fail(
        reason,
        object=f"Deployment/{DEPLOYMENT}",
        path="spec.template.spec.containers[].volumeMounts",
        expected=f"what JupyterLab saves is on the PersistentVolumeClaim {CLAIM}",
        actual=actual,
        message=f"A file that labctl saved in JupyterLab is not on the PersistentVolumeClaim {CLAIM}. JupyterLab keeps its files in {seen['folder']}. {why}",
        next=f"kubectl -n {check.namespace} describe deployment {DEPLOYMENT}",
    )


def described(beneath: dict[str, Any] | None, volumes: list[dict[str, Any]]) -> tuple[str, str, str]:
    """Where it lies in place of the claim: a reason, a few words, a sentence."""
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


def look_again(check: Program, jupyter: Jupyter, saved: dict[str, str]) -> None:
    if not check.wait(lambda: is_another(jupyter, saved["before"]), within=ANSWERS_WITHIN):
        not_back(check)
    try:
        actual = None if jupyter.read(FILE) == saved["text"] else "another text"
    except Refused as refused:
        actual = str(refused)
    if actual is None:
        check.observed("The file was there when the next pod answered.")
    else:
        gone(check, actual)


def is_another(jupyter: Jupyter, before: str) -> bool:
    """Whether another server process answers than the one that started then."""
    try:
        return bool(jupyter.status()["started"] != before)
    except Refused:
        return False


def tidy_up(jupyter: Jupyter) -> None:
    # The folder of checkpoints may have been the student's, or nobody answers any more.
    with suppress(Refused):
        jupyter.execute(TIDY_UP, within=KERNEL_WITHIN / 2)


def not_written(check: Program, why: str) -> NoReturn:
    check.fail(
        "file-not-saved",
        object=f"Deployment/{DEPLOYMENT}",
        expected=f"a file can be saved at {URL}",
        actual=why,
        message=f"JupyterLab cannot save a file: {why}. Does the folder that it works in belong to the user that it runs as?",
        next=f"kubectl -n {check.namespace} exec deployment/{DEPLOYMENT} -- sh -c 'id; ls -lad .'",
    )


def no_kernel(check: Program, why: str) -> NoReturn:
    check.fail(
        "kernel-failed",
        object=f"Deployment/{DEPLOYMENT}",
        expected="a Python kernel that says where its files are",
        actual=why,
        message=f"labctl saved a file in JupyterLab, and no kernel says on which volume it is: {why}.",
        next=f"kubectl -n {check.namespace} logs deployment/{DEPLOYMENT}",
    )


def not_back(check: Program) -> NoReturn:
    check.fail(
        "next-server-silent",
        object=f"Deployment/{DEPLOYMENT}",
        expected=f"the next pod answers at {URL}",
        actual="no answer of another server",
        message=f"labctl deleted the pod, the next one is Ready, and {ANSWERS_WITHIN:.0f} s later it does not answer at {URL}. Without a readiness probe a pod is Ready before its server is.",
        next=f"kubectl -n {check.namespace} get pods,endpointslices",
    )


def gone(check: Program, actual: str) -> NoReturn:
    check.fail(
        "file-gone",
        object=f"Deployment/{DEPLOYMENT}",
        expected="the file that was saved before",
        actual=actual,
        message=f"A file that labctl saved in JupyterLab was gone after its pod was deleted: {actual}.",
        next=f"kubectl -n {check.namespace} describe deployment {DEPLOYMENT}",
    )


if __name__ == "__main__":
    with Program() as own_check:
        main(own_check)
