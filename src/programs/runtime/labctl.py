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
        answer = ask(check.facts["queue"]["host"])
        if answer != check.given["expected"]:
            check.finding("wrong-answer", object="Service/queue", expected="…", actual=str(answer), message="…")

This module needs nothing but Python's standard library (3.9 or newer).
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, NamedTuple, TextIO, TypeVar

T = TypeVar("T")


class _Stop(Exception):
    """Ends the program where what it has said is all there is to say."""


class Late(BaseException):
    """The program's time is over: every `finally` runs, and no handler of errors stands in the way."""


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
        if stdin is None:
            _heed_the_end()

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
        """Says what it is about to do, before it does it: "putting 30 messages into the queue"."""
        self._say(announce=text)

    def observed(self, text: str) -> None:
        """Keeps for the report what was seen, whatever the verdict: "30 messages: 17 from the first consumer, 13 from the second."."""
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
            `next`: {"service": name}, {"deployment": name, "atLeast": 3}, {"pod": name},
            {"ingress": host, "path": "/"} (on to the Service behind it) or {"rollout": name} (what in a Deployment's
            spec loses requests while its pods change). A service and an ingress may name the "deployment" whose pods
            ought to be behind it.
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


def _heed_the_end() -> None:
    """
    From now on SIGTERM ends the program as an exception does. labctl sends it when the time is over or an experiment is
    broken off, and takes the pod away some seconds later; what the program has made outside of it is to be gone by then.
    """

    def end(*_: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Late

    signal.signal(signal.SIGTERM, end)


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


class Apart(NamedTuple):
    """What a process apart wrote to its standard output, or why it is not to be had."""

    output: str | None
    trouble: str | None = None


#: What a process apart needs of the environment; whatever else labctl may put there is not for it.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "HOME", "TMPDIR", "LANG", "OMP_NUM_THREADS")


def apart(command: list[str], task: str = "", *, within: float = 60, limit: int = 1 << 20) -> Apart:
    """
    Runs what is a student's own (a pickle, a script) in a process that has neither the nonce nor the
    stream of answers, and cannot reach them in this one's memory or descriptors. What it writes is theirs: judge it.
    One at a time: whatever it leaves running is killed, and so would be any other child of this process.

    :param task: what it gets on its standard input; what it says on standard error goes to the program's own.
    :param within: seconds; then it is killed with all that it has started.
    :param limit: bytes that it may write.
    """
    _keep_to_myself()
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        late = threading.Event()
        timer = threading.Timer(within, lambda: (late.set(), _kill_all()))
        timer.start()
        try:
            output = _converse(process, task, limit + 1)
            code = None if late.is_set() or len(output) > limit else _end_of(process)
        finally:
            timer.cancel()
            timer.join()  # one that is at work would kill the next one's process, too
            _kill_all()
    if late.is_set():
        return Apart(None, f"it was not done within {within:g} s")
    if len(output) > limit:
        return Apart(None, f"it wrote more than {limit} bytes")
    if code is None:
        return Apart(None, "it went on after it had closed its output")
    if code != 0:
        end = f"exit code {code}" if code > 0 else signal.Signals(-code).name
        return Apart(None, f"it ended with {end}")
    return Apart(output.decode("utf-8", "replace"))


def _converse(process: subprocess.Popen[bytes], task: str, limit: int) -> bytes:
    assert process.stdin is not None and process.stdout is not None
    with contextlib.suppress(BrokenPipeError), process.stdin:
        process.stdin.write(task.encode())
    return process.stdout.read(limit)


def _end_of(process: subprocess.Popen[bytes]) -> int | None:
    """Its exit code; nobody hears it any more, and so it has a second to end."""
    try:
        return process.wait(1)
    except subprocess.TimeoutExpired:
        return None


_PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER = 4, 36


def _keep_to_myself() -> None:
    """
    Takes this process's memory and descriptors out of reach of its user's other processes, and makes it the parent of
    whatever its children leave behind: https://man7.org/linux/man-pages/man2/prctl.2.html
    """
    system = ctypes.CDLL(None)
    if hasattr(system, "prctl"):
        system.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        system.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _kill_all() -> None:
    """Kills the children, and theirs, which become this process's own as soon as their parent is gone."""
    for _ in range(100):
        children = list(_children())
        if not children:
            return
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        time.sleep(0.01)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _children() -> Iterator[int]:
    own = str(os.getpid())
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The program's name, in parentheses, may hold anything.
            state, parent = stat.read_text(errors="replace").rpartition(")")[2].split()[:2]
            if parent == own and state != "Z":
                yield int(stat.parent.name)
