"""What the tests of this lab's programs share: models, a server of them, and a volume that they are stored on."""

import json
import math
import os
from datetime import datetime, timezone

START, END = "2026-01-01T00:00:00Z", "2026-01-01T00:00:10Z"
STARTED = datetime(2026, 1, 1, tzinfo=timezone.utc).timestamp()
JOB = {"name": "train-v1", "uid": "1", "startedAt": START, "completedAt": END, "pods": []}
MODEL = {"name": "model", "host": "model.lab-test.svc.cluster.local", "address": "10.96.0.10", "port": 80}


def model_at(at):
    """Two kinds, by the length of a petal; `at` is where they meet."""

    def predict(row):
        low = 1 / (1 + math.exp(row[2] - at))
        return {"prediction": "low" if low > 0.5 else "high", "probabilities": {"low": low, "high": 1 - low}}

    return predict


def store(load, monkeypatch, models, errors=None):
    """The volume has these models, by version; what they say is said without a process apart."""
    stored, volume = load("stored"), load("volume")
    errors = errors or {}

    def ask(files, rows):
        told = {}
        for file in files:
            version = file.split("/")[0]
            told[file] = (
                {"error": errors[version]}
                if version in errors
                else {"answers": [models[version](row) for row in rows]}
            )
        return told, None

    monkeypatch.setattr(stored, "ask", ask)
    monkeypatch.setattr(volume, "is_there", lambda file: file.split("/")[0] in {*models, *errors})
    monkeypatch.setattr(volume, "beside", lambda file: "nothing")


class Server:
    """A model server as it should be; a test turns it into what it should not be."""

    def __init__(self, load, monkeypatch, version, model):
        self.module, self.version, self.model = load("server"), version, model
        self.bodies = []
        #: Called first: what it returns is the reply, unless it is None.
        self.instead = lambda path, body: None
        monkeypatch.setattr(self.module, "ask", self.ask)
        monkeypatch.setattr(self.module, "sleep", lambda seconds: None)

    def ask(self, service, path, body=None, timeout=5):
        assert service == MODEL
        if body is not None:
            self.bodies.append(body)
        reply = self.instead(path, body)
        if reply is not None:
            return reply
        said = {"version": self.version}
        return self.reply(200, {**said, **self.model(list(body.values()))} if body else said)

    def reply(self, status, text):
        return self.module.Reply(status, text if isinstance(text, str) else json.dumps(text))


def write(root, file, text, at=STARTED + 5):
    path = root / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    os.utime(path, (at, at))
