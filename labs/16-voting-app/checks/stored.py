"""One vote, put into the queue past the front end: the worker gets it into the database. It is removed again."""

from __future__ import annotations

from app import CHOICES, App
from labctl import Program
from settling import stored, unknown_host, worker_cause
from votes import Ballot

#: Seconds. A vote waits for one, and a worker that looked for a name before there was a Service of that name looks
#: again only when its resolver has given up: after twice 5 s (https://man7.org/linux/man-pages/man5/resolv.conf.5.html).
STORED_WITHIN = 30
#: What nobody will ever answer to needs no such patience.
IN_VAIN_WITHIN = 10


def main(check: Program, app: App) -> None:
    ballot = Ballot(f"{check.random.getrandbits(128):032x}", check.random.choice(CHOICES))
    stored(check, app)
    check.announce("putting a vote into the queue, to see it arrive in the database")
    is_vain = unknown_host(check.facts["worker"], check.facts["services"]) is not None
    within = IN_VAIN_WITHIN if is_vain else STORED_WITHIN
    entry = app.queue.put(*ballot)
    try:
        if not check.wait(lambda: ballot in stored(check, app), within=within):
            not_stored(check, app, within)
    finally:
        app.queue.remove(entry)
        app.database.forget(ballot.voter)


def not_stored(check: Program, app: App, within: int) -> None:
    cause = worker_cause(check, app)
    check.finding(
        cause.reason,
        object="Deployment/worker",
        expected=f"a vote from the queue in the database within {within} s",
        actual=cause.actual or "nothing",
        message=f"A vote that labctl put into the queue did not get into the database. {cause.message}",
        next=cause.next,
    )


if __name__ == "__main__":
    with Program() as program:
        main(program, App(program.namespace, program.facts))
