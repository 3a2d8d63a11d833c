"""The server's own signing key: ECDSA P-256, made at first start, kept in the data folder, readable by this user only.

A certified device or service can take its place behind `ServerKey`. Signatures are raw r||s (IEEE P1363), as
browsers make them.
"""

import hashlib
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from office.identity.keys import load_public_key, signature_holds
from office.kernel import settings
from office.kernel.key_files import place

SUITE = "zhiban-es256-1"
MOST_KEPT = 100
_ES256 = ec.ECDSA(hashes.SHA256())


class ServerKey:
    """Signs and names itself."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        self.public = spki(private.public_key())
        self.id = id_of(self.public)

    def sign(self, message: bytes) -> bytes:
        """64 bytes, r||s."""
        r, s = decode_dss_signature(self._private.sign(message, _ES256))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def spki(public: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as SubjectPublicKeyInfo (RFC 5480), DER."""
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def server_key() -> ServerKey:
    """The server's key of this deployment."""
    return _load(str(_folder()))


def server_public_key(id: str) -> bytes:
    """The public key (SPKI, DER) of the server key of that id, of one replaced since too. Raises LookupError.

    To replace the key, move `server-es256.pem` away and start again: what the old one signed stays provable.
    """
    key = server_key()
    if key.id == id:
        return key.public
    kept = _kept(_folder(), id)
    if not kept.exists():
        raise LookupError(f"no public key {id} in {kept.parent}")
    return kept.read_bytes()


def proves(id: str, message: bytes, signature: bytes) -> bool:
    """Whether the server key of that id, the present one or one replaced since, signed the message; False for an unknown id."""
    try:
        public = load_public_key(server_public_key(id))
    except (LookupError, ValueError):
        return False
    return signature_holds(public, message, signature)


def known_keys() -> list[tuple[str, bytes]]:
    """Ids and public keys (SPKI, DER): the present one first, then the replaced ones still kept, by id.

    A file that is not the key its name says is left out.
    """
    present = server_key()
    kept = {file.stem.rpartition("-")[2]: file.read_bytes() for file in sorted(_folder().glob("server-es256-*.spki"))}
    replaced = [(id, public) for id, public in kept.items() if id != present.id and id_of(public) == id]
    return [(present.id, present.public), *replaced[: MOST_KEPT - 1]]


def id_of(public: bytes) -> str:
    """How a key is named: the first 16 hex digits of the SHA-256 of its public key (SPKI, DER)."""
    return hashlib.sha256(public).hexdigest()[:16]


def _folder() -> Path:
    return settings.current().folder / "keys"


def _kept(folder: Path, id: str) -> Path:
    return folder / f"server-es256-{id}.spki"


@cache
def _load(folder: str) -> ServerKey:
    file = Path(folder) / "server-es256.pem"
    if not file.exists():
        place(file, _made())
    private = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{file} is no EC key")
    key = ServerKey(private)
    place(_kept(file.parent, key.id), key.public)
    return key


def _made() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
