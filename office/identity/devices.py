"""Devices: a key for each, for one-tap login and for signing; added after giving the password again, shown, revocable."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from tortoise.exceptions import IntegrityError

from office import audit, outbox
from office.identity import hashing, keys, policy, rules, sessions
from office.identity.events import DeviceRegistered, DeviceRevoked, DevicesChanged
from office.identity.models import Device, LoginSession
from office.kernel import base64url, clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, NotFound
from office.kernel.work import savepoint, verb

#: Devices of one account that are not revoked.
MOST = 10


class DeviceKey(NamedTuple):
    """The key of a device, for verifying statements. `revoked_at` is set once it is revoked or its account disabled."""

    device: UUID
    account: UUID
    person: UUID
    public_key: ec.EllipticCurvePublicKey
    revoked_at: datetime | None

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made this raw r‖s signature (64 bytes) of the message, by ECDSA P-256 with SHA-256."""
        return keys.signature_holds(self.public_key, message, signature)


async def register(actor: Actor, name: str, public_key: str, pin: str | None) -> Device:
    """登记设备: within five minutes after the password was given again. In no unit of work, for it hashes.

    Without a PIN it signs statements and does not log in. The same key again gives the same device. Refuses: Forbidden
    identity.reauthenticate; Invalid identity.bad_key, identity.bad_pin, identity.weak_pin; Conflict identity.key_in_use,
    identity.too_many_devices.
    """
    own = policy.own(actor)
    await sessions.ensure_fresh(actor, rules.REAUTHENTICATION)
    der = keys.check_public_key(public_key)
    pin_hash = await hashing.make(rules.check_pin(pin)) if pin else ""
    device = Device(
        id=new_id(), account_id=own.account, name=name, public_key=base64url.encode(der), fingerprint=keys.fingerprint(der),
        pin_hash=pin_hash, created_at=clock.now(),
    )  # fmt: skip
    return await _insert(actor, device)


@verb
async def _insert(actor: Actor, device: Device) -> Device:
    own = policy.own(actor)
    await sessions.ensure_fresh(actor, rules.REAUTHENTICATION)
    try:
        async with savepoint():
            await device.save(force_create=True)
    except IntegrityError as error:
        known = await Device.get(fingerprint=device.fingerprint)
        if known.account_id != own.account or known.revoked_at is not None:
            raise Conflict("identity.key_in_use") from error
        return known
    if await Device.filter(account_id=own.account, revoked_at__isnull=True).count() > MOST:
        raise Conflict("identity.too_many_devices", most=MOST)
    await LoginSession.filter(id=own.session).update(device=device.id)
    audit.record(actor, "identity.register_device", f"identity.device:{device.id}", name=device.name, key=device.fingerprint)
    told = DeviceRegistered(person=actor.own_id, account=own.account, device=device.id, device_name=device.name)
    outbox.record(told, actor=actor)
    outbox.record(DevicesChanged(person=actor.own_id, account=own.account), actor=actor)
    return device


@verb
async def revoke(actor: Actor, device: UUID) -> None:
    """移除设备: its key neither signs nor logs in any more, and its sessions end. Refuses: NotFound identity.no_such_device."""
    own = policy.own(actor)
    query = Device.filter(id=device, account_id=own.account, revoked_at__isnull=True)
    if not await query.update(revoked_at=clock.now()):
        raise NotFound("identity.no_such_device")
    await sessions.end(LoginSession.filter(account_id=own.account, device=device), sessions.DEVICE_REVOKED, actor)
    audit.record(actor, "identity.revoke_device", f"identity.device:{device}")
    outbox.record(DeviceRevoked(person=actor.own_id, account=own.account, device=device), actor=actor)
    outbox.record(DevicesChanged(person=actor.own_id, account=own.account), actor=actor)


async def of_account(account: UUID) -> list[Device]:
    """The devices of an account, revoked ones included, the newest first; at most 50."""
    return await Device.filter(account_id=account).order_by("-created_at").limit(50)


async def device_key(device: UUID, *, lock: bool = False) -> DeviceKey | None:
    """The key of a device, None if there is no such device. With `lock`, inside a verb, a revocation waits until its end."""
    query = Device.filter(id=device)
    if lock:
        query = query.select_for_update(no_key=True)
    row = await query.first().prefetch_related("account")
    if row is None:
        return None
    key = keys.load_public_key(base64url.decode(row.public_key))
    return DeviceKey(row.id, row.account.id, row.account.person, key, row.revoked_at or row.account.disabled_at)
