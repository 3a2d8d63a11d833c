"""Signatures inside a PDF (ISO 32000-2, 12.8; PAdES) by pyHanko, with its difference policy; trust is judged by `trust.py`.

pyHanko is asked for what it is good at: which bytes are covered, whether digest and signature value hold, and whether what was
appended afterwards is only what may be. Whom to trust is decided as for OFD, without a network.
"""

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, extract_contents
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from office.files.seals.certificates import STAMPS, Certificate, certificate
from office.files.seals.der import BadDer, must_be_bounded
from office.files.seals.shapes import AHEAD, MOST_PAGES, Check, Result, Trust, Verdict, outcome_of, told
from office.files.seals.trust import Finding, Judge, bad, good, unsure

MAX_SIGNATURES, MAX_CMS = 100, 512 * 1024
_MOST_FIELDS = 5000
_WEAK = frozenset({"md5", "sha1"})

# It writes a traceback for every document that was changed after signing.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def verdicts(source: str | bytes, expected: int, trust: Trust, now: datetime) -> tuple[Verdict, ...]:
    """One for every filled signature field. `expected`: how many PDFium sees; those that only it sees are 无法确认."""
    judge = Judge(trust, now)
    with _opened(source) as stream:
        found = tuple(_found(stream, judge))
    missing = max(0, min(expected, MAX_SIGNATURES) - len(found))
    return found + (_unread("pdf_unreadable"),) * missing


def signer_of(data: bytes) -> bytes | None:
    """The certificate (DER) of the one signature in a file; None where that cannot be read, or there is another number."""
    found: bytes | None = _held(lambda: _one_signer(io.BytesIO(data)))
    return found


def _one_signer(stream: BinaryIO) -> bytes:
    reader, [(name, _, field)] = _fields(stream)
    return bytes(EmbeddedPdfSignature(reader, field, name).signer_cert.dump())


@contextmanager
def _opened(source: str | bytes) -> Iterator[BinaryIO]:
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    else:
        with open(source, "rb") as file:
            yield file


def _found(stream: BinaryIO, judge: Judge) -> Iterator[Verdict]:
    held = _held(lambda: _fields(stream))
    if held is None:
        return
    reader, fields = held
    for name, value, field in fields:
        found = _held(partial(_verdict, reader, name, value, field, judge))
        yield found if found is not None else _unread("pdf_unsupported")


def _fields(stream: BinaryIO) -> tuple[PdfFileReader, list[tuple[str, Any, Any]]]:
    reader = PdfFileReader(stream, strict=False)
    if reader.encrypted:
        reader.decrypt(b"")
    fields = []
    for found in enumerate_sig_fields(reader, filled_status=True):
        fields.append(found)
        if len(fields) >= MAX_SIGNATURES:
            break
    return reader, fields


def _held(make: Callable[[], Any]) -> Any:
    """What a library makes of hostile bytes. Whatever it stumbles over is 无法确认; only want of memory ends the job."""
    try:
        return make()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - dozens of kinds, from KeyError to RecursionError, and none may look like a good signature
        return None


def _unread(reason: str) -> Verdict:
    checks = (Check("P1", Result.UNSURE, reason), *(Check(f"P{n}", Result.UNSURE, "not_reached") for n in range(2, 7)))
    return Verdict("PDF", "", "", "", None, (), checks, outcome_of(checks))


def _verdict(reader: PdfFileReader, name: str, value: Any, field: Any, judge: Judge) -> Verdict:
    try:
        must_be_bounded(extract_contents(value.get_object()).rstrip(b"\0"), MAX_CMS)
    except BadDer:
        return _unread("pdf_out_of_bounds")
    signature = EmbeddedPdfSignature(reader, field, name)
    if signature.sig_object_type != "/Sig":
        return _unread("pdf_document_stamp")
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
    signer = _certificate(signature.signer_cert)
    others = [one for held in signature.other_embedded_certs if (one := _certificate(held)) is not None]
    at, time = _time(status, signer, judge)
    proven = status.timestamp_validity is not None and time.result is Result.GOOD
    changes = _changes(status, signature.docmdp_level is not None, reader)
    findings = (
        _coverage(status), good("pdf_intact") if status.intact else bad("pdf_changed"), changes, _value(status),
        judge.judged(signer, at, others, proven=proven) if signer is not None else unsure("certificate_unreadable"), time,
    )  # fmt: skip
    checks = tuple(_check(number, finding) for number, finding in enumerate(findings, 1))
    name = told(signer.name) if signer is not None else ""
    provider = told(str(signature.sig_object.get("/Name", "")))
    return Verdict("PDF", name, name, provider, at, _pages(reader, signature), checks, outcome_of(checks))


def _check(number: int, finding: Finding) -> Check:
    return Check(f"P{number}", finding.result, finding.reason, {name: told(value) for name, value in finding.facts.items()})


def _certificate(held: Any) -> Certificate | None:
    try:
        return certificate(held.dump())
    except BadDer:
        return None


def _coverage(status: Any) -> Finding:
    """P1: the signature covers the file, or all of the revision it was made in."""
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return good("pdf_whole")
    return good("pdf_revision") if status.coverage is SignatureCoverageLevel.ENTIRE_REVISION else bad("pdf_uncovered")


def _value(status: Any) -> Finding:
    """P4: the signature value, over a digest that still proves something."""
    if not status.valid:
        return bad("value_wrong")
    return unsure("pdf_weak", method=status.md_algorithm) if status.md_algorithm in _WEAK else good("pdf_signed")


def _changes(status: Any, permitted: bool, reader: PdfFileReader) -> Finding:
    """P3: what was appended after signing is nothing, or only what a signed document allows.

    That a form was filled in is 有效 only where the signer said it may be (`permitted`).
    """
    level = status.modification_level
    if level is ModificationLevel.NONE:
        return good("pdf_untouched")
    if level not in (ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING):
        return bad("pdf_modified")
    if status.docmdp_ok is False:
        return bad("pdf_not_allowed")
    if level is ModificationLevel.LTA_UPDATES:
        return good("pdf_lasting")
    return good("pdf_forms") if permitted or not _fillable(reader) else unsure("pdf_filled")


def _fillable(reader: PdfFileReader) -> bool:
    """Whether it has fields that somebody may fill in without signing; also where that cannot be told."""
    found = _held(partial(_fields_to_fill, reader))
    return found is None or bool(found)


def _fields_to_fill(reader: Any) -> bool:
    waiting, seen = list(reader.root["/AcroForm"]["/Fields"]), 0
    while waiting:
        field, seen = waiting.pop().get_object(), seen + 1
        if seen > _MOST_FIELDS or field.get("/FT", "/Sig") != "/Sig":
            return True
        waiting += field.get("/Kids", ())
    return False


def _time(status: Any, signer: Certificate | None, judge: Judge) -> tuple[datetime | None, Finding]:
    """P6: when it was made, by a time stamp that is trusted, else as the signer says; and that the certificate held then."""
    stamp, claimed = status.timestamp_validity, status.signer_reported_dt
    at = _utc(stamp.timestamp if stamp is not None else claimed)
    if at is None or signer is None:
        return at, unsure("no_time")
    if stamp is not None:
        if not (stamp.intact and stamp.valid):
            return at, bad("stamp_wrong")
        by = _certificate(stamp.signing_cert)
        if by is None or STAMPS not in by.purposes or judge.judged(by, at, proven=True).result is not Result.GOOD:
            return at, unsure("stamp_unverified")
    if at > judge.now + AHEAD:
        return at, bad("time_ahead")
    if not signer.start <= at <= signer.end:
        return at, bad("time_outside_certificate")
    return at, good("time_good" if stamp is None else "time_stamped")


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _pages(reader: PdfFileReader, signature: EmbeddedPdfSignature) -> tuple[int, ...]:
    """The page (from 0) on which its field stands, if that is told."""
    named = _held(lambda: signature.sig_field.raw_get("/P").idnum)
    for number in range(min(int(reader.root["/Pages"].get("/Count", 0)), MOST_PAGES) if named is not None else 0):
        page = _held(partial(_page_of, reader, number))
        if page is None or page == named:
            return (number,) if page == named else ()
    return ()


def _page_of(reader: Any, number: int) -> int:
    found: int = reader.find_page_for_modification(number)[0].idnum
    return found
