"""New voters vote, and some change their mind: the tally moves by exactly that. Tells `tally` (before) and `ballots`."""

from __future__ import annotations

from app import App
from casting import as_new_voters, judged, once_more
from labctl import Program
from settling import Settling, settle, worker_cause
from votes import at_rest, described, plus

#: Of so many voters one votes again, for something else.
ONE_IN = 5


def main(check: Program, app: App) -> None:
    votes = check.given["votes"]
    before = at_rest(check, app)
    check.announce(f"casting {votes} votes as new voters")
    first = judged(check, app, as_new_voters(check, app, votes=votes, per_second=check.given["perSecond"]))
    changed = judged(check, app, once_more(app, first[::ONE_IN]))
    ballots = list({ballot.voter: ballot for ballot in [*first, *changed]}.values())
    check.observed(
        f"{votes} voters, of whom {len(changed)} changed their mind: {described(plus({}, ballots))}."
    )
    settle(check, app, Settling(before, ballots), lambda: worker_cause(check, app))
    check.value(tally=before, ballots=ballots)


if __name__ == "__main__":
    with Program() as program:
        main(program, App(program.namespace, program.facts))
