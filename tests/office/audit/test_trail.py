"""The trail: a row stands or falls with its act, copies what was, and its digest can be computed by anyone."""

import hashlib
import json
from uuid import UUID

import pytest

from office import audit
from office.audit.actions import record_refusal
from office.audit.models import AuditEntry
from office.kernel.actor import Actor, Holding, Origin
from office.kernel.ids import new_id
from office.kernel.sqlite import instant_text
from office.kernel.work import verb
from tests.support.house import House

POST = UUID("0190aaaa-0000-7000-8000-000000000001")


def someone(unit: str = "禾渡镇") -> Actor:
    held = Holding(post=POST, title="镇长", unit=new_id(), unit_name=unit, on_behalf_of=new_id(), on_behalf_of_name="林若溪")
    return Actor(kind="person", id=new_id(), name="秦望舒", session=new_id(), device=new_id(), holdings=(held,),
                 origin=Origin(address="2001:db8::7", request="r-1"))  # fmt: skip


@verb
async def act(actor: Actor, *, fail: bool = False) -> None:
    audit.record(actor, "fake.act", "fake.thing:1", post=POST, n=3, text="同意", ratio=0.1)
    if fail:
        raise ValueError("rolled back")


async def test_a_row_copies_who_what_and_in_which_post(house: House) -> None:
    actor = someone()
    await act(actor)
    row = await AuditEntry.get(action="fake.act")
    assert (row.actor, row.actor_name, row.post, row.on_behalf_of) == (actor.ref, "秦望舒", "禾渡镇镇长", "林若溪")
    assert (row.address, row.request, row.outcome, row.facts) == (
        "2001:db8::7",
        "r-1",
        "done",
        {"n": 3, "text": "同意", "ratio": 0.1},
    )


async def test_the_digest_is_that_of_the_row_as_stored(house: House) -> None:
    """Computed here without the house: sorted keys, no spaces, UTF-8 (what RFC 8785 means for these values)."""
    await act(someone())
    row = await AuditEntry.get(action="fake.act")
    columns = ("id", "action", "subject", "outcome", "actor", "actor_name", "post", "unit", "on_behalf_of", "session",
               "device", "address", "request", "facts")  # fmt: skip
    told = {name: getattr(row, name) for name in columns} | {"id": str(row.id), "at": instant_text(row.at)}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert row.digest == hashlib.sha256(text.encode()).hexdigest()


async def test_what_is_rolled_back_leaves_no_row_and_a_refusal_leaves_one(house: House) -> None:
    with pytest.raises(ValueError, match="rolled back"):
        await act(someone(), fail=True)
    assert await AuditEntry.filter(action="fake.act").count() == 0
    await record_refusal(someone(), "fake.act", "fake.thing:1", "http.forbidden")
    row = await AuditEntry.get(action="fake.act")
    assert (row.outcome, row.facts) == ("refused", {"code": "http.forbidden"})


async def test_long_names_never_stop_an_act(house: House) -> None:
    await act(someone(unit="很长的单位名称" * 30))
    row = await AuditEntry.get(action="fake.act")
    assert len(row.post) == 120
