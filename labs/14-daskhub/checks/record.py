"""
What a check runs in a user's notebook, beside the user's own functions: this file's text goes there, and then calls of
it. It needs what the user's image has: distributed.
"""


def observe(cluster, estimate, samples):
    """
    What an estimate gives; how long processors worked for it, in each worker by its host name and in this notebook; and
    the hosts that have run tasks of it, by the scheduler's record.
    """
    import socket
    import time

    client = cluster.get_client()
    hosts = client.run(socket.gethostname, on_error="ignore")
    client.get_task_stream()  # from the first question on, the scheduler keeps its record
    before, own = client.run(time.process_time, on_error="ignore"), time.process_time()
    began = time.time()
    answer = float(estimate(client, samples))
    own, after = time.process_time() - own, client.run(time.process_time, on_error="ignore")
    seconds = {hosts[each]: after[each] - before[each] for each in hosts if each in before and each in after}
    return [answer, seconds, own, ran(client.get_task_stream(), hosts, began)]


def ran(tasks, hosts, began):
    """The hosts that have begun tasks since then."""

    def is_new(task):
        return any(span["action"] == "compute" and span["start"] >= began for span in task["startstops"])

    return sorted({hosts.get(task["worker"], task["worker"]) for task in tasks if is_new(task)})


def tell(mark, value):
    """Prints a line that is found among others."""
    import json

    print(mark + json.dumps(value))
