"""What an error of the machine or the database says, in Chinese; its kind stands behind, for whoever is asked for help."""

import errno
import socket
import sqlite3

import asyncpg.exceptions

SYSTEM = {
    errno.ENOSPC: "磁盘已满", errno.EDQUOT: "磁盘配额已满", errno.EACCES: "没有权限", errno.EPERM: "没有权限",
    errno.EROFS: "文件系统只读", errno.ENOENT: "文件或目录不存在", errno.EISDIR: "是目录，应为文件",
    errno.ENOTDIR: "路径中有一段不是目录", errno.EIO: "读写磁盘出错", errno.ECONNREFUSED: "连不上",
    errno.EHOSTUNREACH: "连不上", errno.ENETUNREACH: "网络不通", errno.ETIMEDOUT: "等不到回答",
    errno.EMFILE: "打开的文件太多", errno.ENAMETOOLONG: "文件名太长", errno.EXDEV: "不在同一个磁盘上",
    errno.EADDRINUSE: "已被占用", errno.EADDRNOTAVAIL: "本机没有这个地址", errno.ENOTEMPTY: "目录不是空的",
    errno.EEXIST: "已存在", errno.EBUSY: "正被使用", errno.ENFILE: "整台机器打开的文件太多", errno.ENOMEM: "内存不够",
    errno.EFBIG: "文件太大", errno.ELOOP: "符号链接绕成了圈", errno.ECONNRESET: "对方断开了连接", errno.EPIPE: "对方断开了连接",
}  # fmt: skip
#: By words in what SQLite says.
SQLITE = (
    ("locked", "数据库正被占用"), ("busy", "数据库正被占用"), ("full", "磁盘已满"), ("malformed", "数据库文件已损坏"),
    ("not a database", "数据库文件已损坏，或不是数据库"), ("readonly", "数据库只能读"), ("unable to open", "数据库文件打不开"),
    ("disk i/o", "读写磁盘出错"),
)  # fmt: skip
#: Most particular first.
POSTGRES: tuple[tuple[type[BaseException], str], ...] = (
    (asyncpg.exceptions.InvalidAuthorizationSpecificationError, "数据库的用户名或密码不对"),
    (asyncpg.exceptions.InvalidCatalogNameError, "数据库服务器上没有这个库"),
    (asyncpg.exceptions.DiskFullError, "数据库服务器的磁盘已满"),
    (asyncpg.exceptions.InsufficientPrivilegeError, "数据库用户没有权限"),
    (asyncpg.exceptions.TooManyConnectionsError, "数据库的连接已用完"),
    (asyncpg.exceptions.CannotConnectNowError, "数据库正在启动或停止"),
    (asyncpg.exceptions.PostgresConnectionError, "与数据库的连接断了"),
    (asyncpg.exceptions.QueryCanceledError, "数据库等得太久，取消了"),
)


def reason_of(error: BaseException) -> str:
    """Why, in one clause. What nobody foresaw is named by its kind alone, for its words may be in any language."""
    for one in _causes(error):
        if words := _words(one):
            return f"{words}（{type(one).__name__}）"
    return f"数据库或系统出错（{type(error).__name__}：{error}）"


def words_of(error: OSError) -> str:
    """What the system says, in Chinese where it is known."""
    if isinstance(error, socket.gaierror):
        return "查不到这个名称"
    return SYSTEM.get(error.errno or 0, "") or error.strerror or type(error).__name__


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def _words(error: BaseException) -> str:
    if isinstance(error, sqlite3.Error):
        return next((words for part, words in SQLITE if part in str(error).lower()), "")
    for kind, words in POSTGRES:
        if isinstance(error, kind):
            return words
    if isinstance(error, OSError):
        words = SYSTEM.get(error.errno or 0, "")
        return f"{error.filename} {words}" if words and error.filename else words
    return ""
