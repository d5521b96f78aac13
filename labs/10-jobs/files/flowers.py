"""Draws flowers: four measures of three kinds, from the distribution that start/training.yaml was drawn from.

The same distribution with another seed is what a model is scored on.
"""

import csv
import random
import sys

FEATURES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
KINDS = {
    "setosa": ([5.0, 3.4, 1.5, 0.25], [0.35, 0.38, 0.17, 0.11]),
    "versicolor": ([5.9, 2.8, 4.2, 1.3], [0.40, 0.30, 0.35, 0.15]),
    "virginica": ([6.6, 3.0, 5.6, 2.0], [0.50, 0.30, 0.40, 0.20]),
}


def draw(seed, count):
    """Rows of four measures in centimetres and a kind; every kind is equally likely."""
    source = random.Random(seed)
    for _ in range(count):
        kind = source.choice(sorted(KINDS))
        means, deviations = KINDS[kind]
        yield [round(source.gauss(mean, deviation), 2) for mean, deviation in zip(means, deviations)] + [kind]


if __name__ == "__main__":
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*FEATURES, "kind"])
    writer.writerows(draw(seed=int(sys.argv[1]), count=int(sys.argv[2])))
