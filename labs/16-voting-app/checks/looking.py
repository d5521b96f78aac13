"""Looking at the front end at a constant rate, through its Service, while something is done to it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Any

from app import Door
from labctl import Program

#: Looks that are under way at the same time.
LANES = 8
#: So many in a row go to every pod behind the Service, as good as certainly.
IN_A_ROW = 20
#: Seconds. A node learns of a pod that is gone a moment after the API server, and sends it requests so long.
FORGOTTEN_WITHIN = 15


class Looking:
    """Looks until the end of a `with`; each look is counted, by what went wrong with it."""

    def __init__(self, door: Door, per_second: float) -> None:
        self._door, self._pace = door, 1 / per_second
        self._outcomes: Counter[str | None] = Counter()
        self._counting, self._over = threading.Lock(), threading.Event()
        self._lanes = [
            threading.Thread(target=self._lane, args=(lane,), daemon=True) for lane in range(LANES)
        ]

    def __enter__(self) -> Looking:
        self._started = time.monotonic()
        for lane in self._lanes:
            lane.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for lane in self._lanes:
            lane.join()

    @property
    def looks(self) -> int:
        return sum(self._outcomes.values())

    @property
    def failures(self) -> int:
        return self.looks - self._outcomes[None]

    def __str__(self) -> str:
        """Gives "12 of 2143 requests failed (9 × no answer, 3 × status 503)"."""
        kinds = [f"{count} × {kind}" for kind, count in self._outcomes.items() if kind is not None]
        which = f" ({', '.join(kinds)})" if kinds else ""
        return f"{self.failures} of {self.looks} requests failed{which}"

    def _lane(self, turn: int) -> None:
        while not self._over.is_set():
            late = time.monotonic() - self._started - turn * self._pace
            if late < 0:
                self._over.wait(-late)
                continue
            # Who is late leaves the turn out, so that a pause is not made up for in a rush.
            if late < LANES * self._pace:
                outcome = self._door.look()
                with self._counting:
                    self._outcomes[outcome] += 1
            turn += LANES


def await_answers(check: Program, door: Door) -> None:
    """A Service that does not answer everybody by then is looked at all the same: the count tells."""
    check.wait(lambda: all(door.look() is None for _ in range(IN_A_ROW)), within=FORGOTTEN_WITHIN, every=0.5)


def lost(namespace: str, service: str, deployment: str, looking: Looking) -> dict[str, Any]:
    during = f"{deployment} was updated"
    return {
        "reason": "requests-lost",
        "object": f"Service/{service}",
        "expected": f"no failed request while {during}",
        "actual": str(looking),
        "message": f"While {during}, {looking}.",
        "next": f"kubectl -n {namespace} get deployment {deployment} -o yaml",
        "cause": {"rollout": deployment},
    }
