"""Each index of a Job has left a result of its own on the volume: `with: {file, completions, differIn}`."""

from __future__ import annotations

import json
from typing import Any

import volume
from labctl import Program

#: Bytes of a result that are read.
LIMIT = 4000


def main(check: Any) -> None:
    job = check.facts["job"]["name"]
    differ_in = check.given["differIn"]
    files_by_value: dict[str, str] = {}
    for index in range(check.given["completions"]):
        file = check.given["file"].replace("{index}", str(index))
        if not (volume.ROOT / file).is_file():
            check.fail(
                "result-missing",
                **about(check, file, expected=file, actual="not found"),
                message=f"The volume {volume.CLAIM} has no {file}: index {index} of Job {job} left no result.",
            )
        volume.require_of_this_job(check, file)
        value = field_of(file, differ_in)
        if value is None:
            not_its_own(check, file, f"has no field {differ_in}")
        if value in files_by_value:
            not_its_own(check, file, f"has the same {differ_in} ({value}) as {files_by_value[value]}")
        files_by_value[value] = file
    check.observed(
        f"{len(files_by_value)} results, each with a {differ_in} of its own: {', '.join(files_by_value)}"
    )


def not_its_own(check: Any, file: str, why: str) -> None:
    check.fail(
        "result-not-its-own",
        **about(check, file, expected=f"a {check.given['differIn']} of its own", actual=why),
        message=f"{file} on the volume {volume.CLAIM} {why}: each index has to do its own part.",
    )


def about(check: Any, file: str, **words: Any) -> dict[str, Any]:
    job = check.facts["job"]["name"]
    next_command = f"kubectl -n {check.namespace} logs -l job-name={job} --prefix"
    return volume.about(check, file, **{"next": next_command, **words})


def field_of(file: str, name: str) -> str | None:
    """The field as JSON; None where there is none."""
    with (volume.ROOT / file).open(encoding="utf-8", errors="replace") as result:
        text = result.read(LIMIT)
    try:
        return json.dumps(json.loads(text)[name])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


if __name__ == "__main__":
    with Program() as program:
        main(program)
