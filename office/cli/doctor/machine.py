"""Checks that need no database: the data folder, disk, certificate, web client, fonts, clock."""

import os
import shutil
import stat
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from office.cli.doctor.finding import Finding, bad, good, note
from office.files.rendering.pool import PoolSettings
from office.http.web import BUILT
from office.kernel import clock
from office.kernel.settings import Settings

GIB = 1024**3
SOON = timedelta(days=30)
CHINESE = ("noto*cjk*", "*sourcehan*", "fandol*", "wqy-*", "*simsun*", "*simfang*", "*simkai*", "*uming*")


def findings(settings: Settings) -> list[Finding]:
    """All of them, in order."""
    return [folder(settings), disk(settings), certificate(settings), web(), fonts(settings), time()]


def folder(settings: Settings) -> Finding:
    """The data folder: there, ours to write, closed to others."""
    what, path = "数据目录", settings.folder.resolve()
    if not path.exists():
        return bad(what, f"{path} 不存在", "运行 zhiban migrate，它会建立目录和数据库")
    if not os.access(path, os.W_OK | os.X_OK):
        return bad(what, f"{path} 当前用户不能写", "修改所有者，或设 ZHIBAN_DATA")
    open_to = stat.S_IMODE(path.stat().st_mode) & 0o077
    if open_to:
        return note(what, f"{path} 同机的其他用户可以进入", f"运行 chmod 700 {path}")
    return good(what, f"{path} 可写，仅本用户可进入")


def disk(settings: Settings) -> Finding:
    """Free space where the data lies."""
    place = settings.folder.resolve()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    told = f"剩余 {free / GIB:.1f} GiB"
    if free < GIB // 2:
        return bad("磁盘", told, "尽快清理或扩容，空间用尽会停止收文")
    return note("磁盘", told, "安排清理或扩容") if free < 5 * GIB else good("磁盘", told)


def certificate(settings: Settings) -> Finding:
    """The TLS certificate and how long it lasts."""
    if not settings.cert:
        local = settings.host in ("127.0.0.1", "::1", "localhost") or bool(settings.trusted_proxy)
        told = "没有设证书"
        if local:
            return good("TLS", f"{told}，只在本机或可信代理之后提供服务")
        return bad("TLS", told, "设 --cert、--key，或放到代理之后")
    try:
        found = x509.load_pem_x509_certificate(Path(settings.cert).read_bytes())
    except (OSError, ValueError) as error:
        return bad("TLS", f"证书 {settings.cert} 读不了（{error}）", "检查路径和内容（PEM）")
    left = found.not_valid_after_utc - datetime.now(UTC)
    told = f"证书有效到 {found.not_valid_after_utc.astimezone(clock.SHANGHAI):%Y-%m-%d}"
    if left <= timedelta():
        return bad("TLS", f"{told}，已过期", "换新证书")
    return note("TLS", told, "在到期前换新证书") if left < SOON else good("TLS", told)


def web() -> Finding:
    """The built web client."""
    if (BUILT / "m.html").is_file():
        return good("手机网页", "已构建")
    return bad("手机网页", "尚未构建，/m 打不开", "在项目目录运行 make web，或安装正式发布的包")


def fonts(settings: Settings) -> Finding:
    """Chinese fonts for files that do not carry their own."""
    found = chinese_fonts([*PoolSettings().font_dirs, *([settings.fonts] if settings.fonts else [])])
    if found:
        return good("中文字体", f"找到 {len(found)} 个，如 {found[0].name}")
    todo = "安装 fonts-noto-cjk，或把字体放进一个目录并设 ZHIBAN_FONTS"
    return note("中文字体", "没有找到，未嵌入字体的文件会缺字（页面上会提示）", todo)


def chinese_fonts(folders: Sequence[str]) -> list[Path]:
    """Font files of Chinese families below these folders."""
    files = (path for folder in folders for path in Path(folder).rglob("*") if path.suffix.lower() in (".ttf", ".ttc", ".otf"))
    return sorted(path for path in files if any(Path(path.name.lower()).match(name) for name in CHINESE))


def time() -> Finding:
    """The machine's clock: kept right by someone, and the business zone known."""
    now = clock.now().astimezone(clock.SHANGHAI)
    told = f"现在是北京时间 {now:%Y-%m-%d %H:%M}"
    kept = _synchronised()
    if kept is None:
        return good("时钟", told)
    if kept:
        return good("时钟", f"{told}，已与时间服务器同步")
    return note("时钟", f"{told}，没有与时间服务器同步", "启用 chrony 或 systemd-timesyncd")


def _synchronised() -> bool | None:
    program = shutil.which("timedatectl")
    if program is None:
        return None
    command = [program, "show", "--property=NTPSynchronized", "--value"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout.strip()  # noqa: S603
    except subprocess.TimeoutExpired:
        return None
    return {"yes": True, "no": False}.get(told)
