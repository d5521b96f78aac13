"""The tally before anything is disturbed: both pages answer, and no vote is on its way. Tells `tally`."""

from __future__ import annotations

from app import App
from labctl import Program
from votes import at_rest


def main(check: Program, app: App) -> None:
    check.value(tally=at_rest(check, app))


if __name__ == "__main__":
    with Program() as program:
        main(program, App(program.namespace, program.facts))
