"""A private Redis server for the tests: free port, loopback only, a password of its own, nothing kept."""

import secrets
import socket

from tests.support import private, programs
from tests.support.private import EngineError

APT = "sudo apt-get install -y --no-install-recommends redis-tools"


class Redis:
    """One Redis server of this process."""

    def __init__(self) -> None:
        found = programs.redis_server()
        if found is None:
            raise EngineError(f"the tests need a Redis server; on Debian: {APT}")
        self._program, self._name = found
        self._password = secrets.token_hex(16)
        self._folder = private.Folder("zhiban-redis-")
        self._server = private.Server(self._folder, "server.log")
        self.port = 0
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def url(self, number: int = 0) -> str:
        """The address of one of its 16 numbered databases."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{number}"

    def start(self) -> None:
        """Start the server, on the port it had before or a free one; returns when it answers."""
        for _ in range(5):
            port = self.port or private.free_port()
            if self._server.start(self._command(port), lambda: self._answers(port), self._name):  # noqa: B023 - called before the next turn
                self.port = port
                return
        raise EngineError(f"Redis does not start:\n{self._server.log()}")

    def kill(self) -> None:
        """kill -9; what it held is gone, as after any fall of a Redis that only carries wake-ups."""
        self._server.kill()

    def flush(self) -> None:
        """Empty all its databases."""
        self._say("FLUSHALL")

    def close(self) -> None:
        """Stop the server and remove its folder; harmless a second time."""
        self._server.stop()
        self._folder.remove()

    def _command(self, port: int) -> list[str]:
        kept = ["--save", "", "--appendonly", "no", "--dir", str(self._folder.path)]
        return [self._program, "--port", str(port), "--bind", "127.0.0.1", "--requirepass", self._password, *kept]

    def _answers(self, port: int) -> bool:
        try:
            return self._say("PING", port) == b"+PONG"
        except OSError:
            return False

    def _say(self, command: str, port: int | None = None) -> bytes:
        with socket.create_connection(("127.0.0.1", port or self.port), timeout=5) as line:
            line.sendall(f"AUTH {self._password}\r\n{command}\r\n".encode())
            answers = b""
            while answers.count(b"\r\n") < 2:
                more = line.recv(1024)
                if not more:
                    raise ConnectionError("redis closed the line")
                answers += more
            return answers.split(b"\r\n")[1]
