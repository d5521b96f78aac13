"""Who gets into the Jupyter server: whoever brings the Secret's token, and nobody else."""

from __future__ import annotations

from typing import Callable, NoReturn

from kernels import Jupyter, Refused
from labctl import Program
from server import DEPLOYMENT, HOST, URL, find_server


def main(check: Program, open_server: Callable[..., Jupyter] = Jupyter) -> None:
    find_server(check, open_server)
    door = check.facts["door"]
    anybody = open_server(door)
    if lets_in(anybody):
        is_open(check, "without-token", "without a token")
    if lets_in(open_server(door, check.nonce)):
        is_open(check, "with-any-token", "with any token")
    why = why_no_login(anybody)
    if why is not None:
        no_login(check, why)


def lets_in(jupyter: Jupyter) -> bool:
    try:
        jupyter.status()
        return True
    except Refused:
        return False


def why_no_login(jupyter: Jupyter) -> str | None:
    """Who has no token is led to a page that asks for one; None where it is so."""
    try:
        lab = jupyter.request("lab")
        goes_to = lab.headers.get("location", f"status {lab.status}")
        if "/login" not in goes_to:
            return goes_to
        page = jupyter.request("login")
        return None if page.status == 200 and 'type="password"' in page.text else f"status {page.status}"
    except Refused as refused:
        return str(refused)


def is_open(check: Program, reason: str, how: str) -> NoReturn:
    check.fail(
        f"open-{reason}",
        object=f"Deployment/{DEPLOYMENT}",
        expected=f"status 403 {'without a token' if reason == 'without-token' else 'with a wrong token'}",
        actual="status 200",
        message=f"{URL} lets anybody in, {how}. Whoever finds the address can run programs in your cluster.",
        next=f"kubectl -n {check.namespace} describe deployment {DEPLOYMENT}",
    )


def no_login(check: Program, why: str) -> None:
    check.finding(
        "no-login-page",
        object=f"Host/{HOST}",
        expected=f"{URL}lab leads to a login page",
        actual=why,
        message=f"Who has no token should come to a login page at {URL}, and does not: {why}.",
        next=f"kubectl -n {check.namespace} logs deployment/{DEPLOYMENT}",
    )


if __name__ == "__main__":
    with Program() as own_check:
        main(own_check)
