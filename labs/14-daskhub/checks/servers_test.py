import pytest


def test_a_pod_for_each_user_whose_files_and_tokens_are_gone_afterwards(look, fake):
    answers = look("servers")
    assert answers.findings == []
    assert answers.of("announce") == ["starting the server of ada", "starting the server of grace"]
    assert answers.of("observed") == ["ada in jupyter-ada, grace in jupyter-grace"]
    assert (fake.server.files, fake.tokens) == ({}, set())


def test_a_server_that_runs_is_left_as_it_is(look, fake):
    fake.start("ada")
    fake.start("grace")
    fake.spawn = None
    assert look("servers").findings == []


def test_two_users_in_one_pod(look, fake):
    fake.pod_of = lambda name: "jupyter-ada"
    (finding,) = look("servers").findings
    assert finding["reason"] == "file-elsewhere"
    assert "does not arrive in pod jupyter-grace" in finding["message"]


def test_a_volume_that_both_write_to(look, fake):
    def run(path, command):
        return next((text for (_, file), text in fake.server.files.items() if file == command[-1]), None)

    fake.server.run = run
    (finding,) = look("servers").findings
    assert finding["reason"] == "file-shared"
    assert finding["actual"] == "in jupyter-grace, too"
    assert fake.server.files == {}


def test_a_server_in_no_pod_of_the_users(look, fake):
    fake.spawn = fake.running.add
    (finding,) = look("servers").findings
    assert finding["reason"] == "no-pod-of-ones-own"


def test_a_server_of_which_there_is_no_pod_is_told_by_what_the_hub_says(look, fake):
    fake.spawn = lambda name: None
    ada, grace = look("servers").findings
    assert ada["reason"] == grace["reason"] == "server-not-started"
    assert ada["message"] == "The server of ada does not start: Spawn failed: no such image."
    assert "cause" not in ada


@pytest.mark.parametrize(
    "state, actual",
    [
        ({"waiting": {"reason": "ErrImagePull"}}, "ErrImagePull"),
        ({"terminated": {"reason": "Error"}}, "Error"),
    ],
)
def test_a_pod_that_cannot_start_is_not_waited_for(look, fake, clock, state, actual):
    stuck = fake.user_pod("ada", ready=False)
    stuck["status"]["containerStatuses"] = [{"state": state}]

    def spawn(name):
        if name == "grace":
            fake.start(name)
        else:
            fake.server.lists["pods"].append(stuck)
            fake.ask = without_ready(fake)

    fake.spawn = spawn
    began = clock.now
    (finding,) = look("servers").findings
    assert clock.now - began < 30
    assert finding["object"] == "Pod/jupyter-ada"
    assert finding["actual"] == actual
    assert finding["cause"] == {"pod": "jupyter-ada"}
    assert finding["message"] == "The server of ada does not start."


def without_ready(fake):
    """A hub to which ada's server is on its way."""
    ask = type(fake).ask

    def answer(method, path, **more):
        if (method, path) == ("GET", "/hub/api/users/ada"):
            return fake._json({"name": "ada", "servers": {"": {"ready": False}}})
        return ask(fake, method, path, **more)

    return answer


def test_a_user_whom_the_hub_gives_no_token(look, fake):
    fake.authenticate = lambda name, password: "guest" if name == "ada" else name
    (finding,) = look("servers").findings
    assert finding["reason"] == "no-token"
    assert "The hub gives ada no token" in finding["message"]


def test_an_outage_costs_nobody_points(look, fake):
    fake.closes_after = 6
    assert look("servers").of("errored") == ["ConnectionRefusedError: nothing listens"]
    fake.closes_after = float("inf")
    fake.server.is_down = True
    assert look("servers").of("errored") == ["OSError: the API server does not answer"]
