"""
Asks the models on the volume themselves, past every server.

A model is a pickle, and to load one is to run what is in it: that is done in a process apart, which knows the flowers
and nothing else. What it says is judged by whoever asked.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import flowers
import volume
from labctl import apart


def predictions(
    check: Any, versions: list[str], rows: list[flowers.Row]
) -> dict[str, list[flowers.Prediction]]:
    """What each version says of each row; ends the check where one cannot be asked."""
    there = [version for version in versions if volume.is_there(volume.model_of(version))]
    told, trouble = ask([volume.model_of(version) for version in there], rows)
    found = {}
    for version in versions:
        model = volume.model_of(version)
        if version not in there:
            no_model(check, model)
        elif trouble is not None or "error" in told[model]:
            unusable(check, model, trouble or told[model]["error"])
        else:
            found[version] = told[model]["answers"]
    if len(found) < len(versions):
        check.stop()
    return found


def no_model(check: Any, model: str) -> None:
    check.finding(
        "model-missing",
        **volume.about(model, expected="a model that predicts", actual="not found"),
        message=f"The volume {volume.CLAIM} has no {model}; beside where it should be: {volume.beside(model)}.",
        next=f"kubectl -n {check.namespace} get jobs",
    )


def unusable(check: Any, model: str, trouble: str) -> None:
    check.finding(
        "model-unusable",
        **volume.about(model, expected="a model that predicts", actual="an error"),
        message=f"The model {model} on the volume {volume.CLAIM} cannot be loaded and asked: {trouble}",
        next=f"kubectl -n {check.namespace} get jobs",
    )


def ask(models: list[str], rows: list[flowers.Row]) -> tuple[dict[str, dict[str, Any]], str | None]:
    """By file of the volume: its `answers`, or its `error`; or the trouble that there was with all of them."""
    if not models:
        return {}, None
    task = json.dumps({"paths": {model: str(volume.ROOT / model) for model in models}, "rows": rows})
    output, trouble = apart([sys.executable, __file__], task)
    if output is None:
        return {}, trouble
    try:
        told = json.loads(output.splitlines()[-1])
        return {model: as_told(told[model], len(rows)) for model in models}, None
    except (ValueError, IndexError, KeyError, TypeError, RecursionError):
        return {}, "what it printed took the place of its predictions"


def as_told(said: dict[str, Any], count: int) -> dict[str, Any]:
    """What the process said of one model, which may be anything."""
    if "error" in said:
        return {"error": str(said["error"])[:400]}
    answers = [flowers.as_prediction(each) for each in said["answers"]]
    if len(answers) != count or None in answers:
        return {"error": f"it does not say of each of {count} flowers which kind it is, and how sure it is"}
    return {"answers": answers}


def child() -> None:
    """The process apart: prints what each model says of the rows."""
    task = json.load(sys.stdin)
    told = {model: answers_of(path, task["rows"]) for model, path in task["paths"].items()}
    print("\n" + json.dumps(told), flush=True)


def answers_of(path: str, rows: list[flowers.Row]) -> dict[str, Any]:
    try:
        import joblib

        model = joblib.load(path)
        kinds = [str(kind) for kind in model.classes_]
        pairs = zip(model.predict(rows), model.predict_proba(rows))
        return {
            "answers": [
                {"prediction": str(kind), "probabilities": dict(zip(kinds, map(float, shares)))}
                for kind, shares in pairs
            ]
        }
    except Exception as error:
        return {"error": f"{type(error).__name__}: {str(error)[:300]}"}


if __name__ == "__main__":
    child()
