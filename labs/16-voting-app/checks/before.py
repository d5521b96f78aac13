"""
Before anything is disturbed: both pages answer, and no vote is on its way. Tells `tally`, and `workers`, the names of
their pods, where lab.yaml asks for those.
"""

from __future__ import annotations

from app import App
from labctl import Program
from votes import at_rest


def main(check: Program, app: App) -> None:
    check.value(
        tally=at_rest(check, app), workers=[worker["name"] for worker in check.facts.get("workers", [])]
    )


if __name__ == "__main__":
    with Program() as program:
        main(program, App(program.namespace, program.facts))
