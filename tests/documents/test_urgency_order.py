"""What is more urgent stands first in the inbox, for every urgency that a document may have."""

from typing import get_args

from documents.incoming.schemas import Urgency
from office.inbox.order import URGENCIES
from tests.documents.conftest import Office


async def test_every_urgency_has_its_place(office: Office) -> None:
    for n, urgency in enumerate(reversed(URGENCIES)):
        await office.pushed(source_id=f"oa-{n}", title=urgency or "平件", urgency=urgency)
    clerk = await office.town.of("苏小满")
    shown = (await clerk.get("/inbox?box=handle")).json()["items"]
    assert [one["urgency"] for one in shown] == ["特提", "特急", "加急", "平急", ""]


def test_the_inbox_ranks_every_value_of_a_document() -> None:
    assert set(URGENCIES) == set(get_args(Urgency))
