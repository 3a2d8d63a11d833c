"""`python -m tests.demo.tampered WHAT DATA`: the real server, but it alters a page, the evidence or the webhooks."""

import sys
from typing import Any

import click
from msgspec.structs import replace

import asgi
from documents.exchange import deliveries, rotation
from office.cli.opening import settings_of
from office.cli.serve import run


class Tamper:
    """Alters one bit of every answer whose path holds a word: behind the marker, or in the middle."""

    def __init__(self, app: Any, word: str, after: bytes = b"") -> None:
        self.app, self.word, self.after = app, word, after

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or self.word not in scope["path"]:
            await self.app(scope, receive, send)
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        scope.get("extensions", {}).pop("http.response.pathsend", None)

        async def altered(message: Any) -> None:
            if message.get("body"):
                message = {**message, "body": self.change(message["body"])}
            await send(message)

        await self.app(scope, receive, altered)

    def change(self, body: bytes) -> bytes:
        middle = body.index(self.after) + len(self.after) if self.after else len(body) // 2
        return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def main(what: str, data: str) -> None:
    settings = replace(settings_of(data=data, port=0), webhook_private_targets=True)
    app: Any = asgi.create_app(settings)
    if what == "page":
        app = Tamper(app, "/pages/2")
    elif what == "evidence":
        app = Tamper(app, "/evidence", b'"countersignature":"')
    else:
        plain = deliveries.body_of
        deliveries.body_of = lambda row: plain(row).replace("data", "Data", 1)
        signer = rotation.Signer.sign
        rotation.Signer.sign = lambda self, id, at, data: signer(self, id, at, data.replace("Data", "data"))
    run(app, settings, lambda url: click.echo(url))


if __name__ == "__main__":
    main(*sys.argv[1:])
