"""Settings: from the environment (`ZHIBAN_…`) and one TOML file (`zhiban.toml` in the data folder, or `ZHIBAN_CONFIG`).

The environment wins over the file. Every setting is a field here; an unknown key is told, never ignored.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from office.kernel.wording import said

PREFIX = "ZHIBAN_"
#: Names of the environment that are not settings: the settings' own place, the installer's and the tests' folders.
OTHERS = frozenset({"config", "etc", "samples", "skip_web"})


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How this deployment runs. Times in seconds, sizes in bytes.

    `intake_per_account`, `intake_in_sum`: how much resumable uploads that are not over may hold, of one account and of all.
    `closing_time`: when offices close (下班时间), HH:MM by the clock of Shanghai, from noon on; 24:00 for the end of the day.
    """

    data: str = "data"
    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8000
    database_url: str = ""
    redis_url: str = ""
    public_url: str = ""
    trusted_proxy: str = ""
    cert: str = ""
    key: str = ""
    log_level: str = "INFO"
    max_connections: Annotated[int, msgspec.Meta(ge=16, le=1_000_000)] = 4000
    max_upload: Annotated[int, msgspec.Meta(ge=1024)] = 200 * 1024 * 1024
    intake_per_account: Annotated[int, msgspec.Meta(ge=1024)] = 1024 * 1024 * 1024
    intake_in_sum: Annotated[int, msgspec.Meta(ge=1024)] = 20 * 1024 * 1024 * 1024
    session_idle: Annotated[int, msgspec.Meta(ge=60)] = 30 * 60
    session_absolute: Annotated[int, msgspec.Meta(ge=300)] = 12 * 3600
    app_session_idle: Annotated[int, msgspec.Meta(ge=60)] = 7 * 24 * 3600
    app_session_absolute: Annotated[int, msgspec.Meta(ge=300)] = 30 * 24 * 3600
    hold_seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] = 30
    password_age_days: Annotated[int, msgspec.Meta(ge=0, le=3650)] = 90
    closing_time: Annotated[str, msgspec.Meta(pattern=r"^(1[2-9]|2[0-3]):[0-5][0-9]$|^24:00$")] = "17:30"
    webhook_private_targets: bool = False
    render_workers: Annotated[int, msgspec.Meta(ge=1, le=16)] = 2
    fonts: str = ""
    trust: str = ""

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.data)

    @property
    def database(self) -> str:
        """The database's address; an embedded SQLite file in the data folder unless set."""
        return self.database_url or f"sqlite://{(self.folder / 'zhiban.db').resolve()}"


class SettingsError(Exception):
    """A setting is wrong; the message names it, where it came from and what is allowed."""


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises SettingsError, naming the key."""
    given = os.environ if environment is None else environment
    named = {name.removeprefix(PREFIX).lower(): value for name, value in given.items() if name.startswith(PREFIX)}
    if unknown := sorted(named.keys() - _names() - OTHERS):
        keys = "、".join(f"{PREFIX}{name.upper()}" for name in unknown)
        raise SettingsError(f"没有这些设置：{keys}（来自环境变量）。请核对拼写，或删去它们。")
    from_env = {name: value for name, value in named.items() if name in _names()}
    path = Path(given.get(f"{PREFIX}CONFIG") or Path(from_env.get("data", Settings().data)) / "zhiban.toml")
    from_file = _read(path, must_exist=f"{PREFIX}CONFIG" in given)
    try:
        return msgspec.convert({**from_file, **from_env}, Settings, strict=False)
    except msgspec.ValidationError as error:
        name, reason = said(str(error))
        where = f"环境变量 {PREFIX}{name.upper()}" if name in from_env else f"设置文件 {path}"
        raise SettingsError(f"设置有误：{name} {reason}（来自{where}）。请改正后重试。") from error


def _names() -> frozenset[str]:
    return frozenset(Settings.__struct_fields__)


def _read(path: Path, *, must_exist: bool) -> dict[str, object]:
    if not path.exists():
        if must_exist:
            raise SettingsError(f"设置文件不存在：{path}（由 {PREFIX}CONFIG 指定）。请核对路径。")
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise SettingsError(f"设置文件 {path} 不是 UTF-8 编码，请另存为 UTF-8。") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+), column (\d+)", str(error))
        place = f"第 {found[1]} 行第 {found[2]} 列" if found else "末尾"
        raise SettingsError(f'设置文件 {path} {place}不合 TOML 的写法。文字要加引号，例如 log_level = "INFO"。') from error


_current: Settings | None = None


def use(settings: Settings) -> None:
    """Make these the process's settings; called once by the composition root, and by tests."""
    global _current
    _current = settings


def current() -> Settings:
    """The process's settings; the defaults before the composition root has read any."""
    return _current or Settings()
