"""Routes of files."""

from pathlib import PurePath
from uuid import UUID

from office.files import actions, pages, queries, store, verifying
from office.files.paragraphs import paragraphs
from office.files.schemas import (
    AttachmentOut,
    DetailOut,
    DetailsAnswer,
    FileAnswer,
    PageQuery,
    TextOut,
    TextQuery,
)
from office.files.sniff import FileType
from office.files.stop import said_in
from office.files.texts import WARNINGS
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Content, Endpoint, Upload
from office.kernel.refusal import Invalid, NotFound


async def upload(actor: Actor, upload: Upload) -> FileAnswer:
    """Take one file in. Beside `file` the form may have `declaration` (“不涉密”, where there are no words to check) and
    `releases` (JSON) of false alarms let through. Refuses: files.one_file and what acceptance refuses."""
    parts = [part for name, part in upload.files if name == "file"]
    if len(parts) != 1:
        raise Invalid("files.one_file")
    return FileAnswer(queries.described(*await actions.accept(actor, parts[0], said_in(upload.fields))))


async def page(actor: Actor, id: UUID, n: int, input: PageQuery) -> Content:
    """A page's picture."""
    file, blob = await queries.access_file(actor, id)
    if not 1 <= n <= blob.pages:
        raise NotFound("files.no_such_page", page=n, pages=blob.pages)
    await actions.note_view(actor, id, file.digest)
    path = await pages.page_picture(file.digest, n, input.width)
    etag = f"{file.digest[:32]}-{n}-{input.width}"
    return Content(media_type="image/webp", path=path, etag=etag, immutable=True)


async def text(actor: Actor, id: UUID, input: TextQuery) -> TextOut:
    """A page's text, by paragraphs."""
    file, blob = await queries.access_file(actor, id)
    if input.page > blob.pages:
        raise NotFound("files.no_such_page", page=input.page, pages=blob.pages)
    await actions.note_view(actor, id, file.digest)
    layer = await pages.page_text(file.digest, input.page)
    warnings = [WARNINGS.get(code, code) for code in await pages.page_warnings(file.digest, input.page)]
    return TextOut(paragraphs(layer), warnings)


async def content(actor: Actor, id: UUID) -> Content:
    """The original, as it came, for download; audited."""
    file, blob = await queries.access_file(actor, id)
    await actions.note_download(actor, id, blob.digest)
    return Content(media_type=blob.media_type, path=store.blob_path(blob.digest), filename=file.name, etag=blob.digest)


async def details(actor: Actor, id: UUID) -> DetailsAnswer:
    """What the file says about itself, and the verdicts on its seals and signatures."""
    file, blob = await queries.access_file(actor, id)
    await actions.note_view(actor, id, file.digest)
    told = await pages.details(file.digest)
    signatures, kept = await verifying.signatures(blob, told)
    return DetailsAnswer(
        [DetailOut(one.name, one.value) for one in told.info],
        [DetailOut(one.name, one.value) for one in told.tags],
        [AttachmentOut(one.name, one.format, one.size) for one in told.attachments],
        signatures,
        kept.at if kept is not None else None,
        kept.trust if kept is not None else "",
    )


async def as_pdf(actor: Actor, id: UUID) -> Content:
    """The file as a PDF: itself, or made of an OFD or an Office file; audited. Refuses: files.no_pdf for pictures."""
    file, blob = await queries.access_file(actor, id)
    is_pdf = blob.media_type == FileType.PDF
    path = store.blob_path(blob.digest) if is_pdf else await pages.whole_pdf(blob.digest)
    await actions.note_download(actor, id, blob.digest)
    name = f"{PurePath(file.name).stem}.pdf"
    return Content(media_type=FileType.PDF.value, path=path, filename=name, etag=f"{blob.digest[:32]}-pdf")


ONE = "/files/{id}"
ENDPOINTS = [
    Endpoint("POST", "/files", LOGGED_IN, upload, "上传文件", 201),
    Endpoint("GET", ONE, LOGGED_IN, queries.get_file, "文件说明"),
    Endpoint("GET", f"{ONE}/pages/{{n}}", LOGGED_IN, page, "页面图片"),
    Endpoint("GET", f"{ONE}/text", LOGGED_IN, text, "页面文字"),
    Endpoint("GET", f"{ONE}/details", LOGGED_IN, details, "文件自述信息与签章核验"),
    Endpoint("GET", f"{ONE}/pdf", LOGGED_IN, as_pdf, "PDF 副本"),
    Endpoint("GET", f"{ONE}/content", LOGGED_IN, content, "下载原文件"),
]
