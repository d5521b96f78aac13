"""A user's token opens the user's own server and cluster, and neither the other user's nor, left out, anybody's."""

from __future__ import annotations

import base64

from gateway import Gateway, as_hub_user, cluster_id
from hub import Hub, Open, Session, open_hub, two_users
from labctl import Program
from web import Answer

#: Seconds until the gateway has seen what it made.
SEEN = 10


def main(check: Program, open_hub: Open = open_hub) -> None:
    first, second = two_users(check)
    hub = open_hub(check)
    hub.await_greeting()
    with hub.session(first) as owner, hub.session(second) as neighbour:
        hub.start_servers(owner)
        Tried(check, hub, owner, neighbour).look()


class Tried:
    """Somebody's server and cluster, and who tries to get at them."""

    def __init__(self, check: Program, hub: Hub, owner: Session, neighbour: Session) -> None:
        self.check = check
        self.hub = hub
        self.owner = owner
        self.neighbour = neighbour
        self.name = owner.user.name
        self.other = neighbour.user.name

    def look(self) -> None:
        self.check.announce(f"trying to get into the server of {self.name} with the token of {self.other}")
        self.try_server()
        self.check.announce(f"making a cluster for {self.name}, and trying to get at it as others")
        self.try_cluster()
        self.check.observed(f"nothing of {self.name}'s opened for {self.other}, nor for who has no token")

    def try_server(self) -> None:
        name, path = self.name, f"{self.owner.path}api/contents"

        def ask(header: str | None) -> Answer:
            return self.hub.ask("GET", path, authorization=header)

        told = dict(object=f"User/{name}", next=f"curl --head {self.hub.url}:8080{path}")
        own = ask(self.owner.header)
        if own.status != 200:
            message = f"Not even the token of {name} opens the server of {name}: {own.why}."
            told.update(expected="status 200", actual=own.why, message=message)
            self.check.fail("server-shut", **told)
        intruders = {f"the token of {self.other}": self.neighbour.header, "no token at all": None}
        for who, header in intruders.items():
            if ask(header).status != 200:
                continue
            message = f"The server of {name} opens with {who}: the files of {name} are there to be read and to be changed."
            told.update(expected=f"only {name} gets in", actual=f"{who} gets in", message=message)
            self.check.fail("server-open", **told)

    def try_cluster(self) -> None:
        own = self.gateway(as_hub_user(self.owner.token))
        answer, cluster = own.create()
        if cluster is None:
            self.try_by_name(answer)
            self.refused(answer)
        try:
            reads: list[Answer] = []

            def sees() -> bool:
                reads.append(own.read(str(cluster)))
                return reads[-1].status == 200

            if not self.check.wait(sees, within=SEEN):
                self.refused(reads[-1])
            self.try_all(str(cluster))
        finally:
            own.stop(str(cluster))

    def try_all(self, cluster: str) -> None:
        intruders = {
            f"the token of {self.other}": as_hub_user(self.neighbour.token),
            f"no more than the name {self.name}": by_name(self.name),
            "no token at all": None,
        }
        for who, header in intruders.items():
            does = what_opens(self.gateway(header), cluster)
            if does is None:
                continue
            self.check.fail(
                "cluster-open",
                object=f"DaskCluster/{cluster_id(cluster)}",
                expected=f"only {self.name} gets at it",
                actual=f"{who}: {does}",
                message=f"Whoever has {who} can {does} the cluster of {self.name}: the gateway does not ask the hub who that is.",
                next=f"kubectl -n {self.check.namespace} get daskclusters",
            )

    def try_by_name(self, refused: Answer) -> None:
        """A gateway that takes no token of the hub's: does it take any name?"""
        anybody = self.gateway(by_name(self.name))
        _, cluster = anybody.create()
        if cluster is None:
            return
        anybody.stop(cluster)
        namespace = self.check.namespace
        self.check.fail(
            "names-believed",
            object="Deployment/api",
            path="dask-gateway.gateway.auth.type",
            expected="jupyterhub",
            actual="simple",
            message=f"The gateway makes a cluster of {self.name}'s for whoever gives the name {self.name}, and takes no token of the hub ({refused.why}): it does not ask the hub who somebody is.",
            next=f"helm -n {namespace} get values --all $(helm -n {namespace} list --short)",
        )

    def refused(self, answer: Answer) -> None:
        where = f"{self.hub.url}{self.check.given['gateway']}"
        self.check.fail(
            "cluster-refused",
            object=f"User/{self.name}",
            expected=f"a cluster of {self.name}'s own",
            actual=answer.why,
            message=f"The gateway at {where} makes no cluster for the token of {self.name}: {answer.why}.",
            next=f"kubectl -n {self.check.namespace} logs --selector app=dask-gateway --tail 20",
        )

    def gateway(self, header: str | None) -> Gateway:
        return Gateway(self.hub, self.check.given["gateway"], header)


def what_opens(gateway: Gateway, cluster: str) -> str | None:
    """What somebody can do to a cluster; None where it is nothing."""
    acts = {
        "read": gateway.read(cluster),
        "scale": gateway.scale(cluster, 0),
        "stop": gateway.stop(cluster),
        "find": None,
    }
    for does, answer in acts.items():
        if answer is not None and 200 <= answer.status < 300:
            return does
    return "find" if cluster in gateway.names() else None


def by_name(name: str) -> str:
    """How somebody says a name and proves nothing: https://gateway.dask.org/authentication.html (simple)."""
    return f"Basic {base64.b64encode(f'{name}:'.encode()).decode()}"


if __name__ == "__main__":
    with Program() as program:
        main(program)
