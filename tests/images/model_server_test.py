import asyncio
import json
from types import SimpleNamespace

import pytest


class Application:
    def __init__(self, **_):
        pass

    def get(self, _path):
        return lambda function: function

    post = get


class HTTPException(Exception):
    def __init__(self, status, detail):
        super().__init__(detail)
        self.status = status


class Model:
    """Everything is a virginica to it."""

    classes_ = ("setosa", "virginica")

    def predict(self, rows):
        return ["virginica" for _ in rows]

    def predict_proba(self, rows):
        return [(0.25, 0.75) for _ in rows]


@pytest.fixture
def server(load_image, monkeypatch, tmp_path):
    monkeypatch.setenv("MODELS", str(tmp_path))
    monkeypatch.setenv("MODEL_VERSION", "v7")
    module = load_image(
        "model-server/server.py",
        joblib=SimpleNamespace(load=lambda path: Model() if path.exists() else 1 / 0),
        uvicorn=SimpleNamespace(run=None),
        fastapi=SimpleNamespace(FastAPI=Application, HTTPException=HTTPException),
        pydantic=SimpleNamespace(BaseModel=SimpleNamespace, Field=lambda **_: None),
    )
    (tmp_path / "v7").mkdir()
    return module


FLOWER = SimpleNamespace(sepal_length=6, sepal_width=3, petal_length=5, petal_width=2)


def test_without_a_model_it_is_alive_and_not_ready(server):
    assert asyncio.run(server.healthz()) == {"status": "alive"}
    for question in (server.ready, server.about, lambda: server.predict(FLOWER)):
        with pytest.raises(HTTPException, match="there is no model in"):
            asyncio.run(question())


def test_it_serves_the_version_of_its_environment(server):
    (server.folder / "model.joblib").write_bytes(b"")
    (server.folder / "metrics.json").write_text(
        json.dumps({"accuracy": 0.9, "held_out": [1, 2, 3], "seed": 4})
    )
    server.load()
    assert asyncio.run(server.ready()) == {"status": "ready", "version": "v7"}
    assert asyncio.run(server.about()) == {
        "version": "v7",
        "kinds": ["setosa", "virginica"],
        "accuracy": 0.9,
        "held_out": 3,
    }
    assert asyncio.run(server.predict(FLOWER)) == {
        "version": "v7",
        "prediction": "virginica",
        "probabilities": {"setosa": 0.25, "virginica": 0.75},
    }


def test_it_waits_for_a_model_that_is_trained_later(server, monkeypatch):
    async def sleep(_seconds):
        (server.folder / "model.joblib").write_bytes(b"")

    monkeypatch.setattr(server.asyncio, "sleep", sleep)
    asyncio.run(server.load_when_there())
    assert server.served.model is not None
