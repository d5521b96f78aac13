"""The worker of the voting app: takes votes from the queue in Redis and writes them to PostgreSQL.

One voter has one row, and the latest vote counts. A vote waits here for a second before it is written, so that one
that is changed at once costs a single write. When a vote leaves the queue is a setting:

ACKNOWLEDGE=commit   once the database has it. Whatever this worker held when it ended is still in the queue, and the
                     next worker takes it over. A vote may be written twice that way, which changes nothing.
ACKNOWLEDGE=receipt  as soon as it is read: the queue is short, and what this worker held when it ended is lost.
"""

import os
import signal
import socket
import sys
import time
from typing import NamedTuple

import psycopg
import redis

STREAM = "votes"
GROUP = "workers"
CONSUMER = socket.gethostname()
BATCH = 100
HOLD = 1.0  # seconds that a vote waits
ABANDONED = 2500  # milliseconds after which a vote that another worker has read is taken over
AT_COMMIT = {"commit": True, "receipt": False}

TABLE = """
CREATE TABLE IF NOT EXISTS votes (
    voter text PRIMARY KEY,
    choice text NOT NULL,
    cast_ms bigint NOT NULL,
    cast_number bigint NOT NULL
)
"""
UPSERT = """
INSERT INTO votes (voter, choice, cast_ms, cast_number) VALUES (%s, %s, %s, %s)
ON CONFLICT (voter) DO UPDATE
SET choice = EXCLUDED.choice, cast_ms = EXCLUDED.cast_ms, cast_number = EXCLUDED.cast_number
WHERE (votes.cast_ms, votes.cast_number) < (EXCLUDED.cast_ms, EXCLUDED.cast_number)
"""


class Vote(NamedTuple):
    voter: str
    choice: str
    read_at: float


def main():
    setting = os.environ.get("ACKNOWLEDGE", "commit")
    if setting not in AT_COMMIT:
        sys.exit(f"ACKNOWLEDGE is {setting}, and has to be one of: {', '.join(AT_COMMIT)}")
    # It stops at once: what has to be kept is kept by the queue.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    queue = Queue(AT_COMMIT[setting])
    database = Database()
    held = {}
    say(f"votes are acknowledged at {setting}")
    while True:
        try:
            database.ensure()
            queue.take(held)
            due = {entry: vote for entry, vote in held.items() if vote.read_at <= time.monotonic() - HOLD}
            if due:
                database.write(due)
                queue.acknowledge(due)
                for entry in due:
                    del held[entry]
                say(f"wrote {len(due)} {'vote' if len(due) == 1 else 'votes'}")
        except psycopg.OperationalError as error:
            say(f"cannot reach the database at {database.address}: {first_line(error)}")
            database.close()
            time.sleep(1)
        except redis.RedisError as error:
            say(f"cannot reach the queue at {queue.address}: {first_line(error)}")
            time.sleep(1)


class Queue:
    """The stream of votes, read as one of a group of workers."""

    def __init__(self, at_commit):
        self.at_commit = at_commit
        # No ports from the environment: REDIS_PORT is what Kubernetes sets for a Service redis, to its address.
        host = os.environ.get("REDIS_HOST", "redis")
        self.address = f"{host}:6379"
        self.redis = redis.Redis(host=host, decode_responses=True, socket_timeout=5, socket_connect_timeout=3)
        self.next_look = 0.0

    def take(self, held):
        """Adds what is new, and what other workers have left behind."""
        try:
            self.add(held, self.abandoned())
            fresh = self.redis.xreadgroup(
                GROUP, CONSUMER, {STREAM: ">"}, count=BATCH, block=200, noack=not self.at_commit
            )
        except redis.ResponseError as error:
            if not str(error).startswith("NOGROUP"):
                raise
            # A Redis that is new, or was started anew.
            self.redis.xgroup_create(STREAM, GROUP, id="0", mkstream=True)
            return
        entries = [entry for _, entries in fresh or [] for entry in entries]
        self.add(held, entries)
        if entries and not self.at_commit:
            self.redis.xdel(STREAM, *[entry for entry, _ in entries])

    def abandoned(self):
        if time.monotonic() < self.next_look:
            return []
        self.next_look = time.monotonic() + 0.5
        return self.redis.xautoclaim(STREAM, GROUP, CONSUMER, ABANDONED, count=BATCH)[1]

    def add(self, held, entries):
        for entry, fields in entries:
            if entry not in held and fields:
                held[entry] = Vote(fields["voter"], fields["choice"], time.monotonic())

    def acknowledge(self, entries):
        if not self.at_commit:
            return
        with self.redis.pipeline(transaction=True) as both:
            both.xack(STREAM, GROUP, *entries)
            both.xdel(STREAM, *entries)
            both.execute()


class Database:
    """A connection that is opened again when it was lost."""

    def __init__(self):
        host = os.environ.get("DATABASE_HOST", "db")
        self.address = f"{host}:5432"
        self.parameters = {
            "host": host,
            "user": needed("POSTGRES_USER"),
            "password": needed("POSTGRES_PASSWORD"),
            "dbname": needed("POSTGRES_DB"),
            "connect_timeout": 3,
            # Milliseconds until a server that went away without a word is given up.
            "tcp_user_timeout": 5000,
        }
        self.connection = None

    def ensure(self):
        if self.connection is None:
            connection = psycopg.connect(**self.parameters)
            # Two workers that make the same table at the same time would be in each other's way.
            connection.execute("SELECT pg_advisory_xact_lock(1)")
            connection.execute(TABLE)
            connection.commit()
            self.connection = connection
            say(f"writes to the database at {self.address}")

    def write(self, votes):
        rows = [(vote.voter, vote.choice, *map(int, entry.split("-"))) for entry, vote in votes.items()]
        with self.connection.cursor() as cursor:
            # In one order in all workers, so that none waits for another that waits for it.
            cursor.executemany(UPSERT, sorted(rows))
            cursor.execute("NOTIFY votes")
        self.connection.commit()

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def needed(name):
    return os.environ.get(name) or sys.exit(f"{name} is not set; it is in the Secret of the database.")


def first_line(error):
    return str(error).strip().split("\n")[0]


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    main()
