"""The volume that Jobs leave their models on, and what there is to say of a file that is not as it should be."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

#: Where lab.yaml mounts the claim.
ROOT = Path("/volume")
CLAIM = "models"


def model_of(version: str) -> str:
    return f"{version}/model.joblib"


def metrics_of(version: str) -> str:
    return f"{version}/metrics.json"


def about(file: str, **words: str) -> dict[str, str]:
    """What a finding about a file says besides its message."""
    return {"object": f"PersistentVolumeClaim/{CLAIM}", "path": file, **words}


def is_there(file: str) -> bool:
    return (ROOT / file).is_file()


def beside(file: str) -> str:
    """What is in the folder where the file should be."""
    folder = (ROOT / file).parent
    there = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    return ", ".join(there) or "nothing"


#: Seconds: nodes do not agree on the time to the millisecond.
SLACK = 2


def require_of_job(check: Any, file: str, job: dict[str, Any]) -> None:
    """What was written before the Job began, or after it was over, is somebody else's work: fails the check."""
    name, written = job["name"], (ROOT / file).stat().st_mtime
    words = about(
        file,
        expected=f"written by Job {name}",
        actual=f"last written at {datetime.fromtimestamp(written, timezone.utc).isoformat(timespec='seconds')}",
    )
    # The Job's times are in whole seconds.
    if written < seconds(job["startedAt"]) - 1:
        message = f"{file} on the volume {CLAIM} is older than Job {name}: this Job did not write it."
        check.fail(
            "older-than-job", **words, message=message, next=f"kubectl -n {check.namespace} logs job/{name}"
        )
    if written > seconds(job["completedAt"]) + SLACK:
        message = f"{file} on the volume {CLAIM} was changed after Job {name} was over: it is not this Job's work any more."
        check.fail(
            "newer-than-job", **words, message=message, next=f"kubectl -n {check.namespace} get pods,jobs"
        )


def seconds(time: str) -> float:
    """RFC 3339 as seconds since the epoch."""
    return datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp()
