"""A private PostgreSQL cluster for the tests: UTF-8, free port, loopback only, a password of its own, removed at the end."""

import itertools
import secrets
import socket
import subprocess
from collections.abc import Callable
from typing import Any

import asyncpg

from tests.support import private, programs
from tests.support.apart import Beside, apart
from tests.support.private import EngineError

APT = "sudo apt-get install -y --no-install-recommends postgresql"
#: Without fsync a killed process loses nothing, a machine without power might: for tests that never pull the plug.
FAST = tuple(
    word
    for setting in ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=256MB", "autovacuum=off",
                    "wal_level=minimal", "max_wal_senders=0")
    for word in ("-c", setting)
)  # fmt: skip


class Postgres:
    """One cluster of this process. `durable=False` gives up what only a power cut would show, for speed."""

    def __init__(self, durable: bool = True) -> None:
        found = programs.postgres_bin()
        if found is None:
            raise EngineError(f"the tests need PostgreSQL {programs.OLDEST_POSTGRES} or newer; on Debian: {APT}")
        self._bin, self._durable = found, durable
        self._password, self._numbers = secrets.token_hex(16), itertools.count(1)
        self._folder = private.Folder("zhiban-pg-", in_memory=not durable)
        self._server = private.Server(self._folder, "server.log")
        self._templates: dict[str, str] = {}
        self._clerk: Clerk | None = None
        self.port = 0
        try:
            self._initdb()
            self.start()
        except BaseException:
            self.close()
            raise

    def url(self, database: str = "postgres") -> str:
        """The address of one database, as libpq, asyncpg and Tortoise write it."""
        return f"postgres://postgres:{self._password}@127.0.0.1:{self.port}/{database}"

    def database(self, template: str | None = None) -> str:
        """A fresh database, empty or a copy of a template made by `template`; its address."""
        name = f"t{next(self._numbers)}"
        # Measured: without fsync copying files is 24 ms and writing the pages to the log 65 ms; with fsync it is 117 and 63.
        strategy = "WAL_LOG" if self._durable else "FILE_COPY"
        self._sql(f'CREATE DATABASE {name} TEMPLATE "{template or "template0"}" STRATEGY {strategy}')
        return self.url(name)

    def template(self, key: str, fill: Callable[[str], None]) -> str:
        """The name of a database that `fill(url)` has filled once for this key: migrated, for instance."""
        if key not in self._templates:
            name = f"template_{len(self._templates)}"
            self._sql(f"CREATE DATABASE {name} TEMPLATE template0")
            fill(self.url(name))
            self._templates[key] = name
        return self._templates[key]

    def drop(self, url: str) -> None:
        """Remove a database that `database` gave, whoever is still connected."""
        self._sql(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def start(self) -> None:
        """Start the server, on the port it had before or a free one; returns when it answers."""
        for _ in range(5):
            port = self.port or private.free_port()
            if self._server.start(self._command(port), lambda: self._answers(port)):  # noqa: B023 - called before the next turn
                self.port = port
                return
        raise EngineError(f"PostgreSQL does not start:\n{self._server.log()}")

    def kill(self) -> None:
        """kill -9 of the server and all its backends at once; `start` brings it back on the same port and data."""
        self._server.kill()

    def close(self) -> None:
        """Stop the server and remove its folder; harmless a second time."""
        if self._clerk is not None:
            self._clerk.close()
            self._clerk = None
        self._server.stop()
        self._folder.remove()

    def _command(self, port: int) -> list[str]:
        data, home = self._folder.path / "data", self._folder.path
        command = [str(self._bin / "postgres"), "-D", str(data), "-p", str(port), "-k", str(home)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", "-c", "shared_buffers=64MB"]
        return [*command, *(() if self._durable else FAST)]

    def _initdb(self) -> None:
        secret = self._folder.path / "password"
        secret.write_text(self._password)
        secret.chmod(0o644)  # inside a folder only its owner enters
        command = [str(self._bin / "initdb"), "-D", str(self._folder.path / "data"), "-U", "postgres"]
        command += ["-E", "UTF8", "--locale=C.UTF-8", "-A", "md5", "--pwfile", str(secret)]
        command += [] if self._durable else ["--no-sync"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self._folder.path, **private.user())
        if done.returncode != 0:
            raise EngineError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _answers(self, port: int) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                pass
            apart(_query(f"postgres://postgres:{self._password}@127.0.0.1:{port}/postgres", "SELECT 1"))
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            return False
        return True

    def _sql(self, statement: str) -> None:
        if self._durable:  # it is killed and started again: nothing stays connected
            apart(_query(self.url(), statement))
            return
        if self._clerk is None:
            self._clerk = Clerk(self.url())
        self._clerk.ask(statement)


class Clerk:
    """One connection that makes and drops the databases: a test asks that twice, and connecting takes as long."""

    def __init__(self, url: str) -> None:
        self._beside = Beside()
        self._connection = self._beside.run(_connected(url))

    def ask(self, statement: str) -> None:
        """Run it, outside of any transaction."""
        self._beside.run(self._connection.execute(statement))

    def close(self) -> None:
        """Harmless when the server has gone."""
        self._connection.terminate()
        self._beside.close()


async def _connected(url: str) -> Any:
    return await asyncpg.connect(url)


async def _query(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
