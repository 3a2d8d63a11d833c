"""What the administrator sees of accounts and clients; bounded, without secrets."""

from collections import defaultdict
from typing import NamedTuple
from uuid import UUID

from office.identity.models import Account, ClientKey, IntegrationClient
from office.kernel.database import fetch
from office.kernel.rows import like, uuid_of

PAGE = 100
CLIENTS = 200


class ClientSeen(NamedTuple):
    """A client with its keys that are not revoked, the newest first."""

    client: IntegrationClient
    keys: list[ClientKey]


async def accounts_page(q: str, after: UUID | None) -> tuple[list[Account], UUID | None]:
    """Accounts whose login or name contains `q`, in the order they were opened; and the id to go on after."""
    text = "SELECT id FROM identity_account WHERE (login LIKE ? ESCAPE '!' OR lower(name) LIKE ? ESCAPE '!')"
    asked: list[object] = [like(q)] * 2
    if after is not None:
        text, asked = f"{text} AND id > ?", [*asked, str(after)]
    found = [uuid_of(row["id"]) for row in await fetch(f"{text} ORDER BY id LIMIT {PAGE + 1}", *asked)]
    rows = await Account.filter(id__in=found[:PAGE]).order_by("id")
    return rows, found[PAGE - 1] if len(found) > PAGE else None


async def clients() -> list[ClientSeen]:
    """All clients by name, at most 200, in two queries."""
    rows = await IntegrationClient.all().order_by("name", "id").limit(CLIENTS)
    by_client: dict[UUID, list[ClientKey]] = defaultdict(list)
    query = ClientKey.filter(client_id__in=[row.id for row in rows], revoked_at__isnull=True)
    for key in await query.order_by("-created_at", "-id").limit(10 * CLIENTS):
        by_client[key.client_id].append(key)
    return [ClientSeen(row, by_client[row.id]) for row in rows]
