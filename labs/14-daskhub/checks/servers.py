"""The hub gives each of two users a server in a pod of their own: what one writes is in that pod, and not in the other's."""

from __future__ import annotations

from hub import Hub, Open, Session, open_hub, two_users
from labctl import Program
from objects import Object


def main(check: Program, open_hub: Open = open_hub) -> None:
    first, second = two_users(check)
    hub = open_hub(check)
    hub.await_greeting()
    with hub.session(first) as one, hub.session(second) as other:
        look(check, hub, one, other)


def look(check: Program, hub: Hub, *sessions: Session) -> None:
    hub.start_servers(*sessions)
    pods = [own_pod(check, hub, session) for session in sessions]
    for session, pod in zip(sessions, pods):
        writes(check, hub, session, pod, [each for each in pods if each is not pod])
    where = [f"{session.user.name} in {name_of(pod)}" for session, pod in zip(sessions, pods)]
    check.observed(", ".join(where))


def own_pod(check: Program, hub: Hub, session: Session) -> Object:
    name = session.user.name
    pod = hub.cluster.pod_of_user(name)
    if pod is None:
        check.fail(
            "no-pod-of-ones-own",
            object=f"User/{name}",
            expected=f"a pod that is {name}'s",
            actual="none",
            message=f"The server of {name} runs, but in no pod of its own: none carries the annotation hub.jupyter.org/username: {name}, as KubeSpawner's do.",
            next=f"kubectl -n {check.namespace} get pods",
        )
    return pod


def writes(check: Program, hub: Hub, session: Session, pod: Object, others: list[Object]) -> None:
    """What a user writes through their address has to be in their pod, and in no other's."""
    name, own = session.user.name, name_of(pod)
    word = f"{check.random.getrandbits(64):016x}"
    file = f"labctl-{check.random.getrandbits(64):016x}.txt"
    path = f"{session.path}api/contents/{file}"
    told = dict(object=f"Pod/{own}", expected=f"what {name} writes at {session.path}")
    told["next"] = f"kubectl -n {check.namespace} get pods --show-labels"
    sent = {"type": "file", "format": "text", "content": word}
    written = hub.ask("PUT", path, authorization=session.header, send=sent)
    if written.status != 201:
        message = (
            f"The server of {name} is ready, but {session.path} takes no file from {name}: {written.why}."
        )
        check.fail("takes-no-file", actual=written.why, message=message, **told)
    try:
        if not has_file(hub, pod, file, word):
            message = (
                f"What {name} writes at {session.path} does not arrive in pod {own}, which is to be {name}'s."
            )
            check.fail("file-elsewhere", actual="not there", message=message, **told)
        for foreign in map(name_of, (each for each in others if has_file(hub, each, file, word))):
            message = f"What {name} writes is in pod {foreign}, too: users share what should be one's own."
            check.fail("file-shared", actual=f"in {foreign}, too", message=message, **told)
    finally:
        hub.ask("DELETE", path, authorization=session.header)


def has_file(hub: Hub, pod: Object, file: str, word: str) -> bool:
    return word in (hub.cluster.run_in(name_of(pod), ["sh", "-c", 'cat "$HOME/$0"', file]) or "")


def name_of(pod: Object) -> str:
    return str(pod["metadata"]["name"])


if __name__ == "__main__":
    with Program() as program:
        main(program)
