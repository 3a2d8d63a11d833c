"""`python -m tests.demo.tampered WHAT DATA`: the real server, but it lies in one thing, named by WHAT."""

import sys
from pathlib import Path
from typing import Any

import click
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec.structs import replace

import asgi
from documents.exchange import deliveries, push, rotation
from documents.incoming.actions import effect
from office.cli.opening import settings_of
from office.cli.serve import bound, run
from office.signing.keys import ServerKey

#: One bit of the answers whose path holds the word: behind the marker, or in the middle.
BITS = {
    "page": ("/pages/2", b""),
    "evidence": ("/evidence", b'"countersignature":"'),
    "strokes": ("/strokes.svg", b'd="M'),
    "receipt": ("/exchange/documents", rb"\"sha256\":\""),
}


class Tamper:
    """Alters what the application sends."""

    def __init__(self, app: Any, word: str, after: bytes = b"") -> None:
        self.app, self.word, self.after = app, word, after

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket") or self.word not in scope["path"]:
            await self.app(scope, receive, send)
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        scope.get("extensions", {}).pop("http.response.pathsend", None)

        async def altered(message: Any) -> None:
            if message.get("body"):
                message = {**message, "body": self.change(message["body"])}
            if message.get("text"):
                message = {**message, "text": message["text"].replace("紧急通知", "紧急通告")}
            await send(message)

        await self.app(scope, receive, altered)

    def change(self, body: bytes) -> bytes:
        middle = body.index(self.after) + len(self.after) if self.after else len(body) // 2
        return body[:middle] + bytes([_other(body[middle])]) + body[middle + 1 :]


def _other(byte: int) -> int:
    """Another byte; of base64url another letter of it, for what is no base64url would be refused before it is looked at."""
    flipped = byte ^ 1
    written = chr(byte).isalnum() or byte in b"-_"
    return flipped if not written or chr(flipped).isalnum() else ord("A") + (byte == ord("A"))


class Shapes:
    """Answers some paths with what the file `lie` in the data folder says: a path's part, a blank, and the whole body."""

    def __init__(self, app: Any, data: str) -> None:
        self.app, self.lie = app, Path(data) / "lie"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        word, _, body = self.lie.read_text("utf-8").partition(" ") if self.lie.exists() else ("", "", "")
        if scope["type"] == "lifespan" or not word or word not in scope["path"]:
            await self.app(scope, receive, send)
            return
        scope.get("extensions", {}).pop("http.response.pathsend", None)

        async def altered(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [
                    (name, value) for name, value in message["headers"] if name not in (b"content-length", b"content-encoding")
                ]
                message = {**message, "headers": kept}
            elif message["type"] == "http.response.body":
                message = {"type": message["type"], "body": b"" if message.get("more_body") else body.encode(),
                           "more_body": message.get("more_body", False)}  # fmt: skip
            elif message.get("text"):
                message = {**message, "text": body}
            await send(message)

        await self.app(scope, receive, altered)


def lie_in_webhooks() -> None:
    """A body other than the one signed."""
    plain = deliveries.body_of
    deliveries.body_of = lambda row: plain(row).replace("data", "Data", 1)
    signer = rotation.Signer.sign
    rotation.Signer.sign = lambda self, id, at, data: signer(self, id, at, data.replace("Data", "data"))


def lie_in_receipts() -> None:
    """A receipt that is in order, by a key that is not the server's."""
    other = ServerKey(ec.generate_private_key(ec.SECP256R1()))
    push.server_key = lambda: other


def lie_in_dispatch() -> None:
    """The last of those the signature names gets nothing."""
    plain = effect.sent_by

    def fewer(opinion: Any) -> Any:
        kept = plain(opinion)
        return kept and kept[:-1]

    effect.sent_by = fewer


LIES = {"webhook": lie_in_webhooks, "forged": lie_in_receipts, "dispatch": lie_in_dispatch}


def main(what: str, data: str) -> None:
    settings = replace(settings_of(data=data, port=0), webhook_private_targets=True)
    app: Any = asgi.create_app(settings)
    if what in LIES:
        LIES[what]()
    elif what == "shapes":
        app = Shapes(app, data)
    else:
        app = Tamper(app, *BITS.get(what, ("/live",)))
    with bound(settings) as place:
        run(app, settings, place, lambda url: click.echo(url))


if __name__ == "__main__":
    main(*sys.argv[1:])
