"""
What a lab's program says to labctl, and what labctl says to it (labctl.dev/program/v1).

A program runs in a pod of labctl's own inside the cluster. labctl writes one line of JSON to its standard input:

    {"apiVersion": "labctl.dev/program/v1", "nonce": "…", "namespace": "lab-…", "with": {…}, "facts": {…}, "before": {…}}

and the program answers with lines of JSON on its standard output, each with the nonce and one answer:

    announce | observed | ready | value | finding | errored | done

`done` is the last line of a program that ran to its end: without findings it has passed, with findings failed.
Everything else (another exit code, no `done`, a line that is no answer) is errored, and costs nobody points.
A program that accompanies an experiment says `ready` when the disturbance may begin, and hears `over` when it is done.

    from labctl import Program

    with Program() as check:
        answer = ask(check.facts["scheduler"]["host"])
        if answer != check.given["expected"]:
            check.finding("wrong-answer", object="Service/dask-scheduler", expected="…", actual=str(answer), message="…")

This module needs nothing but Python's standard library (3.9 or newer).
"""

from __future__ import annotations

import json
import os
import random
import select
import sys
import threading
import time
import traceback
from typing import Any, Callable, TextIO, TypeVar

T = TypeVar("T")


class _Stop(Exception):
    """Ends the program where what it has said is all there is to say."""


class Program:
    """The conversation with labctl. As a context manager it ends it properly, whatever happens inside."""

    def __init__(self, stdin: TextIO | None = None, stdout: TextIO | None = None) -> None:
        self._in = stdin if stdin is not None else sys.stdin
        self._out = stdout if stdout is not None else _own_stdout()
        task = json.loads(self._in.readline())
        #: A fresh random word: what nobody could know beforehand.
        self.nonce: str = task["nonce"]
        #: The lab's namespace.
        self.namespace: str = task["namespace"]
        #: What lab.yaml gives it (`with:`).
        self.given: dict[str, Any] = task.get("with") or {}
        #: What labctl found in the cluster (`facts:`), by the names that lab.yaml gives them.
        self.facts: dict[str, Any] = task.get("facts") or {}
        #: The values that programs before this one have told.
        self.before: dict[str, Any] = task.get("before") or {}
        #: Drawn from the nonce: other numbers each time, the same ones for the same nonce.
        self.random = random.Random(self.nonce)
        #: How many findings there are so far.
        self.findings = 0
        self._lock = threading.Lock()
        self._over: dict[str, Any] | None = None

    def __enter__(self) -> Program:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if kind is None or kind is _Stop:
            self._say(done=True)
            return True
        if not issubclass(kind, Exception):
            return False
        traceback.print_exception(kind, error, trace, file=sys.stderr)
        self._say(errored=f"{kind.__name__}: {str(error)[:300]}")
        self._say(done=True)
        return True

    def announce(self, text: str) -> None:
        """Says what it is about to do, before it does it: "casting 30 votes as new voters"."""
        self._say(announce=text)

    def observed(self, text: str) -> None:
        """Keeps for the report what was seen, whatever the verdict: "30 voters: coffee 17, tea 13."."""
        self._say(observed=text)

    def value(self, **values: Any) -> None:
        """Tells what later programs of the same check get as `before`, and a page as `${name}`."""
        self._say(value=values)

    def ready(self, **values: Any) -> None:
        """Says that the disturbance may begin; the values go with it (which pod is to be deleted, say)."""
        if values:
            self.value(**values)
        self._say(ready=True)

    def finding(
        self,
        reason: str,
        *,
        object: str,
        expected: str,
        actual: str,
        message: str,
        path: str | None = None,
        next: str | None = None,
        cause: dict[str, Any] | None = None,
    ) -> None:
        """
        One observation that stands between the student and the points.

        :param reason: a stable code that hints and cases refer to, as Kubernetes' conditions have: "wrong-answer".
        :param object: `Kind/name`, as kubectl takes it.
        :param message: a full sentence that names the cause as far as it is known.
        :param next: the command to run next.
        :param cause: asks labctl for its own diagnosis, which is put behind the message and, where there is one, gives
            `next`: {"service": name}, {"deployment": name}, {"pod": name} or {"ingress": host, "path": "/"}.
        """
        self.findings += 1
        told = dict(
            reason=reason, object=object, path=path, expected=expected, actual=actual, message=message
        )
        told.update(next=next, cause=cause)
        self._say(finding={key: value for key, value in told.items() if value is not None})

    def fail(self, reason: str, **finding: Any) -> None:
        """A finding after which there is nothing more to look at: ends the program."""
        self.finding(reason, **finding)
        raise _Stop

    def error(self, why: str) -> None:
        """What was to be looked at could not be looked at, and not by the student's doing: errored. Ends the program."""
        self._say(errored=why)
        raise _Stop

    def stop(self) -> None:
        """Ends the program here, properly."""
        raise _Stop

    def over(self, within: float = 0) -> dict[str, Any] | None:
        """
        What labctl did, once the experiment's disturbance is over; None before.

        :param within: seconds to wait for it.
        """
        until = time.monotonic() + within
        while self._over is None:
            left = max(0.0, until - time.monotonic())
            if not _readable(self._in, left):
                return None
            line = self._in.readline()
            if line == "":
                self._over = {}
            else:
                self._over = json.loads(line).get("over", {})
        return self._over

    def wait(self, look: Callable[[], T], *, within: float, every: float = 0.5) -> T:
        """Looks again and again until what it sees is true, or the time is over; returns what it saw last."""
        until = time.monotonic() + within
        while True:
            seen = look()
            if seen or time.monotonic() >= until:
                return seen
            time.sleep(every)

    def _say(self, **answer: Any) -> None:
        line = json.dumps({"nonce": self.nonce, **answer}, ensure_ascii=False)
        with self._lock:
            self._out.write(line + "\n")
            self._out.flush()


def _own_stdout() -> TextIO:
    """The real standard output, for answers alone: whatever else is printed goes to standard error."""
    sys.stdout.flush()
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own


def _readable(stream: TextIO, seconds: float) -> bool:
    try:
        return bool(select.select([stream], [], [], seconds)[0])
    except (ValueError, OSError, TypeError):  # a test's stream, which has no descriptor
        return True
