"""The picture of an electronic seal (GM/T 0031, GB/T 38540): taken out of SignedValue.dat or Seal.esl, both DER.

Only the way to the picture is read here. SES_Signature is {toSign {version, eseal …} …}, SES_Seal is {info {header, id,
property, picture …} …} and the picture {type, data, width, height}.
"""

from typing import NamedTuple

from office.files.ofd.document import Document
from office.files.ofd.faults import Broken
from office.files.ofd.signatures import Signature

MAX_SEAL = 16 * 1024 * 1024
_SEQUENCE, _OCTETS, _INTEGER = 0x30, 0x04, 0x02
_STRINGS = {0x0C, 0x13, 0x16, 0x1E}


class SealPicture(NamedTuple):
    """What a seal looks like: `kind` as the seal calls it (png, ofd, …), its bytes, its size in millimetres."""

    kind: str
    data: bytes
    width: float
    height: float


class Der(NamedTuple):
    """One DER value: its tag and its content."""

    tag: int
    content: bytes

    def children(self) -> list["Der"]:
        """The values inside. Raises Broken."""
        found, at = list[Der](), 0
        while at < len(self.content):
            value, at = read_der(self.content, at)
            found.append(value)
        return found

    def child(self, *path: int) -> "Der":
        """A value by its place, step by step. Raises Broken."""
        value = self
        for step in path:
            if value.tag & 0x20 == 0:
                raise Broken("DER")
            inside = value.children()
            if step >= len(inside):
                raise Broken("DER")
            value = inside[step]
        return value


def read_der(data: bytes, at: int) -> tuple[Der, int]:
    """The value at a place and where it ends. Raises Broken."""
    if at + 2 > len(data):
        raise Broken("DER")
    tag, length, at = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or at + count > len(data):
            raise Broken("DER")
        length, at = int.from_bytes(data[at : at + count], "big"), at + count
    if at + length > len(data):
        raise Broken("DER")
    return Der(tag, data[at : at + length]), at + length


def picture_of(document: Document, signature: Signature) -> SealPicture | None:
    """The picture of a signature's seal: the signed one first, the one lying beside it where that has none."""
    for file, path in ((signature.value_file, (0, 1, 0, 3)), (signature.seal_file, (0, 3))):
        if file is None:
            continue
        try:
            root, _ = read_der(document.package.read(file, MAX_SEAL), 0)
            return _picture(root.child(*path))
        except Broken:
            continue
    return None


def _picture(value: Der) -> SealPicture:
    parts = value.children()
    if len(parts) < 4 or parts[0].tag not in _STRINGS or parts[1].tag != _OCTETS:
        raise Broken("no picture")
    width, height = (int.from_bytes(part.content[:8], "big", signed=True) for part in parts[2:4])
    return SealPicture(parts[0].content.decode("latin-1").lower(), parts[1].content, width, height)
