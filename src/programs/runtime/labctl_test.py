import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import labctl
import pytest


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


def test_a_program_that_is_told_to_end_gives_back_what_it_made(tmp_path):
    program = """
import time
from pathlib import Path
from labctl import Program

with Program() as check:
    made = Path("made")
    made.touch()
    try:
        try:
            check.announce("made")
            time.sleep(60)
        except Exception:
            pass
    finally:
        made.unlink()
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(labctl.__file__).parent)}
    command = [sys.executable, "-c", program]
    streams = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, **streams) as process:
        process.stdin.write(json.dumps({"nonce": "a", "namespace": "lab-test"}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline()) == {"nonce": "a", "announce": "made"}
        assert (tmp_path / "made").exists()
        process.terminate()
        said, _ = process.communicate(timeout=10)
    assert said == ""
    assert process.returncode == 1
    assert not (tmp_path / "made").exists()


def python(program, *args, **options):
    return labctl.apart([sys.executable, "-c", program, *args], **options)


def test_apart_hears_its_task_and_is_heard():
    echo = "import sys; print(sys.stdin.read().upper())"
    assert python(echo, task="one") == ("ONE\n", None)


@pytest.mark.parametrize(
    ("program", "trouble"),
    [
        ("import sys; sys.exit(3)", "it ended with exit code 3"),
        ("import os; os.kill(os.getpid(), 11)", "it ended with SIGSEGV"),
        ("while True: print('a' * 1000)", "it wrote more than 5000 bytes"),
        ("import time; time.sleep(60)", "it was not done within 0.5 s"),
        (
            "import os, time; os.close(1); os.close(2); time.sleep(60)",
            "it went on after it had closed its output",
        ),
    ],
)
def test_apart_tells_why_it_is_not_heard(program, trouble):
    within = 0.5 if "sleep" in program and "close" not in program else 30
    assert python(program, within=within, limit=5000) == (None, trouble)


def test_apart_that_was_too_late_kills_nothing_of_the_next(monkeypatch):
    kill_all = labctl._kill_all

    def slowly():
        kill_all()
        time.sleep(0.2)
        kill_all()

    monkeypatch.setattr(labctl, "_kill_all", slowly)
    assert python("import time; time.sleep(60)", within=0.1).trouble == "it was not done within 0.1 s"
    monkeypatch.setattr(labctl, "_kill_all", lambda: None)
    assert python("import time; time.sleep(0.5)") == ("", None)


def test_apart_leaves_nothing_running(tmp_path):
    """Not even what has taken leave of its parent, its session and its output."""
    left = tmp_path / "left"
    daemon = """
import os, subprocess, sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open(sys.argv[1], "w").write(str(os.getpid()))
        os.closerange(0, 3)
        os.execvp("sleep", ["sleep", "60"])
    os._exit(0)
import time
while not os.path.exists(sys.argv[1]) or not open(sys.argv[1]).read(): time.sleep(0.01)
"""
    assert python(daemon, str(left)) == ("", None)
    for _ in range(100):
        if not Path(f"/proc/{left.read_text()}").exists():
            return
        time.sleep(0.01)
    raise AssertionError("it is still running")


SPY = """
import os, sys
parent = f"/proc/{os.getppid()}"
for name in ("environ", "mem", "fd/0", "fd/1"):
    try:
        with open(f"{parent}/{name}", "rb") as file: print(name, "open")
    except PermissionError: print(name, "shut")
print([name for name in os.environ if name not in ("PATH", "PYTHONPATH", "LANG", "LC_CTYPE")])
"""


SYSTEM_PYTHON = shutil.which("python3", path="/usr/bin:/bin")


@pytest.mark.skipif(os.getuid() != 0 or SYSTEM_PYTHON is None, reason="becomes the user that programs run as")
def test_apart_cannot_reach_what_started_it():
    program = f"{Path(labctl.__file__).read_text()}\nprint(apart([sys.executable, '-c', {SPY!r}]).output)"
    run = subprocess.run(
        [SYSTEM_PYTHON, "-c", program],
        env={"SECRET": "word"},
        user=65532,
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert run.stderr == ""
    assert run.stdout.splitlines()[:5] == ["environ shut", "mem shut", "fd/0 shut", "fd/1 shut", "[]"]
