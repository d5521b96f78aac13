"""
Who has the token gets into the release's Jupyter, and nobody else; its notebook, run on new numbers, has the right
answer, and the scheduler has a record of the tasks.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Callable, NamedTuple, NoReturn

import cluster
from cluster import SCHEDULER, Connect
from computation import draw, record, sum_of_squares
from kernels import Jupyter, Kernel, Refused
from labctl import Program

if TYPE_CHECKING:
    from distributed import Client

HOST = "dask-jupyter.localhost"
URL = f"http://{HOST}/"
SECRET = "dask-jupyter"
DEPLOYMENT = "dask-jupyter"
NOTEBOOK = "sums.ipynb"
NUMBERS = 240
#: Seconds: the cells of the notebook wait for workers, and import Dask.
CELL_WITHIN = 90.0


class Cells(NamedTuple):
    """A notebook's code, up to what sets its parameters, and from there on."""

    before: list[str]
    after: list[str]


class Failed(Exception):
    """`where`: "Code cell 3", or what else it was."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(why)
        self.where = where


def main(
    check: Program,
    open_server: Callable[..., Jupyter] = Jupyter,
    connect: Connect = cluster.connect,
) -> None:
    door, token = check.facts["door"], check.facts["token"]["token"]
    let_in(check, open_server(door), open_server(door, token))
    jupyter = open_server(door, token)
    try:
        cells = parse(jupyter.read(NOTEBOOK))
    except Refused as refused:
        no_notebook(check, str(refused))
    if cells is None:
        no_notebook(check, "it has no cell that is tagged parameters")
    with connect(check) as client:
        run(check, jupyter, client, cells)


def let_in(check: Program, anybody: Jupyter, known: Jupyter) -> None:
    """Jupyter is there, asks for a token, and takes this one; else the program ends with the finding."""
    about = {"object": f"Page/{URL}", "expected": "Jupyter, for who has the token"}
    try:
        anybody.status()
        message = f"Jupyter at {URL} lets in anybody, without a token: whoever finds the page runs programs in the cluster."
        next_ = f"kubectl -n {check.namespace} get deployments -o yaml"
        check.fail("open-without-token", **about, actual="open", message=message, next=next_)
    except Refused:
        pass
    try:
        known.status()
    except Refused as refused:
        why = str(refused)
        if refused.status in (401, 403):
            message = f"Jupyter at {URL} does not take the token of Secret {SECRET}: {why}."
            next_ = f"kubectl -n {check.namespace} get ingress,pods"
            check.fail("token-refused", **about, actual=why, message=message, next=next_)
        message = f"At {URL} no Jupyter answers: {why}."
        cause = {"ingress": HOST, "path": "/", "deployment": DEPLOYMENT}
        check.fail("no-jupyter-answers", **about, actual=why, message=message, cause=cause)


def parse(text: str) -> Cells | None:
    """
    The code cells; None for what is no notebook, or has no cell tagged `parameters`:
    https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    try:
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        tags = [cell.get("metadata", {}).get("tags", []) for cell in cells]
        # Lines, or one text: joined it is the same.
        sources = ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    at = next((index for index, own in enumerate(tags) if "parameters" in own), None)
    return None if at is None else Cells(sources[: at + 1], sources[at + 1 :])


def no_notebook(check: Program, why: str) -> NoReturn:
    check.fail(
        "no-notebook",
        object=f"Notebook/{NOTEBOOK}",
        expected=f"the given {NOTEBOOK}",
        actual=why,
        message=f"Jupyter at {URL} has no {NOTEBOOK} as it was given: {why}.",
        next=f"helm -n {check.namespace} get values dask",
    )


def run(check: Program, jupyter: Jupyter, client: Client, cells: Cells) -> None:
    numbers = draw(check, NUMBERS)
    check.announce(f"running {NOTEBOOK} in Jupyter on {len(numbers)} numbers")
    before = len(record(client))
    try:
        answer = answer_of(check, jupyter, cells, numbers)
    except Failed as failed:
        broken(check, failed)
    judge(check, answer, sum_of_squares(numbers), record(client)[before:])


def answer_of(check: Program, jupyter: Jupyter, cells: Cells, numbers: list[int]) -> str:
    """Runs the cells in one kernel, with these numbers in the place of those that the notebook sets."""
    try:
        kernel = jupyter.start_kernel()
    except Refused as refused:
        raise Failed("The start of a kernel", str(refused)) from None
    named = [(f"Code cell {number}", cell) for number, cell in enumerate(cells.before + cells.after, 1)]
    named.insert(len(cells.before), ("The cell of the parameters", f"numbers = {json.dumps(numbers)}"))
    with kernel:
        for where, cell in named:
            execute(kernel, where, cell)
        output = execute(kernel, "The answer", f'print("{check.nonce}" + str(answer))')
    lines = [line for line in output.splitlines() if line.startswith(check.nonce)]
    return lines[0][len(check.nonce) :].strip() if lines else ""


def execute(kernel: Kernel, where: str, code: str) -> str:
    try:
        return kernel.execute(code, within=CELL_WITHIN)
    except Refused as refused:
        raise Failed(where, str(refused)) from None


def judge(check: Program, answer: str, expected: int, ran: list[tuple[str, str]]) -> None:
    about = {
        "object": f"Notebook/{NOTEBOOK}",
        "expected": str(expected),
        "next": f"kubectl -n {check.namespace} logs deployment/{SCHEDULER} --tail=20",
    }
    if answer != str(expected):
        message = f"Asked for the squares of new numbers, {NOTEBOOK} ends with {answer} in answer; their sum is {expected}."
        check.fail("wrong-answer", **about, actual=answer or "nothing", message=message)
    own = {pod["name"] for pod in check.facts["workers"]}
    shares = [share for share in cluster.shares_of(check, ran, {}) if share.pod in own]
    if shares:
        check.observed(f"The notebook's tasks ran on {cluster.describe(shares)}")
        return
    message = f"The answer of {NOTEBOOK} is right, but the scheduler behind Service {SCHEDULER} has no record of a task that it sent: the notebook computed it by itself."
    check.fail("computed-by-itself", **about, path="client", actual="no task on the workers", message=message)


def broken(check: Program, failed: Failed) -> NoReturn:
    check.fail(
        "cell-failed",
        object=f"Notebook/{NOTEBOOK}",
        expected="a notebook that runs to its end",
        actual=str(failed),
        message=f"{failed.where} of {NOTEBOOK} failed: {failed}",
        next=f"kubectl -n {check.namespace} logs deployment/{SCHEDULER} --tail=20",
    )


if __name__ == "__main__":
    with Program() as own_check:
        main(own_check)
