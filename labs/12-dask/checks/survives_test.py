import pytest

OVER = {"deleted": ["dask-worker-1"]}


@pytest.fixture
def loss(dask):
    """The first worker is the busiest; it is lost while the sum is waited for, and its tasks are run again."""

    class Loss:
        first = dask.workers[0]
        rest = dask.workers[1:]

        def happens(self):
            lost = [each["key"] for each in dask.stream if each["worker"] == self.first]
            dask.workers = self.rest
            dask.stream += [{"worker": self.rest[turn % 2], "key": key} for turn, key in enumerate(lost)]

    own = Loss()
    dask.takers = [own.first, *dask.workers]
    dask.total.pending = True
    dask.total.meanwhile = own.happens
    return own


def test_passes_a_right_answer_though_a_worker_was_killed(ask, loss):
    answers = ask("survives", over=OVER)
    assert answers.findings == []
    assert answers.of("announce") == ["having pod dask-worker-1 killed, which has run 12 tasks by now"]
    assert answers.values == {"victim": "dask-worker-1"}
    assert answers.of("ready") == [True]
    assert answers.of("observed") == [
        "Worker dask-worker-1 was killed after it had run 12 of 24 tasks; 12 were run again, and the right answer came 0 s later."
    ]


@pytest.mark.parametrize(
    ("raises", "reason"),
    [
        (type("KilledWorker", (Exception,), {})("'part-3'"), "killed-worker"),
        (TimeoutError("90 s"), "no-answer-after-loss"),
    ],
)
def test_does_not_pass_where_no_answer_comes_after_the_loss(ask, dask, loss, raises, reason):
    def happens():
        loss.happens()
        dask.total.raises = raises

    dask.total.meanwhile = happens
    (finding,) = ask("survives", over=OVER).findings
    assert finding["reason"] == reason
    assert "was killed in the middle of a computation, and the answer never came: " in finding["message"]


def test_does_not_pass_a_wrong_answer_after_the_loss(ask, dask, loss):
    dask.total.answer = 1
    (finding,) = ask("survives", over=OVER).findings
    assert finding["reason"] == "wrong-answer"
    assert "After worker dask-worker-1 was killed in the middle, the cluster says" in finding["message"]


def test_has_nothing_killed_where_the_computation_breaks_by_itself(ask, dask, loss):
    dask.total.pending, dask.total.raises = False, OSError("no scheduler")
    answers = ask("survives")
    (finding,) = answers.findings
    assert finding["message"] == "labctl's client at dask-scheduler got no answer: OSError: no scheduler"
    assert answers.of("ready") == []


def test_has_nothing_killed_where_a_pod_has_no_worker_that_the_scheduler_knows(ask, dask, loss):
    dask.workers = loss.rest
    answers = ask("survives")
    assert [finding["reason"] for finding in answers.findings] == ["worker-unknown"]
    assert answers.of("ready") == []


def is_errored(answers):
    (why,) = answers.of("errored")
    return "No worker could be killed in the middle of the computation" in why


def test_is_errored_where_the_computation_was_over(ask, dask, loss):
    dask.total.pending = False
    assert is_errored(ask("survives"))


def test_is_errored_where_no_worker_of_the_deployment_ran_any_of_it(ask, dask, loss):
    dask.takers = ["tcp://10.9.9.9:1"]
    assert is_errored(ask("survives"))


def test_is_errored_where_the_worker_that_was_killed_is_still_there(ask, dask, loss):
    dask.total.meanwhile = lambda: None
    assert is_errored(ask("survives", over=OVER))


def test_is_errored_where_the_record_does_not_know_the_worker_that_was_killed(ask, dask, loss):
    def happens():
        loss.happens()
        dask.stream = [each for each in dask.stream if each["worker"] != loss.first]

    dask.total.meanwhile = happens
    assert is_errored(ask("survives", over=OVER))
