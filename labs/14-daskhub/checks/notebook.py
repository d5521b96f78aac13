"""
What a check runs in a user's notebook, in the user's own kernel: this file's text goes there, and then calls of it.
It needs what the user's image has: dask_gateway and distributed.
"""

#: Squares stay below 2 ** 53, and a remainder by a prime is none that a guess would hit.
PRIME = 999_983


def make_cluster(workers):
    """A cluster of one's own, which is asked to have so many workers."""
    from dask_gateway import Gateway

    cluster = Gateway().new_cluster()
    cluster.scale(workers)
    return cluster


def work(number):
    """A number's remainder, and which pod has computed it."""
    import socket
    import time

    time.sleep(0.05)
    return [number * number % PRIME, socket.gethostname()]


def compute(cluster, numbers, workers):
    """What the cluster makes of each number, once it has so many workers."""
    client = cluster.get_client()
    client.wait_for_workers(workers, timeout=60)
    return client.gather(client.map(work, numbers, pure=False))


def tell(mark, value):
    """Prints a line that is found among others."""
    import json

    print(mark + json.dumps(value))
