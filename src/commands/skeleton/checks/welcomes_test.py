import pytest


@pytest.fixture
def run(load, run_program, monkeypatch):
    program = load("welcomes")
    facts = {"web": {"name": "web", "host": "web.lab-example.svc.cluster.local", "port": 80}}

    def run(page):
        monkeypatch.setattr(program, "ask", lambda url: page)
        return run_program(program.main, given={"text": "Welcome"}, facts=facts)

    return run


def test_passes_when_the_page_has_the_text(run):
    answers = run("<h1>Welcome to nginx!</h1>")
    assert answers.findings == [] and answers.is_done


@pytest.mark.parametrize("page", ["<h1>It works!</h1>", "", "URLError: connection refused"])
def test_fails_when_it_has_not(run, page):
    (finding,) = run(page).findings
    assert finding["reason"] == "another-page"
    assert finding["actual"] == (page or "an empty page")
