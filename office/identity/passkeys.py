"""通行密钥: WebAuthn (W3C, Level 3) by py_webauthn; user verification is required, attestation is not asked for."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.options_to_json_dict import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from office import audit, outbox
from office.identity import challenges, policy, rules, sessions
from office.identity.events import DevicesChanged
from office.identity.hooks import strangers
from office.identity.models import Account, LoginSession, Passkey
from office.identity.new_keys import made_on
from office.identity.schemas import Assertion, Attestation
from office.identity.sessions import Opened, Way
from office.kernel import base64url, clock, settings
from office.kernel.actor import Actor, Origin
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, Invalid, NotFound, Unauthenticated
from office.kernel.work import savepoint, verb

T = TypeVar("T")
REFUSED = "identity.passkey_refused"
BLOCKED = "identity.passkey_blocked"
RP_NAME = "指办"
MOST = 10
_REQUIRED = UserVerificationRequirement.REQUIRED


def relying_party() -> tuple[str, list[str]]:
    """The relying party's id and the origins its pages may have: from `public_url`, else this machine as localhost."""
    told = settings.current()
    if told.public_url:
        parts = urlsplit(told.public_url)
        return parts.hostname or "localhost", [f"{parts.scheme}://{parts.netloc}"]
    scheme = "https" if told.cert else "http"
    return "localhost", [f"{scheme}://localhost:{told.port}", f"{scheme}://localhost"]


async def registration_options(actor: Actor) -> dict[str, Any]:
    """Options for navigator.credentials.create, in WebAuthn's JSON form. Refuses: Forbidden identity.reauthenticate."""
    own = policy.own(actor)
    await sessions.ensure_fresh(actor, rules.REAUTHENTICATION)
    account = await Account.get(id=own.account)
    issued = await challenges.issue(challenges.PASSKEY_NEW, own.account)
    known = await of_account(own.account)
    return options_to_json_dict(
        generate_registration_options(
            rp_id=relying_party()[0],
            rp_name=RP_NAME,
            user_id=account.id.bytes,
            user_name=account.login,
            user_display_name=account.name,
            challenge=base64url.decode(issued.value),
            timeout=_milliseconds(),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url.decode(row.credential)) for row in known],
        )
    )


async def register(actor: Actor, name: str, credential: Attestation) -> Passkey:
    """Keep a passkey that the caller's phone has made. The same once more gives the same.

    Refuses: Forbidden identity.reauthenticate; Gone identity.challenge_over; Invalid identity.bad_passkey; Conflict
    identity.passkey_in_use, identity.too_many_passkeys.
    """
    own = policy.own(actor)
    await sessions.ensure_fresh(actor, rules.REAUTHENTICATION)
    challenge = _challenge_in(credential.response.clientDataJSON)
    await challenges.ensure_good(challenge, challenges.PASSKEY_NEW, own.account)
    made = _verified_new(credential, challenge)
    if made is None:
        raise Invalid("identity.bad_passkey")
    await challenges.spend(challenge)
    row = Passkey(
        id=new_id(), account_id=own.account, name=name, credential=base64url.encode(made.credential_id),
        public_key=made.credential_public_key, sign_count=made.sign_count, transports=credential.response.transports,
        created_at=clock.now(), made_on=made_on(actor),
    )  # fmt: skip
    return await _insert(actor, row)


@verb
async def _insert(actor: Actor, row: Passkey) -> Passkey:
    own = policy.own(actor)
    await sessions.ensure_fresh(actor, rules.REAUTHENTICATION)
    try:
        async with savepoint():
            await row.save(force_create=True)
    except IntegrityError as error:
        raise Conflict("identity.passkey_in_use") from error
    if await Passkey.filter(account_id=own.account, revoked_at__isnull=True).count() > MOST:
        raise Conflict("identity.too_many_passkeys", most=MOST)
    audit.record(actor, "identity.register_passkey", f"identity.passkey:{row.id}", name=row.name)
    outbox.record(DevicesChanged(person=actor.own_id, account=own.account), actor=actor)
    return row


@verb
async def revoke(actor: Actor, passkey: UUID) -> None:
    """Remove a passkey of one's own; the sessions it opened end. Refuses: NotFound identity.no_such_passkey."""
    own = policy.own(actor)
    if not await Passkey.filter(id=passkey, account_id=own.account, revoked_at__isnull=True).update(revoked_at=clock.now()):
        raise NotFound("identity.no_such_passkey")
    await sessions.end(LoginSession.filter(account_id=own.account, passkey=passkey), sessions.PASSKEY_REVOKED, actor)
    audit.record(actor, "identity.revoke_passkey", f"identity.passkey:{passkey}")
    outbox.record(DevicesChanged(person=actor.own_id, account=own.account), actor=actor)


async def of_account(account: UUID) -> list[Passkey]:
    """The passkeys of an account that are not revoked."""
    return await Passkey.filter(account_id=account, revoked_at__isnull=True).order_by("-created_at")


async def authentication_options() -> dict[str, Any]:
    """Options for navigator.credentials.get, the same for everybody: the phone knows whose passkeys it has."""
    issued = await challenges.issue(challenges.PASSKEY_LOGIN, None)
    options = generate_authentication_options(
        rp_id=relying_party()[0],
        challenge=base64url.decode(issued.value),
        timeout=_milliseconds(),
        user_verification=_REQUIRED,
    )
    return options_to_json_dict(options)


async def sign_in(credential: Assertion, way: Way) -> Opened:
    """Open a session by passkey.

    Refuses: Gone identity.challenge_over; Unauthenticated identity.passkey_refused, identity.passkey_blocked.
    """
    challenge = _challenge_in(credential.response.clientDataJSON)
    # Looked up before the challenge: of one response sent twice the second is told that, not that its counter is old.
    known = await Passkey.get_or_none(credential=credential.rawId, revoked_at__isnull=True).select_related("account")
    await challenges.ensure_good(challenge, challenges.PASSKEY_LOGIN, None)
    used = _verified_use(credential, challenge, known) if known else None
    if known is None or used is None:
        return await _refuse(way.origin, known, REFUSED)
    await challenges.spend(challenge)
    if known.blocked:
        return await _refuse(way.origin, known, BLOCKED)
    return await _open(known, used, way)


@verb
async def _open(known: Passkey, used: VerifiedAuthentication, way: Way) -> Opened:
    """The counter moves on from what was verified against, so that of two copies of a key used at once one is refused."""
    account = await Account.filter(id=known.account_id).select_for_update(no_key=True).get()
    good = Passkey.filter(id=known.id, sign_count=known.sign_count, revoked_at__isnull=True, blocked=False)
    moved = await good.update(sign_count=used.new_sign_count, last_used_at=clock.now())
    if not moved or account.disabled_at is not None:
        raise Unauthenticated(REFUSED)
    return await sessions.open_for(account, way._replace(passkey=known.id))


async def _refuse(origin: Origin, known: Passkey | None, code: str) -> NoReturn:
    """A row in the trail for a passkey there is; for one there is not only a count, or strangers would fill the trail."""
    if known is None:
        strangers.labels("passkey").inc()
    else:
        await audit.record_refusal(Actor(origin=origin), "identity.passkey_sign_in", f"identity.passkey:{known.id}", code)
    raise Unauthenticated(code)


def _verified_new(credential: Attestation, challenge: bytes) -> VerifiedRegistration | None:
    rp_id, origins = relying_party()
    return _or_none(
        lambda: verify_registration_response(
            credential=msgspec.to_builtins(credential),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origins,
            require_user_verification=True,
        )
    )


def _verified_use(credential: Assertion, challenge: bytes, known: Passkey) -> VerifiedAuthentication | None:
    rp_id, origins = relying_party()
    handle = credential.response.userHandle
    if handle is not None and handle != base64url.encode(known.account.id.bytes):
        return None
    return _or_none(
        lambda: verify_authentication_response(
            credential=msgspec.to_builtins(credential),
            expected_challenge=challenge,
            expected_rp_id=rp_id,
            expected_origin=origins,
            credential_public_key=bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    )


def _or_none(verify: Callable[[], T]) -> T | None:
    try:
        return verify()
    except Exception:  # noqa: BLE001 - hostile CBOR and keys fail in the parsers' own ways too; each is a refusal
        return None


class _ClientData(msgspec.Struct):
    challenge: str


def _challenge_in(client_data: str) -> bytes:
    """The challenge that the client says it signed; whether it did is verified afterwards. Refuses: Invalid bad_passkey."""
    try:
        challenge = base64url.decode(msgspec.json.decode(base64url.decode(client_data), type=_ClientData).challenge)
    except (ValueError, msgspec.MsgspecError) as error:
        raise Invalid("identity.bad_passkey") from error
    return challenge


def _milliseconds() -> int:
    return int(rules.CHALLENGE_LIFE.total_seconds() * 1000)
