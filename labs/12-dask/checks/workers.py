"""The scheduler knows workers in so many Ready pods of their Deployment; in each of them, where no number is given."""

from __future__ import annotations

import cluster
from cluster import Connect
from labctl import Program


def main(check: Program, connect: Connect = cluster.connect) -> None:
    with connect(check) as client:
        at_least = check.given.get("atLeast", len(check.facts["workers"]))
        finding = cluster.await_workers(check, client, at_least)
        if finding is not None:
            check.finding(**finding)


if __name__ == "__main__":
    with Program() as own_check:
        main(own_check)
