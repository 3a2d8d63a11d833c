"""Multipart forms, streamed into the intake folder: bytes not yet accepted lie nowhere else and go when the request ends.

Each file is encrypted under a key that only this request knows: when it ends, however it ends, the key is gone first.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import msgspec
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from office.files.names import clean_name
from office.files.store import intake_folder
from office.kernel import settings
from office.kernel.endpoint import Part, Upload
from office.kernel.ids import new_id
from office.kernel.refusal import Invalid, TooLarge, Unsupported
from office.kernel.sealed import Sealed, Writer, fresh_key

MAX_PARTS = 64
MAX_FIELD = 512 * 1024
SLACK = 1024 * 1024


@dataclass
class _Part:
    name: str = ""
    filename: str | None = None
    path: Path | None = None
    key: bytes = b""
    writer: Writer | None = None
    size: int = 0
    written: bool = False
    text: bytearray = field(default_factory=bytearray)
    pending: bytearray = field(default_factory=bytearray)
    ended: bool = False


@dataclass
class _Form:
    """Callbacks of the parser; they only collect, writing is done between two chunks."""

    parts: list[_Part] = field(default_factory=list)
    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    ended: bool = False

    def callbacks(self) -> dict[str, Any]:
        return {
            "on_part_begin": self.part_begin,
            "on_part_data": self.part_data,
            "on_part_end": self.part_end,
            "on_header_field": lambda data, start, end: self.header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self.value.extend(data[start:end]),
            "on_header_end": self.header_end,
            "on_end": self.end,
        }

    def part_begin(self) -> None:
        if len(self.parts) >= MAX_PARTS:
            raise TooLarge("http.too_many_parts", limit=MAX_PARTS)
        self.parts.append(_Part())

    def header_end(self) -> None:
        if bytes(self.header).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self.value))
            part = self.parts[-1]
            part.name = options.get(b"name", b"").decode("utf-8", "replace")[:100]
            if b"filename" in options:
                part.filename = clean_name(options[b"filename"].decode("utf-8", "replace"))
                part.path, part.key = intake_folder() / str(new_id()), fresh_key()
        self.header.clear()
        self.value.clear()

    def part_data(self, data: bytes, start: int, end: int) -> None:
        part = self.parts[-1]
        part.size += end - start
        if part.path is not None:
            part.pending += data[start:end]
        elif part.size <= MAX_FIELD:
            part.text += data[start:end]
        else:
            raise TooLarge("http.body_too_large", limit=MAX_FIELD)

    def part_end(self) -> None:
        self.parts[-1].ended = True

    def end(self) -> None:
        self.ended = True


async def read_upload(request: Request) -> Upload:
    """Read a multipart form. Refuses: http.not_multipart, http.broken_multipart, http.body_too_large, http.too_many_parts."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 200:
        raise Unsupported("http.not_multipart")
    form = _Form()
    request.state.intake = form
    try:
        await _feed(request, form, MultipartParser(boundary, cast(Any, form.callbacks())))
    except MultipartParseError as error:
        raise Invalid("http.broken_multipart", reason="格式错误") from error
    if not form.ended:
        raise Invalid("http.broken_multipart", reason="内容没有传完")
    fields = {part.name: part.text.decode("utf-8", "replace") for part in form.parts if part.path is None}
    files = [(part.name, Part(filename=part.filename or "", content=Sealed(part.path, part.key, part.size)))
             for part in form.parts if part.path is not None]  # fmt: skip
    return Upload(fields=fields, files=files)


async def _feed(request: Request, form: _Form, parser: MultipartParser) -> None:
    limit, total = settings.current().max_upload + SLACK, 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > limit:
            raise TooLarge("http.body_too_large", limit=limit)
        parser.write(chunk)
        await _write_pending(form)
    parser.finalize()
    await _write_pending(form)


async def _write_pending(form: _Form) -> None:
    for part in form.parts:
        if part.path is not None and (part.pending or (part.ended and not part.written)):
            await asyncio.to_thread(_write, part)


def _write(part: _Part) -> None:
    if part.path is None:
        return
    if part.writer is None:
        part.writer = Writer.begin(part.path, part.key)
    part.writer.write(part.pending)
    part.pending.clear()
    if part.ended:
        part.written = True
        part.writer.flush()
        part.writer.close()


async def digest_of(upload: Upload) -> bytes:
    """The text fields, and each file's field, name and SHA-256, as canonical bytes: equal for equal forms."""
    files = [[name, part.filename, await asyncio.to_thread(_sha256, part)] for name, part in upload.files]
    return msgspec.json.encode([sorted(upload.fields.items()), files])


def _sha256(part: Part) -> str:
    with part.content.open() as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@asynccontextmanager
async def intake_of(request: Request) -> AsyncIterator[None]:
    """Inside the block a form may be read; afterwards nothing of it is left in intake."""
    try:
        yield
    finally:
        form: _Form | None = getattr(request.state, "intake", None)
        for part in form.parts if form else ():
            if part.path is not None:
                _remove(part)


def _remove(part: _Part) -> None:
    part.key = b""
    if part.writer is not None:
        part.writer.close()
    if part.path is not None:
        part.path.unlink(missing_ok=True)
