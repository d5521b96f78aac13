"""While versions take turns: asks for predictions at a constant rate; none fails, and each is a version's own."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any, NamedTuple

import flowers
import server
from labctl import Program

#: Seconds that it asks for before anything is touched, and after all is well again.
MARGIN = 2
#: Seconds that an experiment takes at most.
LIMIT = 600
THREADS = 16


class Asked(NamedTuple):
    """One request and what became of it."""

    #: Seconds, of the clock that `Turns` has.
    at: float
    #: Which of the pairs.
    pair: int
    reply: server.Reply


class Turns(NamedTuple):
    """Everything that was asked, and when versions took turns: from when to when."""

    asked: list[Asked]
    since: float
    until: float
    #: Whether each rollout came to its end; else labctl has said why.
    complete: bool


def main(check: Any) -> None:
    given, pairs = check.given, check.before["pairs"]
    bodies = [flowers.body_of(pair["row"]) for pair in pairs]
    asked, over = start(check.facts["model"], bodies, given["perSecond"])
    check.wait(lambda: len(asked) > 0, within=60, every=0.05)
    time.sleep(MARGIN)
    since = time.time()
    check.ready()
    done = check.over(within=LIMIT)
    until = time.time()
    time.sleep(MARGIN)
    over()
    if done is None:
        check.error(f"Nothing was done within {LIMIT} s.")
    judge(check, pairs, Turns(asked, since, until, done.get("complete", True)))


def start(service: dict[str, Any], bodies: list[Any], per_second: float) -> tuple[list[Asked], Any]:
    """Asks from now on; returns what was asked so far, which grows, and what ends it."""
    asked: list[Asked] = []
    over = threading.Event()
    started = time.time()

    def work(turn: int) -> None:
        while not over.is_set():
            late = time.time() - (started + turn / per_second)
            if late < 0:
                over.wait(-late)
                continue
            # Who is late leaves the turn out, so that a pause is not made up for in a rush.
            if late < THREADS / per_second:
                at, pair = time.time(), turn % len(bodies)
                asked.append(Asked(at, pair, server.ask(service, "/predict", bodies[pair], timeout=10)))
            turn += THREADS

    pool = [threading.Thread(target=work, args=(turn,), daemon=True) for turn in range(THREADS)]
    for thread in pool:
        thread.start()

    def stop() -> None:
        over.set()
        for thread in pool:
            thread.join(12)

    return asked, stop


def judge(check: Any, pairs: list[dict[str, Any]], turns: Turns) -> None:
    old, new = check.given["from"], check.given["to"]
    whose = [whose_is(pairs[each.pair], each.reply, old, new) for each in turns.asked]
    of = Counter(whose)
    total = len(whose)
    check.observed(
        f"{of['failed']} of {total} predictions failed while {old} and {new} took turns; {of['from']} were {old}'s own, "
        f"{of['to']} were {new}'s own, {of['neither']} were neither's."
    )
    lost(check, [each.reply for each, who in zip(turns.asked, whose) if who == "failed"], total)
    mixed(check, pairs, [each for each, who in zip(turns.asked, whose) if who == "neither"])
    during = [who for each, who in zip(turns.asked, whose) if turns.since <= each.at <= turns.until]
    if turns.complete:
        after = sum(each.at > turns.until and who == "from" for each, who in zip(turns.asked, whose))
        unturned(check, set(during), after)
        if check.findings == 0 and len(during) < check.given["atLeast"]:
            check.error(
                f"Only {len(during)} of {check.given['atLeast']} predictions could be asked for during the update, so nothing is proven: this machine is too busy."
            )


def whose_is(pair: dict[str, Any], reply: server.Reply, old: str, new: str) -> str:
    """ "from", "to", "failed"; "neither" is an answer that is half of one version and half of another, or of none."""
    if reply.status is None or not 200 <= reply.status <= 299:
        return "failed"
    served = flowers.as_served(reply.text)
    for version, side in ((old, "from"), (new, "to")):
        if served and served["version"] == version and flowers.agree(served, pair[side]):
            return side
    return "neither"


def lost(check: Any, failed: list[server.Reply], total: int) -> None:
    if not failed:
        return
    old, new, deployment = check.given["from"], check.given["to"], check.given["deployment"]
    kinds = Counter(
        f"no answer ({reply.text})" if reply.status is None else f"status {reply.status}" for reply in failed
    )
    which = ", ".join(f"{count} × {kind}" for kind, count in kinds.items())
    actual = f"{len(failed)} of {total} predictions failed ({which})"
    check.finding(
        "predictions-lost",
        object=f"Service/{check.facts['model']['name']}",
        expected="no failed prediction",
        actual=actual,
        message=f"While {old} and {new} took turns, {actual}.",
        next=f"kubectl -n {check.namespace} get deployment {deployment} -o yaml",
        cause={"rollout": deployment},
    )


def mixed(check: Any, pairs: list[dict[str, Any]], foreign: list[Asked]) -> None:
    if not foreign:
        return
    old, new, first = check.given["from"], check.given["to"], foreign[0]
    pair, served = pairs[first.pair], flowers.as_served(first.reply.text)
    said = (
        f"{served['prediction']} by {served['version']}"[:200]
        if served
        else f"no prediction but {first.reply.text[:80].strip() or 'an empty body'}"
    )
    actual = f"{len(foreign)} answers that are neither's own"
    check.finding(
        "predictions-mixed",
        object=f"Service/{check.facts['model']['name']}",
        path="POST /predict",
        expected=f"every answer is {old}'s or {new}'s own",
        actual=actual,
        message=f"While {old} and {new} took turns, there were {actual}: version and prediction do not belong together. "
        f"For {flowers.words_of(pair['row'])} it was {said}; the stored {old} says {sure(pair['from'])}, {new} says {sure(pair['to'])}.",
        next=f"kubectl -n {check.namespace} logs deployment/{check.given['deployment']} --tail 20",
    )


def sure(prediction: flowers.Prediction) -> str:
    kind = prediction["prediction"]
    return f"{kind} ({flowers.percent(prediction, kind)})"


def unturned(check: Any, seen: set[str], after: int) -> None:
    """A server that does not do what the Deployment says."""
    old, new, env, deployment = (check.given[name] for name in ("from", "to", "env", "deployment"))
    words = {
        "object": f"Deployment/{deployment}",
        "path": env,
        "next": f"kubectl -n {check.namespace} get pods",
    }
    if after > 0:
        actual = f"{after} answers by {old}"
        message = f"After the last rollout was over, there were {actual}: {new} is not what is served."
        check.finding(
            "old-version-stays", **words, expected=f"answers by {new} alone", actual=actual, message=message
        )
        return
    absent = [version for version, side in ((old, "from"), (new, "to")) if side not in seen]
    if absent:
        which = " nor ".join(absent)
        message = f"labctl rolled Deployment {deployment} to {old} and to {new} by its variable {env}, and no answer was {which}'s own: the server does not follow it."
        check.finding(
            "version-not-followed", **words, expected=f"answers by {which}", actual="none", message=message
        )


if __name__ == "__main__":
    with Program() as program:
        main(program)
