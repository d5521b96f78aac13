"""What this lab's programs share: the scheduler, asked through distributed's own client, and the pods of its workers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, NoReturn

from labctl import Program

if TYPE_CHECKING:
    from distributed import Client

SCHEDULER = "dask-scheduler"
WORKERS = "dask-worker"
#: Seconds: a Service's addresses are known on all nodes a moment after its pods are Ready, and a worker's pod can be
#: Ready a moment before the worker has introduced itself.
ANSWERS_WITHIN = 15.0


#: How a program comes to a client; a test has one of its own.
Connect = Callable[[Program], "Client"]


class Share(NamedTuple):
    """One worker's share of a computation, by the scheduler's own record."""

    address: str
    #: The pod that it is in; None for none of those that were looked at.
    pod: str | None
    #: What tells its process from others: host name and process id; its address, where it did not say.
    process: str
    #: The keys of the tasks that it ran.
    tasks: list[str]


def connect(check: Program) -> Client:
    """A client of the scheduler behind its Service. Where none answers, the program ends with the finding."""
    # What the scheduler says is believed, and may as well be unpickled here: its record is what this lab judges by.
    from distributed import Client

    scheduler = check.facts["scheduler"]
    try:
        return Client(f"tcp://{scheduler['address']}:{scheduler['port']}", timeout=ANSWERS_WITHIN)
    except Exception as error:  # whatever somebody else's server, or another version's, makes of a greeting
        silent(check, said(error))


def silent(check: Program, why: str) -> NoReturn:
    check.fail(
        "no-scheduler-answers",
        object=f"Service/{SCHEDULER}",
        expected=f"a Dask scheduler on port {check.facts['scheduler']['port']}",
        actual=why,
        message=f"No Dask scheduler answers at Service {SCHEDULER}: {why}.",
        cause={"service": SCHEDULER},
    )


def said(error: BaseException) -> str:
    """Its type and its first sentence."""
    words = str(error).split(". ")[0].rstrip(".")[:300]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def known_workers(client: Client) -> dict[str, int]:
    """How many threads each worker has, by the address that the scheduler has of it."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    return {address: worker["nthreads"] for address, worker in workers.items()}


def await_workers(check: Program, client: Client, at_least: int) -> dict[str, Any] | None:
    """The finding that is between this cluster and workers in so many pods; gives them a moment to introduce themselves."""
    finding: dict[str, Any] | None = None

    def is_settled() -> bool:
        nonlocal finding
        finding = missing_workers(check, known_workers(client), at_least)
        return finding is None or finding["reason"] != "worker-unknown"

    check.wait(is_settled, within=ANSWERS_WITHIN)
    return finding


def missing_workers(check: Program, known: dict[str, int], at_least: int) -> dict[str, Any] | None:
    """
    Judged by addresses, never by names. Uses the facts `workers` (the Ready pods of their Deployment) and `pods`
    (all of the namespace).
    """
    own = {pod["address"]: pod["name"] for pod in check.facts["workers"]}
    hosts = {host_of(address) for address in known}
    strangers = [name for address, name in own.items() if address not in hosts]
    if len(own) - len(strangers) >= at_least:
        return None
    if len(known) >= at_least:
        return crowded(check, known, at_least)
    if len(own) < at_least:
        return too_few(check, at_least)
    return unknown(check, strangers, at_least)


def crowded(check: Program, known: dict[str, int], at_least: int) -> dict[str, Any]:
    """Workers enough, but several of them in one pod: they share its memory and its fate."""
    names = sorted({name for address in known if (name := pod_of(check, address)) is not None})
    where = f"in {in_words(names)}" if names else "in no pod of this namespace"
    belong = f", not in those of Deployment {WORKERS}" if len(names) >= at_least else ""
    return {
        "reason": "workers-share-pods",
        "object": f"Deployment/{WORKERS}",
        "expected": f"workers in at least {at_least} of its pods",
        "actual": f"{len(known)} workers {where}",
        "message": f"The scheduler knows {len(known)} workers, but they are {where}{belong}. Only workers in pods of their own can be placed, scaled and lost one by one.",
        "next": f"kubectl -n {check.namespace} get pods -o wide",
    }


def too_few(check: Program, at_least: int) -> dict[str, Any]:
    ready = len(check.facts["workers"])
    return {
        "reason": "too-few-workers",
        "object": f"Deployment/{WORKERS}",
        "path": "status.readyReplicas",
        "expected": f"at least {at_least} Ready",
        "actual": f"{ready} Ready",
        "message": f"The cluster has to have workers in at least {at_least} pods, and of Deployment {WORKERS} {ready} {'is' if ready == 1 else 'are'} Ready.",
        "cause": {"deployment": WORKERS, "atLeast": at_least},
    }


def unknown(check: Program, strangers: list[str], at_least: int) -> dict[str, Any]:
    ready = len(check.facts["workers"])
    told = addresses_in(check, strangers[0])
    where = f" They look for it at {', '.join(told)}." if told else ""
    return {
        "reason": "worker-unknown",
        "object": f"Deployment/{WORKERS}",
        "expected": f"the scheduler behind Service {SCHEDULER} knows a worker in at least {at_least} of its pods",
        "actual": f"{ready - len(strangers)} of {ready} pods known",
        "message": f"Of {ready} Ready worker pods the scheduler behind Service {SCHEDULER} knows {ready - len(strangers)}; it has not heard of {in_words(strangers)}.{where}",
        "next": f"kubectl -n {check.namespace} logs {strangers[0]} --tail=5",
    }


def host_of(address: str) -> str | None:
    """The IP address of a worker's address: `tcp://10.244.1.7:38661`, `inproc://10.244.1.7/1/3`, `tcp://[fd00::7]:1`."""
    found = re.match(r"[a-z]+://(?:\[([^\]]+)\]|([^:/]+))", address)
    return (found[1] or found[2]) if found else None


def pod_of(check: Program, address: str) -> str | None:
    """The pod of the namespace that is behind a worker's address."""
    for pod in check.facts["pods"]:
        status = pod.get("status", {})
        # What has ended keeps its address in its status, though another may have it by now.
        if status.get("phase") == "Running" and status.get("podIP") == host_of(address):
            return str(pod["metadata"]["name"])
    return None


def addresses_in(check: Program, name: str) -> list[str]:
    """What in a pod's command line looks like the address of a scheduler."""
    pod = next((pod for pod in check.facts["pods"] if pod["metadata"]["name"] == name), None)
    containers = pod["spec"]["containers"] if pod else []
    words = [word for each in containers for word in [*each.get("command", []), *each.get("args", [])]]
    looks = re.compile(r"(?:(?:tcp|tls|ws)://)?[a-z0-9][a-z0-9.-]*:\d+", re.IGNORECASE)
    return [word for word in words if looks.fullmatch(word)]


def in_words(names: list[str]) -> str:
    """ "pod a", "pods a, b"."""
    return f"pod{'' if len(names) == 1 else 's'} {', '.join(names)}"


def shares_of(check: Program, ran: list[tuple[str, str]], processes: dict[str, Any]) -> list[Share]:
    """
    Who ran what.

    :param ran: the worker's address and the key of each task, in their order.
    :param processes: host name and process id of each worker, by its address.
    """
    return [
        Share(
            address,
            pod_of(check, address),
            " ".join(str(each) for each in processes.get(address, [address])),
            [key for worker, key in ran if worker == address],
        )
        for address in dict.fromkeys(worker for worker, _ in ran)
    ]


def describe(shares: list[Share]) -> str:
    """ "dask-worker-a 8, dask-worker-b 9"."""
    return ", ".join(f"{share.pod or share.address} {len(share.tasks)}" for share in shares)
