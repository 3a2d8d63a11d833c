"""Checks that need no database: the data folder, disk, certificate, web client, fonts, clock."""

import errno
import os
import resource
import shutil
import socket
import ssl
import stat
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

from cryptography import x509

from office.cli.descriptors import RESERVE, fitting
from office.cli.doctor import seals
from office.cli.doctor.finding import Finding, bad, good, note
from office.cli.lock import RESTORE, RESTORING, address_of
from office.files.rendering.conversion import program
from office.files.rendering.pool import PoolSettings
from office.http.web import BUILT
from office.kernel import clock
from office.kernel.settings import Settings

GIB = 1024**3
SOON = timedelta(days=30)
CHINESE = ("noto*cjk*", "*sourcehan*", "fandol*", "wqy-*", "*simsun*", "*simfang*", "*simkai*", "*uming*")


def findings(settings: Settings) -> list[Finding]:
    """All of them, in order."""
    return [
        folder(settings), disk(settings), listening(settings), proxy(settings), certificate(settings), lifetimes(settings),
        descriptors(settings), web(), fonts(settings), forms(settings), ofd(), office(), seals.sm2(), seals.trust(settings),
        time(),
    ]  # fmt: skip


def folder(settings: Settings) -> Finding:
    """The data folder: there, ours to write, closed to others."""
    what, path = "数据目录", settings.folder.resolve()
    if not path.exists():
        return bad(what, f"{path} 不存在", "运行 zhiban migrate，它会建立目录和数据库")
    if not os.access(path, os.W_OK | os.X_OK):
        return bad(what, f"{path} 当前用户不能写", "修改所有者，或设 ZHIBAN_DATA")
    if (path / RESTORING).exists():
        return bad(what, f"{path} 上一次从备份恢复没有做完", f"再运行 {RESTORE} 备份目录 --replace")
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


def listening(settings: Settings) -> Finding:
    """The address and port to serve on, or where the server of this data folder answers."""
    what, told = "监听地址", f"{settings.host} 端口 {settings.port}"
    if own := address_of(settings):
        return good(what, f"指办正在 {own} 提供服务")
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        place = socket.getaddrinfo(settings.host, settings.port, family, socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][4]
    except OSError:
        return bad(
            what, f"{settings.host} 不是地址，也不是能查到的主机名", "检查 ZHIBAN_HOST（本机用 127.0.0.1，对外用 0.0.0.0）"
        )
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(place)
        except OSError as error:
            return _taken(what, told, error)
    return good(what, f"{told} 可用")


def _taken(what: str, told: str, error: OSError) -> Finding:
    if error.errno == errno.EADDRINUSE:
        todo = "换 ZHIBAN_PORT，或停止那个程序；若是另一个数据目录上的指办，用 --data 指出它"
        return note(what, f"{told} 已有程序在监听，不是这个数据目录上的指办", todo)
    if error.errno == errno.EACCES:
        return bad(what, f"{told} 当前用户无权监听", "换 1024 以上的端口，或放到代理之后")
    return bad(what, f"{told} 不能监听，本机没有这个地址", "检查 ZHIBAN_HOST")


def proxy(settings: Settings) -> Finding:
    """A trusted proxy, and the address browsers know."""
    if not settings.public_url:
        if settings.trusted_proxy:
            told = "设了可信代理，没有设对外网址：通行密钥只认 localhost，Cookie 不带 Secure"
            return note("对外网址", told, "设 ZHIBAN_PUBLIC_URL，如 https://oa.example.gov.cn")
        return good("对外网址", "没有设，按本机使用")
    return good("对外网址", settings.public_url)


def lifetimes(settings: Settings) -> Finding:
    """How long log-ins last."""
    for kind, idle, absolute in (
        ("浏览器", settings.session_idle, settings.session_absolute),
        ("客户端", settings.app_session_idle, settings.app_session_absolute),
    ):
        if idle > absolute:
            told = f"{kind}的闲置时长 {idle} 秒长于最长时长 {absolute} 秒，闲置时长不起作用"
            return note("登录时长", told, "调小 session_idle，或调大 session_absolute（客户端加前缀 app_）")
    return good("登录时长", "闲置时长都短于最长时长")


def descriptors(settings: Settings) -> Finding:
    """How many files and sockets the process may hold, and whether the connections it may serve fit: each phone on line is one.

    `serve` raises the soft limit itself, so the hard one decides.
    """
    what, wanted = "文件描述符", settings.max_connections
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    fits = fitting(hard, wanted)
    if fits < wanted:
        told = f"一个进程最多 {hard} 个，只够 {fits} 个连接，少于 ZHIBAN_MAX_CONNECTIONS 的 {wanted} 个"
        return note(what, told, f"在 systemd 设 LimitNOFILE={max(65536, wanted + RESERVE)}，或调小 ZHIBAN_MAX_CONNECTIONS")
    return good(what, f"{'不限' if hard < 0 else f'一个进程最多 {hard} 个'}，够 {wanted} 个连接")


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
        told = "文件打不开" if isinstance(error, OSError) else "内容不是 PEM 证书"
        return bad("TLS", f"证书 {settings.cert} 读不了（{told}）", "检查路径、权限和内容")
    if wrong := _key_problem(settings):
        return bad("TLS", wrong, "检查 ZHIBAN_KEY，私钥要与证书是一对")
    left = found.not_valid_after_utc - datetime.now(UTC)
    told = f"证书有效到 {found.not_valid_after_utc.astimezone(clock.SHANGHAI):%Y-%m-%d}"
    if left <= timedelta():
        return bad("TLS", f"{told}，已过期", "换新证书")
    return note("TLS", told, "在到期前换新证书") if left < SOON else good("TLS", told)


def _key_problem(settings: Settings) -> str:
    """What keeps the private key from serving with the certificate, "" if nothing does."""
    if not settings.key:
        return "设了证书，没有设私钥"
    if not os.access(settings.key, os.R_OK):
        return f"私钥 {settings.key} 不存在或不能读"
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(settings.cert, settings.key, password="")
    except (OSError, ValueError):
        return f"私钥 {settings.key} 与证书不是一对，或内容不是未加密的 PEM"
    return ""


def web() -> Finding:
    """The built web client."""
    if (BUILT / "m.html").is_file():
        return good("手机网页", "已构建")
    return bad("手机网页", "尚未构建，/m 打不开", "在项目目录运行 make web，或安装正式发布的包")


def fonts(settings: Settings) -> Finding:
    """Chinese fonts for files that do not carry their own."""
    if settings.fonts and not Path(settings.fonts).is_dir():
        return bad("中文字体", f"字体目录 {settings.fonts} 不存在", "检查 ZHIBAN_FONTS")
    found = chinese_fonts([*PoolSettings().font_dirs, *([settings.fonts] if settings.fonts else [])])
    if found:
        return good("中文字体", f"找到 {len(found)} 个，如 {found[0].name}")
    todo = "安装 fonts-noto-cjk，或把字体放进一个目录并设 ZHIBAN_FONTS"
    return note("中文字体", "没有找到，未嵌入字体的文件会缺字（页面上会提示）", todo)


def forms(settings: Settings) -> Finding:
    """The fonts that forms are printed with: without any no form is printed, with fewer some names are not."""
    what, package = "打印字体", find_spec("zhiban_fonts")
    own = f"，另用 {settings.fonts}" if settings.fonts else ""
    if package is not None:
        return good(what, f"zhiban-fonts 已安装{own}")
    todo = "在项目目录运行 python -m tools.setup fonts，或把仿宋、楷体、黑体、小标宋放进一个目录并设 ZHIBAN_FONTS"
    return note(what, f"没有安装 zhiban-fonts{own}，处理单可能印不出来，办结的文件也就不能封签归档", todo)


def chinese_fonts(folders: Sequence[str]) -> list[Path]:
    """Font files of Chinese families below these folders."""
    files = (path for folder in folders for path in Path(folder).rglob("*") if path.suffix.lower() in (".ttf", ".ttc", ".otf"))
    return sorted(path for path in files if any(Path(path.name.lower()).match(name) for name in CHINESE))


def ofd(python: str = sys.executable) -> Finding:
    """Whether the renderer of OFD can be loaded; tried in a process of its own, for this one is to stay small."""
    command = [python, "-c", "import skia, lxml.etree"]
    try:
        tried = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return note("OFD", "版式渲染组件加载太慢", "检查磁盘和内存")
    if tried.returncode == 0:
        return good("OFD", "版式渲染组件可用")
    reason = (tried.stderr.strip().splitlines() or ["没有说明"])[-1]
    return note("OFD", f"版式渲染组件不能加载（{reason}），收到的 OFD 打不开", "apt-get install libgl1 libegl1 libexpat1")


def office() -> Finding:
    """Whether there is a program that sets Word, Excel and PowerPoint files."""
    if found := program():
        return good("Word、Excel、PPT", f"由 {found} 转换显示")
    todo = "需要时 apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
    return note("Word、Excel、PPT", "没有 LibreOffice，这几种文件不收（会提示另存为 PDF）", todo)


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
