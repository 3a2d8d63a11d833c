"""A phone that uploads by tus and does not give up: asks where it stands, goes on there, and remembers what it was promised."""

import base64
import http.client
import socket
import time
from dataclasses import dataclass, field

PIECE = 16 * 1024
BUFFER = 32 * 1024
#: Seconds until a phone whose line was cut has another; what had arrived has long been read by then.
ANOTHER_LINE = 0.3
TUS = {"Tus-Resumable": "1.0.0"}


class BrokenPromise(AssertionError):
    """The server stands behind what it had acknowledged."""


@dataclass
class Phone:
    """`promised` is the highest offset that was ever acknowledged; `tries` counts connections that broke."""

    address: tuple[str, int]
    token: str
    data: bytes
    name: str = "large.pdf"
    at: str = ""
    promised: int = 0
    broken: int = 0
    asked_again: int = 0
    seen: list[int] = field(default_factory=list)

    def upload(self, patience: float, most: int | None = None) -> str:
        """To the end, whatever happens meanwhile; the file's id. `most`: bytes of one piece."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            try:
                if file := self._once(most):
                    return file
            except (OSError, http.client.HTTPException):
                self.broken += 1
                time.sleep(ANOTHER_LINE)
        raise TimeoutError(f"at {self.promised} of {len(self.data)}")

    def _once(self, most: int | None) -> str:
        connection = http.client.HTTPConnection(*self.address)
        try:
            self._connect(connection)
            if not self.at:
                self._begin(connection)
            offset = self._standing(connection)
            while True:
                file = self._piece(connection, offset, most)
                if file is None:
                    time.sleep(0.3)
                    offset = self._standing(connection)
                elif file or self.promised == len(self.data):
                    return file
                else:
                    offset = self.promised
        finally:
            connection.close()

    def _connect(self, connection: http.client.HTTPConnection) -> None:
        connection.sock = socket.socket()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
        connection.sock.settimeout(30)
        connection.sock.connect(self.address)

    def _begin(self, connection: http.client.HTTPConnection) -> None:
        name = base64.b64encode(self.name.encode()).decode()
        given = {"Upload-Length": str(len(self.data)), "Upload-Metadata": f"filename {name}", "Content-Length": "0"}
        answer = self._ask(connection, "POST", "/api/v1/uploads", given)
        assert answer.status == 201, answer.status
        self.at = answer.headers["Location"]

    def _standing(self, connection: http.client.HTTPConnection) -> int:
        answer = self._ask(connection, "HEAD", self.at, {})
        assert answer.status == 200, answer.status
        return self._told(answer)

    def _piece(self, connection: http.client.HTTPConnection, offset: int, most: int | None) -> str | None:
        """The file's id after the last piece, "" after any other; None where the offset was not the server's."""
        end = min(len(self.data), offset + (most or len(self.data)))
        given = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        connection.putrequest("PATCH", self.at)
        for name, value in self._headers({**given, "Content-Length": str(end - offset)}).items():
            connection.putheader(name, value)
        connection.endheaders()
        for start in range(offset, end, PIECE):
            connection.send(self.data[start : min(start + PIECE, end)])
        answer = connection.getresponse()
        answer.read()
        if answer.status == 409:
            self.asked_again += 1
            return None
        assert answer.status == 204, answer.status
        self._told(answer)
        return answer.headers.get("Zhiban-File", "")

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, given: dict[str, str]
    ) -> http.client.HTTPResponse:
        connection.request(method, path, headers=self._headers(given))
        answer = connection.getresponse()
        answer.read()
        return answer

    def _headers(self, given: dict[str, str]) -> dict[str, str]:
        return {"Host": "office.test", "Authorization": f"Bearer {self.token}", **TUS, **given}

    def _told(self, answer: http.client.HTTPResponse) -> int:
        """What is acknowledged once stays acknowledged."""
        offset = int(answer.headers["Upload-Offset"])
        if offset < self.promised:
            raise BrokenPromise(f"{offset} after {self.promised}")
        self.promised = offset
        self.seen.append(offset)
        return offset
