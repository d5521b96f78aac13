import base64

import pytest


def by_token(header):
    return header.removeprefix("jupyterhub token-") if header.startswith("jupyterhub token-") else None


def by_name(header):
    if not header.startswith("Basic "):
        return None
    return base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")[0]


def test_a_token_opens_what_is_its_users_and_the_cluster_is_shut_down(look, fake):
    answers = look("isolation")
    assert answers.findings == []
    assert answers.of("observed") == ["nothing of ada's opened for grace, nor for who has no token"]
    assert (fake.clusters, fake.tokens) == ({}, set())


@pytest.mark.parametrize(
    "opens, reason, message",
    [
        (lambda owner, who: who is not None, "server-open", "opens with the token of grace"),
        (lambda owner, who: who in (owner, None), "server-open", "opens with no token at all"),
        (lambda owner, who: False, "server-shut", "Not even the token of ada opens the server of ada"),
    ],
)
def test_who_gets_into_a_server(look, fake, opens, reason, message):
    fake.opens = opens
    (finding,) = look("isolation").findings
    assert finding["reason"] == reason
    assert message in finding["message"]


@pytest.mark.parametrize(
    "believes, reason, message",
    [
        (lambda header: "ada" if header else None, "cluster-open", "the token of grace can read the cluster"),
        (
            lambda header: by_token(header) or by_name(header),
            "cluster-open",
            "no more than the name ada can read the cluster",
        ),
        (
            lambda header: by_token(header) or (None if header else "ada"),
            "cluster-open",
            "no token at all can read the cluster",
        ),
        (by_name, "names-believed", "makes a cluster of ada's for whoever gives the name ada"),
        (
            lambda header: None,
            "cluster-refused",
            "makes no cluster for the token of ada: status 401 (Unauthorized)",
        ),
    ],
)
def test_whom_the_gateway_believes(look, fake, believes, reason, message):
    fake.believes = believes
    (finding,) = look("isolation").findings
    assert finding["reason"] == reason
    assert message in finding["message"]
    assert fake.clusters == {}


def test_a_cluster_that_is_seen_but_not_touched(load):
    isolation = load("isolation")

    class Gateway:
        def read(self, cluster):
            return isolation.Answer(403)

        stop = read

        def scale(self, cluster, count):
            return isolation.Answer(403)

        def names(self):
            return ["lab.a"]

    assert isolation.what_opens(Gateway(), "lab.a") == "find"
    assert isolation.what_opens(Gateway(), "lab.b") is None


def test_an_outage_costs_nobody_points(look, fake):
    fake.closes_after = 8
    answers = look("isolation")
    assert answers.findings == []
    assert answers.of("errored") == ["ConnectionRefusedError: nothing listens"]
