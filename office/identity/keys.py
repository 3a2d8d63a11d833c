"""Device keys: ECDSA on P-256 with SHA-256 (FIPS 186-5); signatures are raw r‖s, 64 bytes (IEEE P1363, as WebCrypto does)."""

import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from office.kernel import base64url
from office.kernel.refusal import Invalid

SIGNATURE_BYTES = 64


def check_public_key(text: str) -> bytes:
    """The DER SubjectPublicKeyInfo of a P-256 key given as base64url: the point on the curve, the encoding the canonical one.

    Refuses: Invalid identity.bad_key.
    """
    try:
        der = base64url.decode(text)
        key = load_public_key(der)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Invalid("identity.bad_key") from error
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != der:
        raise Invalid("identity.bad_key")
    return der


def load_public_key(der: bytes) -> ec.EllipticCurvePublicKey:
    """The P-256 key in a DER SubjectPublicKeyInfo. Raises ValueError or UnsupportedAlgorithm for anything else."""
    key = load_der_public_key(der)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key


def fingerprint(der: bytes) -> str:
    """The name of a public key: SHA-256 of its DER, hex."""
    return hashlib.sha256(der).hexdigest()


def signature_holds(key: ec.EllipticCurvePublicKey, message: bytes, signature: bytes) -> bool:
    """Whether this key made this raw r‖s signature of the message's bytes."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
