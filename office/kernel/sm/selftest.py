"""The examples of the standards, tried once in each process before SM2 is trusted: a library that answers wrongly is worse
than none."""

from functools import cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from office.kernel.sm.digests import sm3
from office.kernel.sm.sm2 import Failed, Missing, PrivateKey, PublicKey

#: GB/T 32905 A.1; GB/T 32907 A.1; GB/T 32918.5 A.2 (the signer's id is the default one).
_ABC = bytes.fromhex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
_BLOCK, _SEALED = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("681edf34d206965e86b3e94f536e4246")
_POINT = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
_MESSAGE = b"message digest"
_SIGNATURE = bytes.fromhex(
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


@cache
def fault() -> str:
    """What does not work, empty where all does: "missing" (no libcrypto with SM2 here), else the algorithm that failed."""
    try:
        return next((name for name, works in (("SM3", _sm3), ("SM4", _sm4), ("SM2", _sm2)) if not works()), "")
    except Missing:
        return "missing"
    except (Failed, UnsupportedAlgorithm) as error:
        return f"{type(error).__name__}: {error}"


def _sm3() -> bool:
    return sm3(b"abc") == _ABC


def _sm4() -> bool:
    made = Cipher(algorithms.SM4(_BLOCK), modes.ECB()).encryptor()  # noqa: S305 - one block, the standard's example
    return made.update(_BLOCK) + made.finalize() == _SEALED


def _sm2() -> bool:
    known, own = PublicKey(_POINT), PrivateKey.made()
    if not known.verifies(_MESSAGE, _SIGNATURE) or not own.public.verifies(_MESSAGE, own.sign(_MESSAGE)):
        return False
    return not (
        known.verifies(_MESSAGE + b".", _SIGNATURE)
        or known.verifies(_MESSAGE, _SIGNATURE, b"another id")
        or known.verifies(_MESSAGE, _SIGNATURE[:-1] + b"\0")
        or own.public.verifies(_MESSAGE, _SIGNATURE)
    )
