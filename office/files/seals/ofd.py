"""The twelve checks V1-V12 of a seal in an OFD, each with a result and a reason of its own (GB/T 38540, GM/T 0031, 0099)."""

import posixpath
from collections.abc import Callable, Iterator
from datetime import datetime

from office.files.ofd.document import Document
from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.signatures import Entry, Listing, Signature
from office.files.seals import signed_data as cms
from office.files.seals.certificates import STAMPS, Certificate, NotVerified, certificate, verifies
from office.files.seals.coverage import Coverage
from office.files.seals.der import BadDer, moment_of
from office.files.seals.placing import Named, PagesText, named, owner, pages_of, place
from office.files.seals.ses import MAX_SIGNATURE, Seal, SesSignature, UnknownVersion, ses_signature
from office.files.seals.shapes import AHEAD, MOST_PAGES, Check, Result, Trust, Verdict, outcome_of, told
from office.files.seals.signed_data import SignedData, signed_data, time_stamp
from office.files.seals.trust import Finding, Judge, bad, good, unsure
from office.kernel.sm import selftest
from office.kernel.sm.digests import sm3
from office.kernel.sm.sm2 import SM2_WITH_SM3

SKIPPED = unsure("not_reached")
ABSENT = Finding(Result.NONE, "no_seal")


def verdicts(documents: list[Document], trust: Trust, now: datetime, text_of: PagesText) -> tuple[Verdict, ...]:
    """One for every line of the lists of signatures, and one for a list that cannot be read or is longer than is looked at."""
    if not documents:
        return ()
    coverage, judge = Coverage(documents[0].package, documents), Judge(trust, now)
    return tuple(
        verdict
        for document, listing in coverage.listings
        if listing.named
        for verdict in _of_list(document, listing, coverage, judge, named(document, text_of))
    )


def _of_list(document: Document, listing: Listing, coverage: Coverage, judge: Judge, known: Named) -> Iterator[Verdict]:
    if listing.file is None:
        yield _unread(bad("list_unreadable_ofd"))
    for entry in listing.entries:
        if entry.signature is None:
            yield _unread(bad("signature_unreadable"), entry.kind)
        else:
            yield _Examined(document, entry, entry.signature, listing, coverage, judge, known).verdict()
    if listing.more:
        yield _unread(unsure("too_many_signatures"))


def _unread(finding: Finding, kind: str = "Seal") -> Verdict:
    checks = (_check(1, finding), *(_check(number, SKIPPED) for number in range(2, 13)))
    return Verdict(told(kind), "", "", "", None, (), checks, outcome_of(checks))


def _check(number: int, finding: Finding) -> Check:
    facts = {name: told(value) for name, value in finding.facts.items()}
    return Check(f"V{number}", finding.result, finding.reason, facts)


class _Examined:
    """One signature under examination. `ses` with a seal, `cms` without one; neither where the value cannot be read."""

    def __init__(
        self, document: Document, entry: Entry, signature: Signature, listing: Listing, coverage: Coverage, judge: Judge,
        known: Named,
    ) -> None:  # fmt: skip
        self.document, self.entry, self.signature = document, entry, signature
        self.listing, self.coverage, self.judge, self.known = listing, coverage, judge, known
        self.ses: SesSignature | None = None
        self.cms: SignedData | None = None
        self.signer: Certificate | None = None
        self.format = self._read()
        self.stamped, self.stamped_at = self._stamp()

    @property
    def seal(self) -> Seal | None:
        return self.ses.seal if self.ses is not None else None

    @property
    def at(self) -> datetime | None:
        """When it was made: by a time stamp that is trusted, else as the signed data says, else the signed file."""
        if self.stamped_at is not None:
            return self.stamped_at
        if self.ses is not None:
            return self.ses.at
        told = self.cms.at if self.cms is not None else None
        return told or moment_of(self.signature.signed_at)

    def verdict(self) -> Verdict:
        """All twelve, in order, and what follows."""
        steps: tuple[Callable[[], Finding], ...] = (
            self.files, self.digests, self.covers, lambda: self.format, self.fits, self.value, self.signer_trusted,
            self.listed, self.seal_good, self.time, self.owner, self.place,
        )  # fmt: skip
        checks = tuple(_check(number, step()) for number, step in enumerate(steps, 1))
        signer = told(self.signer.name) if self.signer is not None else ""
        name = told(self.seal.name) if self.seal is not None else signer
        pages = tuple(pages_of(self.document, [self.signature]))[:MOST_PAGES]
        kind, provider = told(self.signature.kind), told(self.signature.provider)
        return Verdict(kind, name, signer, provider, self.at, pages, checks, outcome_of(checks))

    def _read(self) -> Finding:
        """V4: the value decodes, in a version that is known, with a certificate that can be read."""
        data = self._bytes(self.signature.value_file)
        if not data:
            return SKIPPED
        try:
            if self.signature.kind == "Sign":
                return self._read_cms(data)
            self.ses = ses_signature(data)
            self.signer = certificate(self.ses.certificate)
        except UnknownVersion as error:
            return unsure("version_unknown", version=str(error))
        except BadDer:
            return bad("format") if self.ses is None else unsure("certificate_unreadable")
        return good("format_known", version=str(self.ses.version))

    def _read_cms(self, data: bytes) -> Finding:
        try:
            self.cms = signed_data(data)
        except cms.Unknown:
            return unsure("format_unsupported")
        except BadDer:
            return bad("format")
        self.signer = self.cms.signer
        return good("format_cms") if self.signer is not None else unsure("certificate_missing")

    def _stamp(self) -> tuple[Finding | None, datetime | None]:
        """What is to be said of its time stamp, if it has one; and when that is, if it is trusted."""
        if self.ses is None or self.ses.stamp is None:
            return None, None
        try:
            stamp = time_stamp(self.ses.stamp)
        except (BadDer, cms.Unknown):
            return unsure("stamp_unverified"), None
        by = stamp.by.signer
        if by is None or STAMPS not in by.purposes:
            return unsure("stamp_unverified"), None
        made = _signed(by, SM2_WITH_SM3, (stamp.by.signed,), stamp.by.signature, "stamp_wrong")
        if made.result is Result.GOOD and not (stamp.whole and stamp.imprint == sm3(self.ses.signature)):
            made = bad("stamp_wrong")
        if made.result is not Result.GOOD or not by.start <= stamp.at <= by.end:
            return (made if made.result is Result.BAD else unsure("stamp_unverified")), None
        trusted = self.judge.judged(by, stamp.at, stamp.by.others, proven=True)
        return (None, stamp.at) if trusted.result is Result.GOOD else (unsure("stamp_unverified"), None)

    def _bytes(self, name: str | None) -> bytes:
        try:
            return self.coverage.package.read(name, MAX_SIGNATURE) if name is not None else b""
        except (Broken, TooMuch):
            return b""

    def files(self) -> Finding:
        """V1: every file named is there."""
        if self.signature.value_file is None:
            return bad("value_missing")
        if not self.signature.references:
            return bad("nothing_covered")
        package = self.coverage.package
        gone = next((one.file for one in self.signature.references if package.find(one.file) is None), None)
        return good("files_there") if gone is None else bad("file_missing", file=gone)

    def digests(self) -> Finding:
        """V2."""
        return self.coverage.digests(self.signature)

    def covers(self) -> Finding:
        """V3."""
        return self.coverage.covers(self.signature, self.seal.raw if self.seal is not None else b"")

    def fits(self) -> Finding:
        """V5: the signature is of this Signature.xml, and names its place."""
        digest = sm3(self._bytes(self.signature.file))
        if self.cms is not None:
            return good("fits") if self.cms.digest == digest else bad("other_file")
        if self.ses is None:
            return SKIPPED
        if self.ses.digest != digest:
            return bad("other_file")
        return good("fits") if self._named() else bad("other_place", path=self.ses.path)

    def _named(self) -> bool:
        told = self.ses.path.strip().replace("\\", "/") if self.ses is not None else ""
        places = (f"/{told}", f"/{self.document.folder}/{told}")
        return self.signature.file.casefold() in {posixpath.normpath(one).lstrip("/").casefold() for one in places}

    def value(self) -> Finding:
        """V6: the signer's key made the signature value."""
        if self.signer is None:
            return SKIPPED
        if self.ses is not None:
            return _signed(self.signer, self.ses.algorithm, (self.ses.signed,), self.ses.signature, "value_wrong")
        if self.cms is None:
            return SKIPPED
        return _signed(self.signer, SM2_WITH_SM3, (self.cms.signed,), self.cms.signature, "value_wrong")

    def signer_trusted(self) -> Finding:
        """V7."""
        if self.signer is None:
            return SKIPPED
        if fault := selftest.fault():
            return unsure("sm2_faulty", fault=fault)
        others = self.cms.others if self.cms is not None else ()
        return self.judge.judged(self.signer, self.at, others, proven=self.stamped_at is not None)

    def listed(self) -> Finding:
        """V8: the signer is one of those who may use the seal."""
        if self.signature.kind == "Sign":
            return self._unsealed()
        if self.ses is None:
            return SKIPPED
        used = sm3(self.ses.certificate) if self.ses.seal.by_digest else self.ses.certificate
        return good("may_use") if used in self.ses.seal.listed else bad("may_not_use")

    def seal_good(self) -> Finding:
        """V9: the maker made the seal and may be trusted; its times make sense; it has not been cancelled."""
        if self.signature.kind == "Sign":
            return self._unsealed()
        if self.seal is None:
            return SKIPPED
        try:
            maker = certificate(self.seal.maker)
        except BadDer:
            return unsure("maker_unreadable")
        made = _signed(maker, self.seal.algorithm, self.seal.signed, self.seal.signature, "seal_forged")
        if made.result is not Result.GOOD:
            return made
        if self.seal.start >= self.seal.end:
            return bad("seal_times")
        return self._standing(self.seal, maker)

    def _standing(self, seal: Seal, maker: Certificate) -> Finding:
        if self.judge.cancelled is not None and seal.id in self.judge.cancelled:
            return bad("seal_cancelled", id=seal.id)
        if seal.created is not None and not maker.start <= seal.created <= maker.end:
            return bad("maker_out_of_time", name=maker.name)
        trusted = self.judge.judged(maker, seal.created)
        if trusted.result is not Result.GOOD:
            return trusted
        return good("seal_good") if self.judge.cancelled is not None else unsure("cancelled_unknown", id=seal.id)

    def time(self) -> Finding:
        """V10: signed while certificate and seal held, and not in the future."""
        if self.signer is None:
            return SKIPPED
        if self.stamped is not None and self.stamped.result is Result.BAD:
            return self.stamped
        if self.at is None:
            return unsure("no_time")
        if self.at > self.judge.now + AHEAD:
            return bad("time_ahead")
        if not self.signer.start <= self.at <= self.signer.end:
            return bad("time_outside_certificate")
        if self.seal is not None and not self.seal.start <= self.at <= self.seal.end:
            return bad("time_outside_seal")
        return self.stamped or good("time_good" if self.stamped_at is None else "time_stamped")

    def _unsealed(self) -> Finding:
        """A signature of this kind has no seal that could be verified: one that is shown with it all the same is anybody's."""
        return unsure("seal_unproven") if self.signature.stamps or self.signature.seal_file else ABSENT

    def owner(self) -> Finding:
        """V11."""
        if self.signature.kind == "Sign":
            return self._unsealed()
        return owner(self.document, self.signature, self.seal.name, self.known) if self.seal is not None else SKIPPED

    def place(self) -> Finding:
        """V12."""
        if self.signature.kind == "Sign" and not self.signature.stamps:
            return ABSENT
        known = [one.signature for one in self.listing.entries if one.signature is not None]
        return place(self.document, self.signature, [one for one in known if one.file != self.signature.file])


def _signed(by: Certificate, algorithm: str, messages: tuple[bytes, ...], signature: bytes, wrong: str) -> Finding:
    """Whether a certificate's key signed one of these forms of a message."""
    if fault := selftest.fault():
        return unsure("sm2_faulty", fault=fault)
    try:
        made = any(verifies(by.spki, algorithm, message, signature) for message in messages)
    except NotVerified:
        return unsure("algorithm_unsupported", name=by.name)
    return good("signed", name=by.name) if made else bad(wrong)
