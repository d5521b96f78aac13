import json

import pytest

OVER = {"deleted": ["jupyter-1"]}


def deployment(volume, mount_path="/home/jovyan", **more):
    mounts = [{"name": "home", "mountPath": mount_path}]
    spec = {"containers": [{"name": "jupyter", "volumeMounts": mounts}]}
    if volume is not None:
        spec["volumes"] = [{"name": "home", **volume}]
    return {"spec": {"template": {"spec": {**spec, **more}}}}


ON_CLAIM = {"persistentVolumeClaim": {"claimName": "notebooks"}}


@pytest.fixture
def kernel(server):
    """The server's kernel says where it is, and what was done to tidy up."""

    class Kernel:
        folder, mount = "/home/jovyan", "/home/jovyan"
        ran = []

        def __call__(self, code):
            self.ran.append(code)
            if "os.remove" in code:
                server.files.clear()
                return ""
            server.started = self.next_server(server)
            return json.dumps([self.folder, self.mount]) + "\n"

        def next_server(self, server):
            return "2026-01-01T00:01:00Z"

    server.lets = own = Kernel()
    return own


def test_passes_a_file_that_is_on_the_claim_and_there_again_and_tidies_up(server, look, kernel):
    answers = look("keeps", over=OVER, deployment=deployment(ON_CLAIM))
    assert answers.findings == []
    assert answers.of("ready") == [True]
    assert answers.of("observed") == ["The file was there when the next pod answered."]
    assert server.files == {}


@pytest.mark.parametrize(
    ("found", "mount", "reason", "told"),
    [
        (
            deployment({"emptyDir": {}}),
            "/home/jovyan",
            "saved-on-empty-dir",
            "keeps its files in /home/jovyan. There is an emptyDir",
        ),
        (
            deployment({"hostPath": {"path": "/x"}}),
            "/home/jovyan",
            "saved-on-another-volume",
            "There is a volume of the kind hostPath.",
        ),
        (
            deployment({"persistentVolumeClaim": {"claimName": "other"}}),
            "/home/jovyan",
            "saved-on-another-claim",
            "There the claim other is mounted.",
        ),
        (
            deployment(ON_CLAIM, "/data/"),
            "/",
            "claim-mounted-elsewhere",
            "The claim notebooks is mounted at /data.",
        ),
        (deployment(None), "/", "no-claim-mounted", "The pod mounts no PersistentVolumeClaim"),
    ],
)
def test_does_not_begin_where_the_file_is_elsewhere(server, look, kernel, found, mount, reason, told):
    kernel.mount = mount
    answers = look("keeps", deployment=found)
    (finding,) = answers.findings
    assert finding["reason"] == reason
    assert told in finding["message"]
    assert answers.of("ready") == []
    assert server.files == {}


@pytest.mark.parametrize(
    ("left", "actual"),
    [({}, "status 404 (No such file)"), ({"labctl-was-here.txt": "older"}, "another text")],
)
def test_does_not_pass_a_file_that_is_gone(server, look, kernel, left, actual):
    def next_server(server):
        server.files = dict(left)
        return "2026-01-01T00:01:00Z"

    kernel.next_server = next_server
    (finding,) = look("keeps", over=OVER, deployment=deployment(ON_CLAIM)).findings
    assert (finding["reason"], finding["actual"]) == ("file-gone", actual)


def test_tells_that_the_next_server_does_not_answer(server, look, load, kernel, monkeypatch):
    kernel.next_server = lambda server: server.started
    monkeypatch.setattr("time.monotonic", iter(range(0, 10_000, 10)).__next__)
    (finding,) = look("keeps", over=OVER, deployment=deployment(ON_CLAIM)).findings
    assert finding["reason"] == "next-server-silent"


def test_tells_why_nothing_can_be_saved(server, look, kernel):
    def write(path, text):
        raise server.kernels.Refused("status 500 (Permission denied)", 500)

    opened = server.open_server

    def open_server(door, token=None):
        asked = opened(door, token)
        asked.write = write
        return asked

    server.open_server = open_server
    (finding,) = look("keeps", deployment=deployment(ON_CLAIM)).findings
    assert (finding["reason"], finding["actual"]) == ("file-not-saved", "status 500 (Permission denied)")
