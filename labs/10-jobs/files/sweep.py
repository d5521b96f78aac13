"""Trains one of four candidates, the one that JOB_COMPLETION_INDEX names, and stores what it is worth."""

import csv
import json
import os
from pathlib import Path

from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score

index = int(os.environ["JOB_COMPLETION_INDEX"])
depth = [1, 2, 4, 8][index]

with open(os.environ.get("DATA", "/data/flowers.csv"), encoding="utf-8") as file:
    rows = list(csv.reader(file))[1:]
measures = [[float(value) for value in row[:-1]] for row in rows]
kinds = [row[-1] for row in rows]

model = RandomForestClassifier(n_estimators=20, max_depth=depth, random_state=0)
accuracy = float(cross_val_score(model, measures, kinds, cv=3).mean())

results = Path(os.environ.get("MODELS", "/models")) / "sweep"
results.mkdir(exist_ok=True)
(results / f"{index}.json").write_text(
    json.dumps({"index": index, "depth": depth, "accuracy": accuracy, "pod": os.uname().nodename}) + "\n",
    encoding="utf-8",
)
print(f"depth {depth}: accuracy {accuracy:.3f}")
