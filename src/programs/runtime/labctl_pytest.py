"""For tests of a lab's programs: runs one in this process, with what labctl would have said, and gives its answers."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

import labctl
import pytest


class Answers:
    """What a program said, in its order."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        self.lines = lines

    def of(self, kind: str) -> list[Any]:
        """All answers of a kind: `of("finding")`."""
        return [line[kind] for line in self.lines if kind in line]

    @property
    def findings(self) -> list[dict[str, Any]]:
        return self.of("finding")

    @property
    def values(self) -> dict[str, Any]:
        return {key: value for told in self.of("value") for key, value in told.items()}

    @property
    def is_done(self) -> bool:
        return bool(self.lines) and "done" in self.lines[-1]


@pytest.fixture
def load(request: pytest.FixtureRequest) -> Any:
    """
    Loads a module from the test's own folder, by its name, once as an import does; modules of other labs with the same
    names stay apart.
    """
    folder = Path(str(request.path)).parent
    before = set(sys.modules)
    sys.path.insert(0, str(folder))

    def load_module(name: str) -> ModuleType:
        if name in sys.modules and name not in before:
            return sys.modules[name]
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    yield load_module
    sys.path.remove(str(folder))
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(folder) in str(sys.modules[name].__file__):
            del sys.modules[name]


@pytest.fixture
def run_program() -> Callable[..., Answers]:
    """`run_program(main, given=…, facts=…, before=…)`: calls `main(check)` in a conversation; returns its answers."""

    def run(
        main: Callable[[labctl.Program], None],
        *,
        given: Any = None,
        facts: Any = None,
        before: Any = None,
        nonce: str = "0123456789abcdef",
        over: Any = None,
    ) -> Answers:
        task = {
            "apiVersion": "labctl.dev/program/v1",
            "nonce": nonce,
            "namespace": "lab-test",
            "with": given or {},
            "facts": facts or {},
            "before": before or {},
        }
        later = "" if over is None else json.dumps({"over": over}) + "\n"
        out = io.StringIO()
        with labctl.Program(io.StringIO(json.dumps(task) + "\n" + later), out) as check:
            main(check)
        return Answers([json.loads(line) for line in out.getvalue().splitlines()])

    return run
