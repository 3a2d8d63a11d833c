"""What a signature covers of its package (V2, V3): every file of it, but what signing itself must add or change later."""

import base64
import binascii
import hashlib
from collections.abc import Iterator

from office.files.ofd.document import Document
from office.files.ofd.faults import Broken, TooMuch
from office.files.ofd.package import Package
from office.files.ofd.signatures import Listing, Signature, listing_of
from office.files.ofd.xmltree import load
from office.files.seals import der
from office.files.seals.ses import MAX_SIGNATURE
from office.files.seals.trust import Finding, bad, good, unsure
from office.kernel.sm.digests import sm3

_NAMED = 3
_SM3 = frozenset({"sm3", "1.2.156.10197.1.401", "1.2.156.10197.1.401.1"})
_SHA256 = frozenset({"sha256", "sha-256", "2.16.840.1.101.3.4.2.1"})
_SHAPES = {"Signatures": {"MaxSignId", "Signature"}, "Signature": {"SignedInfo", "SignedValue"}}


class Coverage:
    """One package with the lists of its documents' signatures; digests are made once for all of them."""

    def __init__(self, package: Package, documents: list[Document]) -> None:
        self.package = package
        self.listings = [(document, listing_of(document)) for document in documents]
        self._digests: dict[tuple[str, bool], bytes] = {}
        self._matching: dict[str, frozenset[str]] = {}
        self._shaped: dict[str, bool] = {}

    def digests(self, signature: Signature) -> Finding:
        """V2: each file named has the digest told. The list of signatures may have grown, if a later signature covers it."""
        if signature.digest_method.strip().lower() not in _SM3 | _SHA256:
            return unsure("digest_unsupported", method=signature.digest_method[:60])
        matching = self.matching(signature)
        names = {name for one in signature.references if (name := self.package.find(one.file)) is not None}
        changed = sorted(names - matching)
        if not names:
            return bad("nothing_covered")
        if not changed:
            return good("digests_match", count=str(len(names)))
        if any(name not in self._lists() for name in changed):
            return bad("changed", files=_some(name for name in changed if name not in self._lists()))
        later = self._after(signature)
        if any(set(changed) <= self.matching(one) for one in later):
            return good("digests_match", count=str(len(names)))
        return unsure("list_grown") if later else bad("changed", files=_some(changed))

    def matching(self, signature: Signature) -> frozenset[str]:
        """The files of the package of which the signature tells the right digest; none where it tells two of one file."""
        if signature.file not in self._matching:
            self._matching[signature.file] = frozenset(self._found(signature))
        return self._matching[signature.file]

    def _found(self, signature: Signature) -> set[str]:
        told, wrong = set[str](), set[str]()
        quick = signature.digest_method.strip().lower() in _SM3
        if not quick and signature.digest_method.strip().lower() not in _SHA256:
            return told
        for one in signature.references:
            name = self.package.find(one.file)
            if name is not None:
                (told if self._has(name, one.digest, quick) else wrong).add(name)
        return told - wrong

    def _has(self, name: str, digest: str, by_sm3: bool) -> bool:
        try:
            wanted = base64.b64decode("".join(digest.split()), validate=True)
        except (binascii.Error, ValueError):
            return False
        if (name, by_sm3) not in self._digests:
            try:
                data = self.package.read(name)
            except (Broken, TooMuch):
                return False
            self._digests[name, by_sm3] = sm3(data) if by_sm3 else hashlib.sha256(data).digest()
        return self._digests[name, by_sm3] == wanted

    def covers(self, signature: Signature, seal: bytes) -> Finding:
        """V3: nothing lies in the package that is not covered, but files of signatures. `seal` is the signed seal's DER."""
        own = {signature.file, *([signature.value_file] if signature.value_file else [])}
        if signature.seal_file and seal and self._bytes(signature.seal_file) == seal:
            own.add(signature.seal_file)
        named = {self.package.find(one.file) for one in signature.references}
        loose = sorted(set(self.package.names) - named - own - self._of_signing(signature))
        if not loose:
            return good("covered")
        others = [one for one in self._all() if one.file != signature.file]
        if any(set(loose) <= self.matching(one) for one in others):
            return unsure("covered_by_another", files=_some(loose))
        return bad("added", files=_some(loose))

    def _of_signing(self, but: Signature) -> set[str]:
        """Files of the lists and of other signatures, as far as they are what they say: nothing else may hide there."""
        found = set(self._lists())
        for one in self._all():
            if one.file != but.file:
                found |= {one.file, *(name for name in (one.value_file, one.seal_file) if name)}
        for name in found - self._shaped.keys():
            self._shaped[name] = self._is_of_signing(name)
        return {name for name in found if self._shaped[name]}

    def _is_of_signing(self, name: str) -> bool:
        data = self._bytes(name)
        if data[:1] == b"\x30":
            try:
                der.whole(data, MAX_SIGNATURE)
            except der.BadDer:
                return False
            return True
        try:
            root = load(self.package, name)
        except (Broken, TooMuch):
            return False
        return root.tag in _SHAPES and {child.tag for child in root} <= _SHAPES[root.tag]

    def _bytes(self, name: str) -> bytes:
        try:
            return self.package.read(name, MAX_SIGNATURE)
        except (Broken, TooMuch):
            return b""

    def _lists(self) -> set[str]:
        return {listing.file for _, listing in self.listings if listing.file is not None}

    def _all(self) -> Iterator[Signature]:
        for _, listing in self.listings:
            yield from _signatures(listing)

    def _after(self, signature: Signature) -> list[Signature]:
        """Those that stand behind it in the same list."""
        for _, listing in self.listings:
            known = list(_signatures(listing))
            at = next((place for place, one in enumerate(known) if one.file == signature.file), None)
            if at is not None:
                return known[at + 1 :]
        return []


def _signatures(listing: Listing) -> Iterator[Signature]:
    return (one.signature for one in listing.entries if one.signature is not None)


def _some(names: Iterator[str] | list[str]) -> str:
    """The first few, for a sentence."""
    told = list(names)
    return "、".join(told[:_NAMED]) + (f" 等 {len(told)} 个" if len(told) > _NAMED else "")
