"""A computation whose answer nobody knows before: the squares of drawn numbers, in parts, and their sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labctl import Program

if TYPE_CHECKING:
    from distributed import Client

#: The squares of a few hundred numbers below this are exact however they are added up.
LIMIT = 2**20
NUMBERS_EACH = 8


class Computation:
    """Sent off as soon as it is made."""

    def __init__(self, client: Client, check: Program, *, parts: int, seconds: float) -> None:
        """:param seconds: how long each part takes, whatever the machine."""
        numbers = draw(check, parts * NUMBERS_EACH)
        self.parts = parts
        #: What the cluster has to answer, computed without it.
        self.expected = sum_of_squares(numbers)
        self._client, self._prefix = client, f"labctl-{check.nonce}"
        client.get_task_stream()  # from the first question on, the scheduler keeps its record
        square = task(seconds)
        sums = [
            client.submit(square, numbers[part::parts], key=f"{self._prefix}-{part}") for part in range(parts)
        ]
        self._total = client.submit(sum, sums, key=f"{self._prefix}-total")

    @property
    def is_over(self) -> bool:
        return bool(self._total.done())

    def error(self) -> BaseException | None:
        """What it has ended with, where that is no answer."""
        return self._total.exception() if self._total.status == "error" else None

    def answer(self, within: float) -> int:
        """Waits for it. :raises Exception: whatever the computation ended with, a TimeoutError among others."""
        return int(self._total.result(timeout=within))

    def ran(self) -> list[tuple[str, str]]:
        """By the scheduler's own record: the address of the worker and the key of each task that ran, in their order."""
        return record(self._client, lambda key: key.startswith(self._prefix))


def task(seconds: float) -> Any:
    """Made here rather than defined above: a function of a module that the workers lack would be sent by its name."""

    def squares(numbers: list[int]) -> int:
        import time

        time.sleep(seconds)
        return sum(number * number for number in numbers)

    return squares


def record(client: Client, wanted: Any = lambda key: True) -> list[tuple[str, str]]:
    """The worker's address and the key of each task that the scheduler has noted, in their order."""
    tasks = [(each["worker"], str(each["key"])) for each in client.get_task_stream()]
    return [(worker, key) for worker, key in tasks if wanted(key)]


def draw(check: Program, count: int) -> list[int]:
    """Numbers that nobody knew before."""
    return [check.random.randrange(LIMIT) for _ in range(count)]


def sum_of_squares(numbers: list[int]) -> int:
    return sum(number * number for number in numbers)


def processes(client: Client) -> dict[str, Any]:
    """Host name and process id of each worker, by its address, as its own process tells them."""

    def own() -> list[Any]:
        import os
        import socket

        return [socket.gethostname(), os.getpid()]

    here = client.run(own, on_error="return")
    return {address: told for address, told in here.items() if isinstance(told, list)}
