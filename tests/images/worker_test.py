import time
from types import SimpleNamespace

import pytest


class ResponseError(Exception):
    pass


class Pipeline:
    def __init__(self, queue):
        self.queue = queue

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def xack(self, _stream, _group, *entries):
        self.queue.acknowledged += entries

    def xdel(self, _stream, *entries):
        self.queue.deleted += entries

    def execute(self):
        pass


class Redis:
    """A stream that one group of workers reads."""

    def __init__(self, **_):
        self.fresh = []
        self.abandoned = []
        self.has_group = True
        self.acknowledged = []
        self.deleted = []
        self.noack = None

    def xreadgroup(self, _group, _consumer, _streams, *, count, block, noack):
        if not self.has_group:
            raise ResponseError("NOGROUP No such consumer group")
        self.noack = noack
        fresh, self.fresh = self.fresh[:count], []
        return [("votes", fresh)] if fresh else []

    def xautoclaim(self, *_, count):
        return ("0-0", self.abandoned[:count], [])

    def xgroup_create(self, *_, **__):
        self.has_group = True

    def xdel(self, _stream, *entries):
        self.deleted += entries

    def pipeline(self, transaction):
        assert transaction
        return Pipeline(self)


@pytest.fixture
def worker(load_image, monkeypatch):
    for name in ("POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"):
        monkeypatch.setenv(name, "votes")
    redis = SimpleNamespace(Redis=Redis, RedisError=Exception, ResponseError=ResponseError)
    psycopg = SimpleNamespace(OperationalError=type("OperationalError", (Exception,), {}), connect=None)
    return load_image("vote-worker/worker.py", redis=redis, psycopg=psycopg)


ENTRY = ("5-0", {"voter": "a", "choice": "tea"})


def test_at_commit_a_vote_stays_in_the_queue_until_it_is_written(worker):
    queue, held = worker.Queue(at_commit=True), {}
    queue.redis.fresh = [ENTRY]
    queue.take(held)
    assert queue.redis.noack is False
    assert held["5-0"].choice == "tea"
    assert queue.redis.deleted == []
    queue.acknowledge(held)
    assert queue.redis.acknowledged == ["5-0"]
    assert queue.redis.deleted == ["5-0"]


def test_on_receipt_it_is_gone_from_the_queue_at_once(worker):
    queue, held = worker.Queue(at_commit=False), {}
    queue.redis.fresh = [ENTRY]
    queue.take(held)
    assert queue.redis.noack is True
    assert queue.redis.deleted == ["5-0"]
    queue.acknowledge(held)
    assert queue.redis.acknowledged == []


def test_what_another_worker_has_left_is_taken_over_once(worker):
    queue, held = worker.Queue(at_commit=True), {}
    queue.redis.abandoned = [ENTRY]
    queue.take(held)
    read_at = held["5-0"].read_at
    queue.next_look = 0.0
    queue.take(held)
    assert held["5-0"].read_at == read_at


def test_a_redis_that_was_started_anew_gets_its_group(worker):
    queue, held = worker.Queue(at_commit=True), {}
    queue.redis.has_group = False
    queue.take(held)
    assert queue.redis.has_group
    assert held == {}


def test_rows_are_written_in_one_order_with_their_place_in_the_queue(worker):
    rows, said = [], []
    cursor = SimpleNamespace(executemany=lambda _, each: rows.extend(each), execute=said.append)

    class Cursor:
        def __enter__(self):
            return cursor

        def __exit__(self, *_):
            pass

    opened = SimpleNamespace(cursor=Cursor, commit=lambda: said.append("commit"))
    database = worker.Database()
    database.connection = opened
    now = time.monotonic()
    database.write({"7-1": worker.Vote("b", "tea", now), "6-0": worker.Vote("a", "coffee", now)})
    assert rows == [("a", "coffee", 6, 0), ("b", "tea", 7, 1)]
    assert said == ["NOTIFY votes", "commit"]


def test_a_setting_that_there_is_not_ends_it_with_the_ones_that_there_are(worker, monkeypatch):
    monkeypatch.setenv("ACKNOWLEDGE", "never")
    with pytest.raises(SystemExit, match="ACKNOWLEDGE is never, and has to be one of: commit, receipt"):
        worker.main()
    monkeypatch.delenv("POSTGRES_USER")
    with pytest.raises(SystemExit, match="POSTGRES_USER is not set"):
        worker.Database()
