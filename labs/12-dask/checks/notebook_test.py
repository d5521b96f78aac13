import json
import re
from pathlib import Path

import pytest

GIVEN = (Path(__file__).parent.parent / "files" / "sums.ipynb").read_text()


@pytest.fixture
def jupyter(load, dask):
    """A Jupyter whose kernels know what is asked of them, and nothing else; the first worker runs what they send."""
    kernels = load("kernels")

    class Server:
        token, refusal = "key", kernels.Refused("status 403 (Forbidden)", 403)
        files = {"sums.ipynb": GIVEN}
        running = 0
        ran_by = dask.workers[0]

        def answer(self, numbers):
            return sum(number * number for number in numbers)

        def cell(self, code):
            """What the notebook's own cells do."""
            if "compute()" in code and self.ran_by is not None:
                dask.stream.append({"worker": self.ran_by, "key": "sum"})
            return ""

        def open(self, door, token=None):
            return Asked(self, token)

    class Asked:
        def __init__(self, server, token):
            self.server, self.token = server, token

        def status(self):
            if self.server.token not in (None, self.token):
                raise self.server.refusal
            return {"started": "2026"}

        def read(self, path):
            if path not in self.server.files:
                raise kernels.Refused("status 404 (No such file)", 404)
            return self.server.files[path]

        def start_kernel(self):
            self.server.running += 1
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.server.running -= 1

        def execute(self, code, *, within):
            if code.startswith("numbers = ["):
                self.numbers = json.loads(code.removeprefix("numbers = "))
            mark = re.fullmatch(r'print\("(\w+)" \+ str\(answer\)\)', code)
            return f"{mark[1]}{self.server.answer(self.numbers)}\n" if mark else self.server.cell(code)

    own = Server()
    own.Refused = kernels.Refused
    return own


@pytest.fixture
def look(load, run_program, dask, jupyter):
    def run():
        notebook = load("notebook")
        facts = {**dask.facts, "door": {"host": "dask-jupyter.localhost"}, "token": {"token": "key"}}
        return run_program(lambda check: notebook.main(check, jupyter.open, dask.connect), facts=facts)

    return run


def test_passes_the_notebook_given_run_on_new_numbers_by_the_workers_and_leaves_no_kernel(look, jupyter):
    answers = look()
    assert answers.findings == []
    assert answers.of("observed") == ["The notebook's tasks ran on dask-worker-1 1"]
    assert jupyter.running == 0


def test_does_not_pass_a_wrong_answer(look, jupyter):
    jupyter.answer = lambda numbers: 4655960
    (finding,) = look().findings
    assert finding["reason"] == "wrong-answer"
    assert "ends with 4655960 in answer; their sum is" in finding["message"]


@pytest.mark.parametrize("ran_by", [None, "tcp://127.0.0.1:4000"])
def test_does_not_pass_what_was_computed_in_the_notebook(look, jupyter, ran_by):
    jupyter.ran_by = ran_by
    (finding,) = look().findings
    assert finding["reason"] == "computed-by-itself"


def test_does_not_take_an_older_task_for_the_notebooks(look, dask, jupyter):
    jupyter.ran_by = None
    dask.stream.append({"worker": dask.workers[0], "key": "older"})
    (finding,) = look().findings
    assert finding["reason"] == "computed-by-itself"


def test_tells_which_cell_fails_and_leaves_no_kernel(look, jupyter):
    def cell(code):
        if "compute()" in code:
            raise jupyter.Refused("OSError: no scheduler")
        return ""

    jupyter.cell = cell
    (finding,) = look().findings
    assert finding["reason"] == "cell-failed"
    assert finding["message"] == "Code cell 4 of sums.ipynb failed: OSError: no scheduler"
    assert jupyter.running == 0


def test_does_not_pass_a_server_that_lets_in_anybody(look, jupyter):
    jupyter.token = None
    (finding,) = look().findings
    assert finding["reason"] == "open-without-token"
    assert "lets in anybody, without a token" in finding["message"]


def test_does_not_pass_a_server_with_another_token(look, jupyter):
    jupyter.token = "other"
    (finding,) = look().findings
    assert finding["reason"] == "token-refused"
    assert "does not take the token of Secret dask-jupyter: status 403" in finding["message"]


def test_asks_labctl_why_nobody_answers(look, jupyter):
    jupyter.token, jupyter.refusal = "other", jupyter.Refused("status 503", 503)
    (finding,) = look().findings
    assert finding["reason"] == "no-jupyter-answers"
    cause = {"ingress": "dask-jupyter.localhost", "path": "/", "deployment": "dask-jupyter"}
    assert finding["cause"] == cause


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "has no sums.ipynb as it was given: status 404 (No such file)."),
        ({"sums.ipynb": "{}"}, "it has no cell that is tagged parameters"),
        ({"sums.ipynb": "nothing"}, "it has no cell that is tagged parameters"),
    ],
)
def test_does_not_pass_without_the_notebook(look, jupyter, files, told):
    jupyter.files = files
    (finding,) = look().findings
    assert finding["reason"] == "no-notebook"
    assert told in finding["message"]


def test_divides_a_notebook_at_its_parameters(load):
    cells = load("notebook").parse(GIVEN)
    assert "numbers = list(range(1, 241))" in cells.before[-1]
    assert "answer = " in cells.after[-1]
