"""The Service says of new flowers what the model on the volume says, and which version that is."""

from __future__ import annotations

from typing import Any

import flowers
import server
import stored
import volume
from labctl import Program

#: So many predictions are compared.
QUESTIONS = 40
#: Paths that say how the server is, beside /model and /predict.
HEALTH = ("/healthz", "/ready")


def main(check: Any) -> None:
    version = server.served_version(check, check.given["versions"])
    for path in HEALTH:
        require_healthy(check, path)
    rows = flowers.draw(check.random, QUESTIONS)
    right = stored.predictions(check, [version], rows)[version]
    replies = [server.ask(check.facts["model"], "/predict", flowers.body_of(row)) for row in rows]
    compare(check, version, rows, right, replies)


def require_healthy(check: Any, path: str) -> None:
    reply, service = server.ask(check.facts["model"], path), check.facts["model"]["name"]
    if reply.status == 200:
        return
    actual = reply.words()
    check.finding(
        "health-not-told",
        object=f"Service/{service}",
        path=f"GET {path}",
        expected="status 200",
        actual=actual,
        message=f"GET {path} of Service {service} answers {actual}: Kubernetes cannot ask the server how it is.",
        next=f"kubectl -n {check.namespace} get pods",
    )


def compare(
    check: Any,
    version: str,
    rows: list[flowers.Row],
    right: list[flowers.Prediction],
    replies: list[server.Reply],
) -> None:
    said = [flowers.as_served(reply.text) if reply.status == 200 else None for reply in replies]
    wrong = [
        index
        for index, (own, served) in enumerate(zip(right, said))
        if served is None or served["version"] != version or not flowers.agree(served, own)
    ]
    check.observed(f"{len(rows) - len(wrong)} of {len(rows)} predictions are those of the stored {version}.")
    if not wrong:
        return
    # Another kind says more than another share.
    first = next((index for index in wrong if kind_of(said[index]) != right[index]["prediction"]), wrong[0])
    own, served = right[first], said[first]
    actual = f"{served['prediction']} by {served['version']}"[:200] if served else replies[first].words()
    is_constant = len({reply.text for reply in replies}) == 1
    why = (
        "All answers are one and the same: nothing is predicted."
        if is_constant
        else f"Does the server load {volume.model_of(version)} from the volume {volume.CLAIM}?"
    )
    service = check.facts["model"]["name"]
    check.finding(
        "constant-answer" if is_constant else "not-the-stored-model",
        object=f"Service/{service}",
        path="POST /predict",
        expected=f"{own['prediction']} by {version}",
        actual=actual,
        message=f"{len(wrong)} of {len(rows)} predictions are not those of the model {version} on the volume {volume.CLAIM}. "
        f"For {flowers.words_of(rows[first])} the server says {actual}, the stored model {own['prediction']}{sure(served, own)}. {why}",
        next=f"kubectl -n {check.namespace} get endpointslices -l kubernetes.io/service-name={service}",
    )


def kind_of(prediction: flowers.Prediction | None) -> str | None:
    return prediction and prediction["prediction"]


def sure(served: flowers.Prediction | None, own: flowers.Prediction) -> str:
    """Where both say the same kind, only how sure they are tells the models apart."""
    kind = own["prediction"]
    if served is None or kind not in served["probabilities"]:
        return ""
    return f" ({flowers.percent(own, kind)} sure; the server {flowers.percent(served, kind)})"


if __name__ == "__main__":
    with Program() as program:
        main(program)
