"""Tables of identity. A person is only an id and a copied name here; who they are is the organization's matter."""

from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model

from office.kernel.fields import facts, identifier, instant


class Account(Model):
    """账号: one person's way in. `login` is normalised (`rules.normal_login`); one account a person, never shared."""

    id: Any = identifier()
    login = fields.CharField(max_length=64, unique=True)
    person: Any = fields.UUIDField(unique=True)
    name = fields.CharField(max_length=80)
    password_hash = fields.CharField(max_length=200)
    password_set_at: Any = instant()
    must_change = fields.BooleanField(default=True)
    one_time_until: Any = instant(null=True)
    disabled_at: Any = instant(null=True)
    created_at: Any = instant()

    class Meta:
        table = "identity_account"


class OldPassword(Model):
    """A password the account had before, hashed, so that it is not taken again."""

    id: Any = identifier()
    account: Any = fields.UUIDField()
    password_hash = fields.CharField(max_length=200)
    replaced_at: Any = instant()

    class Meta:
        table = "identity_old_password"
        indexes = (("account", "replaced_at"),)


class LoginSession(Model):
    """会话: one sign-in on one browser or app. The token is stored only as its SHA-256, hex.

    `keys_seen_at`: up to when its person has looked at newly registered keys on it, where it has no device of its own.
    """

    id: Any = identifier()
    account_id: UUID
    account: Any = fields.ForeignKeyField("office.Account", related_name=False, on_delete=fields.RESTRICT)
    token_hash = fields.CharField(max_length=64, unique=True)
    client = fields.CharField(max_length=8)
    method = fields.CharField(max_length=10)
    device: Any = fields.UUIDField(null=True)
    passkey: Any = fields.UUIDField(null=True)
    device_name = fields.CharField(max_length=80, default="")
    address = fields.CharField(max_length=45, default="")
    created_at: Any = instant()
    last_seen_at: Any = instant()
    expires_at: Any = instant()
    reauthenticated_at: Any = instant(null=True)
    ended_at: Any = instant(null=True)
    ended_why = fields.CharField(max_length=20, default="")
    keys_seen_at: Any = instant(null=True)

    class Meta:
        table = "identity_session"
        indexes = (("account", "ended_at"), ("ended_at", "last_seen_at"), ("ended_at", "expires_at"))


class Device(Model):
    """设备: a person's own phone or browser, known by the public half of a key that cannot leave it.

    `public_key` is DER SubjectPublicKeyInfo, P-256, as base64url. `fingerprint` is its SHA-256: a key is registered once, ever.
    `keys_seen_at`: up to when its person has looked on it at other newly registered keys.
    """

    id: Any = identifier()
    account_id: UUID
    account: Any = fields.ForeignKeyField("office.Account", related_name=False, on_delete=fields.RESTRICT)
    name = fields.CharField(max_length=80)
    public_key = fields.CharField(max_length=160)
    fingerprint = fields.CharField(max_length=64, unique=True)
    pin_hash = fields.CharField(max_length=200, default="")
    pin_failures = fields.IntField(default=0)
    one_tap_blocked = fields.BooleanField(default=False)
    created_at: Any = instant()
    last_used_at: Any = instant(null=True)
    revoked_at: Any = instant(null=True)
    keys_seen_at: Any = instant(null=True)

    class Meta:
        table = "identity_device"
        indexes = (("account", "revoked_at"),)


class Passkey(Model):
    """通行密钥: a WebAuthn credential (W3C WebAuthn Level 3). `blocked` from a reset until the new password was given again.

    `made_on`: the device, or else the session, that registered it.
    """

    id: Any = identifier()
    account_id: UUID
    account: Any = fields.ForeignKeyField("office.Account", related_name=False, on_delete=fields.RESTRICT)
    name = fields.CharField(max_length=80)
    credential = fields.CharField(max_length=1400, unique=True)
    public_key = fields.BinaryField()
    sign_count = fields.BigIntField(default=0)
    transports: Any = facts(default=list)
    blocked = fields.BooleanField(default=False)
    created_at: Any = instant()
    last_used_at: Any = instant(null=True)
    revoked_at: Any = instant(null=True)
    made_on: Any = fields.UUIDField(null=True)

    class Meta:
        table = "identity_passkey"
        indexes = (("account", "revoked_at"),)


class SpentChallenge(Model):
    """A login challenge that was signed well and used; kept until its two minutes are over."""

    value = fields.CharField(max_length=64, primary_key=True)
    expires_at: Any = instant()

    class Meta:
        table = "identity_spent_challenge"
        indexes = (("expires_at",),)


class ServerSecret(Model):
    """A secret of this deployment that all its processes share, made when it is first wanted."""

    name = fields.CharField(max_length=40, primary_key=True)
    value = fields.BinaryField()

    class Meta:
        table = "identity_server_secret"


class FailureCount(Model):
    """Failures counted under one key (a login name, an address, a device, a session, an account for a day), and their lock."""

    key = fields.CharField(max_length=80, primary_key=True)
    opened_at: Any = instant()
    failures = fields.IntField(default=0)
    level = fields.IntField(default=0)
    locked_until: Any = instant(null=True)

    class Meta:
        table = "identity_failure_count"
        indexes = (("opened_at",),)


class AddressFailure(Model):
    """One login name that failed from one address and has not succeeded from there since."""

    key = fields.CharField(max_length=64, primary_key=True)
    address = fields.CharField(max_length=45)
    at: Any = instant()

    class Meta:
        table = "identity_address_failure"
        indexes = (("address", "at"), ("at",))


class IntegrationClient(Model):
    """接入方: another system that acts by key, within its scopes, for one unit or for none.

    `succeeds` is the client whose place it took when it was registered anew.
    """

    id: Any = identifier()
    name = fields.CharField(max_length=80)
    unit: Any = fields.UUIDField(null=True)
    unit_uscc = fields.CharField(max_length=18, default="")
    succeeds: Any = fields.UUIDField(null=True, unique=True)
    scopes: Any = facts(default=list)
    created_at: Any = instant()
    disabled_at: Any = instant(null=True)

    class Meta:
        table = "identity_client"


class ClientKey(Model):
    """A client's key, stored as its SHA-256; two are valid at once while one replaces the other."""

    id: Any = identifier()
    client_id: UUID
    client: Any = fields.ForeignKeyField("office.IntegrationClient", related_name=False, on_delete=fields.RESTRICT)
    key_hash = fields.CharField(max_length=64, unique=True)
    hint = fields.CharField(max_length=8)
    created_at: Any = instant()
    expires_at: Any = instant()
    revoked_at: Any = instant(null=True)
    last_used_at: Any = instant(null=True)

    class Meta:
        table = "identity_client_key"
        indexes = (("client", "revoked_at"),)
