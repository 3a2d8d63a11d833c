"""A client's webhooks: registered, listed, tested, given a new secret, resumed after they ended themselves, removed."""

from datetime import timedelta
from uuid import UUID

import msgspec

from documents.exchange import deliveries, rotation
from documents.exchange.models import Webhook
from documents.exchange.schemas import RotationIn, WebhookIn, WebhookList, WebhookOut, WebhookTried
from documents.exchange.states import TYPES
from documents.exchange.targets import resolve
from office import audit
from office.identity.models import IntegrationClient
from office.kernel import clock
from office.kernel.actor import Actor
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, Invalid, NotFound
from office.kernel.work import verb

MOST = 10
TEST = "webhook.test"


async def create(actor: Actor, input: WebhookIn) -> WebhookOut:
    """Register a target; its secret is told this once. An address has one webhook.

    Refuses: Invalid exchange.unknown_type; Conflict exchange.webhook_exists, exchange.too_many_webhooks; what `resolve`
    refuses.
    """
    if unknown := sorted(set(input.types) - set(TYPES)):
        raise Invalid("exchange.unknown_type", types="、".join(unknown), known="、".join(TYPES))
    await resolve(input.url)
    return await _create(actor, input)


@verb
async def _create(actor: Actor, input: WebhookIn) -> WebhookOut:
    await _room(actor)
    await _no_other(actor, input.url)
    now, secret = clock.now(), rotation.fresh()
    row = await Webhook.create(
        id=new_id(), client_id=actor.own_id, url=input.url, types=list(input.types), secret=secret, created_at=now,
        enabled_at=now,
    )  # fmt: skip
    audit.record(actor, "exchange.create_webhook", _ref(row.id), url=input.url)
    return _shown(row, secret)


async def list_webhooks(actor: Actor) -> WebhookList:
    """The client's webhooks."""
    return WebhookList([_shown(row) for row in await Webhook.filter(client_id=actor.own_id).order_by("id")])


@verb
async def rotate(actor: Actor, id: UUID, input: RotationIn) -> WebhookOut:
    """Give a webhook a new secret, told this once; the old one signs beside it for the overlap, 0 hours ends all old ones.

    Refuses: NotFound exchange.no_such_webhook; Conflict exchange.too_many_secrets.
    """
    row, secret, now = await _own(actor, id, lock=True), rotation.fresh(), clock.now()
    row.old_secrets = rotation.replaced(row.secret, row.old_secrets, now, timedelta(hours=input.overlap_hours))
    row.secret = secret
    await row.save(update_fields=["secret", "old_secrets"])
    audit.record(actor, "exchange.rotate_webhook_secret", _ref(id), overlap_hours=input.overlap_hours)
    return _shown(row, secret)


async def resume(actor: Actor, id: UUID) -> WebhookOut:
    """Let a webhook that ended itself be sent to again, from the next state on. A second call does nothing more.

    Refuses: NotFound exchange.no_such_webhook; Conflict exchange.too_many_webhooks; what `resolve` refuses.
    """
    await resolve((await _own(actor, id)).url)
    return await _resume(actor, id)


@verb
async def _resume(actor: Actor, id: UUID) -> WebhookOut:
    row = await _own(actor, id, lock=True)
    if row.disabled_at is not None:
        await _room(actor)
        row.disabled_at, row.enabled_at = None, clock.now()
        await row.save(update_fields=["disabled_at", "enabled_at"])
        audit.record(actor, "exchange.resume_webhook", _ref(id))
    return _shown(row)


async def send_test(actor: Actor, id: UUID) -> WebhookTried:
    """Send a signed test now, to an ended webhook too, and tell what was answered.

    Refuses: NotFound exchange.no_such_webhook.
    """
    row, told = await _own(actor, id), str(new_id())
    body = msgspec.json.encode({"type": TEST, "timestamp": clock.now(), "data": {"webhook": id}}).decode()
    taken, said = await deliveries.tried(row, told, body)
    await _note_test(actor, id, said)
    return WebhookTried(told, taken, said)


@verb
async def _note_test(actor: Actor, id: UUID, said: str) -> None:
    audit.record(actor, "exchange.test_webhook", _ref(id), status=said[:120])


@verb
async def delete(actor: Actor, id: UUID) -> None:
    """Remove a webhook. Refuses: NotFound exchange.no_such_webhook."""
    if not await Webhook.filter(id=id, client_id=actor.own_id).delete():
        raise NotFound("exchange.no_such_webhook")
    audit.record(actor, "exchange.delete_webhook", _ref(id))


async def _own(actor: Actor, id: UUID, *, lock: bool = False) -> Webhook:
    found = Webhook.filter(id=id, client_id=actor.own_id)
    row = await (found.select_for_update(no_key=True) if lock else found).first()
    if row is None:
        raise NotFound("exchange.no_such_webhook")
    return row


async def _room(actor: Actor) -> None:
    # Two at once each see room for one: the client's row is their queue.
    await IntegrationClient.filter(id=actor.own_id).select_for_update(no_key=True).first()
    if await Webhook.filter(client_id=actor.own_id, disabled_at=None).count() >= MOST:
        raise Conflict("exchange.too_many_webhooks", limit=MOST)


async def _no_other(actor: Actor, url: str) -> None:
    """One webhook to an address: a client whose answer was lost would be told everything twice."""
    known = await Webhook.filter(client_id=actor.own_id, url=url).first()
    if known is not None:
        raise Conflict("exchange.webhook_exists", id=known.id, current=str(known.id))


def _ref(id: UUID) -> str:
    return f"documents.webhook:{id}"


def _shown(row: Webhook, secret: str | None = None) -> WebhookOut:
    old = rotation.still_signing(row.old_secrets, clock.now())
    return WebhookOut(
        id=row.id, url=row.url, types=list(row.types), created_at=row.created_at, disabled_at=row.disabled_at,
        last_status=row.last_status, secret=secret, old_secrets_until=[one.until for one in old],
    )  # fmt: skip
