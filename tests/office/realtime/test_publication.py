"""What a publication must be, and what it may not tell."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from office.kernel.events import Delivery
from office.kernel.modules import ManifestError, Module, Publication, Registry
from office.kernel.work import verb
from office.realtime.actions import follow
from office.realtime.fan_out import MAX_PAYLOAD, fan_out
from office.realtime.queries import position
from tests.office.realtime import town
from tests.office.realtime.stage import Stage


async def _audience(event: Any) -> Sequence[UUID]:
    return [UUID(person) for person in event.words] * 2


async def _view(event: Any, person: UUID) -> dict[str, object] | None:
    return {"words": event.words[str(person)]}


async def _common(event: Any) -> dict[str, object] | None:
    return next(({"words": words} for words in event.words.values() if words), None)


@pytest.mark.parametrize("views", ({}, {"view": _view, "common": _common}))
def test_it_has_one_kind_of_view(views: dict[str, Any]) -> None:
    shown = Publication(event=town.Greeted.name, audience=_audience, **views)
    with pytest.raises(ManifestError, match="either a view or a common view"):
        Registry([Module(name="boards", events=[town.Greeted], publications=[shown])])


@pytest.mark.engines("sqlite")
async def test_who_stands_twice_in_an_audience_is_told_once_and_a_body_is_bounded(stage: Stage) -> None:
    actor = stage.person()
    await follow(actor.own_id)
    for shown in (
        Publication(event=town.Greeted.name, audience=_audience, view=_view),
        Publication(event=town.Greeted.name, audience=_audience, common=_common),
    ):
        before = (await position(actor.own_id)).seq
        tell = verb(fan_out(shown).run)
        await tell(town.Greeted(words={str(actor.own_id): "早"}), Delivery(id="1", attempt=1))
        assert (await position(actor.own_id)).seq == before + 1
        with pytest.raises(ValueError, match="bodies go over HTTP"):
            await tell(town.Greeted(words={str(actor.own_id): "长" * MAX_PAYLOAD}), Delivery(id="2", attempt=1))
    await verb(fan_out(shown).run)(town.Greeted(words={str(actor.own_id): None}), Delivery(id="3", attempt=1))
    assert (await position(actor.own_id)).seq == before + 1
