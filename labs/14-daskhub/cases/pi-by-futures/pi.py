import dask_gateway


def observe(seed, count):
    import numpy as np

    x, y = np.random.default_rng(seed).random((2, count), dtype=np.float32)
    return int((x * x + y * y <= 1).sum())


def tell(numbers):
    return sum(numbers)


def make_cluster():
    gateway = dask_gateway.Gateway()
    cluster = gateway.new_cluster()
    cluster.scale(20)
    return cluster


def estimate_pi(client, samples):
    import secrets

    seeds = [secrets.randbits(64) for _ in range(40)]
    counts = client.map(observe, seeds, count=samples // 40, pure=False)
    return 4 * tell(client.gather(counts)) / samples
