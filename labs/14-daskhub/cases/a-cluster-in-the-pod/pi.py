import dask.array as da
from dask_gateway import Gateway
from distributed import LocalCluster


def make_cluster():
    global for_show
    for_show = Gateway().new_cluster()
    for_show.scale(20)
    return LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None)


def estimate_pi(client, samples):
    points = da.random.uniform(-1, 1, size=(2, samples), chunks=(2, 1_000_000))
    return 4 * client.compute(((points**2).sum(axis=0) <= 1).sum()).result() / samples
