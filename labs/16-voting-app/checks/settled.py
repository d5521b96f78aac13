"""After a disturbance: each ballot of before is counted, once. `with: { during: "vote was updated" }` says which."""

from __future__ import annotations

from app import App
from labctl import Program
from settling import from_before, settle, worker_cause


def main(check: Program, app: App) -> None:
    settle(check, app, from_before(check, check.given["during"]), lambda: worker_cause(check, app))


if __name__ == "__main__":
    with Program() as program:
        main(program, App(program.namespace, program.facts))
