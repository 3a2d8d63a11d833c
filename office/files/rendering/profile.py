"""The settings LibreOffice starts with: no macros, no links, nothing fetched; and where Chinese faces are looked for."""

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from office.files.rendering.families import FAMILIES

FONTS_FILE = "fonts.conf"

#: Path, name and value of what differs from the program's own settings (registrymodifications.xcu).
_SETTINGS = (
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Office.Common/Misc", "CrashReport", "false"),
    ("/org.openoffice.Office.Common/Save/Document", "UseUserData", "false"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "2"),
    ("/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"),
)

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)

#: Names in Word files for the faces of official documents, by the family that stands in for them.
_NAMES = {
    "小标宋": ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "华文中宋"),
    "仿宋": ("仿宋", "仿宋_GB2312", "FangSong", "FangSong_GB2312", "华文仿宋", "方正仿宋_GBK", "方正仿宋简体"),
    "楷": ("楷体", "楷体_GB2312", "KaiTi", "KaiTi_GB2312", "华文楷体", "方正楷体_GBK", "方正楷体简体"),
    "黑": ("黑体", "SimHei", "华文黑体", "方正黑体_GBK", "方正黑体简体", "微软雅黑", "Microsoft YaHei", "等线", "DengXian"),
    "宋": ("宋体", "新宋体", "SimSun", "NSimSun", "华文宋体", "方正书宋_GBK"),
}


def write_profile(folder: Path) -> None:
    """A user profile that holds these settings and nothing else."""
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(f"{_HEAD}{items}</oor:items>", "utf-8")


def write_fonts(room: Path, folders: Sequence[str]) -> None:
    """A fontconfig file: the machine's own, the customer's folders, and for every Chinese face those that come nearest."""
    dirs = "".join(f"<dir>{escape(folder)}</dir>" for folder in folders)
    aliases = "".join(_alias(name, family) for family, names in _NAMES.items() for name in names)
    (room / FONTS_FILE).write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{dirs}<cachedir>{room}/fontcache</cachedir>'
        f"{aliases}</fontconfig>",
        "utf-8",
    )


def _alias(name: str, family: str) -> str:
    nearest = next(faces for hints, faces in FAMILIES if family in hints)
    wanted = "".join(f"<family>{escape(face.decode())}</family>" for face in nearest)
    return f'<alias binding="same"><family>{name}</family><accept>{wanted}</accept></alias>'
