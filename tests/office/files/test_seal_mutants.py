"""Seals and signatures with random damage: a verdict or a refusal always comes back, and nothing damaged is 有效."""

import random
import zipfile
from functools import cache

import pytest

from office.files.bounds import Bounds
from office.files.rendering.ofd import Ofd
from office.files.rendering.pdf import Pdf
from office.files.seals.shapes import Outcome, Trust, Verdict
from office.kernel.refusal import Refusal
from tests.office.files import pdf_signer
from tests.office.files.makers import samples
from tests.office.files.ofd_maker import packed
from tests.office.files.seal_maker import ITSELF, LIST, NOW, TRUST, VALUE, Seal, Signing, sealed

REAL = (
    "ofd/01-fapiao-vat-invoice.ofd", "ofd/10-nonstandard-paths.ofd", "ofd/12-SESV4SignDoc.ofd", "ofd/15-DigitalSign-noseal.ofd",
    "gongwen/01-luqiao-pifu.ofd", "gongwen/04-yongdi-yushen-yijianshu.ofd",
)  # fmt: skip
MADE = {"v4": Signing(), "v1": Signing(seal=Seal(version=1)), "digest": Signing(seal=Seal(by_digest=True))}
COVERED = ("OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml", "Doc_0/Pages/Page_0/Content.xml")


@cache
def _real(name: str) -> dict[str, bytes]:
    with zipfile.ZipFile(samples() / name) as archive:
        return {one: archive.read(one) for one in archive.namelist() if not one.endswith("/")}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Other bytes: some flipped, put in, taken out, doubled, or cut off."""
    out = bytearray(data or b"\0")
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(out) or 1)
        match chance.randrange(6):
            case 0 | 1:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 2:
                out[at:at] = chance.randbytes(chance.choice((1, 4, 200)))
            case 3:
                del out[at : at + chance.choice((1, 3, 50))]
            case 4:
                out[at:at] = out[at : at + 60]
            case 5 if chance.random() < 0.3:
                del out[at:]
    return bytes(out)


def judged(files: dict[str, bytes], trust: Trust = TRUST) -> tuple[Verdict, ...]:
    try:
        opened = Ofd(packed(files), Bounds(), ())
    except Refusal:
        return ()
    try:
        return opened.verify(trust, NOW)
    except Refusal:
        return ()
    finally:
        opened.close()


def made_ones(seeds: range) -> None:
    """Whatever is covered or signed is damaged: none may be valid."""
    for seed in seeds:
        chance = random.Random(seed)
        files = sealed(MADE[chance.choice(sorted(MADE))])
        name = chance.choice((VALUE, VALUE, ITSELF, *COVERED))
        changed = damaged(files[name], chance)
        if changed != files[name]:
            assert all(one.outcome is not Outcome.VALID for one in judged(files | {name: changed})), (seed, name)


def real_ones(seeds: range) -> None:
    """Whatever of signing a real file has is damaged, the list and what is trusted too."""
    for seed in seeds:
        chance = random.Random(seed)
        files = dict(_real(chance.choice(REAL)))
        signing = [name for name in files if "Sign" in name or name.endswith((".dat", ".esl"))]
        name = chance.choice(signing)
        files[name] = damaged(files[name], chance)
        anchors, lists = (tuple(damaged(one, chance) for one in known) for known in (TRUST.anchors, TRUST.lists))
        trust = Trust("m", anchors, lists)
        assert all(one.outcome is not Outcome.VALID for one in judged(files, trust)), (seed, name)


def lists_damaged(seeds: range) -> None:
    """The list of signatures is damaged: that must be survived; the seal may stay what it was."""
    for seed in seeds:
        files = sealed()
        judged(files | {LIST: damaged(files[LIST], random.Random(seed))})


def pdfs(seeds: range) -> None:
    """Bytes that a signature covers, and its own, are changed."""
    whole = pdf_signer.signed()
    places, start = pdf_signer.protected(whole), whole.index(b"/Contents <30")
    for seed in seeds:
        chance, data = random.Random(seed), bytearray(whole)
        at = chance.choice(places)
        coded = start < at < whole.index(b">", start)
        data[at] = chance.choice(b"0123456789abcdef") if coded else chance.randrange(256)
        if data.lower() == whole.lower():
            continue
        try:
            opened = Pdf(bytes(data), Bounds())
        except Refusal:
            continue
        try:
            assert all(one.outcome is not Outcome.VALID for one in opened.verify(pdf_signer.TRUST, NOW)), (seed, at)
        finally:
            opened.close()


def test_some_mutants() -> None:
    made_ones(range(120))
    real_ones(range(60))
    lists_damaged(range(40))
    pdfs(range(40))


@pytest.mark.proof
def test_thousands_of_mutants() -> None:
    made_ones(range(1000, 6000))
    real_ones(range(1000, 3000))
    lists_damaged(range(1000, 2000))
    pdfs(range(1000, 2500))
