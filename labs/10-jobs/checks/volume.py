"""The volume that a Job has left its work on, and what there is to say of a file that is not as it should be."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

#: Where lab.yaml mounts the claim.
ROOT = Path("/volume")
CLAIM = "models"


def about(check: Any, file: str, **words: Any) -> dict[str, Any]:
    """What a finding about a file says besides its words: where it is, and where to look next."""
    job = check.facts["job"]["name"]
    next_command = f"kubectl -n {check.namespace} logs job/{job}"
    return {"object": f"PersistentVolumeClaim/{CLAIM}", "path": file, "next": next_command, **words}


def beside(file: str) -> str:
    """What is in the folder where the file should be."""
    folder = (ROOT / file).parent
    there = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    return ", ".join(there) or "nothing"


def require_of_this_job(check: Any, file: str) -> None:
    """A file that was there before the Job began is somebody else's work: fails the check."""
    job = check.facts["job"]
    written = (ROOT / file).stat().st_mtime
    # The Job's time is in whole seconds.
    if written >= datetime.fromisoformat(job["startedAt"].replace("Z", "+00:00")).timestamp() - 1:
        return
    check.fail(
        "older-than-job",
        **about(check, file),
        expected=f"written by Job {job['name']}",
        actual=f"last written at {datetime.fromtimestamp(written, timezone.utc).isoformat(timespec='seconds')}",
        message=f"{file} on the volume {CLAIM} is older than Job {job['name']}: this Job did not write it.",
    )
