"""The picture of an electronic seal (GM/T 0031, GB/T 38540): taken out of SignedValue.dat or Seal.esl, both DER.

Only the way to the picture is read here. SES_Signature is {toSign {version, eseal …} …}, SES_Seal is {info {header, id,
property, picture …} …} and the picture {type, data, width, height}.
"""

from typing import NamedTuple

from office.files.ofd.document import Document
from office.files.ofd.faults import Broken
from office.files.ofd.signatures import Signature
from office.files.seals import der
from office.files.seals.der import BadDer, Der

MAX_SEAL = 16 * 1024 * 1024
_STRINGS = {0x0C, 0x13, 0x16, 0x1E}


class SealPicture(NamedTuple):
    """What a seal looks like: `kind` as the seal calls it (png, ofd, …), its bytes, its size in millimetres."""

    kind: str
    data: bytes
    width: float
    height: float


def picture_of(document: Document, signature: Signature) -> SealPicture | None:
    """The picture of a signature's seal: the signed one first, the one lying beside it where that has none."""
    for file, path in ((signature.value_file, (0, 1, 0, 3)), (signature.seal_file, (0, 3))):
        if file is None:
            continue
        try:
            root, _ = der.read(document.package.read(file, MAX_SEAL))
            return _picture(root.child(*path))
        except (Broken, BadDer):
            continue
    return None


def _picture(value: Der) -> SealPicture:
    parts = value.children()
    if len(parts) < 4 or parts[0].tag not in _STRINGS or parts[1].tag != der.OCTETS:
        raise Broken("no picture")
    width, height = (int.from_bytes(part.content[:8], "big", signed=True) for part in parts[2:4])
    return SealPicture(parts[0].content.decode("latin-1").lower(), parts[1].content, width, height)
