"""Asks for the page as any pod would. What the student's server answers is a finding, never an error of the check."""

from __future__ import annotations

import urllib.request

from labctl import Program


def main(check: Program) -> None:
    service, wanted = check.facts["web"], check.given["text"]
    page = ask(f"http://{service['host']}:{service['port']}/")
    check.observed(f"The page has {len(page)} characters.")
    if wanted not in page:
        check.finding(
            "another-page",
            object=f"Service/{service['name']}",
            expected=f"a page with {wanted}",
            actual=page[:60] or "an empty page",
            message=f"The page at Service {service['name']} does not say {wanted}.",
            cause={"service": service["name"]},
        )


def ask(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.read(65536).decode("utf-8", "replace")
    except OSError as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    with Program() as program:
        main(program)
