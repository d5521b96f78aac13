"""
What a check runs in a user's notebook, beside the user's own functions: this file's text goes there, and then calls of
it. It needs what the user's image has: distributed.
"""


def observe(cluster, estimate, samples):
    """What an estimate gives, and by the scheduler's record how long each worker computed for it, by its host name."""
    import socket
    import time

    client = cluster.get_client()
    hosts = client.run(socket.gethostname, on_error="ignore")
    client.get_task_stream()  # from the first question on, the scheduler keeps its record
    began = time.time()
    answer = float(estimate(client, samples))
    return [answer, seconds_each(client.get_task_stream(), hosts, began)]


def seconds_each(tasks, hosts, began):
    """How long each worker computed since then, by its host name."""
    seconds = {}
    for task in tasks:
        host = hosts.get(task["worker"], task["worker"])
        for span in task["startstops"]:
            if span["action"] == "compute" and span["start"] >= began:
                seconds[host] = seconds.get(host, 0) + span["stop"] - span["start"]
    return seconds


def tell(mark, value):
    """Prints a line that is found among others."""
    import json

    print(mark + json.dumps(value))
