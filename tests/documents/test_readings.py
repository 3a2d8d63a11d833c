"""Who looked at what is in the trail: pages, originals, evidence, and what was refused."""

from office.audit.models import AuditEntry
from tests.documents.conftest import Office


async def told(action: str, **more: str) -> list[tuple[str, str]]:
    rows = await AuditEntry.filter(action=action, **more).order_by("id")
    return [(row.actor_name, row.subject) for row in rows]


async def test_views_and_downloads_leave_one_row_a_day(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    leader = await office.town.of("秦望舒")
    for _ in range(2):
        file = (await office.page("秦望舒", handling))["files"][0]["id"]
        assert (await leader.get(f"/files/{file}/pages/1?width=540")).status_code == 200
        assert (await leader.get(f"/files/{file}/text?page=1")).status_code == 200
        for part in ("bytes=0-99", "bytes=100-199"):
            assert (await leader.get(f"/files/{file}/content", headers={"Range": part})).status_code == 206
    assert await told("documents.view") == [("秦望舒", f"documents.handling:{handling}")]
    assert await told("files.view") == [("秦望舒", f"files.file:{file}")]
    assert await told("files.download") == [("秦望舒", f"files.file:{file}")]


async def test_what_is_not_for_somebody_is_a_refusal_in_the_trail(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    stranger, other = await office.town.of("何路人"), await office.town.of("白露秋")
    for _ in range(2):
        assert (await other.get(f"/handlings/{handling}")).status_code == 404
    assert (await stranger.get(f"/handlings/{handling}")).status_code == 403
    refused = [(row.actor_name, row.facts["code"]) for row in await AuditEntry.filter(outcome="refused").order_by("id")]
    assert refused == [("白露秋", "documents.no_such_handling"), ("何路人", "http.forbidden")]
    assert {row.subject for row in await AuditEntry.filter(outcome="refused")} == {f"/api/v1/handlings/{handling}"}
