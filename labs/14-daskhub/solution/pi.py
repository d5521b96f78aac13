import dask.array as da
from dask_gateway import Gateway


def make_cluster():
    cluster = Gateway().new_cluster()
    cluster.scale(20)
    return cluster


def estimate_pi(client, samples):
    points = da.random.uniform(-1, 1, size=(2, samples), chunks=(2, 1_000_000))
    inside = ((points**2).sum(axis=0) <= 1).sum()
    return 4 * client.compute(inside).result() / samples
