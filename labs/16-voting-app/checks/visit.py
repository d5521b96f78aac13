"""
While Deployment vote is updated: people look at its page, and new voters vote. No request fails. Tells `ballots`:
theirs, with those of the programs before.
"""

from __future__ import annotations

import time

from app import App
from casting import as_new_voters, hear_over, judged
from labctl import Program
from looking import Looking, await_answers, lost

DEPLOYMENT = "vote"
# Seconds.
#: How long people look before anything is touched, and after all is well again.
MARGIN = 2
#: A busy machine sends fewer requests than it is asked for; by then it has sent as many, or proves nothing.
ENOUGH_WITHIN = 60


def main(check: Program, app: App) -> None:
    given = check.given
    await_answers(check, app.front)
    check.announce(
        f"looking at {DEPLOYMENT} {given['looksPerSecond']} times a second, and casting votes as new voters"
    )
    with Looking(app.front, given["looksPerSecond"]) as looking:
        time.sleep(MARGIN)
        casts = as_new_voters(
            check,
            app,
            votes=given["votes"],
            per_second=given["perSecond"],
            after=lambda answered: check.ready() if answered == 1 else None,
            until_over=True,
        )
        is_complete = hear_over(check).get("complete", True)
        if is_complete:
            check.wait(lambda: looking.looks >= given["looks"], within=ENOUGH_WITHIN)
        time.sleep(MARGIN)
    if looking.failures > 0:
        check.finding(**lost(check.namespace, app.front.service, DEPLOYMENT, looking))
    ballots = judged(check, app, casts)
    check.observed(
        f"{looking}, and none of {len(ballots)} votes was refused, while {DEPLOYMENT} was updated."
    )
    if check.findings == 0 and is_complete and looking.looks < given["looks"]:
        check.error(
            f"Only {looking.looks} of {given['looks']} requests could be sent, so nothing is proven: this machine is too busy."
        )
    check.value(ballots=[*check.before.get("ballots", []), *ballots])


if __name__ == "__main__":
    with Program() as program:
        main(program, App(program.namespace, program.facts))
