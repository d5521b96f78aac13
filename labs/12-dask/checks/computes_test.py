import pytest


def address(index, port=40000):
    return f"tcp://10.244.1.{index}:{port}"


def test_passes_a_right_answer_to_which_three_pods_have_contributed(ask):
    answers = ask("computes", atLeast=3)
    assert answers.findings == []
    assert answers.of("observed") == ["30 tasks: dask-worker-1 10, dask-worker-2 10, dask-worker-3 10"]
    assert answers.is_done


def test_asks_with_240_numbers_that_are_new_each_time(load, run_program, dask):
    computation = load("computation")
    drawn = []
    for nonce in ("a", "b"):
        run_program(lambda check: drawn.append(computation.draw(check, 240)), nonce=nonce)
    assert [len(numbers) for numbers in drawn] == [240, 240]
    assert drawn[0] != drawn[1]


def test_what_is_sent_to_the_workers_needs_no_module_of_labctls(load):
    square = load("computation").task(0)
    assert square([1, 2, 3]) == 14
    assert "<locals>" in square.__qualname__


@pytest.mark.parametrize(
    ("takers", "reason", "told"),
    [
        (
            [2, 3],
            "tasks-in-too-few-pods",
            "2 workers ran the tasks, in pods dask-worker-2, dask-worker-3; tasks",
        ),
        ([], "computed-elsewhere", "no worker ran any task of it: it was computed somewhere else"),
    ],
)
def test_does_not_pass_tasks_that_ran_in_too_few_pods(ask, dask, takers, reason, told):
    dask.takers = [address(index) for index in takers]
    (finding,) = ask("computes", atLeast=3).findings
    assert finding["reason"] == reason
    assert told in finding["message"]


def test_does_not_pass_three_workers_that_are_one_process(ask, dask):
    dask.workers, dask.pods = [f"inproc://10.244.1.9/1/{index}" for index in (1, 2, 3)], []
    dask.processes = {each: ["dask-scheduler-9", 7] for each in dask.workers}
    (finding,) = ask("computes", atLeast=3).findings
    assert finding["reason"] == "tasks-in-one-process"
    assert finding["actual"] == "3 workers in pod dask-scheduler-9, all of them one process"
    assert "None of these belongs to it." in finding["message"]


def test_does_not_pass_three_processes_of_one_pod(ask, dask):
    dask.workers = [address(1, port) for port in (1, 2, 3)]
    (finding,) = ask("computes", atLeast=3).findings
    assert (
        "3 workers ran the tasks, in pod dask-worker-1; tasks have to run in at least 3 pods"
        in finding["message"]
    )


def test_does_not_pass_a_wrong_answer(ask, dask):
    dask.total.answer = 1
    (finding,) = ask("computes", atLeast=3).findings
    assert finding["reason"] == "wrong-answer"
    assert int(finding["actual"]) == int(finding["expected"]) + 1


def test_does_not_pass_without_an_answer(ask, dask):
    dask.total.raises = TimeoutError("60 s")
    (finding,) = ask("computes", atLeast=3).findings
    assert (finding["reason"], finding["actual"]) == ("no-answer", "TimeoutError: 60 s")


def test_names_each_worker_of_another_version_before_anything_else_that_went_wrong(ask, dask):
    dask.versions = {address(2): {"dask": "2025.11.0", "lz4": "4.4.5"}}
    dask.total.raises = TypeError("not what was expected")
    (finding,) = ask("computes", atLeast=3).findings
    assert (finding["reason"], finding["object"]) == ("versions-differ", "Pod/dask-worker-2")
    assert finding["message"].startswith("Worker dask-worker-2 has dask 2025.11.0; ")
    assert finding["message"].endswith("the client has dask 2026.8.0.")


def test_does_not_begin_where_the_scheduler_knows_no_worker(ask, dask):
    dask.workers = []
    answers = ask("computes", atLeast=3)
    assert [finding["reason"] for finding in answers.findings] == ["worker-unknown"]
    assert answers.of("announce") == []


def test_is_errored_where_the_client_breaks_before_it_asks(ask, dask):
    def breaks(n_workers):
        raise RuntimeError("no room")

    dask.scheduler_info = breaks
    assert ask("computes", atLeast=3).of("errored") == ["RuntimeError: no room"]
