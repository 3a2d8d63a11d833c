"""SM2 through its port: the standards' examples, an independent implementation as second opinion, and every wrong input."""

import logging

import pytest
from gmssl import sm2 as second
from gmssl import sm3 as second_digest
from hypothesis import given, settings
from hypothesis import strategies as st

from office.kernel.sm import selftest
from office.kernel.sm.digests import sm3
from office.kernel.sm.sm2 import DEFAULT_ID, Failed, PrivateKey, PublicKey

KEY = PrivateKey.made()
logging.getLogger("gmssl").setLevel(logging.CRITICAL)


def test_the_examples_of_the_standards_come_out() -> None:
    assert selftest.fault() == ""


def _second(key: PrivateKey, private: str = "") -> second.CryptSM2:
    return second.CryptSM2(private_key=private, public_key=key.public.point[1:].hex(), asn1=True)


def _number(key: PrivateKey) -> str:
    """The private number: behind its tag in SEC 1 (OCTET STRING of 32 bytes)."""
    der = key.pkcs8
    at = der.index(b"\x02\x01\x01\x04\x20") + 5
    return der[at : at + 32].hex()


@settings(max_examples=3, deadline=None)
@given(st.binary(max_size=100))
def test_another_implementation_agrees_both_ways(message: bytes) -> None:
    key = PrivateKey.made()
    assert _second(key).verify_with_sm3(key.sign(message).hex(), message)
    assert key.public.verifies(message, bytes.fromhex(_second(key, _number(key)).sign_with_sm3(message)))
    assert sm3(message).hex() == second_digest.sm3_hash(list(message))


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300), st.binary(min_size=1, max_size=30))
def test_nothing_else_is_the_signature(message: bytes, other: bytes) -> None:
    signature = KEY.sign(message)
    assert KEY.public.verifies(message, signature)
    assert not KEY.public.verifies(message + other, signature)
    assert other == DEFAULT_ID or not KEY.public.verifies(message, signature, other)
    assert not KEY.public.verifies(message, signature + other)
    assert not KEY.public.verifies(message, other)
    assert not PrivateKey.made().public.verifies(message, signature)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 71), st.integers(1, 255))
def test_one_altered_byte_is_found(at: int, change: int) -> None:
    signature = bytearray(KEY.sign(b"a"))
    signature[at % len(signature)] ^= change
    assert not KEY.public.verifies(b"a", bytes(signature))


def test_a_key_comes_back_from_its_file() -> None:
    for again in (PrivateKey.of_pem(KEY.pem), PrivateKey.of_pkcs8(KEY.pkcs8)):
        assert again.public.point == KEY.public.point
        assert KEY.public.verifies(b"a", again.sign(b"a"))
    assert PublicKey.of_spki(KEY.public.spki).verifies(b"a", KEY.sign(b"a"))


@pytest.mark.parametrize("point", [b"", b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + KEY.public.point[1:]],
                         ids=("nothing", "zero", "beyond", "another form"))  # fmt: skip
def test_what_is_no_point_is_no_key(point: bytes) -> None:
    with pytest.raises(Failed):
        PublicKey(point)


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----\n?\n-----END PRIVATE KEY-----", KEY.pem[:100], KEY.pem[64:]],
                         ids=("nothing", "no base64", "its beginning", "its end"))  # fmt: skip
def test_what_is_no_file_of_a_key_is_refused(text: str) -> None:
    with pytest.raises(Failed):
        PrivateKey.of_pem(text)


def test_a_key_of_another_curve_is_refused() -> None:
    p256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    with pytest.raises(Failed):
        PublicKey.of_spki(p256 + KEY.public.point)
    with pytest.raises(Failed):
        PrivateKey.of_pkcs8(KEY.pkcs8 + b"\0")
