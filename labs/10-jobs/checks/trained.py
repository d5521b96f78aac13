"""A Job has left a model on the volume, and the model tells flowers apart that nobody has seen before."""

from __future__ import annotations

import json
import sys
from typing import Any

import volume
from labctl import Program, apart

#: What start/training.yaml was drawn from (files/flowers.py): means and deviations of the four measures of each kind.
FLOWERS = {
    "setosa": ([5.0, 3.4, 1.5, 0.25], [0.35, 0.38, 0.17, 0.11]),
    "versicolor": ([5.9, 2.8, 4.2, 1.3], [0.4, 0.3, 0.35, 0.15]),
    "virginica": ([6.6, 3.0, 5.6, 2.0], [0.5, 0.3, 0.4, 0.2]),
}
SAMPLES = 400


def main(check: Any) -> None:
    file, at_least = check.given["file"], check.given["atLeast"]
    if not (volume.ROOT / file).is_file():
        check.fail(
            "model-missing",
            **volume.about(check, file, expected=file, actual="not found"),
            message=f"Job {check.facts['job']['name']} is Complete, but the volume {volume.CLAIM} has no {file}; "
            f"beside where it should be: {volume.beside(file)}. "
            "What a pod writes anywhere else goes down with it.",
        )
    volume.require_of_this_job(check, file)
    samples = draw(check.random, SAMPLES)
    told, trouble = predict(file, [measures for measures, _ in samples])
    if trouble is not None:
        check.fail(
            "model-unusable",
            **volume.about(check, file, expected="a model that predicts", actual="an error"),
            message=f"The model {file} cannot be loaded and asked: {trouble}",
        )
    right = sum(kind == said for (_, kind), said in zip(samples, told))
    share = percent(right / SAMPLES)
    check.observed(f"{share} of {SAMPLES} new samples told apart")
    if right < at_least * SAMPLES:
        check.fail(
            "model-too-weak",
            **volume.about(
                check, file, expected=f"at least {percent(at_least)}", actual=f"{share} of {SAMPLES}"
            ),
            message=f"The model {file} tells {share} of {SAMPLES} new samples apart, "
            f"and at least {percent(at_least)} are asked for.",
        )


def draw(random: Any, count: int) -> list[tuple[list[float], str]]:
    """Flowers of every kind alike, with two decimals."""
    kinds = [random.choice(sorted(FLOWERS)) for _ in range(count)]
    return [([round(random.gauss(*each), 2) for each in zip(*FLOWERS[kind])], kind) for kind in kinds]


def percent(share: float) -> str:
    return f"{int(share * 1000 + 1e-9) / 10:g} %"


def predict(file: str, rows: list[list[float]]) -> tuple[list[str], str | None]:
    """What the model says of each row, or why it does not; loaded apart, since to load it is to run what is in it."""
    task = json.dumps({"path": str(volume.ROOT / file), "rows": rows})
    output, trouble = apart([sys.executable, __file__, "ask"], task)
    if output is None:
        return [], trouble
    try:
        told = json.loads(output.splitlines()[-1])
        return ([], str(told["error"])) if "error" in told else ([str(kind) for kind in told["kinds"]], None)
    except (ValueError, IndexError, KeyError, TypeError, RecursionError):
        return [], "what it printed took the place of its predictions"


def ask() -> None:
    """The process apart: loads the model that its task names, and prints what it predicts."""
    task = json.load(sys.stdin)
    try:
        import joblib

        told = {"kinds": [str(kind) for kind in joblib.load(task["path"]).predict(task["rows"])]}
    except Exception as error:
        told = {"error": f"{type(error).__name__}: {str(error)[:300]}"}
    print("\n" + json.dumps(told), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["ask"]:
        ask()
    else:
        with Program() as program:
            main(program)
