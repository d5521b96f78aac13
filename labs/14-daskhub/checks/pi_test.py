import contextlib
import json
import math
import re
from concurrent.futures import Future

import pytest

CLUSTER = "lab-test.abc"
HANDED_IN = {"program": {"data": {"pi.py": "def make_cluster(): ..."}}}
ASKED = {"workers": 20, "atLeast": 3}
#: A worker asks for 256 MiB, and the quota has 128 MiB left.
WISH = {"metadata": {"name": "abc"}, "spec": {"replicas": 20, "config": {"worker_memory": 2**28}}}
FULL = {"hard": {"requests.memory": "3Gi"}, "used": {"requests.memory": "2944Mi"}}


class Notebook:
    """A kernel whose cells do what the user's functions, the gateway and Dask would."""

    def __init__(self, fake, estimate, *, hosts=("one", "two", "three"), seconds=1.0, own=0.2, name=CLUSTER):
        self.fake, self._estimate, self.name = fake, estimate, name
        self.work = lambda much: [{host: much * seconds for host in hosts}, much * own, list(hosts)]
        fake.on_stop = lambda: fake.server.lists["pods"].clear()

    @contextlib.contextmanager
    def start(self, hub, session):
        self.executed = __import__("kernel").Executed
        yield self

    def execute(self, code, *, within):
        future = Future()
        mark = re.search(r"\('(labctl-.*?)'", code)[1]
        if "make_cluster()" in code:
            self.fake.clusters[CLUSTER] = "ada"
            told = self.name
        else:
            samples = int(re.search(r"estimate_pi, (\d+)", code)[1])
            told = [self._estimate(samples), *self.work(samples / 10**8)]
        future.set_result(self.executed(f"{mark}{json.dumps(told)}\n"))
        return future


@pytest.fixture(autouse=True)
def a_cluster_that_fills_the_quota(fake):
    fake.server.lists["daskclusters"] = [WISH]
    fake.server.lists["resourcequotas"] = [{"metadata": {"name": "memory"}, "status": FULL}]

    def of_cluster(name, component="dask-worker"):
        labels = {"gateway.dask.org/cluster": "abc", "app.kubernetes.io/component": component}
        return fake.pod(name, **labels)

    pods = [of_cluster("scheduler", "dask-scheduler"), *map(of_cluster, ["one", "two", "three"])]
    fake.server.lists["pods"] += pods


def near(samples):
    return 4 * round(samples * (math.pi + 1e-5) / 4) / samples + 1 / samples**2


def look_at(look, notebook, facts=HANDED_IN):
    return look("pi", facts=facts, given=ASKED, start_kernel=notebook.start)


def test_twenty_asked_for_three_there_and_an_estimate(look, fake):
    answers = look_at(look, Notebook(fake, near))
    assert answers.findings == []
    (told,) = answers.of("observed")
    assert "20 workers asked for, 3 there: π is 3.1416" in told
    assert (fake.clusters, fake.tokens) == ({}, set())


@pytest.mark.parametrize(
    "estimate, more, reason",
    [
        (lambda samples: 3.0, {}, "wrong-pi"),
        (lambda samples: float("nan"), {}, "wrong-pi"),
        (lambda samples: math.pi, {}, "not-estimated"),
        (lambda samples: 3.14159, {}, "not-estimated"),
        (lambda samples: 3.14159 if samples > 10**6 else 3.0, {}, "wrong-pi"),
        (near, {"seconds": 1e-3, "own": 1e-4}, "computed-elsewhere"),
        (near, {"own": 4.0}, "computed-elsewhere"),
        (near, {"hosts": ["jupyter-ada"]}, "computed-elsewhere"),
        (near, {"hosts": ["one", "two"]}, "idle-workers"),
        (near, {"name": "5f0c1b"}, "not-the-gateways"),
    ],
)
def test_what_is_no_estimate_of_the_cluster(look, fake, estimate, more, reason):
    (finding,) = look_at(look, Notebook(fake, estimate, **more)).findings
    assert finding["reason"] == reason
    assert fake.clusters == {}


@pytest.mark.parametrize(
    "replicas, config, words", [(4, {}, "for 4 workers"), (2, {"cluster_max_workers": 2}, "allows 2 at most")]
)
def test_other_wishes(look, fake, replicas, config, words):
    fake.server.lists["daskclusters"] = [{**WISH, "spec": {"replicas": replicas, "config": config}}]
    (finding,) = look_at(look, Notebook(fake, near)).findings
    assert finding["reason"] == "asked-for-others"
    assert words in finding["message"]


def test_too_little_room(look, fake):
    fake.server.lists["pods"].pop()
    (finding,) = look_at(look, Notebook(fake, near)).findings
    assert finding["reason"] == "quota-exceeded"
    assert "asked for 20 workers and has 2; there have to be 3" in finding["message"]


def test_enough_workers_where_another_does_not_become_ready(look, fake, clock):
    worker = fake.server.lists["pods"][-1]
    slow = fake.pod("slow", ready=False, **worker["metadata"]["labels"])
    fake.server.lists["pods"].append(slow)
    began = clock.now
    assert look_at(look, Notebook(fake, near)).findings == []
    assert clock.now - began > 120


def test_a_cluster_that_was_left_running_is_left_alone(look, fake):
    fake.clusters["lab-test.own"] = "ada"
    (finding,) = look_at(look, Notebook(fake, near)).findings
    assert (finding["reason"], finding["object"]) == ("cluster-left-running", "DaskCluster/own")
    assert list(fake.clusters) == ["lab-test.own"]


def test_a_file_of_another_name(look, fake):
    (finding,) = look_at(look, Notebook(fake, near), {"program": {"data": {"lecture.py": ""}}}).findings
    assert finding["reason"] == "no-program"


def test_work_that_does_not_grow_with_the_points(load):
    pi = load("pi")
    few = pi.Estimate(10**6, 3.1417, {"one": 2.5}, 0.5, ["one"])
    many = pi.Estimate(10**8, 3.1416, {"one": 2.6}, 2.5, ["one"])
    told = pi.judge(few, many, ["one"], least=1)
    assert told["reason"] == "computed-elsewhere"
    assert told["actual"] == "0.1 s more for the workers, 2.0 s more for the notebook"


def test_no_number(look, fake):
    class Silent(Notebook):
        def execute(self, code, *, within):
            future = super().execute(code, within=within)
            if "estimate_pi, " in code:
                future = Future()
                future.set_result(self.executed(why="KilledWorker: a task"))
            return future

    (finding,) = look_at(look, Silent(fake, near)).findings
    assert finding["reason"] == "estimates-nothing"
    assert finding["message"].endswith("KilledWorker: a task.")


def test_workers_that_no_node_takes_are_not_waited_for(look, fake, clock):
    pods = fake.server.lists["pods"]
    for pod in pods[-2:]:
        pod["status"]["conditions"] = [
            {
                "type": "PodScheduled",
                "status": "False",
                "reason": "Unschedulable",
                "message": "Insufficient cpu.",
            }
        ]
    began = clock.now
    (finding,) = look_at(look, Notebook(fake, near)).findings
    assert (finding["reason"], finding["actual"]) == ("no-node", "1 Ready, 2 Pending")
    assert finding["message"].endswith("no node has room for them: Insufficient cpu.")
    assert clock.now - began < 60


def test_an_outage_costs_nobody_points(look, fake):
    fake.server.is_down = True
    assert look_at(look, Notebook(fake, near)).of("errored") == ["OSError: the API server does not answer"]


def test_the_schedulers_record(load):
    def task(worker, start, action="compute"):
        return {"worker": worker, "startstops": [{"action": action, "start": start, "stop": start + 1}]}

    tasks = [task("a", 5), task("b", 1), task("b", 6, "transfer"), task("c", 7), task("a", 8)]
    assert load("record").ran(tasks, {"a": "one", "b": "two"}, 4) == ["c", "one"]


def test_whose_processors_worked(load):
    class Client:
        """Of two workers, and a third that comes while they work."""

        def __init__(self):
            self.asked = 0

        def run(self, function, on_error):
            if function.__name__ == "gethostname":
                return {"a": "one", "b": "two", "c": "three"}
            self.asked += 1
            return {"a": 1.0, "b": 2.0} if self.asked == 1 else {"a": 4.0, "b": 2.5, "c": 3.0}

        def get_task_stream(self):
            return []

    client = Client()
    cluster = type("Cluster", (), {"get_client": lambda self: client})()
    answer, seconds, own, ran = load("record").observe(cluster, lambda client, samples: samples / 2, 6)
    assert (answer, seconds, ran) == (3.0, {"one": 3.0, "two": 0.5}, [])
    assert 0 <= own < 1


def test_what_is_printed(load, capsys):
    load("record").tell("m:", [1])
    assert capsys.readouterr().out == "m:[1]\n"
