"""For the tests beside it (and for nothing else): a JupyterHub with its proxy and Dask Gateway behind it, and the namespace that they live in."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qs, unquote

import pytest

CLUSTERS = "/services/dask-gateway/api/v1/clusters/"
PASSWORDS = {"ada": "engine", "grace": "matic"}
NAMESPACE = "/namespaces/lab-test/"


class FakeServer:
    """The API server: what there is, by the paths of lists; what is in pods, by pod and file."""

    def __init__(self):
        self.lists = {"pods": [], "deployments": [], "resourcequotas": [], "daskclusters": []}
        self.files = {}
        self.is_down = False

    def get(self, path):
        if self.is_down:
            raise OSError("the API server does not answer")
        resource, _, selector = path.split(NAMESPACE)[1].partition("?labelSelector=")
        resource, _, name = resource.partition("/")
        key, _, value = unquote(selector).partition("=")
        found = [each for each in self.lists[resource] if not key or labels(each).get(key) == value]
        if not name:
            return {"items": found}
        return next((each for each in found if each["metadata"]["name"] == name), None)

    def run(self, path, command):
        pod = path.split("/")[-2]
        return self.files.get((pod, command[-1]))


def labels(each):
    return each["metadata"].get("labels") or {}


def pod(name, *, ready=True, annotations=None, **more_labels):
    metadata = {"name": name, "labels": more_labels, "annotations": annotations or {}}
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return {"metadata": metadata, "status": {"phase": "Running", "conditions": conditions}}


def user_pod(name, **more):
    return pod(f"jupyter-{name}", annotations={"hub.jupyter.org/username": name}, **more)


class FakeHub:
    """What is asked of the host, answered as the real ones do; the parts that a student gets wrong may be set."""

    host = "hub.localhost"
    pod, user_pod = staticmethod(pod), staticmethod(user_pod)

    def __init__(self, answer):
        self._answer = answer
        self.server = FakeServer()
        self.tokens, self.running, self.clusters = set(), set(), {}
        self.is_up, self.has_form = True, True
        self.closes_after = float("inf")
        self.pod_of = "jupyter-{}".format
        # Who somebody is to the hub, who gets into whose server, and who somebody is to the gateway.
        self.authenticate = lambda name, password: name if PASSWORDS.get(name) == password else None
        self.opens = lambda owner, who: owner == who
        self.believes = lambda header: after(header, "jupyterhub token-")
        self.spawn = self.start
        self.on_stop = lambda: None

    def start(self, name):
        self.running.add(name)
        self.server.lists["pods"].append(user_pod(name))

    def ask(self, method, path, *, headers=None, body=None, within=30):
        self.closes_after -= 1
        if self.closes_after < 0:
            raise ConnectionRefusedError("nothing listens")
        if not self.is_up:
            return self._answer(404, "404 page not found")
        header = (headers or {}).get("Authorization", "")
        who = after(header, "token token-") if header.removeprefix("token ") in self.tokens else None
        if path.startswith("/hub/login"):
            return self._login(method, body, headers or {})
        if path.startswith(CLUSTERS):
            return self._gateway(method, path.removeprefix(CLUSTERS), header)
        sent = json.loads(body or "{}")
        if path == "/hub/api/":
            return self._json({"version": "6.1.1"})
        if path == "/hub/api/user":
            return self._json({"name": after(headers["Cookie"], "who=")})
        if path.startswith("/user/"):
            _, _, owner, _, kind, *rest = path.split("/")
            return self._server(method, owner, kind, rest, who, sent)
        _, _, _, _, owner, *what = path.split("/")
        return self._api(method, owner, what, who, sent)

    def _json(self, told, status=200):
        return self._answer(status, json.dumps(told))

    def _login(self, method, body, headers):
        form = '<form action="/hub/login?next="><input name="_xsrf" value="x1"><input name="username">'
        form += '<input name="password"></form>' if self.has_form else "</form>"
        if method == "GET":
            return self._answer(200, form, {}, {"_xsrf": "x1"})
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        assert sent["_xsrf"] == "x1" and headers["Cookie"] == "_xsrf=x1"
        who = self.authenticate(sent["username"], sent["password"])
        if who is None:
            return self._answer(403, form)
        return self._answer(302, "", {"location": "/hub/"}, {"who": who})

    def _api(self, method, owner, what, who, sent):
        if what[:1] == ["tokens"] and method == "POST":
            auth = sent["auth"]
            if self.authenticate(auth["username"], auth["password"]) != owner:
                return self._json({"message": "Forbidden"}, 403)
            self.tokens.add(f"token-{owner}")
            return self._json({"id": "a1", "token": f"token-{owner}"}, 201)
        if who != owner:
            return self._json({"message": "Forbidden"}, 403)
        if what[:1] == ["tokens"]:
            self.tokens.discard(f"token-{owner}")
            return self._answer(204)
        if method == "POST":
            self.spawn(owner)
            return self._json({}, 202)
        if what[:1] == ["server"]:
            return self._answer(200, 'data: {"progress": 100, "message": "Spawn failed: no such image"}\n\n')
        return self._json({"name": owner, "servers": {"": {"ready": True}} if owner in self.running else {}})

    def _server(self, method, owner, kind, rest, who, sent):
        if not self.opens(owner, who):
            return self._json({"message": "Forbidden"}, 403)
        if kind == "kernels":
            return self._json({"id": "k1"}, 201 if method == "POST" else 204)
        if not rest:
            return self._json({"content": []})
        key = (self.pod_of(owner), rest[0])
        if method == "PUT":
            self.server.files[key] = sent["content"]
            return self._json({}, 201)
        self.server.files.pop(key, None)
        return self._answer(204)

    def _gateway(self, method, path, header):
        who = self.believes(header)
        if who is None:
            return self._json({"error": "Unauthorized"}, 401)
        name, _, act = path.partition("/")
        if not name:
            if method == "GET":
                return self._json({each: {} for each, owner in self.clusters.items() if owner == who})
            made = f"lab-test.cluster{len(self.clusters) + 1}"
            self.clusters[made] = who
            return self._json({"name": made}, 201)
        if self.clusters.get(name) != who:
            return self._json({"error": "lacks permissions"}, 403)
        if method == "DELETE":
            del self.clusters[name]
            self.on_stop()
        return self._json({} if act else {"name": name})


def after(text, start):
    """What follows; None where it does not begin (or go on, as a header of cookies) so."""
    _, found, rest = text.partition(start)
    return rest if found else None


class Clock:
    """Time that passes as soon as somebody waits for it."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture(name="clock")
def a_clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    monkeypatch.setattr(time, "sleep", clock.sleep)
    return clock


@pytest.fixture(name="fake")
def a_hub(load, clock):
    return FakeHub(load("web").Answer)


@pytest.fixture(name="look")
def a_look(load, run_program, fake):
    """`look("login")`: what that program says when it looks at the fake hub."""

    def look(name, *, users=PASSWORDS, facts=None, given=None, **more):
        program, hub = load(name), load("hub")
        facts = {"users": users, **(facts or {})}
        given = {"secret": "hub-users", "gateway": "/services/dask-gateway", "workers": 2, **(given or {})}

        def open_hub(check):
            return hub.Hub(check, fake, hub.Cluster("lab-test", fake.server))

        return run_program(lambda check: program.main(check, open_hub, **more), given=given, facts=facts)

    return look
