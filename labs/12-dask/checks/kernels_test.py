import pytest


def message(talk, kind, content, parent=None):
    header = {"msg_type": kind}
    return {"header": header, "parent_header": {"msg_id": parent or talk.id}, "content": content}


@pytest.fixture
def kernels(load):
    return load("kernels")


@pytest.fixture
def talk(kernels):
    return kernels.Talk()


def test_a_talk_keeps_what_was_written_until_the_kernel_is_idle(talk):
    talk.hear(message(talk, "status", {"execution_state": "busy"}))
    talk.hear(message(talk, "stream", {"name": "stdout", "text": "a\n"}))
    talk.hear(message(talk, "stream", {"name": "stderr", "text": "b\n"}))
    talk.hear(message(talk, "stream", {"name": "stdout", "text": "c\n"}, parent="another"))
    talk.hear(message(talk, "execute_result", {"data": {"text/plain": "4"}}))
    assert not talk.is_over
    talk.hear(message(talk, "status", {"execution_state": "idle"}, parent="another"))
    assert not talk.is_over
    talk.hear(message(talk, "status", {"execution_state": "idle"}))
    assert talk.is_over
    assert talk.output == "a\n4\n"


def test_a_talk_ends_with_what_the_code_raised(kernels, talk):
    talk.hear(message(talk, "error", {"ename": "ZeroDivisionError", "evalue": "division by zero"}))
    with pytest.raises(kernels.Refused, match="^ZeroDivisionError: division by zero$"):
        talk.hear(message(talk, "status", {"execution_state": "idle"}))


def test_a_talk_ends_with_the_kernels_process_whoever_asked_last(kernels, talk):
    with pytest.raises(kernels.KernelEnded, match="ended by itself"):
        talk.hear(message(talk, "status", {"execution_state": "restarting"}, parent="another"))


def test_a_request_asks_for_nothing_but_its_code(talk):
    request = talk.request("1 + 1")
    assert request["content"]["code"] == "1 + 1"
    assert request["header"]["msg_id"] == talk.id
    assert not request["content"]["allow_stdin"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"message": "Forbidden"}', " (Forbidden)"),
        ("no available server\n", " (no available server)"),
        ("<html>" + "x" * 100, ""),
        ("", ""),
    ],
)
def test_the_words_of_a_refusal(kernels, text, words):
    assert kernels.in_words(text) == words
