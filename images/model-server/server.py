"""Serves one version of a model from a volume: $MODELS/$MODEL_VERSION/model.joblib, as a Job has left it.

A process serves the version that it was started with, to its end. A new version is a new process, so that no answer
is ever given by half of one model and half of the other.
"""

import asyncio
import json
import logging
import os
from contextlib import asynccontextmanager
from pathlib import Path

import joblib
import uvicorn
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, Field

logging.basicConfig(level=logging.INFO, format="%(message)s")
log = logging.getLogger("model")

version = os.environ.get("MODEL_VERSION", "v1")
folder = Path(os.environ.get("MODELS", "/models")) / version


class Flower(BaseModel):
    """Four measures in centimetres; what is longer than this is no iris."""

    sepal_length: float = Field(gt=0, le=30)
    sepal_width: float = Field(gt=0, le=30)
    petal_length: float = Field(gt=0, le=30)
    petal_width: float = Field(gt=0, le=30)


class Served:
    """The model, once it is loaded, and what its trainer wrote about it."""

    model = None
    metrics: dict = {}


served = Served()


def load():
    """Metrics first: what is Ready has told all that it knows."""
    metrics = folder / "metrics.json"
    served.metrics = json.loads(metrics.read_text(encoding="utf-8")) if metrics.exists() else {}
    served.model = joblib.load(folder / "model.joblib")
    log.info("serving %s from %s", version, folder)


async def load_when_there():
    """The model may be trained after the server was started: it waits, alive but not ready."""
    said = None
    while served.model is None:
        try:
            load()
        except Exception as error:  # a file that is still being written fails in many ways
            if said != str(error):
                log.info("waiting for %s: %s", folder, error)
            said = str(error)
            await asyncio.sleep(0.5)


@asynccontextmanager
async def lifespan(_):
    loading = asyncio.create_task(load_when_there())
    yield
    loading.cancel()


# Without the pages that FastAPI would make of itself: they load scripts from elsewhere.
app = FastAPI(title="model", lifespan=lifespan, docs_url=None, redoc_url=None)


def loaded():
    if served.model is None:
        raise HTTPException(503, f"there is no model in {folder} yet")
    return served.model


@app.get("/healthz")
async def healthz():
    return {"status": "alive"}


@app.get("/ready")
async def ready():
    loaded()
    return {"status": "ready", "version": version}


@app.get("/model")
async def about():
    model = loaded()
    kinds = [str(kind) for kind in model.classes_]
    told = {
        name: served.metrics[name]
        for name in ("accuracy", "held_out", "trained_at")
        if name in served.metrics
    }
    if isinstance(told.get("held_out"), list):
        told["held_out"] = len(told["held_out"])
    return {"version": version, "kinds": kinds, **told}


@app.post("/predict")
async def predict(flower: Flower):
    model = loaded()
    row = [[flower.sepal_length, flower.sepal_width, flower.petal_length, flower.petal_width]]
    shares = model.predict_proba(row)[0]
    return {
        "version": version,
        "prediction": str(model.predict(row)[0]),
        "probabilities": {str(kind): float(share) for kind, share in zip(model.classes_, shares)},
    }


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="0.0.0.0",
        port=int(os.environ.get("PORT", "8080")),
        log_level="warning",
        access_log=False,
        # What was asked before the end is answered before the end.
        timeout_graceful_shutdown=10,
    )
