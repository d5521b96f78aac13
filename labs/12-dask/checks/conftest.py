"""A Dask cluster for the tests of this folder's programs: what its client says, without a network and without Dask."""

from __future__ import annotations

from typing import Any

import pytest

VERSIONS = {"dask": "2026.8.0", "lz4": None}


def address(index: int, port: int = 40000) -> str:
    return f"tcp://10.244.1.{index}:{port}"


def pod(index: int, name: str = "dask-worker-{}", args: list[str] | None = None) -> dict[str, Any]:
    """As the API gives it."""
    return {
        "metadata": {"name": name.format(index)},
        "status": {"phase": "Running", "podIP": f"10.244.1.{index}"},
        "spec": {"containers": [{"name": "worker", "args": args or []}]},
    }


def told(pod: dict[str, Any]) -> dict[str, Any]:
    """As the fact `pods` gives it."""
    return {"name": pod["metadata"]["name"], "address": pod["status"]["podIP"]}


class Cluster:
    """Its client; the workers take the tasks in turn."""

    def __init__(self) -> None:
        self.workers = [address(index) for index in (1, 2, 3)]
        self.pods = [pod(index) for index in (1, 2, 3)]
        self.scheduler = pod(9, "dask-scheduler-{}")
        #: Who takes tasks; the workers, where it is None.
        self.takers: list[str] | None = None
        self.processes: dict[str, Any] = {}
        self.versions: dict[str, dict[str, str | None]] = {}
        self.stream: list[dict[str, str]] = []
        self.total = Total(self)
        self.asked: list[Any] = []

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "scheduler": {"name": "dask-scheduler", "address": "10.96.0.10", "port": 8786},
            "workers": [told(each) for each in self.pods],
            "pods": [*self.pods, self.scheduler],
        }

    def connect(self, check: Any) -> Cluster:
        return self

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: Any) -> None:
        pass

    def scheduler_info(self, n_workers: int) -> Any:
        assert n_workers == -1  # all of them
        return {"workers": {each: {"nthreads": 1} for each in self.workers}}

    def get_versions(self, check: bool) -> Any:
        side = {"packages": VERSIONS}
        workers = {each: {"packages": self.versions.get(each, VERSIONS)} for each in self.workers}
        return {"client": side, "scheduler": side, "workers": workers}

    def run(self, function: Any, on_error: str) -> Any:
        return {each: self.processes.get(each, [each, 1]) for each in self.workers}

    def get_task_stream(self) -> list[dict[str, str]]:
        return list(self.stream)

    def submit(self, function: Any, argument: Any, key: str) -> Any:
        if function is sum:
            return self.total
        takers = self.workers if self.takers is None else self.takers
        if takers:
            self.stream.append({"worker": takers[len(self.stream) % len(takers)], "key": key})
        self.asked.append(argument)
        self.total.answer += sum(number * number for number in argument)
        return key


class Total:
    """The sum at the end. `raises` in place of an answer; `pending`: not yet there when it is first looked at."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.answer = 0
        self.raises: Exception | None = None
        self.pending = False
        #: What happens while it is waited for.
        self.meanwhile: Any = lambda: None

    @property
    def status(self) -> str:
        return "pending" if self.pending else "error" if self.raises else "finished"

    def done(self) -> bool:
        return not self.pending

    def exception(self) -> Exception | None:
        return self.raises

    def result(self, timeout: float) -> int:
        self.meanwhile()
        self.pending = False
        if self.raises is not None:
            raise self.raises
        return self.answer


@pytest.fixture
def dask(load, monkeypatch):
    """Waits take no time."""
    load("cluster").ANSWERS_WITHIN = 0
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return Cluster()


@pytest.fixture
def ask(load, run_program, dask):
    """`ask("computes", atLeast=3)`: runs one of the programs with the cluster."""

    def run(name: str, over: Any = None, **given: Any) -> Any:
        program = load(name)
        return run_program(
            lambda check: program.main(check, connect=dask.connect), given=given, facts=dask.facts, over=over
        )

    return run
