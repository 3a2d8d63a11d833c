"""Tickets, statements, strokes and keys: what is forged, altered, late or malformed is refused with its own reason."""

import hashlib
import json
import os
import stat
import subprocess
import sys
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import msgspec
import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from office.identity.keys import load_public_key, signature_holds
from office.kernel import clock, settings
from office.kernel.base64url import decode as unb64
from office.kernel.base64url import encode as b64
from office.kernel.ids import new_id
from office.kernel.refusal import Forbidden, Gone, Invalid, TooLarge
from office.kernel.settings import Settings
from office.signing import actions, keys, tickets
from office.signing.keys import server_key, spki
from office.signing.statements import MAX_STATEMENT, check_signature, check_strokes, read_statement
from office.signing.strokes import MAX_BYTES, read_strokes, to_svg

DIGEST = "ab" * 32
PERSON = UUID("0190aaaa-0000-7000-8000-000000000001")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    settings.use(Settings(data=str(tmp_path)))
    return tmp_path


def ticket() -> str:
    return tickets.issue(
        step="case/1", revision=3, subject="documents.handling:1", person=PERSON, post=None, on_behalf_of=None, rendition=DIGEST
    )


def statement(**changes: Any) -> dict[str, Any]:
    return {
        "suite": "zhiban-es256-1", "ticket": "t", "action": {"kind": "sign", "dispatch": []},
        "opinion": {"text": "同意。", "strokes": None}, "rendition": DIGEST, "device_time": "2026-03-01T08:00:00+08:00",
        "key": None, **changes,
    }  # fmt: skip


def canonical(value: Any) -> str:
    return rfc8785.dumps(value).decode()


def code_of(caught: pytest.ExceptionInfo[Any]) -> str:
    return str(caught.value.code)


# Tickets


def test_a_ticket_opens_until_its_last_moment() -> None:
    text = ticket()
    read = tickets.open_ticket(text)
    assert (read.person, read.step, read.revision, read.rendition) == (PERSON, "case/1", 3, DIGEST)
    with clock.set_for_test(read.issued_at + tickets.VALID - timedelta(minutes=1)):
        assert tickets.open_ticket(text) == read
    with clock.set_for_test(read.issued_at + tickets.VALID + timedelta(seconds=1)):
        with pytest.raises(Gone) as caught:
            tickets.open_ticket(text)
        assert tickets.read_ticket(text) == read
    assert code_of(caught) == "signing.ticket_expired"


@given(place=st.integers(0, 10_000), char=st.sampled_from("ABCabc019-_.=! é\n"))
@bounded(max_examples=200)
def test_no_altered_ticket_is_ours(place: int, char: str) -> None:
    text = ticket()
    at = place % len(text)
    for altered in (text[:at] + char + text[at + 1 :], text[:at] + char + text[at:], text[:at] + text[at + 1 :]):
        if altered not in (text, text + "="):
            with pytest.raises(Invalid) as caught:
                tickets.read_ticket(altered)
            assert code_of(caught) == "signing.bad_ticket"


def test_a_ticket_of_another_server_or_another_purpose_is_not_ours(folder: Path) -> None:
    foreign = ec.generate_private_key(ec.SECP256R1())
    payload = unb64(ticket().split(".")[0])
    for message, key in ((b"ticket " + payload, foreign), (payload, server_key()._private)):
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        forged = f"{b64(payload)}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
        with pytest.raises(Invalid):
            tickets.read_ticket(forged)


@pytest.mark.parametrize("text", ["", ".", "a.b", "a.b.c", "x" * 5000, "é.é", "." * 4000, "\x00"])
def test_nonsense_is_no_ticket(text: str) -> None:
    with pytest.raises(Invalid):
        tickets.read_ticket(text)


# Statements


def test_a_canonical_statement_is_read() -> None:
    assert read_statement(canonical(statement())).opinion.text == "同意。"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(statement(), ensure_ascii=False),
        canonical(statement()) + " ",
        canonical(statement()).replace("同", "\\u540c"),
        canonical(statement()).replace('{"action"', '{"action":{"kind":"other"},"action"'),
        canonical(statement(opinion={"text": unicodedata.normalize("NFD", "é"), "strokes": None})),
        canonical(statement(suite="zhiban-es256-2")),
        canonical(statement(extra=1)),
        canonical(statement(rendition="AB" * 32)),
        canonical(statement(rendition="ab")),
        canonical(statement(device_time="2026-03-01T08:00:00")),
        canonical(statement(device_time="0001-01-01T00:00:00+14:00")),
        canonical(statement(device_time="9999-12-31T23:59:59-14:00")),
        canonical(statement(opinion={"text": "长" * 2001, "strokes": None})),
        canonical(statement(ticket="x" * MAX_STATEMENT)),
        canonical(statement(action={"kind": "sign", "dispatch": [{"to": "post:1", "role": "king"}]})),
        "[" * 10_000,
        "",
        "null",
        '{"suite":1e999}',
        canonical(statement()).replace('"key":null', '"key":12345678901234567890123'),
    ],
)
def test_what_is_not_exactly_canonical_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_statement(text)
    assert code_of(caught) == "signing.bad_statement"


def test_the_device_signs_the_very_bytes() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    text, public = canonical(statement()), spki(private.public_key())
    r, s = decode_dss_signature(private.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert check_signature(text, b64(raw), public) == raw
    assert check_signature(text, None, None) is None
    for bad in (b64(raw[:-1]), b64(raw[:-1] + bytes([raw[-1] ^ 1])), "!", "", b64(bytes(64)), b64(b"\xff" * 64)):
        with pytest.raises(Forbidden) as caught:
            check_signature(text, bad, public)
        assert code_of(caught) == "signing.bad_signature"
    with pytest.raises(Forbidden):
        check_signature(text.replace("同意", "不同意"), b64(raw), public)
    for signature, key in ((b64(raw), None), (None, public)):
        with pytest.raises(Invalid):
            check_signature(text, signature, key)


# Strokes


def drawn(**changes: Any) -> bytes:
    return msgspec.json.encode({"v": 1, "w": 300, "h": 200, "u": 0.1, "s": [[100, 200, 0, 5, -5, 16]], **changes})


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"null", b"\xff", drawn(v=2), drawn(w=0), drawn(h=10_001), drawn(u=1.0), drawn(s=[]), drawn(s=[[]]),
        drawn(s=[[1, 2]]), drawn(s=[[1, 2, 3, 4]]), drawn(s=[[1, 2, 3.5]]), drawn(s=[[1, 2, 2_000_000]]),
        drawn(s=[["1", 2, 3]]),
        drawn(s=[[1, 2, 3]] * 401), drawn(more=1), b"[" * 60_000,
    ],
)  # fmt: skip
def test_malformed_strokes_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        read_strokes(data)
    assert code_of(caught) == "signing.bad_strokes"


def test_strokes_are_bounded_and_bound_to_the_statement() -> None:
    with pytest.raises(TooLarge):
        read_strokes(b" " * (MAX_BYTES + 1))
    said = read_statement(canonical(statement(opinion={"text": "", "strokes": hashlib.sha256(drawn()).hexdigest()})))
    check_strokes(said, drawn())
    for other in (None, drawn(w=301)):
        with pytest.raises(Invalid) as caught:
            check_strokes(said, other)
        assert code_of(caught) == "signing.other_strokes"
    with pytest.raises(Invalid):
        check_strokes(read_statement(canonical(statement())), drawn())


STEP = st.integers(-1_000_000, 1_000_000)


@given(
    strokes=st.lists(st.lists(st.tuples(STEP, STEP, STEP), min_size=1, max_size=20), min_size=1, max_size=8), label=st.text()
)
@bounded(max_examples=150)
def test_the_picture_draws_every_point_and_carries_nothing_else(strokes: list[list[tuple[int, int, int]]], label: str) -> None:
    plain = "".join(char for char in label if char.isprintable())
    read = read_strokes(drawn(s=[[n for point in stroke for n in point] for stroke in strokes]))
    tree = ElementTree.fromstring(to_svg(read, plain))
    kinds = [element.tag.rpartition("}")[2] for element in tree.iter()]
    assert kinds == ["svg", "g", *["path"] * len(strokes)]
    assert tree.attrib["aria-label"].split() == plain.split()
    for element, stroke in zip(tree.iter("{http://www.w3.org/2000/svg}path"), strokes, strict=True):
        assert set(element.attrib) == {"d"}
        assert element.attrib["d"].count("l") == max(1, len(stroke) - 1)


def test_a_label_cannot_break_out() -> None:
    svg = to_svg(read_strokes(drawn()), '"><script>alert(1)</script> onload="x\'&')
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).attrib["aria-label"] == '"><script>alert(1)</script> onload="x\'&'


# Keys


def test_base64url_has_one_text_for_each_bytes() -> None:
    assert unb64(b64(b"\x00\xff\xfe")) == b"\x00\xff\xfe"
    for bad in ("AA==", "A", "AB", "A A", "AA!", "+/+/", "é"):
        with pytest.raises(ValueError):
            unb64(bad)


def test_the_key_is_made_once_by_many_starters(folder: Path) -> None:
    program = (
        "import sys; from office.kernel import settings; from office.kernel.settings import Settings;"
        "from office.signing.keys import server_key; settings.use(Settings(data=sys.argv[1])); print(server_key().id)"
    )
    command = [sys.executable, "-c", program, str(folder / "shared")]
    starters = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    ids = {starter.communicate()[0].strip() for starter in starters}
    assert len(ids) == 1
    made = sorted((folder / "shared" / "keys").iterdir())
    assert [path.name for path in made] == [f"server-es256-{ids.pop()}.spki", "server-es256.pem"]
    assert {stat.S_IMODE(os.stat(path).st_mode) for path in made} == {0o600}


def test_the_key_survives_a_restart(folder: Path) -> None:
    before, said = server_key(), b"said"
    keys._load.cache_clear()
    assert server_key().id == before.id
    assert signature_holds(load_public_key(server_key().public), said, before.sign(said))
    assert not signature_holds(load_public_key(server_key().public), b"other", before.sign(said))


def test_the_public_key_of_a_replaced_server_key_is_kept(folder: Path) -> None:
    before, said = server_key(), b"said"
    (folder / "keys" / "server-es256.pem").rename(folder / "replaced.pem")
    keys._load.cache_clear()
    assert server_key().id != before.id
    assert signature_holds(load_public_key(keys.server_public_key(before.id)), said, before.sign(said))
    assert keys.server_public_key(server_key().id) == server_key().public
    with pytest.raises(LookupError):
        keys.server_public_key("0" * 16)


def test_known_keys_are_the_present_one_and_the_replaced_ones_that_are_what_they_say(folder: Path) -> None:
    before = server_key()
    (folder / "keys" / "server-es256.pem").rename(folder / "replaced.pem")
    keys._load.cache_clear()
    (folder / "keys" / f"server-es256-{'0' * 16}.spki").write_bytes(before.public)
    after = server_key()
    assert keys.known_keys() == [(after.id, after.public), (before.id, before.public)]


def test_a_stranger_can_check_the_evidence() -> None:
    """A second, small verifier that shares no code with the house: base64, SHA-256, ECDSA and JSON only."""
    device = ec.generate_private_key(ec.SECP256R1())
    text = canonical(statement(ticket=ticket(), key=str(new_id())))
    r, s = decode_dss_signature(device.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    signed = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    said = actions.countersigned(new_id(), text, signed, "2026-03-01 00:00:05.000000+00:00")
    evidence = {
        "statement": text, "signature": b64(signed), "public_key": b64(spki(device.public_key())),
        "ticket": json.loads(text)["ticket"], "countersigned": said.decode(),
        "countersignature": b64(server_key().sign(said)), "server_public_key": b64(server_key().public),
    }  # fmt: skip
    assert stranger_accepts(evidence)
    for name in evidence:
        assert not stranger_accepts({**evidence, name: _altered(evidence[name])}), name
    assert not stranger_accepts({**evidence, "statement": text.replace("同意", "不同意")})


def _altered(text: str) -> str:
    middle = len(text) // 2
    return text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]


def stranger_accepts(evidence: dict[str, str]) -> bool:
    def raw(text: str) -> bytes:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))

    def good(public: str, signature: str, message: bytes) -> bool:
        key = serialization.load_der_public_key(raw(public))
        assert isinstance(key, ec.EllipticCurvePublicKey)
        both = raw(signature)
        try:
            key.verify(encode_dss_signature(int.from_bytes(both[:32], "big"), int.from_bytes(both[32:], "big")), message,
                       ec.ECDSA(hashes.SHA256()))  # fmt: skip
        except InvalidSignature:
            return False
        return True

    try:
        said = json.loads(evidence["countersigned"])
        payload, signed = evidence["ticket"].split(".")
        return (
            good(evidence["public_key"], evidence["signature"], evidence["statement"].encode())
            and good(evidence["server_public_key"], evidence["countersignature"], evidence["countersigned"].encode())
            and good(evidence["server_public_key"], signed, b"ticket " + raw(payload))
            and said["statement_sha256"] == hashlib.sha256(evidence["statement"].encode()).hexdigest()
            and said["device_signature_sha256"] == hashlib.sha256(raw(evidence["signature"])).hexdigest()
            and json.loads(evidence["statement"])["ticket"] == evidence["ticket"]
            and urlsafe_b64encode(raw(evidence["public_key"])).decode().rstrip("=") == evidence["public_key"]
        )
    except (ValueError, AssertionError, KeyError):
        return False


def test_times_are_told_with_their_zone() -> None:
    read = read_statement(canonical(statement(device_time="2026-03-01T08:00:00+08:00")))
    assert read.device_time == datetime(2026, 3, 1, tzinfo=UTC)
