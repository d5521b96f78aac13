import pytest

OVER = {"deleted": ["jupyter-1"], "rolled": [], "complete": True}
FILE = "labctl-was-here.txt"


@pytest.fixture
def claim(load, tmp_path):
    """The claim, as labctl's own pod finds it."""
    load("keeps").ROOT = tmp_path
    return tmp_path


@pytest.fixture
def jupyter(server, claim, where):
    """Its files are in a folder of the claim; after the pod was deleted another server answers."""

    class Files(dict):
        folder = claim / "people" / "ana"

        def __setitem__(self, name, text):
            super().__setitem__(name, text)
            if self.folder is not None:
                self.folder.mkdir(parents=True, exist_ok=True)
                (self.folder / name).write_text(text)

    def lets(code):
        if "os.remove" in code:
            server.files.clear()
        return where(code)

    server.files, server.lets = Files(), lets
    return server


@pytest.fixture
def deleted(server, monkeypatch):
    """What has happened by the time when the pod was deleted; `deleted.then = …` for something else."""

    class Deleted:
        def then(self):
            server.started = "2026-01-01T00:01:00Z"

    import labctl

    own, over = Deleted(), labctl.Program.over

    def happens(check, within=0):
        own.then()
        return over(check, within)

    monkeypatch.setattr(labctl.Program, "over", happens)
    return own


def test_passes_a_file_that_is_on_the_claim_and_there_again_and_tidies_up(
    look, jupyter, deleted, deployment, where
):
    answers = look("keeps", over=OVER, deployment=deployment())
    assert answers.findings == []
    assert answers.of("ready") == [True]
    told = "The file lay on the claim notebooks, and was there when the next pod answered."
    assert answers.of("observed") == [told]
    assert jupyter.files == {}
    assert len(where.ran) == 1  # to tidy up


@pytest.mark.parametrize(
    ("mount", "mounted_at", "reason", "told"),
    [
        ("/", "/data/", "claim-mounted-elsewhere", "The claim notebooks is mounted at /data."),
        # Somebody's word against what is there.
        (
            "/home/jovyan",
            "/home/jovyan",
            "file-not-on-claim",
            "and the file that labctl saved is not on that",
        ),
    ],
)
def test_has_nothing_deleted_where_the_file_is_not_on_the_claim(
    look, jupyter, deployment, where, mount, mounted_at, reason, told
):
    jupyter.files.folder, where.mount = None, mount
    answers = look("keeps", deployment=deployment(mount_path=mounted_at))
    (finding,) = answers.findings
    assert finding["reason"] == reason
    assert told in finding["message"]
    assert answers.of("ready") == []
    assert jupyter.files == {}


def test_does_not_take_an_older_file_on_the_claim_for_the_new_one(look, jupyter, claim, deployment):
    jupyter.files.folder = None
    (claim / FILE).write_text("older")
    (finding,) = look("keeps", deployment=deployment()).findings
    assert finding["reason"] == "file-not-on-claim"


def test_believes_a_kernel_where_only_its_owner_may_look_into_a_folder(
    look, jupyter, deleted, deployment, where, monkeypatch
):
    def walk(root, onerror):
        onerror(PermissionError("people"))
        return iter([])

    monkeypatch.setattr("os.walk", walk)
    answers = look("keeps", over=OVER, deployment=deployment())
    assert answers.findings == []
    assert "by the word of the server" in answers.of("observed")[0]
    where.mount = "/"
    (finding,) = look("keeps", deployment=deployment()).findings
    assert finding["reason"] == "claim-mounted-elsewhere"


@pytest.mark.parametrize(
    ("left", "actual"), [({}, "status 404 (No such file)"), ({FILE: "older"}, "another text")]
)
def test_does_not_pass_a_file_that_is_gone(look, jupyter, deleted, deployment, left, actual):
    def then():
        jupyter.files, jupyter.started = dict(left), "2026-01-01T00:01:00Z"

    deleted.then = then
    (finding,) = look("keeps", over=OVER, deployment=deployment()).findings
    assert (finding["reason"], finding["actual"]) == ("file-gone", actual)


def test_tells_that_the_next_server_does_not_answer(look, jupyter, deployment, monkeypatch):
    monkeypatch.setattr("time.monotonic", iter(range(0, 10_000, 10)).__next__)
    (finding,) = look("keeps", over=OVER, deployment=deployment()).findings
    assert finding["reason"] == "next-server-silent"


def test_is_errored_where_the_pod_was_not_deleted_in_time(look, jupyter, deleted, deployment, monkeypatch):
    monkeypatch.setattr("labctl.Program.over", lambda check, within=0: None)
    answers = look("keeps", deployment=deployment())
    assert answers.of("errored") == ["The pod was not deleted in time."]
    assert jupyter.files == {}


def test_tells_why_nothing_can_be_saved(jupyter, look, deployment):
    def write(path, text):
        raise jupyter.kernels.Refused("status 500 (Permission denied)", 500)

    opened = jupyter.open_server

    def open_server(door, token=None):
        asked = opened(door, token)
        asked.write = write
        return asked

    jupyter.open_server = open_server
    (finding,) = look("keeps", deployment=deployment()).findings
    assert (finding["reason"], finding["actual"]) == ("file-not-saved", "status 500 (Permission denied)")
