"""What a model is asked about: four measures of an iris, drawn anew each time; and what it says of them."""

from __future__ import annotations

import json
import math
from typing import Any

#: In the order of a model's columns; centimetres, from the smallest to the largest iris.
MEASURES = {
    "sepal_length": (4.3, 7.9),
    "sepal_width": (2.0, 4.4),
    "petal_length": (1.0, 6.9),
    "petal_width": (0.1, 2.5),
}

Row = list[float]
#: `{"prediction": kind, "probabilities": {kind: share}}`; a server's has its `version`, too.
Prediction = dict[str, Any]

#: A server may round; two versions of a model are further apart.
TOLERANCE = 1e-4


def draw(random: Any, count: int) -> list[Row]:
    """Flowers that nobody has seen before, with two decimals."""
    return [[round(random.uniform(*ends), 2) for ends in MEASURES.values()] for _ in range(count)]


def body_of(row: Row) -> dict[str, float]:
    """What is posted: `{"sepal_length": 5.1, …}`."""
    return dict(zip(MEASURES, row))


def words_of(row: Row) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in body_of(row).items())


def as_prediction(said: Any) -> Prediction | None:
    """None for what is no prediction."""
    if not isinstance(said, dict) or not isinstance(said.get("prediction"), str):
        return None
    shares = said.get("probabilities")
    if not isinstance(shares, dict) or not all(is_number(share) for share in shares.values()):
        return None
    return said


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def as_served(body: str) -> Prediction | None:
    """The prediction that a server answered with, and the version that it names; None for anything else."""
    try:
        said = as_prediction(json.loads(body))
    except (ValueError, RecursionError):
        return None
    return said if said is not None and isinstance(said.get("version"), str) else None


def distance(one: Prediction, other: Prediction) -> float:
    """The largest difference of two shares of the same kind."""
    mine, yours = one["probabilities"], other["probabilities"]
    return max((abs(mine.get(kind, 0) - yours.get(kind, 0)) for kind in {*mine, *yours}), default=0.0)


def agree(one: Prediction, other: Prediction) -> bool:
    """Whether two say the same, and are as sure of it."""
    return one["prediction"] == other["prediction"] and distance(one, other) <= TOLERANCE


def percent(prediction: Prediction, kind: str) -> str:
    """How sure it is of a kind."""
    return f"{prediction['probabilities'].get(kind, 0) * 100:.1f} %"
