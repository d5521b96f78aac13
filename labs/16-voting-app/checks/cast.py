"""New voters vote while something is disturbed. Tells `ballots`: theirs, with those of the programs before."""

from __future__ import annotations

from app import App
from casting import as_new_voters, hear_over, judged
from labctl import Program


def main(check: Program, app: App) -> None:
    votes, ready_after = check.given["votes"], check.given.get("readyAfter", 1)
    check.announce(f"casting {votes} votes as new voters")
    casts = as_new_voters(
        check,
        app,
        votes=votes,
        per_second=check.given["perSecond"],
        after=lambda answered: check.ready() if answered == ready_after else None,
    )
    hear_over(check)
    ballots = judged(check, app, casts)
    check.observed(f"{len(ballots)} new voters voted meanwhile, and none of their votes was refused.")
    check.value(ballots=[*check.before.get("ballots", []), *ballots])


if __name__ == "__main__":
    with Program() as program:
        main(program, App(program.namespace, program.facts))
