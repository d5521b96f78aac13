import asyncio
import json

import pytest


class Socket:
    """A kernel's connection, on which messages come about the request that was sent, or about another."""

    def __init__(self, *messages):
        self.messages = list(messages)
        self.sent = None

    async def write_message(self, text):
        self.sent = json.loads(text)

    async def read_message(self):
        if not self.messages:
            return None
        kind, content, *foreign = self.messages.pop(0)
        if kind == "silence":
            await asyncio.sleep(10)
        parent = {"msg_id": "other" if foreign else self.sent["header"]["msg_id"]}
        return json.dumps({"header": {"msg_type": kind}, "parent_header": parent, "content": content})


IDLE = ("status", {"execution_state": "idle"})


def out(text, *foreign):
    return ("stream", {"name": "stdout", "text": text}, *foreign)


@pytest.fixture(name="told")
def what_is_told(load):
    kernel = load("kernel")
    return lambda *messages, within=5: asyncio.run(kernel.converse(Socket(*messages), "6 * 7", within))


def test_standard_output_and_nobody_elses(told, load):
    executed = told(
        (*IDLE, "foreign"),
        out("one\n"),
        ("stream", {"name": "stderr", "text": "a warning\n"}),
        out("stranger", "foreign"),
        ("comm_open", {}),
        out("two\n"),
        IDLE,
        out("too late"),
    )
    assert (executed.output, executed.why) == ("one\ntwo\n", None)


def test_an_error_with_its_name_and_what_came_before(told):
    error = {"ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
    executed = told(out("before"), ("error", error), IDLE)
    assert (executed.output, executed.why) == ("before", "ZeroDivisionError: division by zero")


def test_a_kernel_that_ended_by_itself(told):
    assert "ended by itself" in told(("status", {"execution_state": "restarting"}, "foreign")).why


def test_a_connection_that_was_closed_and_a_kernel_that_takes_too_long(told):
    assert told().why == "the connection to the kernel was closed"
    assert told(("silence", {}), within=0.05).why == "the kernel was not done after 0.05 s"


def test_what_stands_behind_a_mark(load):
    executed = load("kernel").Executed
    assert executed('noise\nm:["a"]\n').told("m:") == ["a"]
    assert executed("noise").told("m:") is None
    assert executed('m:"a"', why="KeyError: 1").told("m:") is None


def test_a_server_that_starts_no_kernel(look, fake, load, run_program):
    kernel, hub = load("kernel"), load("hub")
    fake.opens = lambda owner, who: False

    def main(check):
        at = hub.Hub(check, fake, None)
        with kernel.start_kernel(at, hub.Session(hub.User("ada", "engine"), "token-ada")):
            raise AssertionError("not reached")

    (finding,) = run_program(main).findings
    assert finding["reason"] == "no-kernel"
    assert finding["message"] == "The server of ada starts no kernel: status 403 (Forbidden)."
