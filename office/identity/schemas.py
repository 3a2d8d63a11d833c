"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from office.kernel.text import EMPTY_OR_VISIBLE, ONE_LINE, VISIBLE

Secret = Annotated[str, Meta(min_length=1, max_length=128, pattern=VISIBLE)]
Name = Annotated[str, Meta(min_length=1, max_length=80, pattern=ONE_LINE)]
Label = Annotated[str, Meta(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
Pin = Annotated[str, Meta(pattern="^[0-9]{4,8}$")]
Kind = Literal["browser", "app"]
#: A credential's id has at most 1023 bytes (WebAuthn, 4).
CredentialId = Annotated[str, Meta(min_length=1, max_length=1364, pattern="^[A-Za-z0-9_-]+$")]
Base64 = Annotated[str, Meta(min_length=1, max_length=4096, pattern="^[A-Za-z0-9_-]+$")]


class Input(Struct, forbid_unknown_fields=True, frozen=True):
    """Base of what is sent here."""


class SignIn(Input, frozen=True):
    """登录."""

    account: Annotated[str, Meta(min_length=1, max_length=128, pattern=VISIBLE)]
    password: Secret
    client: Kind = "browser"
    device: UUID | None = None
    device_name: Label = ""


class SessionTimes(Struct, frozen=True):
    """A session as its owner's client needs it."""

    id: UUID
    expires_at: datetime
    idle_seconds: int


class PersonShown(Struct, frozen=True):
    """A person."""

    id: UUID
    name: str


class SessionOpened(Struct, frozen=True):
    """The answer to every way of signing in; `token` goes to apps only, browsers get the cookie."""

    session: SessionTimes
    person: PersonShown
    must_change_password: bool
    password_aged: bool
    token: str | UnsetType = UNSET


class SessionRow(Struct, frozen=True):
    """One of one's own sessions."""

    id: UUID
    device_name: str
    client: str
    created_at: datetime
    last_seen_at: datetime
    address: str
    current: bool


class SessionList(Struct, frozen=True):
    """会话列表."""

    items: list[SessionRow]


class PasswordChange(Input, frozen=True):
    """修改密码."""

    old: Secret
    new: Annotated[str, Meta(min_length=1, max_length=256, pattern=VISIBLE)]


class Reauthentication(Input, frozen=True):
    """再次确认密码."""

    password: Secret


class Reauthenticated(Struct, frozen=True):
    """Until when devices and passkeys may be added."""

    valid_until: datetime


class DeviceNew(Input, frozen=True):
    """登记设备; `public_key` is SubjectPublicKeyInfo, P-256, as base64url."""

    name: Name
    public_key: Annotated[str, Meta(min_length=80, max_length=160, pattern=VISIBLE)]
    pin: Pin | None = None


class DeviceShown(Struct, frozen=True):
    """A device just registered."""

    id: UUID
    name: str
    created_at: datetime


class DeviceAnswer(Struct, frozen=True):
    """The answer to a registration."""

    device: DeviceShown


class DeviceRow(Struct, frozen=True):
    """One of one's own devices."""

    id: UUID
    name: str
    created_at: datetime
    revoked_at: datetime | None
    current: bool


class DeviceList(Struct, frozen=True):
    """设备列表."""

    items: list[DeviceRow]


class ChallengeFor(Input, frozen=True):
    """Ask for a challenge."""

    device: UUID


class Challenge(Struct, frozen=True):
    """32 random bytes as base64url, to be signed before `expires_at`."""

    challenge: str
    expires_at: datetime


class QuickSignIn(Input, frozen=True):
    """一键登录; `signature` is raw r‖s as base64url over the challenge's bytes."""

    device: UUID
    challenge: Annotated[str, Meta(min_length=43, max_length=43, pattern="^[A-Za-z0-9_-]+$")]
    signature: Annotated[str, Meta(min_length=86, max_length=86, pattern=VISIBLE)]
    pin: Pin | None = None
    client: Kind = "browser"


class AttestationResponse(Struct, frozen=True):
    """WebAuthn AuthenticatorAttestationResponseJSON; other members are not read."""

    clientDataJSON: Base64
    attestationObject: Annotated[str, Meta(min_length=1, max_length=65536, pattern="^[A-Za-z0-9_-]+$")]
    transports: Annotated[list[Annotated[str, Meta(max_length=20, pattern=VISIBLE)]], Meta(max_length=8)] = []


class Attestation(Struct, frozen=True):
    """WebAuthn RegistrationResponseJSON."""

    id: CredentialId
    rawId: CredentialId
    type: Literal["public-key"]
    response: AttestationResponse


class AssertionResponse(Struct, frozen=True):
    """WebAuthn AuthenticatorAssertionResponseJSON."""

    clientDataJSON: Base64
    authenticatorData: Base64
    signature: Base64
    userHandle: Annotated[str, Meta(max_length=100, pattern=EMPTY_OR_VISIBLE)] | None = None


class Assertion(Struct, frozen=True):
    """WebAuthn AuthenticationResponseJSON."""

    id: CredentialId
    rawId: CredentialId
    type: Literal["public-key"]
    response: AssertionResponse


class PasskeyNew(Input, frozen=True):
    """登记通行密钥."""

    credential: Attestation
    name: Label = ""


class PasskeySignIn(Input, frozen=True):
    """通行密钥登录."""

    credential: Assertion
    client: Kind = "browser"
    device_name: Label = ""


class PasskeyRow(Struct, frozen=True):
    """One of one's own passkeys."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class PasskeyList(Struct, frozen=True):
    """通行密钥列表."""

    items: list[PasskeyRow]


class NamedRef(Struct, frozen=True):
    """An id with the name it has now."""

    id: UUID
    name: str


class PostShown(Struct, frozen=True):
    """A post the caller may act for; by delegation where `on_behalf_of` is set."""

    id: UUID
    title: str
    unit: NamedRef
    section: NamedRef | None
    roles: list[str]
    on_behalf_of: NamedRef | None


class NewKey(Struct, frozen=True):
    """A device with a signing key ("device") or a passkey, registered elsewhere and not looked at here yet."""

    kind: Literal["device", "passkey"]
    name: str
    at: datetime


class Me(Struct, frozen=True):
    """Who one is. `account` is the login name. `new_keys` stay until they are looked at on this device."""

    person: PersonShown
    posts: list[PostShown]
    permissions: list[str]
    account: str
    must_change_password: bool
    password_aged: bool
    new_keys: list[NewKey]
