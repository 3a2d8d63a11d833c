"""Fonts of a document (clause 11.1): its own, if the file carries them, else the nearest that this machine has."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from office.files.bounds import MIB
from office.files.ofd.faults import Broken
from office.files.ofd.native import skia
from office.files.ofd.package import Package
from office.files.ofd.resources import Resources
from office.files.ofd.values import flag
from office.files.ofd.xmltree import text_of
from office.files.rendering.fonts import is_chinese, stand_ins

MAX_FONT = 64 * MIB

_OWN_NAMES = (
    ("小标宋", ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05")),
    ("仿宋_gb2312", ("FangSong_GB2312", "仿宋_GB2312", "FangSong")),
    ("仿宋", ("FangSong", "FangSong_GB2312", "仿宋", "STFangsong")),
    ("楷体_gb2312", ("KaiTi_GB2312", "楷体_GB2312", "KaiTi")),
    ("楷体", ("KaiTi", "KaiTi_GB2312", "楷体", "STKaiti")),
    ("黑体", ("SimHei", "黑体", "STHeiti")),
    ("微软雅黑", ("Microsoft YaHei",)),
    ("宋体", ("SimSun", "宋体", "NSimSun", "STSong")),
    ("simsun", ("SimSun", "NSimSun")),
)
"""Families as files name them and as the fonts themselves do; tried before any stand-in."""

_SERIF = ("Liberation Serif", "Nimbus Roman", "FreeSerif", "Noto Serif CJK SC", "Noto Serif SC", "DejaVu Serif")
_SANS = ("Liberation Sans", "Nimbus Sans", "FreeSans", "Noto Sans CJK SC", "Noto Sans SC", "DejaVu Sans")
_MONO = ("Liberation Mono", "Nimbus Mono PS", "FreeMono", "Noto Sans Mono CJK SC", "DejaVu Sans Mono")
_LATIN = (
    (("courier", "mono", "consol"), _MONO),
    (("arial", "helvetica", "calibri", "verdana", "tahoma", "segoe", "sans"), _SANS),
)


@dataclass(frozen=True, eq=False, slots=True)
class Face:
    """A typeface to draw with; one object for each way of drawing it. `own`: the file carries it, so its glyph numbers mean
    something."""

    typeface: Any
    own: bool
    bold: bool = False
    """To be thickened: bold was asked for and this face is not."""

    slanted: bool = False
    """To be slanted: italic was asked for and this face is not."""


class FontShelf:
    """The fonts of this machine; looked through once in a process."""

    def __init__(self, folders: Sequence[str]) -> None:
        self._folders = folders

    @cached_property
    def _managers(self) -> list[Any]:
        found = []
        for folder in self._folders:
            with contextlib.suppress(RuntimeError):
                if Path(folder).is_dir():
                    found.append(skia.FontMgr.New_Custom_Directory(folder))
        return found

    @lru_cache(maxsize=256)  # noqa: B019 - one shelf lives as long as its process
    def find(self, name: str, bold: bool, italic: bool) -> Any:
        """The face of a family, or nothing."""
        weight = skia.FontStyle.kBold_Weight if bold else skia.FontStyle.kNormal_Weight
        slant = skia.FontStyle.Slant.kItalic_Slant if italic else skia.FontStyle.Slant.kUpright_Slant
        style = skia.FontStyle(weight, skia.FontStyle.kNormal_Width, slant)
        for manager in self._managers:
            if (face := manager.matchFamilyStyle(name, style)) is not None:
                return face
        return None


class Faces:
    """The faces of one document, by the ID of the font resource."""

    def __init__(self, package: Package, shelf: FontShelf) -> None:
        self._package, self.shelf = package, shelf
        self._own: dict[str, Any] = {}
        self.broken = False
        """Whether a font that the file carries could not be read; stand-ins are drawn for it."""

        self._faces: dict[tuple[int, bool, bool, bool], Face] = {}

    def face(self, typeface: Any, own: bool, bold: bool, slanted: bool) -> Face:
        """The one face for a way of drawing a typeface."""
        return self._faces.setdefault((typeface.uniqueID(), own, bold, slanted), Face(typeface, own, bold, slanted))

    def own(self, resources: Resources, id: str | None) -> Any:
        """The typeface that the file carries for a font, or nothing where it carries none that can be read."""
        file = resources.file("Font", id, "FontFile")
        if file is None:
            font = resources.get("Font", id)
            self.broken = self.broken or (font is not None and bool(text_of(font.element, "FontFile")))
            return None
        if file not in self._own:
            self._own[file] = _typeface(self._package, file)
        self.broken = self.broken or self._own[file] is None
        return self._own[file]

    def stand_in(self, resources: Resources, id: str | None, code: int, bold: bool, italic: bool) -> Face | None:
        """The nearest face of this machine that has a character; nothing where none has."""
        for name, heavy in _wanted(resources, id):
            face = self.shelf.find(name, bold or heavy, italic)
            if face is not None and face.unicharToGlyph(code):
                return self.face(face, False, (bold or heavy) and not face.isBold(), italic and not face.isItalic())
        return None


@lru_cache(maxsize=1)
def _maker() -> Any:
    """A font manager without fonts: the usual one would read the machine's whole font configuration first."""
    return skia.FontMgr.New_Custom_Empty()


def _typeface(package: Package, file: str) -> Any:
    """Nothing where it is none, or damaged."""
    try:
        data = package.read(file, MAX_FONT)
    except Broken:
        return None
    face = _maker().makeFromData(skia.Data.MakeWithCopy(data)) if data else None
    return face if face is not None and face.countGlyphs() else None


@lru_cache(maxsize=512)
def _ranked(names: tuple[str, ...], bold: bool, fixed: bool, serif: bool) -> list[tuple[str, bool]]:
    """Family names to try, nearest first, each with whether it should be bold."""
    ranked = [(name, bold) for name in names]
    for name in names:
        low = name.casefold()
        ranked += [(alias, bold) for hint, aliases in _OWN_NAMES if low.startswith(hint) for alias in aliases]
    chinese = next((name for name in names if is_chinese(name.encode())), None)
    latin = next((faces for name in names for hints, faces in _LATIN if any(hint in name.casefold() for hint in hints)), None)
    if chinese is None:
        ranked += [(name, bold) for name in latin or (_MONO if fixed else _SERIF)]
    for raw in stand_ins((chinese or ("宋体" if serif or latin is not _SANS else "黑体")).encode()):
        name = raw.decode()
        ranked.append((name.removesuffix(" Bold"), bold or name.endswith(" Bold")))
    return list(dict.fromkeys(ranked))


def _wanted(resources: Resources, id: str | None) -> list[tuple[str, bool]]:
    resource = resources.get("Font", id)
    if resource is None:
        return _ranked((), False, False, True)
    font = resource.element
    names = tuple(name for kind in ("FontName", "FamilyName") if (name := (font.get(kind) or "").strip()))
    return _ranked(names, is_bold(resources, id), flag(font.get("FixedWidth"), False), flag(font.get("Serif"), True))


def is_bold(resources: Resources, id: str | None) -> bool:
    """Whether a font resource is called bold."""
    resource = resources.get("Font", id)
    return resource is not None and flag(resource.element.get("Bold"), False)


def is_italic(resources: Resources, id: str | None) -> bool:
    """Whether a font resource is called italic."""
    resource = resources.get("Font", id)
    return resource is not None and flag(resource.element.get("Italic"), False)
