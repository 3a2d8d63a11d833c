"""`zhiban serve`: one process that serves, by uvicorn with uvloop, httptools and websockets."""

import asyncio
import contextlib
import errno
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from office.cli.descriptors import room
from office.cli.lock import embedded, held, note_address
from office.cli.migrate import migrated
from office.cli.opening import House, opened, settings_of, waiting
from office.cli.trouble import words_of
from office.cli.words import Command, Failure
from office.http.bounded import bounded
from office.http.logs import set_up
from office.kernel.settings import Settings
from office.realtime.hub import live_hub
from office.realtime.schemas import MAX_FRAME

GRACE_SECONDS = 15
GOODBYE_SECONDS = 5.0


@click.command(cls=Command)
@click.option("--host", metavar="地址", help="监听地址，IPv4 或 IPv6（默认 127.0.0.1）")
@click.option("--port", type=click.IntRange(0, 65535), metavar="端口", help="监听端口（默认 8000；0 为任意空闲端口）")
@click.option("--cert", metavar="文件", help="TLS 证书链（PEM），与 --key 一起用")
@click.option("--key", metavar="文件", help="TLS 私钥（PEM）")
@click.option("--trusted-proxy", metavar="地址", help="可信反向代理的地址或网段，多个用逗号分开；只信它转来的客户端地址")
@click.option("--data", metavar="目录", help="数据目录（默认取 ZHIBAN_DATA，再默认 ./data）")
@click.pass_obj
def serve(
    house: House, host: str | None, port: int | None, cert: str | None, key: str | None, trusted_proxy: str | None,
    data: str | None,
) -> None:  # fmt: skip
    """启动服务。数据库须已由 zhiban migrate 建好。Ctrl-C 或 SIGTERM 平稳停止：先请在线手机稍后重连，再关闭。"""
    config = settings_of(host=host, port=port, cert=cert, key=key, trusted_proxy=trusted_proxy, data=data)
    with held(config, "zhiban serve"), bound(config) as place:
        waiting(_ready(house, config))
        run(house.create_app(config), config, place, _greet)


def _greet(url: str) -> None:
    click.echo(f"指办已在 {url} 提供服务，手机网页 {url}/m", err=True)


async def _ready(house: House, config: Settings) -> None:
    async with opened(house, config):
        pass


async def prepare(house: House, config: Settings) -> None:
    """Bring the database up quietly, under the lock that the caller holds."""
    await migrated(config, house.registry(), quiet=True)


def run(app: Starlette, config: Settings, place: socket.socket, started: Callable[[str], None]) -> None:
    """Serve at `place` until a signal; `started` gets the address once requests are answered. Raises Failure.

    The caller holds the lock of the data folder, and the place (`bound`). Ctrl-C is how a server is stopped: it ends with 130
    as for every command, but what was said then is said already.
    """
    tls = _tls(config)
    _listen(place, config.port)
    set_up(config.log_level)
    http = bounded(room(config.max_connections))
    served = uvicorn.Config(
        app, loop="uvloop", http=http, ws="websockets-sansio", lifespan="on", workers=1, proxy_headers=False,
        server_header=False, access_log=False, log_config=None, ws_max_size=MAX_FRAME, ws_ping_interval=None,
        timeout_keep_alive=75, timeout_graceful_shutdown=GRACE_SECONDS, ssl_certfile=config.cert or None,
        ssl_keyfile=config.key or None,
    )  # fmt: skip
    url = _url(place, tls)

    def told() -> None:
        note_address(config, url)
        started(url)

    server = _Server(served, told, lambda: _say_stopped(config))
    try:
        server.run(sockets=[place])
    except KeyboardInterrupt as error:
        if not server.started:
            raise
        raise click.exceptions.Exit(130) from error
    if not server.started:
        raise Failure("服务没有启动成功，原因见上面的日志；也可运行 zhiban doctor。")


def _say_stopped(config: Settings) -> None:
    rest = "" if embedded(config) else " 和 PostgreSQL 数据库里"
    click.echo(f"已停止，数据在 {config.folder.resolve()}{rest}。", err=True)


class _Server(uvicorn.Server):
    """Says when it serves and when it has stopped; lets live sockets go with 4001, where uvicorn would close them with 1012."""

    def __init__(self, config: uvicorn.Config, told: Callable[[], None], stopped: Callable[[], None]) -> None:
        super().__init__(config)
        self._told, self._stopped = told, stopped

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._told()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._let_go(), GOODBYE_SECONDS)
        await super().shutdown(sockets)
        self._stopped()

    async def _let_go(self) -> None:
        await live_hub.close_all()
        # The close frames are on their way; the sockets end when the clients have answered.
        while self._live():  # noqa: ASYNC110 - uvicorn tells nobody when a connection ends
            await asyncio.sleep(0.02)

    def _live(self) -> bool:
        return any(isinstance(one, WebSocketsSansIOProtocol) for one in self.server_state.connections)


@contextmanager
def bound(config: Settings) -> Iterator[socket.socket]:
    """The address and port of a server, taken before anything else is done; nobody is let in before `run`. Raises Failure."""
    place, address = _socket(config.host, config.port)
    with place:
        with _taking(config.port):
            place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            place.bind(address)
        yield place


def _listen(place: socket.socket, port: int) -> None:
    with _taking(port):
        place.listen(2048)
    place.setblocking(False)


@contextmanager
def _taking(port: int) -> Iterator[None]:
    """Say what keeps a port from being taken, and how another is given: under `make run` there is no option to give."""
    try:
        yield
    except OSError as error:
        other = "如 ZHIBAN_PORT=8001 make run" if "MAKELEVEL" in os.environ else "用 --port 或环境变量 ZHIBAN_PORT"
        if error.errno == errno.EADDRINUSE:
            raise Failure(f"端口 {port} 已被占用。请停止占用它的程序，或换一个端口（{other}）。") from error
        raise Failure(f"端口 {port} 不能监听（{words_of(error)}）。请检查 --host，或换一个端口（{other}）。") from error


def _socket(host: str, port: int) -> tuple[socket.socket, tuple[object, ...]]:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return socket.socket(found[0][0], socket.SOCK_STREAM), found[0][4]
    except OSError as error:
        raise Failure(f"监听地址 {host} 不能用（{words_of(error)}）。请检查 --host。") from error


def _tls(config: Settings) -> bool:
    if not config.cert and not config.key:
        return False
    if not config.cert or not config.key:
        raise click.UsageError("--cert 和 --key 要一起给")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(config.cert, config.key)
    except (OSError, ssl.SSLError) as error:
        told = "内容不是 PEM，或两者不是一对" if isinstance(error, ssl.SSLError) else words_of(error)
        raise Failure(f"证书或私钥不能用：{config.cert}、{config.key}（{told}）。请检查路径、权限和内容。") from error
    return True


def _url(listening: socket.socket, tls: bool) -> str:
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{port}"
