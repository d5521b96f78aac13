"""Trains one version of a model on the iris flowers and stores it, with what it is worth, in /models/<version>/.

It draws anew which flowers it learns from, so no two trainings give the same model. What it never saw is what it is
measured on.
"""

import json
import os
from datetime import datetime, timezone
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

version = os.environ["MODEL_VERSION"]
# How freely the model follows its data: a little for a first version, more for the next.
freedom = float(os.environ.get("FREEDOM", "0.1"))
folder = Path(os.environ.get("MODELS", "/models")) / version

iris = load_iris()
kinds = [str(iris.target_names[number]) for number in iris.target]
seen, held_out = train_test_split(range(len(kinds)), test_size=50, stratify=kinds)

model = make_pipeline(StandardScaler(), LogisticRegression(C=freedom, max_iter=1000))
model.fit(iris.data[seen], [kinds[row] for row in seen])
accuracy = model.score(iris.data[held_out], [kinds[row] for row in held_out])

metrics = {
    "version": version,
    "accuracy": accuracy,
    "held_out": sorted(held_out),
    "freedom": freedom,
    "trained_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
}
folder.mkdir(parents=True, exist_ok=True)
(folder / "metrics.json").write_text(json.dumps(metrics) + "\n", encoding="utf-8")
# Written beside and renamed: a server that waits for the model never reads half of it.
joblib.dump(model, folder / "model.joblib.part")
os.replace(folder / "model.joblib.part", folder / "model.joblib")
print(f"{version}: accuracy {accuracy:.2f} on {len(held_out)} flowers that it had not seen")
