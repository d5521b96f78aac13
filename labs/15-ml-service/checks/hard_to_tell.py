"""For the page: flowers that a rule of thumb gets wrong, with what the stored model that is served says of them."""

from __future__ import annotations

from typing import Any

import flowers
import server
import stored
from labctl import Program

#: So many are drawn, of which those are taken that are hardest to tell.
DRAWN = 300
OF_EACH_KIND = 2


def main(check: Any) -> None:
    version = server.served_version(check, check.given["versions"])
    rows = flowers.draw(check.random, DRAWN)
    answers = stored.predictions(check, [version], rows)[version]
    check.value(
        version=version,
        kinds=sorted(answers[0]["probabilities"]),
        flowers=[
            {**flowers.body_of(row), "words": flowers.words_of(row), "kind": said["prediction"]}
            for row, said in hardest(rows, answers)
        ],
    )


def hardest(
    rows: list[flowers.Row], answers: list[flowers.Prediction]
) -> list[tuple[flowers.Row, flowers.Prediction]]:
    """Of each kind those that the model is least sure of."""
    unsure = sorted(
        zip(rows, answers), key=lambda pair: pair[1]["probabilities"].get(pair[1]["prediction"], 0.0)
    )
    kinds = sorted({said["prediction"] for said in answers})
    return [
        pair
        for kind in kinds
        for pair in [each for each in unsure if each[1]["prediction"] == kind][:OF_EACH_KIND]
    ]


if __name__ == "__main__":
    with Program() as program:
        main(program)
