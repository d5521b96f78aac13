import numpy as np
from dask_gateway import Gateway


def make_cluster():
    cluster = Gateway().new_cluster()
    cluster.scale(20)
    return cluster


def estimate_pi(client, samples):
    # The workers have something to do, too.
    client.gather(client.map(lambda n: n * n, range(1000)))
    inside = 0
    for _ in range(samples // 1_000_000):
        x, y = np.random.uniform(-1, 1, size=(2, 1_000_000))
        inside += int((x**2 + y**2 <= 1).sum())
    return 4 * inside / samples
