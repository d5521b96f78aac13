"""After the worker's pod was deleted: each vote that it held is counted, once."""

from __future__ import annotations

from app import App
from labctl import Program
from settling import Cause, from_before, settle


def main(check: Program, app: App) -> None:
    settling = from_before(check, "the worker's pod was deleted")
    settle(check, app, settling, lambda: lost(check.namespace))
    count = len(settling.ballots)
    check.observed(f"{count} votes were cast while the worker's pod was deleted; each of them counts once.")


def lost(namespace: str) -> Cause:
    return Cause(
        "votes-lost-with-worker",
        "What is taken off the queue before the database has it is lost with the pod that held it. "
        "When does worker acknowledge a vote?",
        f"kubectl -n {namespace} logs deployment/worker",
    )


if __name__ == "__main__":
    with Program() as program:
        main(program, App(program.namespace, program.facts))
