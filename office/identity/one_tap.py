"""一键登录: the device's key signs a challenge, and the person gives a short PIN. A device without PIN signs statements only.

It stays open while password login is locked: a stranger's failures must not lock the owner of a known device out.
"""

from typing import NoReturn
from uuid import UUID

from tortoise.expressions import F

from office import audit
from office.identity import challenges, hashing, keys, rules, sessions
from office.identity.challenges import Issued
from office.identity.hooks import strangers
from office.identity.models import Account, Device
from office.identity.sessions import Opened, Way
from office.kernel import base64url, clock
from office.kernel.actor import Actor, Origin
from office.kernel.refusal import Unauthenticated
from office.kernel.work import verb

REFUSED = "identity.device_refused"
REVOKED = "identity.device_revoked"
NEEDS_PIN = "identity.one_tap_needs_pin"
BLOCKED = "identity.one_tap_blocked"


async def challenge(device: UUID) -> Issued:
    """A challenge for a device to sign; the same answer for one that does not exist."""
    return await challenges.issue(challenges.DEVICE, device)


async def sign_in(device: UUID, value: str, signature: str, pin: str | None, way: Way) -> Opened:
    """Open a session by device. In no unit of work, for it hashes. The signature is over the challenge's 32 bytes.

    Only who has the key learns more than "refused". Refuses: Gone identity.challenge_over; Unauthenticated
    identity.device_refused, identity.device_revoked, identity.one_tap_needs_pin, identity.wrong_pin, identity.one_tap_blocked.
    """
    challenge = base64url.decode_or_none(value) or b""
    await challenges.ensure_good(challenge, challenges.DEVICE, device)
    known = await Device.get_or_none(id=device).select_related("account")
    if known is None or known.account.disabled_at is not None or not _signed(known, challenge, signature):
        return await _refuse(way.origin, known, REFUSED)
    await challenges.spend(challenge)
    if obstacle := _obstacle(known):
        return await _refuse(way.origin, known, obstacle)
    await _check_pin(known, pin or "", way.origin)
    return await _open(device, known.pin_hash, way._replace(device=device, device_name=known.name))


def _signed(device: Device, challenge: bytes, signature: str) -> bool:
    key = keys.load_public_key(base64url.decode(device.public_key))
    return keys.signature_holds(key, challenge, base64url.decode_or_none(signature) or b"")


def _obstacle(device: Device) -> str:
    if device.revoked_at is not None:
        return REVOKED
    if not device.pin_hash:
        return NEEDS_PIN
    return BLOCKED if device.one_tap_blocked else ""


async def _refuse(origin: Origin, known: Device | None, code: str) -> NoReturn:
    """A row in the trail for a device there is; for one there is not only a count, or strangers would fill the trail."""
    if known is None:
        strangers.labels("one_tap").inc()
    else:
        await audit.record_refusal(Actor(origin=origin), "identity.one_tap", f"identity.device:{known.id}", code)
    raise Unauthenticated(code)


async def _check_pin(device: Device, pin: str, origin: Origin) -> None:
    if await hashing.matches(pin, device.pin_hash):
        return
    left = await _count_wrong_pin(device.id, origin)
    if left <= 0:
        raise Unauthenticated(BLOCKED)
    raise Unauthenticated("identity.wrong_pin", left=left)


@verb
async def _count_wrong_pin(device: UUID, origin: Origin) -> int:
    """Count by increment, so that two at once both count; how many tries are left."""
    await Device.filter(id=device).update(pin_failures=F("pin_failures") + 1)
    failures = int((await Device.get(id=device)).pin_failures)
    subject, nobody = f"identity.device:{device}", Actor(origin=origin)
    audit.record(nobody, "identity.one_tap", subject, outcome="refused", code="identity.wrong_pin")
    if failures >= rules.PIN_TRIES and await Device.filter(id=device, one_tap_blocked=False).update(one_tap_blocked=True):
        audit.record(nobody, "identity.block_one_tap", subject)
    return rules.PIN_TRIES - failures


@verb
async def _open(device: UUID, pin_hash: str, way: Way) -> Opened:
    """Looks again at what may have changed while the PIN was hashed: the account, the device, the count of wrong PINs."""
    owner = (await Device.get(id=device)).account_id
    account = await Account.filter(id=owner).select_for_update(no_key=True).get()
    row = await Device.filter(id=device).select_for_update(no_key=True).get()
    if account.disabled_at is not None or row.pin_hash != pin_hash:
        raise Unauthenticated(REFUSED)
    if obstacle := _obstacle(row):
        raise Unauthenticated(obstacle)
    await Device.filter(id=device).update(pin_failures=0, last_used_at=clock.now())
    return await sessions.open_for(account, way)
