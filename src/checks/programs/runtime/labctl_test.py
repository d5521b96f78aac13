import io
import json

import labctl


def test_a_program_that_says_nothing_has_passed(run_program):
    answers = run_program(lambda check: None)
    assert answers.lines == [{"nonce": "0123456789abcdef", "done": True}]


def test_a_finding_that_ends_it(run_program):
    def main(check):
        check.fail("wrong-answer", object="Service/a", expected="1", actual="2", message="It says 2.")
        raise AssertionError("not reached")

    answers = run_program(main)
    assert answers.findings == [
        {
            "reason": "wrong-answer",
            "object": "Service/a",
            "expected": "1",
            "actual": "2",
            "message": "It says 2.",
        }
    ]
    assert answers.is_done


def test_an_exception_is_errored(run_program):
    answers = run_program(lambda check: check.facts["absent"])
    assert answers.of("errored") == ["KeyError: 'absent'"]
    assert answers.is_done


def test_values_and_what_was_done(run_program):
    def main(check):
        check.ready(victim="a-1")
        assert check.over(within=1) == {"deleted": ["a-1"]}

    answers = run_program(main, over={"deleted": ["a-1"]})
    assert answers.values == {"victim": "a-1"}
    assert answers.of("ready") == [True]
    assert answers.is_done


def test_wait_returns_what_it_saw_last():
    task = json.dumps({"nonce": "a", "namespace": "lab-test"})
    check = labctl.Program(io.StringIO(task + "\n"), io.StringIO())
    seen = iter([0, 0, 3])
    assert check.wait(lambda: next(seen), within=5, every=0) == 3
    assert check.wait(lambda: None, within=0) is None
