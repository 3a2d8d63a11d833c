"""The machine's OpenSSL 3 libcrypto by ctypes: the few functions that SM2 needs. Nothing here outlives the call but keys.

`cryptography` brings a libcrypto of its own, built without a way to SM2; the one Debian's Python is linked to has it.
"""

import ctypes
import weakref
from ctypes import CDLL, POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_ubyte, c_void_p, create_string_buffer
from functools import cache
from typing import Any

_NAMES = ("libcrypto.so.3", "libcrypto.so.4", "libcrypto.3.dylib", "libcrypto.so")
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "d2i_PUBKEY": (c_void_p, [c_void_p, c_void_p, c_long]),
    "i2d_PUBKEY": (c_int, [c_void_p, c_void_p]),
    "d2i_AutoPrivateKey": (c_void_p, [c_void_p, c_void_p, c_long]),
    "EVP_PKEY2PKCS8": (c_void_p, [c_void_p]),
    "i2d_PKCS8_PRIV_KEY_INFO": (c_int, [c_void_p, c_void_p]),
    "PKCS8_PRIV_KEY_INFO_free": (None, [c_void_p]),
    "EVP_PKEY_is_a": (c_int, [c_void_p, c_char_p]),
    "EVP_PKEY_free": (None, [c_void_p]),
    "EVP_PKEY_CTX_new": (c_void_p, [c_void_p, c_void_p]),
    "EVP_PKEY_CTX_new_from_name": (c_void_p, [c_void_p, c_char_p, c_char_p]),
    "EVP_PKEY_CTX_free": (None, [c_void_p]),
    "EVP_PKEY_CTX_set1_id": (c_int, [c_void_p, c_char_p, c_int]),
    "EVP_PKEY_public_check": (c_int, [c_void_p]),
    "EVP_PKEY_keygen_init": (c_int, [c_void_p]),
    "EVP_PKEY_generate": (c_int, [c_void_p, c_void_p]),
    "EVP_MD_CTX_new": (c_void_p, []),
    "EVP_MD_CTX_free": (None, [c_void_p]),
    "EVP_MD_CTX_set_pkey_ctx": (None, [c_void_p, c_void_p]),
    "EVP_sm3": (c_void_p, []),
    "EVP_DigestSignInit": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "EVP_DigestSign": (c_int, [c_void_p, c_void_p, POINTER(c_size_t), c_char_p, c_size_t]),
    "EVP_DigestVerifyInit": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "EVP_DigestVerify": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t]),
    "ERR_clear_error": (None, []),
    "OpenSSL_version": (c_char_p, [c_int]),
}
_SM2 = b"SM2"
_LONGEST_SIGNATURE = 72


class Missing(Exception):
    """This machine has no libcrypto with SM2: OpenSSL 3 of most distributions has it, some leave it out."""


class Failed(Exception):
    """libcrypto refused: no such key, or it could not do what it was asked."""


@cache
def lib() -> Any:
    """The library with its functions' types. Raises Missing."""
    for name in _NAMES:
        try:
            loaded = CDLL(name)
            for function, (result, arguments) in _SIGNATURES.items():
                bound = getattr(loaded, function)
                bound.restype, bound.argtypes = result, arguments
            return loaded
        except (OSError, AttributeError):
            continue
    raise Missing("no libcrypto of OpenSSL 3 with SM2")


class Key:
    """An SM2 key held by libcrypto (EVP_PKEY), given back when it is no longer used. One may be used by many threads."""

    def __init__(self, pointer: int) -> None:
        """Takes the pointer over. Raises Failed where it is no key, or a key of another kind."""
        if not pointer:
            lib().ERR_clear_error()
            raise Failed("not a key")
        self.pointer = pointer
        weakref.finalize(self, lib().EVP_PKEY_free, pointer)
        if lib().EVP_PKEY_is_a(pointer, _SM2) != 1:
            raise Failed("not an SM2 key")

    @classmethod
    def of_spki(cls, der: bytes) -> "Key":
        """The public key in a SubjectPublicKeyInfo, on the curve. Raises Failed, Missing."""
        key = cls(_read(lib().d2i_PUBKEY, der))
        context = lib().EVP_PKEY_CTX_new(key.pointer, None)
        try:
            if lib().EVP_PKEY_public_check(context) != 1:
                raise Failed("not a point of the curve")
        finally:
            lib().EVP_PKEY_CTX_free(context)
            lib().ERR_clear_error()
        return key

    @classmethod
    def of_pkcs8(cls, der: bytes) -> "Key":
        """The private key in a PKCS#8 (not encrypted). Raises Failed, Missing."""
        return cls(_read(lib().d2i_AutoPrivateKey, der))

    @classmethod
    def made(cls) -> "Key":
        """A new key pair. Raises Failed, Missing."""
        context = lib().EVP_PKEY_CTX_new_from_name(None, _SM2, None)
        found = c_void_p()
        try:
            if lib().EVP_PKEY_keygen_init(context) != 1 or lib().EVP_PKEY_generate(context, byref(found)) != 1:
                raise Failed("no key made")
            return cls(found.value or 0)
        finally:
            lib().EVP_PKEY_CTX_free(context)
            lib().ERR_clear_error()

    def spki(self) -> bytes:
        """The public key as SubjectPublicKeyInfo, DER."""
        return _written(lib().i2d_PUBKEY, self.pointer)

    def pkcs8(self) -> bytes:
        """The private key as PKCS#8, DER, not encrypted. Raises Failed where there is only a public one."""
        info = lib().EVP_PKEY2PKCS8(self.pointer)
        try:
            return _written(lib().i2d_PKCS8_PRIV_KEY_INFO, info)
        finally:
            lib().PKCS8_PRIV_KEY_INFO_free(info)
            lib().ERR_clear_error()


def sign(key: Key, message: bytes, signer: bytes) -> bytes:
    """The DER signature of SM2 with SM3 over a message, under the signer's distinguishing id. Raises Failed."""
    with _Context(key, signer) as context:
        if lib().EVP_DigestSignInit(context, None, lib().EVP_sm3(), None, key.pointer) != 1:
            raise Failed("cannot sign")
        signature, length = create_string_buffer(_LONGEST_SIGNATURE), c_size_t(_LONGEST_SIGNATURE)
        if lib().EVP_DigestSign(context, signature, byref(length), message, len(message)) != 1:
            raise Failed("cannot sign")
        return signature.raw[: length.value]


def verify(key: Key, message: bytes, signature: bytes, signer: bytes) -> bool:
    """Whether a DER signature is this key's of this message under this id. Raises Failed where it cannot be tried."""
    with _Context(key, signer) as context:
        if lib().EVP_DigestVerifyInit(context, None, lib().EVP_sm3(), None, key.pointer) != 1:
            raise Failed("cannot verify")
        return bool(lib().EVP_DigestVerify(context, signature, len(signature), message, len(message)) == 1)


class _Context:
    """A digest context with the distinguishing id set, given back at the end."""

    def __init__(self, key: Key, signer: bytes) -> None:
        self._key, self._signer = key, signer
        self._outer = self._inner = None

    def __enter__(self) -> Any:
        self._inner = lib().EVP_PKEY_CTX_new(self._key.pointer, None)
        self._outer = lib().EVP_MD_CTX_new()
        if lib().EVP_PKEY_CTX_set1_id(self._inner, self._signer, len(self._signer)) != 1:
            self.__exit__()
            raise Failed("no such id")
        lib().EVP_MD_CTX_set_pkey_ctx(self._outer, self._inner)
        return self._outer

    def __exit__(self, *_: object) -> None:
        lib().EVP_MD_CTX_free(self._outer)
        lib().EVP_PKEY_CTX_free(self._inner)
        lib().ERR_clear_error()


def _read(function: Any, der: bytes) -> int:
    """What a d2i function makes of all of these bytes; 0 where it makes nothing of them, or something lies behind."""
    start = create_string_buffer(der, len(der) or 1)
    at = c_void_p(ctypes.addressof(start))
    pointer: int | None = function(None, byref(at), len(der))
    if pointer and (at.value or 0) - ctypes.addressof(start) != len(der):
        lib().EVP_PKEY_free(pointer)
        return 0
    return pointer or 0


def _written(function: Any, pointer: int) -> bytes:
    length = function(pointer, None)
    if length <= 0:
        raise Failed("cannot be written")
    room = (c_ubyte * length)()
    function(pointer, byref(c_void_p(ctypes.addressof(room))))
    return bytes(room)
