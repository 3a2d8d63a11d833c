"""The private engines of the tests, one of each per process, started at the first call and removed at the end however it comes.

`python -m tests.support.engines --serve` starts both and prints their addresses, for benchmarks and for trying things by hand.
"""

import argparse
import atexit
import signal
import sys
import threading
from functools import cache
from pathlib import Path

from tests.support.apart import apart
from tests.support.postgres import Postgres
from tests.support.private import EngineError
from tests.support.redis import Redis

__all__ = ["EngineError", "Postgres", "Redis", "apart", "engine_name", "postgres", "redis", "sqlite_url"]


@cache
def postgres() -> Postgres:
    """The cluster of this process, for every test that does not kill it; without fsync (decision 0051)."""
    cluster = Postgres(durable=False)
    atexit.register(cluster.close)
    return cluster


@cache
def redis() -> Redis:
    """The Redis server of this process, for every test that does not kill it."""
    server = Redis()
    atexit.register(server.close)
    return server


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file, as Tortoise writes it."""
    return f"sqlite://{path}"


def engine_name(url: str) -> str:
    """`sqlite` or `postgresql`: also the name to give Tortoise's connection (decision 0051)."""
    return "sqlite" if url.startswith("sqlite:") else "postgresql"


def serve(durable: bool) -> int:
    """Start both servers, print their addresses as shell assignments, and wait until Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    cluster, wakeups = Postgres(durable=durable), Redis()
    try:
        print(f"ZHIBAN_DATABASE_URL={cluster.database()}\nZHIBAN_REDIS_URL={wakeups.url()}", flush=True)
        stop.wait()
    finally:
        cluster.close()
        wakeups.close()
    return 0


def main() -> int:
    """The command line; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.engines", description="Private PostgreSQL and Redis.")
    parser.add_argument("--serve", action="store_true", required=True, help="start both, print addresses, run until Ctrl-C")
    parser.add_argument("--fast", action="store_true", help="PostgreSQL without fsync")
    arguments = parser.parse_args()
    try:
        return serve(durable=not arguments.fast)
    except EngineError as error:
        print(f"zhiban: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
