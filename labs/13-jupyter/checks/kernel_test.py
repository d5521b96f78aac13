import itertools

import pytest


def test_passes_a_kernel_that_multiplies_and_leaves_none_behind(server, look):
    answers = look("kernel")
    assert answers.findings == []
    assert "The kernel says that" in answers.of("observed")[0]
    assert server.running == 0


@pytest.mark.parametrize(
    ("written", "told"), [("0123456789abcdef 42 10.244.0.7\n", "42"), ("", 'says "nothing"')]
)
def test_does_not_pass_another_product(server, look, written, told):
    server.lets = lambda code: written
    (finding,) = look("kernel").findings
    assert finding["reason"] == "wrong-product"
    assert told in finding["message"]


def test_does_not_pass_a_kernel_of_another_pod(look):
    (finding,) = look("kernel", pods=[{"name": "jupyter-2", "address": "10.244.0.9"}]).findings
    assert finding["reason"] == "kernel-in-another-pod"
    assert "runs at 10.244.0.7, which is no pod of Deployment jupyter" in finding["message"]


def test_does_not_pass_two_servers_of_the_deployment(look):
    two = [{"name": f"jupyter-{each}", "address": f"10.244.0.{each}"} for each in (7, 8)]
    (finding,) = look("kernel", pods=two).findings
    assert (finding["reason"], finding["path"]) == ("several-servers", "spec.replicas")
    assert "runs 2 servers behind jupyter.localhost" in finding["message"]


def test_does_not_pass_a_second_server_of_somebody_else(server, look):
    turns = itertools.cycle([True, False])
    server.knows = lambda: next(turns)
    (finding,) = look("kernel").findings
    assert finding["actual"] == "4 of 8 requests came to a server without the kernel"
    assert server.running == 0


@pytest.mark.parametrize(
    ("refusal", "reason", "why"),
    [
        ("Refused", "kernel-failed", "SyntaxError: invalid syntax"),
        ("KernelEnded", "kernel-ended", "the kernel's process ended by itself"),
    ],
)
def test_tells_why_a_kernel_does_not_finish(server, look, refusal, reason, why):
    def fails(code):
        raise getattr(server.kernels, refusal)(why)

    server.lets = fails
    (finding,) = look("kernel").findings
    assert finding["reason"] == reason
    assert f"multiplied nothing: {why}." in finding["message"]
    assert server.running == 0
