"""The server of this lab: whether it answers at its host, and takes the token that its Secret has."""

from __future__ import annotations

from typing import Any, Callable, NoReturn

from kernels import Jupyter, Refused
from labctl import Program

DEPLOYMENT = "jupyter"
SECRET = "jupyter-token"
HOST = "jupyter.localhost"
URL = f"http://{HOST}/"
#: Seconds that it may take behind a Service and an Ingress that look right.
SETTLES_WITHIN = 10.0


def find_server(check: Program, open_server: Callable[..., Jupyter]) -> tuple[Jupyter, dict[str, Any]]:
    """The server, asked with its token, and what it says of itself. Without one the program ends with the finding."""
    door, token = check.facts["door"], check.facts["token"]["token"]
    if token == "" or token.strip() != token:
        unusable(check, token)
    jupyter, why = open_server(door, token), "no answer"

    def ask() -> dict[str, Any] | None:
        nonlocal why
        try:
            return jupyter.status()
        except Refused as refused:
            if refused.status == 403:
                raise
            why = str(refused)
            return None

    try:
        status = check.wait(ask, within=SETTLES_WITHIN)
    except Refused:
        refuses_token(check)
    if status is None:
        silent(check, why)
    return jupyter, status


def unusable(check: Program, token: str) -> NoReturn:
    is_blank = token.strip() == ""
    check.fail(
        "token-blank" if is_blank else "token-with-white-space",
        object=f"Secret/{SECRET}",
        path="data.token",
        expected="a token",
        actual="nothing" if is_blank else "a token with white space around it",
        message=f"The Secret {SECRET} holds no token under the key token, only white space."
        if is_blank
        else f"The token in the Secret {SECRET} begins or ends with white space, a line break most likely: echo writes one, printf does not.",
        next=f"kubectl -n {check.namespace} describe secret {SECRET}",
    )


def refuses_token(check: Program) -> NoReturn:
    here = f"kubectl -n {check.namespace}"
    check.fail(
        "token-refused",
        object=f"Deployment/{DEPLOYMENT}",
        expected=f"{URL} takes the token in the Secret {SECRET}",
        actual="status 403",
        message=f"The server refuses the token that is in the Secret {SECRET} (key token): it was started with another one, or made one up because JUPYTER_TOKEN is not set. A container reads a Secret into its environment once, when it starts.",
        next=f"{here} describe deployment {DEPLOYMENT}; was the Secret changed since? {here} rollout restart deployment/{DEPLOYMENT}",
    )


def silent(check: Program, why: str) -> NoReturn:
    check.fail(
        "no-jupyter-answers",
        object=f"Host/{HOST}",
        expected=f"a Jupyter server at {URL}",
        actual=why,
        message=f"No Jupyter server answers at {URL}: {why}. Does the server listen on the port that the Service leads to, for more than its own pod?",
        cause={"ingress": HOST, "path": "/", "deployment": DEPLOYMENT},
    )
