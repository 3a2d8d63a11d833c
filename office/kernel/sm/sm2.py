"""SM2 signatures with SM3 (GB/T 32918.2, 35276; OID 1.2.156.10197.1.501), the port that everything else uses.

Signatures are DER (SEQUENCE of r and s). A certified device may take the place of `PrivateKey`: whoever signs needs only
`sign` and `public`.
"""

import base64

from office.kernel.sm import libcrypto
from office.kernel.sm.libcrypto import Failed, Missing

DEFAULT_ID = b"1234567812345678"
"""The signer's distinguishing id where nothing else was agreed (GB/T 35276)."""

SM2_CURVE, SM2_WITH_SM3 = "1.2.156.10197.1.301", "1.2.156.10197.1.501"
POINT_BYTES = 65
_SPKI_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_SPKI_BYTES = len(_SPKI_HEAD) + POINT_BYTES
_LINE = 64
_BEGIN, _END = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"

__all__ = ["DEFAULT_ID", "SM2_CURVE", "SM2_WITH_SM3", "Failed", "Missing", "PrivateKey", "PublicKey"]


class PublicKey:
    """An SM2 public key."""

    def __init__(self, point: bytes) -> None:
        """From the point 04‖x‖y, 65 bytes. Raises Failed where it is none of the curve, Missing."""
        if len(point) != POINT_BYTES or point[0] != 4:
            raise Failed("not an uncompressed point")
        self.point = point
        self._key = libcrypto.Key.of_spki(_SPKI_HEAD + point)

    @classmethod
    def of_spki(cls, der: bytes) -> "PublicKey":
        """From a SubjectPublicKeyInfo as GB/T 35276 and every certificate writes it. Raises Failed, Missing."""
        if len(der) != _SPKI_BYTES or not der.startswith(_SPKI_HEAD):
            raise Failed("not an SM2 public key")
        return cls(der[len(_SPKI_HEAD) :])

    @property
    def spki(self) -> bytes:
        """SubjectPublicKeyInfo, DER."""
        return _SPKI_HEAD + self.point

    def verifies(self, message: bytes, signature: bytes, signer: bytes = DEFAULT_ID) -> bool:
        """Whether this key made this DER signature of the message's bytes under this id. False for anything else."""
        try:
            return libcrypto.verify(self._key, message, signature, signer)
        except Failed:
            return False


class PrivateKey:
    """An SM2 key pair in software: for tests, demonstration and deployments without a certified device."""

    def __init__(self, key: libcrypto.Key) -> None:
        self._key = key
        self.public = PublicKey.of_spki(key.spki())

    @classmethod
    def made(cls) -> "PrivateKey":
        """A new one. Raises Missing where this machine has no SM2."""
        return cls(libcrypto.Key.made())

    @classmethod
    def of_pkcs8(cls, der: bytes) -> "PrivateKey":
        """From PKCS#8, DER, not encrypted. Raises Failed, Missing."""
        return cls(libcrypto.Key.of_pkcs8(der))

    @classmethod
    def of_pem(cls, text: str) -> "PrivateKey":
        """From PEM as `pem` writes it. Raises Failed, Missing."""
        lines = text.strip().splitlines()
        if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
            raise Failed("not PEM")
        try:
            return cls.of_pkcs8(base64.b64decode("".join(lines[1:-1]), validate=True))
        except ValueError as error:
            raise Failed("not PEM") from error

    @property
    def pkcs8(self) -> bytes:
        """PKCS#8, DER, not encrypted: for a file that this user alone may read (`kernel.key_files`)."""
        return self._key.pkcs8()

    @property
    def pem(self) -> str:
        """The same as PEM, which `openssl` reads."""
        text = base64.b64encode(self.pkcs8).decode()
        return "\n".join([_BEGIN, *(text[at : at + _LINE] for at in range(0, len(text), _LINE)), _END, ""])

    def sign(self, message: bytes, signer: bytes = DEFAULT_ID) -> bytes:
        """The DER signature of the message's bytes, hashed with SM3 after the signer's Z. Raises Failed."""
        return libcrypto.sign(self._key, message, signer)
