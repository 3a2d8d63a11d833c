"""What every command begins with: the settings, the registry, and where it is needed the open database under the lock."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import unquote, urlsplit

import click
from starlette.applications import Starlette

from office.cli.lock import embedded, held
from office.cli.tables import pending
from office.cli.words import Failure
from office.http.app import database_config
from office.http.origin import networks
from office.kernel import modules, settings
from office.kernel.database import KNOWN, BadAddress, connection_settings, open_database
from office.kernel.modules import Module, Registry
from office.kernel.settings import Settings, SettingsError, load

T = TypeVar("T")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class House:
    """What the composition root brings: how to make the application, and all manifests."""

    create_app: Callable[[Settings], Starlette]
    manifests: Callable[[], Sequence[Module]]

    def registry(self) -> Registry:
        """The registry of all manifests, made the process's own."""
        made = Registry(self.manifests())
        modules.use(made)
        return made


def configured(run: Callable[..., T]) -> Callable[..., T]:
    """Give a command `--data` and the settings: its first two arguments become the house and the settings."""

    @wraps(run)
    def with_settings(*args: Any, data_folder: str | None, **options: Any) -> T:
        house: House = click.get_current_context().obj
        return run(house, settings_of(data=data_folder), *args, **options)

    help = "数据目录（默认取 ZHIBAN_DATA，再默认 ./data）"
    return click.option("--data", "data_folder", metavar="目录", help=help)(with_settings)


def settings_of(**given: object) -> Settings:
    """The settings, those given on the command line before environment and file. Raises SettingsError."""
    told = {f"{settings.PREFIX}{name.upper()}": str(value) for name, value in given.items() if value is not None}
    made = load({**os.environ, **told})
    _check(made)
    settings.use(made)
    return made


def _check(made: Settings) -> None:
    """What a type cannot say. The database's address is not repeated: it may hold a password."""
    _check_addresses(made)
    if made.log_level not in LEVELS:
        raise SettingsError(f"设置有误：ZHIBAN_LOG_LEVEL 是 {made.log_level}，只能是 {'、'.join(LEVELS)}。")
    try:
        connection_settings(made.database)
    except ValueError as error:
        told = str(error) if isinstance(error, BadAddress) else f"不是数据库地址，应为 {KNOWN}"
        raise SettingsError(f"设置有误：ZHIBAN_DATABASE_URL {told}。") from error


def _check_addresses(made: Settings) -> None:
    try:
        networks(made.trusted_proxy)
    except ValueError as error:
        told = "应为地址或网段，多个用逗号分开，如 10.0.0.1,10.1.0.0/16"
        raise SettingsError(f"设置有误：ZHIBAN_TRUSTED_PROXY 是 {made.trusted_proxy}，{told}。") from error
    if made.public_url and not _is_site(made.public_url):
        told = "应为浏览器里的网址，如 https://oa.example.gov.cn"
        raise SettingsError(f"设置有误：ZHIBAN_PUBLIC_URL 是 {made.public_url}，{told}。")


def _is_site(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and parts.path in ("", "/")
    except ValueError:  # a port or a bracket that is none
        return False


@asynccontextmanager
async def opened(house: House, config: Settings, writes: str = "") -> AsyncIterator[Registry]:
    """The database open for a command; `writes` names a writing one, which holds the lock. Raises Failure."""
    registry = house.registry()
    require_database(config)
    with held(config, writes) if writes else nullcontext():
        described = database_config(config, registry)
        async with open_database(described) as context:
            if due := await pending(context, described):
                raise Failure(f"数据库还有 {len(due)} 步没有升级（如 {due[0]}）。请先运行 zhiban migrate。")
            yield registry


def require_database(config: Settings) -> None:
    """Refuse to make an empty SQLite file by looking at it. Raises Failure."""
    if embedded(config) and not sqlite_path(config).exists():
        raise Failure(f"还没有数据库 {sqlite_path(config)}。请先运行 zhiban migrate（试用请运行 zhiban run-demo）。")


def sqlite_path(config: Settings) -> Path:
    """Where the SQLite file lies."""
    return Path(unquote(urlsplit(config.database).path))


def waiting(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's coroutine to its end. Ctrl-C ends it where it is.

    asyncio's own way ends it at its next await, and copying a large file has none. A process told to ignore Ctrl-C still does.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return asyncio.run(work)
    signal.signal(signal.SIGINT, _interrupt)
    try:
        return asyncio.run(work)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
