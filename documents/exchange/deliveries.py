"""Deliveries to webhooks (Standard Webhooks 1.0): signed, at least once, retried with growing waits from the outbox."""

import asyncio
import ssl
from datetime import timedelta
from functools import cache

import httpx

from documents.exchange.events import StateTold
from documents.exchange.models import StateEntry, Webhook
from documents.exchange.rotation import signature_of, still_signing
from documents.exchange.states import body_of
from documents.exchange.targets import resolve
from office import audit
from office.kernel import clock
from office.kernel.actor import SYSTEM
from office.kernel.events import Delivery
from office.kernel.refusal import Refusal
from office.kernel.work import verb

#: Seconds for one whole try: a receiver that drips its answer gets no more.
TIMEOUT = 15.0
GIVEN_UP_AFTER = timedelta(days=3)
#: More than three days of tries at ten minutes: giving up is ours, so that nothing is ever parked before the next state.
ATTEMPTS = 1000
GONE = "410"


class NotTaken(Exception):
    """The other side did not take a delivery."""


async def send(event: StateTold, delivery: Delivery) -> None:
    """Send one state to one webhook, outside any transaction. 2xx is taken; 410 ends the webhook; else it is tried again.

    A webhook that has not taken a state for three days is disabled: its client resumes it and reads on from its cursor.
    """
    webhook = await Webhook.get_or_none(id=event.webhook, disabled_at=None)
    entry = await StateEntry.get_or_none(id=event.entry)
    if webhook is None or entry is None:
        return
    taken, said = await tried(webhook, str(entry.id), body_of(entry))
    waited = clock.now() - max(entry.at, webhook.enabled_at)
    ends = said == GONE or (not taken and waited > GIVEN_UP_AFTER)
    ended = await _note(webhook, said, ends)
    if not taken and not ended:
        raise NotTaken(said)


async def tried(webhook: Webhook, id: str, body: str) -> tuple[bool, str]:
    """Whether it was taken, and what the other side said, in a few words for its operator."""
    try:
        async with asyncio.timeout(TIMEOUT):
            status = await _post(webhook, id, body)
    except Refusal as refusal:
        return False, refusal.code
    except (TimeoutError, OSError, httpx.HTTPError, httpx.InvalidURL) as error:
        return False, type(error).__name__
    return 200 <= status < 300, str(status)


@verb
async def _note(webhook: Webhook, said: str, ends: bool) -> bool:
    """Keep what was said, and end the webhook if it `ends`; whether that was so.

    One that its client resumed while this try was under way is not ended by it: it is tried again.
    """
    await Webhook.filter(id=webhook.id).update(last_status=said[:120])
    asked = Webhook.filter(id=webhook.id, enabled_at=webhook.enabled_at, disabled_at=None)
    ended = ends and bool(await asked.update(disabled_at=clock.now()))
    if ended:
        audit.record(SYSTEM, "exchange.disable_webhook", f"documents.webhook:{webhook.id}", status=said[:120])
    return ended


@cache
def _tls() -> ssl.SSLContext:
    """For all deliveries of this process: making one reads every certificate the machine trusts, 25 ms each time."""
    return httpx.create_ssl_context(trust_env=False)


async def _post(webhook: Webhook, id: str, body: str) -> int:
    target, at = await resolve(webhook.url), clock.now()
    secrets = [webhook.secret, *(one.secret for one in still_signing(webhook.old_secrets, at))]
    headers = {
        "Host": target.host,
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature_of(secrets, id, at, body),
    }
    async with httpx.AsyncClient(verify=_tls(), timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
        request = client.build_request(
            "POST", target.url, content=body, headers=headers, extensions={"sni_hostname": target.name}
        )
        response = await client.send(request, stream=True)
        await response.aclose()
        return response.status_code
