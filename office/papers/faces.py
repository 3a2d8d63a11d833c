"""Which faces print a form: for each role (仿宋, 楷体, 黑体, 小标宋) the families present, nearest first; what they can draw.

Runs in the worker. The names are those that typst itself reads from the files: a chain holds no family it would not find.
"""

from collections.abc import Iterable, Mapping, Sequence

import typst
from fontTools.ttLib import TTFont

from office.kernel.refusal import Unavailable

#: What the customer may have mounted (commercial), then what the data package brings.
ROLES: Mapping[str, Sequence[str]] = {
    "fang": ("方正仿宋_GBK", "FZFangSong-Z02", "仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong",
             "Zhuque Fangsong (technical preview)", "FandolFang R", "FandolFang"),
    "kai": ("方正楷体_GBK", "FZKai-Z03", "楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "FandolKai", "LXGW WenKai"),
    "hei": ("方正黑体_GBK", "FZHei-B01", "黑体", "SimHei", "FandolHei", "Noto Sans CJK SC"),
    "song": ("方正小标宋_GBK", "方正小标宋简体", "FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "FandolSong"),
}  # fmt: skip
#: What stands in for rare characters, in every role.
REST = ("LXGW WenKai", "Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC", "HanaMinA", "HanaMinB")
WEIGHTS = {"song": 700}
REGULAR = 400
PRIVATE = frozenset(range(0xE000, 0xF900)) | frozenset(range(0xF0000, 0x10FFFE))


def chains(fonts: typst.Fonts, own: Sequence[str]) -> dict[str, list[str]]:
    """For each role the families present, in order; whatever else the customer's own folders hold stands in at the end.

    Refuses: Unavailable papers.no_fonts where a role has none.
    """
    present = {one.family for one in fonts.fonts()}
    mounted = sorted({one.family for one in fonts.fonts() if _within(one.path, own)})
    found = {
        role: [name for name in dict.fromkeys((*names, *REST, *mounted)) if name in present] for role, names in ROLES.items()
    }
    if not all(found.values()):
        raise Unavailable("papers.no_fonts")
    return found


def _within(path: str | None, folders: Sequence[str]) -> bool:
    return path is not None and any(path.startswith(f"{folder.rstrip('/')}/") for folder in folders)


def missing(fonts: typst.Fonts, found: Mapping[str, Sequence[str]], characters: Iterable[str], own: Sequence[str] = ()) -> str:
    """The characters that some role has no glyph for, by their numbers. A face is opened only where it is needed.

    A character of a private area (造字) counts as drawn by the customer's own faces only: in any other it is something else.
    """
    wanted, absent = {ord(one) for one in characters}, set[int]()
    opened: dict[tuple[str, int], frozenset[int]] = {}
    for role, families in found.items():
        left = set(wanted)
        for family in families:
            if not left:
                break
            face = _face(fonts, family, WEIGHTS.get(role, REGULAR))
            if face not in opened:
                opened[face] = _drawn(*face) if _within(face[0], own) else _drawn(*face) - PRIVATE
            left -= opened[face]
        absent |= left
    return "".join(chr(one) for one in sorted(absent))


def _face(fonts: typst.Fonts, family: str, weight: int) -> tuple[str, int]:
    """File and index of the family's face nearest to a weight, as typst chooses it."""
    faces = [one for one in fonts.fonts() if one.family == family and one.path is not None]
    nearest = min(faces, key=lambda one: (one.style != "normal", abs(one.weight - weight), one.path or ""))
    return str(nearest.path), int(nearest.index)


def _drawn(path: str, index: int) -> frozenset[int]:
    with TTFont(path, lazy=True, fontNumber=index) as font:
        return frozenset(font.getBestCmap() or {})
