"""SM3 (GB/T 32905), 32 bytes, by `cryptography`."""

from cryptography.hazmat.primitives.hashes import SM3, Hash


def sm3(data: bytes) -> bytes:
    """The digest of these bytes."""
    made = Hash(SM3())
    made.update(data)
    return made.finalize()
