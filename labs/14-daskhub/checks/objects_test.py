import pytest


@pytest.mark.parametrize(
    "text, value", [("500m", 0.5), ("2Ti", 2**41), ("256M", 256e6), ("1e3", 1000), (None, 0), ("x", 0)]
)
def test_quantities(load, text, value):
    assert load("objects").parse_quantity(text) == value


def test_quantities_in_words(load):
    write = load("objects").write_quantity
    assert write("requests.memory", 1.5 * 2**30) == "1.5Gi"
    assert write("memory", 2**20 / 2) == "0.5Mi"
    assert write("requests.cpu", 1.95) == "1.95"


def test_the_pod_of_a_user_is_none_that_is_being_deleted(load, fake, monkeypatch):
    objects = load("objects")
    cluster = objects.Cluster("lab-test", fake.server)
    fake.start("ada")
    assert cluster.pod_of_user("ada")["metadata"]["name"] == "jupyter-ada"
    fake.server.lists["pods"][0]["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    assert cluster.pod_of_user("ada") is None
    assert cluster.pod_of_user("grace") is None


def test_the_state_of_a_pod_in_a_word(load):
    objects = load("objects")
    pod = {"metadata": {}, "status": {"phase": "Running"}}
    assert objects.state_of(pod) == "not Ready"
    pod["status"]["containerStatuses"] = [{"state": {"waiting": {"reason": "CrashLoopBackOff"}}}]
    assert objects.state_of(pod) == "CrashLoopBackOff"
    pod["status"] = {
        "phase": "Pending",
        "containerStatuses": [{"state": {"waiting": {"reason": "ContainerCreating"}}}],
    }
    assert objects.state_of(pod) == "Pending"
    assert objects.state_of({"metadata": {}}) == "Pending"
