"""Before an update: the Deployment says that it serves the new version, which is another model than the one before."""

from __future__ import annotations

from typing import Any

import flowers
import server
import stored
import volume
from labctl import Program

#: So many flowers are drawn; the versions are told apart by those that they differ most in.
DRAWN = 200
CHOSEN = 20


def main(check: Any) -> None:
    old, new = check.given["from"], check.given["to"]
    require_said(check, check.given["env"], new)
    server.served_version(check, [new])
    rows = flowers.draw(check.random, DRAWN)
    answers = stored.predictions(check, [old, new], rows)
    pairs = most_different(rows, answers[old], answers[new])
    if not pairs:
        model = volume.model_of(new)
        check.fail(
            "same-model",
            **volume.about(model, expected=f"another model than {old}", actual=f"the same answers as {old}"),
            message=f"The model {model} on the volume {volume.CLAIM} answers {DRAWN} flowers exactly as {old} does: it is the same model.",
            next=f"kubectl -n {check.namespace} get jobs",
        )
    check.value(pairs=pairs)


def require_said(check: Any, env: str, new: str) -> None:
    deployment = check.facts["deployment"]
    name = deployment["metadata"]["name"]
    said = value_in(deployment, env)
    if said == new:
        return
    message = (
        f"No container of Deployment {name} has the variable {env} with a value of its own, so nobody can tell from the Deployment which version it serves."
        if said is None
        else f"{env} of Deployment {name} is {said}; the new version is {new}."
    )
    check.fail(
        "version-not-in-deployment" if said is None else "version-not-set",
        object=f"Deployment/{name}",
        path="spec.template",
        expected=f"{env}={new}",
        actual=(said or "no such variable")[:200],
        message=message,
        next=f"kubectl -n {check.namespace} set env deployment/{name} {env}={new}",
    )


def value_in(deployment: dict[str, Any], env: str) -> str | None:
    """The value that the template gives a variable; None where it has none of its own."""
    containers = deployment["spec"]["template"]["spec"]["containers"]
    variables = [each for container in containers for each in container.get("env") or []]
    return next((each["value"] for each in variables if each["name"] == env and "value" in each), None)


def most_different(
    rows: list[flowers.Row], old: list[flowers.Prediction], new: list[flowers.Prediction]
) -> list[dict[str, Any]]:
    """Flowers of which no answer can be both versions' own; another kind counts more than another share."""
    pairs = [
        (flowers.distance(one, other) + (one["prediction"] != other["prediction"]), row, one, other)
        for row, one, other in zip(rows, old, new)
    ]
    pairs = [pair for pair in pairs if pair[0] > 10 * flowers.TOLERANCE]
    pairs.sort(key=lambda pair: -pair[0])
    return [{"row": row, "from": one, "to": other} for _, row, one, other in pairs[:CHOSEN]]


if __name__ == "__main__":
    with Program() as program:
        main(program)
