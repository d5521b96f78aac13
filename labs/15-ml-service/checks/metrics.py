"""A Job has left a version of a model with its metrics on the volume, and the metrics are true: measured anew."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import flowers
import stored
import volume
from labctl import Program

#: So many rows the accuracy has to rest on.
HELD_OUT = 30
#: A share that was rounded to three places is true.
ROUNDING = 0.0006
#: Bytes of the metrics that are read.
LIMIT = 1 << 20


def main(check: Any) -> None:
    version = check.given["version"]
    model, metrics = volume.model_of(version), volume.metrics_of(version)
    for file in (model, metrics):
        require_file(check, file)
    said = read_metrics(check, metrics)
    for file in (model, metrics):
        volume.require_of_job(check, file, check.facts["job"])
    if said.get("version") != version:
        actual = json.dumps(said.get("version"))[:100]
        message = f"{metrics} says version {actual}, but it is the version {version} that it stands beside."
        fail(check, "metrics-of-another-version", metrics, expected=version, actual=actual, message=message)
    accuracy = said.get("accuracy")
    if not flowers.is_number(accuracy):
        message = f"{metrics} has no number in accuracy: what is the model worth?"
        fail(check, "no-accuracy", metrics, expected="accuracy", actual="no number", message=message)
    measures, kinds = load_iris()
    rows = rows_of(check, metrics, said.get("held_out"), len(kinds))
    answers = stored.predictions(check, [version], [measures[row] for row in rows])[version]
    right = sum(said["prediction"] == kinds[row] for said, row in zip(answers, rows))
    judge(check, version, accuracy, right, len(rows))


def judge(check: Any, version: str, accuracy: float, right: int, count: int) -> None:
    model, metrics, at_least = volume.model_of(version), volume.metrics_of(version), check.given["atLeast"]
    real = right / count
    counted = f"{right} of {count} flowers that were held out, which is {real:.3f}"
    check.observed(f"{model} tells {counted}; {metrics} says {accuracy}.")
    if abs(real - accuracy) > ROUNDING:
        message = f"{metrics} says accuracy {accuracy}, but the model tells {counted}: the metrics are not this model's."
        fail(
            check, "metrics-not-true", metrics, expected=f"{real:.3f}", actual=str(accuracy), message=message
        )
    if real < at_least:
        message = f"The model {model} tells {counted}; at least {at_least} is asked for."
        fail(
            check,
            "model-too-weak",
            model,
            expected=f"at least {at_least}",
            actual=f"{real:.3f}",
            message=message,
        )


def require_file(check: Any, file: str) -> None:
    if not volume.is_there(file):
        message = (
            f"Job {check.facts['job']['name']} is Complete, but the volume {volume.CLAIM} has no {file}; "
            f"beside where it should be: {volume.beside(file)}. What a pod writes anywhere else goes down with it."
        )
        fail(check, "model-missing", file, expected=file, actual="not found", message=message)


def read_metrics(check: Any, metrics: str) -> dict[str, Any]:
    try:
        with (volume.ROOT / metrics).open(encoding="utf-8") as file:
            said = json.loads(file.read(LIMIT))
        if isinstance(said, dict):
            return said
        trouble = f"it is a {type(said).__name__}, not an object"
    except (OSError, ValueError, RecursionError) as error:
        trouble = f"{type(error).__name__}: {str(error)[:300]}"
    message = f"The metrics {metrics} cannot be read: {trouble}"
    fail(check, "metrics-unreadable", metrics, expected="a JSON object", actual="an error", message=message)
    raise AssertionError


def rows_of(check: Any, metrics: str, said: Any, of: int) -> list[int]:
    """The rows that the metrics name, each once."""
    is_list = isinstance(said, list) and all(type(row) is int and 0 <= row < of for row in said)
    rows = sorted(set(said)) if is_list else []
    if len(rows) >= HELD_OUT:
        return rows
    actual = f"{len(rows)} rows" if is_list else "no row numbers"
    message = f"{metrics} names {actual} of the data in held_out; the accuracy has to rest on at least {HELD_OUT} rows that the model had not seen."
    fail(check, "too-few-held-out", metrics, expected=f"{HELD_OUT} rows", actual=actual, message=message)
    raise AssertionError


def fail(check: Any, reason: str, file: str, *, message: str, **words: str) -> None:
    job = check.facts["job"]["name"]
    check.fail(
        reason,
        **volume.about(file, **words),
        message=message,
        next=f"kubectl -n {check.namespace} logs job/{job}",
    )


def load_iris() -> tuple[list[flowers.Row], list[str]]:
    """The irises that scikit-learn brings along, without importing it: measures and kinds, by row."""
    package = importlib.util.find_spec("sklearn")
    assert package is not None and package.origin is not None, "the image has no scikit-learn"
    return parse_iris(Path(package.origin).with_name("datasets") / "data" / "iris.csv")


def parse_iris(file: Path) -> tuple[list[flowers.Row], list[str]]:
    """Its first line names the kinds; each of the others ends with the number of one."""
    head, *lines = file.read_text(encoding="utf-8").split()
    names = head.split(",")[2:]
    fields = [line.split(",") for line in lines]
    return [[float(value) for value in each[:-1]] for each in fields], [
        names[int(each[-1])] for each in fields
    ]


if __name__ == "__main__":
    with Program() as program:
        main(program)
