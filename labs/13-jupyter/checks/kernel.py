"""What JupyterLab does for a notebook, done by labctl: a kernel in the one pod multiplies; the product is computed here, too."""

from __future__ import annotations

import re
from typing import Any, Callable, NoReturn

from kernels import Jupyter, Kernel, KernelEnded, Refused
from labctl import Program
from server import DEPLOYMENT, HOST, URL, find_server

#: Enough for an ingress controller that takes its endpoints in turn to come to each of them.
LOOKS = 8
#: Seconds for the multiplication, on a busy machine.
WITHIN = 60.0
ONE_MEMORY = "Kernels live in one server's memory, and no other server knows them"


def main(check: Program, open_server: Callable[..., Jupyter] = Jupyter) -> None:
    jupyter, _ = find_server(check, open_server)
    pods = check.facts["pods"]
    if len(pods) > 1:
        several_servers(check, len(pods))
    try:
        kernel = jupyter.start_kernel()
    except Refused as refused:
        message = f"The server at {URL} starts no Python kernel: {refused}."
        no_product(check, "kernel-not-started", str(refused), message)
    with kernel:
        others = sum(not kernel.is_known() for _ in range(LOOKS))
        if others > 0:
            other_servers(check, others)
        multiply(check, kernel)


def multiply(check: Program, kernel: Kernel) -> None:
    # Of 40 bits: the product is more than a floating-point number holds.
    one, other = (check.random.getrandbits(40) + 2 for _ in range(2))
    code = (
        f'import socket\nprint("{check.nonce}", {one} * {other}, socket.gethostbyname(socket.gethostname()))'
    )
    try:
        output = kernel.execute(code, within=WITHIN)
    except Refused as refused:
        message = f"A kernel was started at {URL}, but multiplied nothing: {refused}."
        reason = "kernel-ended" if isinstance(refused, KernelEnded) else "kernel-failed"
        no_product(check, reason, str(refused), message)
    said = re.search(rf"{check.nonce} (\S+) (\S+)", output)
    product, address = said.groups() if said else ("", "nowhere")
    if product != str(one * other):
        actual = output.strip()[:80] or "nothing"
        message = f'The kernel says "{actual}" where the product is {one * other}.'
        no_product(check, "wrong-product", actual, message, expected=str(one * other))
    if all(pod["address"] != address for pod in check.facts["pods"]):
        elsewhere(check, address)
    check.observed(f"The kernel says that {one} times {other} is {product}.")


def no_product(check: Program, reason: str, actual: str, message: str, **more: Any) -> NoReturn:
    about = {"expected": "a product from a Python kernel", **more}
    where = {"object": f"Deployment/{DEPLOYMENT}", "actual": actual, "message": message}
    check.fail(reason, **about, **where, next=f"kubectl -n {check.namespace} logs deployment/{DEPLOYMENT}")


def several_servers(check: Program, servers: int) -> NoReturn:
    check.fail(
        "several-servers",
        object=f"Deployment/{DEPLOYMENT}",
        path="spec.replicas",
        expected="one pod",
        actual=f"{servers} pods",
        message=f"Deployment {DEPLOYMENT} runs {servers} servers behind {HOST}, and each request comes to one of them. {ONE_MEMORY}: replicas do not make a notebook server stronger, they break it.",
        next=f"kubectl -n {check.namespace} scale deployment/{DEPLOYMENT} --replicas=1",
    )


def other_servers(check: Program, others: int) -> NoReturn:
    actual = f"{others} of {LOOKS} requests came to a server without the kernel"
    check.fail(
        "kernel-known-to-one-server",
        object=f"Deployment/{DEPLOYMENT}",
        expected=f"one server behind {HOST}",
        actual=actual,
        message=f"A kernel was started behind {HOST}, and {actual}. {ONE_MEMORY}.",
        next=f"kubectl -n {check.namespace} get pods,endpointslices -o wide",
    )


def elsewhere(check: Program, address: str) -> NoReturn:
    check.fail(
        "kernel-in-another-pod",
        object=f"Deployment/{DEPLOYMENT}",
        expected=f"a kernel in a pod of Deployment {DEPLOYMENT}",
        actual=f"one at {address}",
        message=f"The kernel behind {HOST} runs at {address}, which is no pod of Deployment {DEPLOYMENT}.",
        next=f"kubectl -n {check.namespace} get pods,endpointslices -o wide",
    )


if __name__ == "__main__":
    with Program() as own_check:
        main(own_check)
