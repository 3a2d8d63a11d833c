"""Webhooks (Standard Webhooks 1.0): signed, sent at least once, retried with growing waits from the outbox."""

import asyncio
import base64
import os
from datetime import timedelta
from uuid import UUID

import httpx
from standardwebhooks.webhooks import Webhook as Signer

from documents.exchange.events import StateTold
from documents.exchange.models import StateEntry, Webhook
from documents.exchange.schemas import WebhookIn, WebhookList, WebhookOut
from documents.exchange.states import TYPES, body_of
from documents.exchange.targets import resolve
from office import audit
from office.kernel import clock
from office.kernel.actor import SYSTEM, Actor
from office.kernel.events import Delivery
from office.kernel.ids import new_id
from office.kernel.refusal import Conflict, Invalid, NotFound, Refusal
from office.kernel.work import verb

#: Seconds for one whole try: a receiver that drips its answer gets no more.
TIMEOUT = 15.0
MOST = 10
GIVEN_UP_AFTER = timedelta(days=3)
#: More than three days of tries at ten minutes: giving up is ours, so that nothing is ever parked before the next state.
ATTEMPTS = 1000
GONE = "410"


class NotTaken(Exception):
    """The other side did not take a delivery."""


async def create(actor: Actor, input: WebhookIn) -> WebhookOut:
    """Register a target; its secret is told this once. Refuses: Invalid exchange.unknown_type and what `resolve` refuses."""
    if unknown := sorted(set(input.types) - set(TYPES)):
        raise Invalid("exchange.unknown_type", types="、".join(unknown), known="、".join(TYPES))
    await resolve(input.url)
    return await _create(actor, input)


@verb
async def _create(actor: Actor, input: WebhookIn) -> WebhookOut:
    if await Webhook.filter(client_id=actor.own_id, disabled_at=None).count() >= MOST:
        raise Conflict("exchange.too_many_webhooks", limit=MOST)
    secret = "whsec_" + base64.b64encode(os.urandom(32)).decode()
    row = await Webhook.create(
        id=new_id(), client_id=actor.own_id, url=input.url, types=list(input.types), secret=secret, created_at=clock.now()
    )
    audit.record(actor, "exchange.create_webhook", f"documents.webhook:{row.id}", url=input.url)
    return _shown(row, secret)


async def list_webhooks(actor: Actor) -> WebhookList:
    """The client's webhooks."""
    return WebhookList([_shown(row) for row in await Webhook.filter(client_id=actor.own_id).order_by("id")])


@verb
async def delete(actor: Actor, id: UUID) -> None:
    """Remove a webhook. Refuses: NotFound exchange.no_such_webhook."""
    if not await Webhook.filter(id=id, client_id=actor.own_id).delete():
        raise NotFound("exchange.no_such_webhook")
    audit.record(actor, "exchange.delete_webhook", f"documents.webhook:{id}")


def _shown(row: Webhook, secret: str | None = None) -> WebhookOut:
    return WebhookOut(
        id=row.id, url=row.url, types=list(row.types), created_at=row.created_at, disabled_at=row.disabled_at,
        last_status=row.last_status, secret=secret,
    )  # fmt: skip


async def send(event: StateTold, delivery: Delivery) -> None:
    """Send one state to one webhook, outside any transaction. 2xx is taken; 410 ends the webhook; else it is tried again.

    A webhook that has not taken a state for three days is disabled: its client reads on from its cursor and registers anew.
    """
    webhook = await Webhook.get_or_none(id=event.webhook, disabled_at=None)
    entry = await StateEntry.get_or_none(id=event.entry)
    if webhook is None or entry is None:
        return
    taken, said = await _tried(webhook, entry)
    ends = said == GONE or (not taken and clock.now() - entry.at > GIVEN_UP_AFTER)
    await _note(webhook.id, said, ends)
    if not taken and not ends:
        raise NotTaken(said)


async def _tried(webhook: Webhook, entry: StateEntry) -> tuple[bool, str]:
    """Whether it was taken, and what the other side said, in a few words for its operator."""
    try:
        async with asyncio.timeout(TIMEOUT):
            status = await _post(webhook, entry)
    except Refusal as refusal:
        return False, refusal.code
    except (TimeoutError, OSError, httpx.HTTPError, httpx.InvalidURL) as error:
        return False, type(error).__name__
    return 200 <= status < 300, str(status)


@verb
async def _note(webhook: UUID, said: str, ends: bool) -> None:
    changes: dict[str, object] = {"last_status": said[:120], **({"disabled_at": clock.now()} if ends else {})}
    await Webhook.filter(id=webhook).update(**changes)
    if ends:
        audit.record(SYSTEM, "exchange.disable_webhook", f"documents.webhook:{webhook}", status=said[:120])


async def _post(webhook: Webhook, entry: StateEntry) -> int:
    target, body, at = await resolve(webhook.url), body_of(entry), clock.now()
    headers = {
        "Host": target.host,
        "Content-Type": "application/json",
        "webhook-id": str(entry.id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(webhook.secret).sign(str(entry.id), at, body),
    }
    async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
        request = client.build_request(
            "POST", target.url, content=body, headers=headers, extensions={"sni_hostname": target.name}
        )
        response = await client.send(request, stream=True)
        await response.aclose()
        return response.status_code
