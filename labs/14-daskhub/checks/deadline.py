"""The end of a program's time, in which it still gives back what it has made."""

from __future__ import annotations

import signal
from typing import Any


class Late(BaseException):
    """The time is over: every `finally` runs, and no handler of errors stands in the way."""


def heed() -> None:
    """From now on, the signal that ends a program ends it properly; a second one finds it doing so."""

    def end(*_: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise Late

    signal.signal(signal.SIGTERM, end)
