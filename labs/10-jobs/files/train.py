"""Trains a model on /data/flowers.csv and stores it as /models/model.joblib, with its metrics beside it."""

import csv
import json
import os
from pathlib import Path

import joblib
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

depth = int(os.environ.get("DEPTH", "6"))
trees = int(os.environ.get("TREES", "50"))
models = Path(os.environ.get("MODELS", "/models"))

with open(os.environ.get("DATA", "/data/flowers.csv"), encoding="utf-8") as file:
    rows = list(csv.reader(file))[1:]
measures = [[float(value) for value in row[:-1]] for row in rows]
kinds = [row[-1] for row in rows]

train, test, train_kinds, test_kinds = train_test_split(measures, kinds, test_size=0.3, random_state=0)
model = RandomForestClassifier(n_estimators=trees, max_depth=depth, random_state=0).fit(train, train_kinds)
metrics = {"accuracy": model.score(test, test_kinds), "depth": depth, "trees": trees, "rows": len(rows)}

joblib.dump(model, models / "model.joblib")
(models / "metrics.json").write_text(json.dumps(metrics) + "\n", encoding="utf-8")
print(json.dumps(metrics))
