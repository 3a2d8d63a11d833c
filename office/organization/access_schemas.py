"""What goes over the wire about accounts and clients, for the administrator."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from office.kernel.text import VISIBLE
from office.organization.schemas import Short

Login = Annotated[str, Meta(min_length=1, max_length=64, pattern=VISIBLE)]
Label = Annotated[str, Meta(min_length=1, max_length=80, pattern=VISIBLE)]
Scopes = Annotated[list[Annotated[str, Meta(max_length=80, pattern=VISIBLE)]], Meta(min_length=1, max_length=20)]
KeyDays = Annotated[int, Meta(ge=1, le=1095)]
OverlapDays = Annotated[int, Meta(ge=0, le=90)]


class NewAccount(Struct, forbid_unknown_fields=True):
    """开户: for a person the structure knows."""

    person: UUID
    login: Login


class OneTime(Struct):
    """An account with its one-time password, told once and kept nowhere."""

    account: UUID
    login: str
    name: str
    one_time_password: str


class AccountQuery(Struct, forbid_unknown_fields=True):
    """Words in the login or the name."""

    q: Short = ""
    cursor: UUID | None = None


class AccountLine(Struct):
    """An account: no secret and no hash."""

    id: UUID
    login: str
    person: UUID
    name: str
    must_change: bool
    disabled_at: datetime | None
    created_at: datetime


class AccountPage(Struct):
    """账号列表."""

    items: list[AccountLine]
    next: UUID | None


class NewClient(Struct, forbid_unknown_fields=True):
    """登记接入方: `uscc` is the 统一社会信用代码 of the unit it acts for; `succeeds` the client registered anew (接替)."""

    name: Label
    scopes: Scopes
    uscc: Annotated[str, Meta(max_length=18)] = ""
    days: KeyDays = 365
    succeeds: UUID | None = None


class NewKey(Struct, forbid_unknown_fields=True):
    """换密钥: how long the new key lasts, and how long the one in use goes on."""

    days: KeyDays = 365
    overlap_days: OverlapDays = 7


class KeyTold(Struct):
    """A client with its new key, told once and kept nowhere."""

    client: UUID
    name: str
    key: UUID
    secret: str
    expires_at: datetime


class KeyLine(Struct):
    """A key by its last four characters."""

    id: UUID
    hint: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class ClientLine(Struct):
    """A client and its keys that are not revoked."""

    id: UUID
    name: str
    unit: UUID | None
    uscc: str
    scopes: list[str]
    disabled_at: datetime | None
    created_at: datetime
    keys: list[KeyLine]


class ClientList(Struct):
    """接入方列表."""

    items: list[ClientLine]
