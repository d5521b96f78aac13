import http.client
import threading
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest


class RedisError(Exception):
    pass


class Queue:
    """The stream, as far as the front end knows it."""

    def __init__(self, **_):
        self.entries = []
        self.is_down = False

    def xadd(self, stream, fields):
        if self.is_down:
            raise RedisError("connection refused")
        self.entries.append((stream, fields))


@pytest.fixture
def vote(load_image):
    module = load_image(
        "vote-1/vote.py",
        redis=SimpleNamespace(Redis=Queue, RedisError=RedisError),
        redis__backoff=SimpleNamespace(ConstantBackoff=lambda _: None),
        redis__retry=SimpleNamespace(Retry=lambda *_: None),
    )
    server = module.Server(("127.0.0.1", 0), module.Vote)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def ask(method, path, form=None, cookie=None):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        headers = {"Cookie": cookie} if cookie else {}
        connection.request(method, path, None if form is None else urlencode(form), headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer, body

    yield SimpleNamespace(ask=ask, queue=module.queue)
    server.shutdown()
    server.server_close()
    thread.join()


def cookies(answer):
    return dict(each.split(";")[0].split("=") for each in answer.headers.get_all("Set-Cookie", []))


def test_a_vote_gets_into_the_queue_under_a_voter_of_its_own(vote):
    answer, _ = vote.ask("POST", "/", {"choice": "tea"})
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    voter = cookies(answer)["voter"]
    assert vote.queue.entries == [("votes", {"voter": voter, "choice": "tea"})]


def test_who_has_voted_before_stays_the_same_voter(vote):
    vote.ask("POST", "/", {"choice": "coffee"}, cookie=f"voter={'a' * 32}")
    assert vote.queue.entries[0][1]["voter"] == "a" * 32


def test_a_voter_that_is_none_of_its_own_gets_another(vote):
    vote.ask("POST", "/", {"choice": "coffee"}, cookie="voter=me")
    assert vote.queue.entries[0][1]["voter"] != "me"


def test_what_is_no_choice_is_refused_and_not_queued(vote):
    answer, page = vote.ask("POST", "/", {"choice": "milk"})
    assert answer.status == 400
    assert "Please choose coffee or tea." in page
    answer, _ = vote.ask("POST", "/", {"choice": "tea" * 1000})
    assert answer.status == 413
    assert vote.queue.entries == []


def test_a_queue_that_is_away_is_said_and_the_vote_not_taken(vote):
    vote.queue.is_down = True
    answer, page = vote.ask("POST", "/", {"choice": "tea"})
    assert answer.status == 503
    assert "Votes cannot be taken at the moment." in page


def test_the_page_names_what_was_chosen_and_leads_to_the_result(vote):
    _, page = vote.ask("GET", "/", cookie="choice=tea")
    assert "You voted for tea." in page
    assert "{{" not in page
    assert vote.ask("GET", "/healthz")[1] == "ok\n"
    assert vote.ask("GET", "/nowhere")[0].status == 404
