import pytest


def test_passes_a_server_that_asks_for_the_token(look):
    assert look("login").lines[-1]["done"]
    assert look("login").findings == []


@pytest.mark.parametrize(
    ("accepts", "reason", "told"),
    [
        (lambda token: True, "open-without-token", "lets anybody in, without a token"),
        (lambda token: token is not None, "open-with-any-token", "lets anybody in, with any token"),
        (lambda token: token == "older", "token-refused", "was started with another one"),
    ],
)
def test_does_not_pass_a_server_that_takes_another_token(server, look, accepts, reason, told):
    server.accepts = accepts
    (finding,) = look("login").findings
    assert finding["reason"] == reason
    assert told in finding["message"]


@pytest.mark.parametrize(
    ("page", "answer", "actual"),
    [
        ("lab", (401, {}, ""), "status 401"),
        ("lab", (302, {"location": "/tree"}, ""), "/tree"),
        ("login", (200, {}, "hello"), "status 200"),
    ],
)
def test_does_not_pass_a_server_without_a_login_page(server, look, page, answer, actual):
    server.answers[page] = answer
    (finding,) = look("login").findings
    assert (finding["reason"], finding["actual"]) == ("no-login-page", actual)


@pytest.mark.parametrize(
    ("token", "reason"), [("", "token-blank"), (" \n", "token-blank"), ("a\n", "token-with-white-space")]
)
def test_does_not_pass_a_token_that_is_none(look, token, reason):
    (finding,) = look("login", token={"token": token}).findings
    assert (finding["reason"], finding["object"]) == (reason, "Secret/jupyter-token")


def test_tells_that_nobody_answers_and_asks_labctl_why(server, look):
    server.refusal = server.kernels.Refused("status 503 (no available server)", 503)
    (finding,) = look("login").findings
    assert finding["reason"] == "no-jupyter-answers"
    assert finding["actual"] == "status 503 (no available server)"
    assert finding["cause"] == {"ingress": "jupyter.localhost", "path": "/", "deployment": "jupyter"}


def test_is_errored_where_nothing_listens_at_the_door(server, look):
    server.refusal = ConnectionRefusedError("Connection refused")
    assert look("login").of("errored") == ["ConnectionRefusedError: Connection refused"]
