import contextlib
import json
import re
from concurrent.futures import Future

import labctl
import pytest

CLUSTER = "lab-test.abc"
CONFIG = {"metadata": {"name": "abc"}, "spec": {"config": {}}}


@pytest.fixture(name="of_cluster")
def a_pod_of_the_cluster(fake):
    def make(name, component="dask-worker", **more):
        labels = {"gateway.dask.org/cluster": "abc", "app.kubernetes.io/component": component}
        return fake.pod(name, **labels, **more)

    return make


def quota(used):
    status = {"hard": {"requests.memory": "3Gi"}, "used": {"requests.memory": used}}
    return {"metadata": {"name": "memory"}, "status": status}


def right(number, index):
    return [number * number % 999_983, "two" if index % 2 else "one"]


class Notebook:
    """A kernel whose cells do what the gateway and Dask would."""

    def __init__(self, fake, pods, work=right, made=None):
        self.fake, self.work, self.made = fake, work, made
        self.pods = pods
        self.numbers = []
        fake.on_stop = lambda: fake.server.lists["pods"].clear()

    @contextlib.contextmanager
    def start(self, hub, session):
        self.executed = __import__("kernel").Executed
        yield self

    def execute(self, code, *, within):
        future = Future()
        mark = re.search(r"tell\('(.*?)'", code)[1]
        if "make_cluster(2)" in code:
            self.fake.clusters[CLUSTER] = "ada"
            self.fake.server.lists["pods"] += self.pods
            said = self.made or self.executed(f"a warning\n{mark}{json.dumps(CLUSTER)}\n")
            if said != "never":
                future.set_result(said)
            return future
        self.numbers = json.loads(re.search(r"compute\(cluster, (\[.*\])", code)[1])
        told = [self.work(number, index) for index, number in enumerate(self.numbers)]
        future.set_result(self.executed(f"{mark}{json.dumps(told)}\n"))
        return future


@pytest.fixture(name="pods")
def a_scheduler_and_two_workers(of_cluster):
    return [of_cluster("scheduler", "dask-scheduler"), of_cluster("one"), of_cluster("two")]


def test_two_workers_that_compute_what_is_right_and_no_cluster_is_left(look, fake, pods):
    notebook = Notebook(fake, pods)
    answers = look("cluster", start_kernel=notebook.start)
    assert answers.findings == []
    assert answers.of("observed") == ["40 numbers computed right for ada on one and two"]
    assert (fake.clusters, fake.tokens) == ({}, set())
    assert len(set(notebook.numbers)) > 35


def test_the_users_own_clusters_are_left_alone(look, fake, pods):
    fake.clusters["lab-test.own"] = "ada"
    assert look("cluster", start_kernel=Notebook(fake, pods).start).findings == []
    assert list(fake.clusters) == ["lab-test.own"]


@pytest.mark.parametrize(
    "work, reason, message",
    [
        (lambda number, index: [1, "one"], "wrong-results", "40 of 40 wrong"),
        (lambda number, index: "x", "wrong-results", "40 of 40 wrong"),
        (
            lambda number, index: [right(number, 0)[0], "jupyter-ada"],
            "computed-elsewhere",
            "come from jupyter-ada",
        ),
        (lambda number, index: right(number, 0), "idle-workers", "two computed nothing"),
    ],
)
def test_what_comes_of_the_numbers(look, fake, work, reason, message, pods):
    (finding,) = look("cluster", start_kernel=Notebook(fake, pods, work).start).findings
    assert finding["reason"] == reason
    assert message in finding["message"]
    assert fake.clusters == {}


def test_too_few_answers(load):
    cluster = load("cluster")
    wrong = cluster.judge([2, 3], ["one"], [[4, "one"]], cluster.Executed())
    assert wrong["message"] == "What the cluster computes is wrong: 1 of 2 wrong."
    assert (
        cluster.judge([2], ["one"], None, cluster.Executed(why="KilledWorker: x"))["reason"]
        == "computes-nothing"
    )


def test_no_cluster_is_told_by_its_pod(look, fake, load, of_cluster):
    made = load("kernel").Executed(why="GatewayClusterError: it failed to start")
    notebook = Notebook(fake, [of_cluster("one", ready=False)], made=made)
    (finding,) = look("cluster", start_kernel=notebook.start).findings
    assert finding["reason"] == "no-cluster"
    assert finding["object"] == "DaskCluster/abc"
    assert finding["message"] == "Gateway().new_cluster() gives ada no cluster."
    assert finding["actual"] == "GatewayClusterError: it failed to start"
    assert finding["cause"] == {"pod": "one"}


def test_a_scheduler_without_room_in_the_quota_is_not_waited_for(look, fake, clock):
    fake.server.lists["resourcequotas"] = [quota("2.5Gi")]
    wish = {**CONFIG, "spec": {"config": {"scheduler_memory": 2**30}}}
    fake.server.lists["daskclusters"] = [wish]
    began = clock.now
    (finding,) = look("cluster", start_kernel=Notebook(fake, [], made="never").start).findings
    assert clock.now - began < 60
    assert finding["reason"] == "quota-exceeded"
    assert (
        "A scheduler of the cluster asks for requests.memory 1Gi, and the ResourceQuota memory has 512Mi"
        in finding["message"]
    )


@pytest.mark.parametrize(
    "config, reason, message",
    [
        ({"cluster_max_workers": 1}, "workers-limited", "allows a cluster 1 worker at most"),
        (
            {"worker_memory": 2**31},
            "quota-exceeded",
            "A worker of the cluster asks for requests.memory 2Gi, and the ResourceQuota memory has 1Gi of it left",
        ),
        ({"cluster_max_workers": None}, "too-few-workers", "says in its log why not more"),
    ],
)
def test_why_workers_are_missing(look, fake, config, reason, message, of_cluster):
    fake.server.lists["resourcequotas"] = [quota("2Gi")]
    fake.server.lists["daskclusters"] = [{**CONFIG, "spec": {"config": config}}]
    (finding,) = look(
        "cluster",
        start_kernel=Notebook(fake, [of_cluster("scheduler", "dask-scheduler"), of_cluster("one")]).start,
    ).findings
    assert finding["reason"] == reason
    assert finding["message"].startswith("The cluster was scaled to 2 workers and has 1")
    assert message in finding["message"]


def test_what_was_made_is_shut_down_when_the_time_is_over_and_not_waited_for(look, fake, clock, pods):
    class Slow(Notebook):
        def execute(self, code, *, within):
            super().execute(code, within=within)
            fake.on_stop = lambda: None
            raise labctl.Late

    began = clock.now
    with pytest.raises(labctl.Late):
        look("cluster", start_kernel=Slow(fake, pods).start)
    assert (fake.clusters, fake.tokens) == ({}, set())
    assert clock.now == began


def test_an_outage_costs_nobody_points(look, fake, pods):
    fake.server.is_down = True
    assert look("cluster", start_kernel=Notebook(fake, pods).start).of("errored") == [
        "OSError: the API server does not answer"
    ]


def test_what_runs_in_the_notebook(load, capsys):
    notebook = load("notebook")
    notebook.tell("m:", [1])
    assert capsys.readouterr().out == "m:[1]\n"
    number, host = notebook.work(2**24 - 1)
    assert number == (2**24 - 1) ** 2 % 999_983
    assert host
    assert "def make_cluster" in load("cluster").source()
