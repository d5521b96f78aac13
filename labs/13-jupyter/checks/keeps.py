"""
What is saved in JupyterLab lies on the claim, and outlives its pod: saves a file, finds it on the claim, has the pod
deleted by labctl, and reads it from the next one. It goes along with the experiment, so that the file is gone
afterwards whatever happens.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Callable, NoReturn

from kernels import Jupyter, Refused
from labctl import Program
from server import DEPLOYMENT, URL, find_server
from volumes import CLAIM, FILE, KERNEL_WITHIN, ask_where, elsewhere

#: Where lab.yaml mounts the claim.
ROOT = Path("/volume")
#: In a kernel: the server's own delete moves a file to the trash, which is on the student's volume, too.
TIDY_UP = f'import os\nos.remove("{FILE}")\nos.rmdir(".ipynb_checkpoints")'
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
        how = require_on_claim(check, jupyter, text)
        check.ready()
        if check.over(within=DELETED_WITHIN) is None:
            check.error("The pod was not deleted in time.")
        look_again(check, jupyter, {"text": text, "before": status["started"], "how": how})
    finally:
        tidy_up(jupyter)


def require_on_claim(check: Program, jupyter: Jupyter, text: str) -> str:
    """How it is known to be there; where it is not, the program ends with the finding."""
    is_there = find(text)
    if not is_there:
        folder, beneath = ask_where(check, jupyter)
        # Where only its owner may look into a folder, a kernel is believed.
        if is_there is False or beneath is None or beneath["claim"] != CLAIM:
            elsewhere(check, folder, beneath)
    return f"The file lay on the claim {CLAIM}{'' if is_there else ', by the word of the server'}"


def find(text: str) -> bool | None:
    """Whether a file with this text is on the claim, wherever and under whatever subPath; None where not all can be read."""
    closed: list[OSError] = []
    for folder, _, files in os.walk(ROOT, onerror=closed.append):
        if FILE not in files:
            continue
        try:
            if (Path(folder) / FILE).read_text(errors="replace") == text:
                return True
        except OSError as error:
            closed.append(error)
    return None if closed else False


def look_again(check: Program, jupyter: Jupyter, saved: dict[str, str]) -> None:
    if not check.wait(lambda: is_another(jupyter, saved["before"]), within=ANSWERS_WITHIN):
        not_back(check)
    try:
        actual = None if jupyter.read(FILE) == saved["text"] else "another text"
    except Refused as refused:
        actual = str(refused)
    if actual is None:
        check.observed(f"{saved['how']}, and was there when the next pod answered.")
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
