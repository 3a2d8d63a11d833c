"""Quick phrases (常用语): each person's own, bounded, on every step at once."""

import asyncio
from typing import Any

import httpx
import pytest

from documents.incoming.page.queries import DEFAULT_PHRASES
from office.audit.models import AuditEntry
from tests.documents.conftest import Office


async def _put(office: Office, name: str, items: list[Any]) -> httpx.Response:
    return await (await office.town.of(name)).put("/phrases", json={"items": items})


async def _of(office: Office, name: str) -> list[str]:
    items: list[str] = (await (await office.town.of(name)).get("/phrases")).json()["items"]
    return items


async def test_each_has_their_own_and_the_step_shows_them(office: Office) -> None:
    handling = await office.proposed("秦望舒", "林若溪", order="parallel")
    assert await _of(office, "秦望舒") == DEFAULT_PHRASES
    assert (await _put(office, "秦望舒", ["请应急办阅处。", "同意。"])).json() == {"items": ["请应急办阅处。", "同意。"]}
    assert (await office.step("秦望舒", handling))["phrases"] == ["请应急办阅处。", "同意。"]
    assert await _of(office, "林若溪") == (await office.step("林若溪", handling))["phrases"] == DEFAULT_PHRASES


async def test_trimmed_once_each_and_none_means_the_customary_ones(office: Office) -> None:
    given = await _put(office, "秦望舒", [" 同意。 ", "同意。", "e\u0301", "\u00e9"])
    assert given.json()["items"] == ["同意。", "\u00e9"]
    assert (await _put(office, "秦望舒", [])).json()["items"] == DEFAULT_PHRASES
    assert await _of(office, "秦望舒") == DEFAULT_PHRASES
    entries = await AuditEntry.filter(action="documents.set_phrases")
    assert [entry.subject for entry in entries] == [f"person:{office.town.people['秦望舒']}"] * 2


@pytest.mark.parametrize("items", [["长" * 61], [""], ["　　"], [f"第{number}条" for number in range(31)], [1], "同意", [None]])
async def test_what_is_too_much_is_refused_and_changes_nothing(office: Office, items: Any) -> None:
    await _put(office, "秦望舒", ["同意。"])
    answer = await _put(office, "秦望舒", items)
    assert answer.status_code == 422, answer.text
    assert await _of(office, "秦望舒") == ["同意。"]


async def test_two_phones_at_once_leave_one_of_the_two_lists(office: Office) -> None:
    await office.town.of("秦望舒")
    lists = [[f"甲{number}。" for number in range(5)], [f"乙{number}。" for number in range(7)]]
    answers = await asyncio.gather(*(_put(office, "秦望舒", items) for items in lists))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert await _of(office, "秦望舒") in lists
