import pytest


def address(index, port=40000):
    return f"tcp://10.244.1.{index}:{port}"


def test_passes_a_worker_in_each_of_three_pods_and_more_do_no_harm(ask, dask):
    assert ask("workers", atLeast=3).findings == []
    assert ask("workers").findings == []
    dask.workers.append("tcp://10.9.9.9:1")
    assert ask("workers", atLeast=3).findings == []


def test_waits_a_moment_for_a_worker_that_has_not_introduced_itself(ask, load, dask):
    load("cluster").ANSWERS_WITHIN = 5
    later, dask.workers = dask.workers, []
    seen = dask.scheduler_info

    def introduces(n_workers):
        info = seen(n_workers)
        dask.workers = later
        return info

    dask.scheduler_info = introduces
    assert ask("workers", atLeast=3).findings == []


def test_does_not_pass_three_workers_in_one_pod(ask, dask):
    dask.workers, dask.pods = [address(1, port) for port in (1, 2, 3)], dask.pods[:1]
    (finding,) = ask("workers", atLeast=3).findings
    assert finding["reason"] == "workers-share-pods"
    assert "knows 3 workers, but they are in pod dask-worker-1." in finding["message"]


def test_does_not_pass_three_in_the_schedulers_own_process(ask, dask):
    dask.workers, dask.pods = [f"inproc://10.244.1.9/1/{index}" for index in (1, 2, 3)], []
    (finding,) = ask("workers", atLeast=3).findings
    assert finding["actual"] == "3 workers in pod dask-scheduler-9"


def test_does_not_pass_three_in_pods_of_somebody_else(ask, dask, monkeypatch):
    facts = {**dask.facts, "workers": []}
    monkeypatch.setattr(type(dask), "facts", facts)
    (finding,) = ask("workers", atLeast=3).findings
    assert "not in those of Deployment dask-worker" in finding["message"]


def test_tells_where_workers_look_for_another_scheduler(ask, dask):
    dask.workers = []
    for pod in dask.pods:
        pod["spec"]["containers"][0]["args"] = [
            "dask",
            "worker",
            "tcp://elsewhere.default:8786",
            "--nthreads=1",
        ]
    (finding,) = ask("workers", atLeast=3).findings
    assert finding["reason"] == "worker-unknown"
    assert "Of 3 Ready worker pods the scheduler behind Service dask-scheduler knows 0" in finding["message"]
    assert (
        "pods dask-worker-1, dask-worker-2, dask-worker-3. They look for it at tcp://elsewhere"
        in finding["message"]
    )


def test_asks_labctl_why_there_are_too_few_pods(ask, dask):
    dask.pods, dask.workers = dask.pods[:2], dask.workers[:2]
    (finding,) = ask("workers", atLeast=3).findings
    assert (finding["reason"], finding["actual"]) == ("too-few-workers", "2 Ready")
    assert finding["cause"] == {"deployment": "dask-worker", "atLeast": 3}


@pytest.mark.parametrize(
    ("worker", "host"),
    [
        ("tcp://10.244.1.7:38661", "10.244.1.7"),
        ("inproc://10.244.1.7/1/3", "10.244.1.7"),
        ("tls://[fd00::7]:38661", "fd00::7"),
        ("nonsense", None),
    ],
)
def test_the_host_of_an_address(load, worker, host):
    assert load("cluster").host_of(worker) == host


def test_a_pod_that_has_ended_has_no_address_any_more(ask, dask):
    dask.workers = [address(1, port) for port in (1, 2, 3)]
    dask.pods[0]["status"]["phase"] = "Succeeded"
    dask.pods = dask.pods[:1]
    (finding,) = ask("workers", atLeast=3).findings
    assert "they are in no pod of this namespace." in finding["message"]
