"""A 保密管理员 acts for the units of the post: its own and those below, or from the unit that the post names."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest

from documents.incoming.models import Document
from office.cli.doctor import upkeep
from office.cli.doctor.finding import GOOD, NOTE
from office.kernel.actor import SYSTEM
from office.kernel.work import verb
from office.organization import actions, mergers, structure
from office.organization.models import Post
from office.organization.reach import reach_of
from office.secrecy.models import Case
from tests.documents.conftest import Office
from tests.documents.test_emergency import CANARY, PAPER, _act, _handled, _reported
from tests.people import UNITS

pytestmark = pytest.mark.postgresql_in_proof


@verb
async def officer(office: Office, name: str, unit: str, reach: str = "") -> UUID:
    units = office.town.units
    post = await structure.add_post(
        SYSTEM, units[unit], title="保密员", roles=("security_admin",), sort_no=90, reach=units.get(reach)
    )
    await actions.appoint(SYSTEM, office.town.people[name], post)
    return post


async def report(office: Office, name: str, subject: str) -> httpx.Response:
    body = {"subject": subject, "ground": "标有密级"}
    return await (await office.town.of(name)).post("/secrecy-cases", json=body)


async def listed(office: Office, name: str, state: str) -> list[str]:
    answer = await (await office.town.of(name)).get(f"/secrecy-cases?state={state}")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_another_units_officer_neither_sees_nor_acts_and_who_reaches_all_purges(office: Office) -> None:
    for name, unit in (("白露秋", "石桥镇"), ("黎云起", "云岭村"), ("方知远", "禾渡镇")):
        await officer(office, name, unit)
    handling = await _handled(office)
    foreign = await report(office, "白露秋", f"documents.handling:{handling}")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "secrecy.no_such_thing")
    case = await _reported(office, handling, "苏小满")
    assert [await listed(office, name, "reported") for name in ("白露秋", "黎云起", "方知远")] == [[], [case], [case]]
    assert (await (await office.town.of("白露秋")).get(f"/secrecy-cases/{case}")).status_code == 404
    assert (await _act(office, "白露秋", case, "freezes")).json()["code"] == "secrecy.no_such_case"
    assert (await Case.get(id=case)).state == "reported"
    assert (await _act(office, "黎云起", case, "freezes")).status_code == 201, "one of those that have it freezes it for all"
    for what in ("lifts", "purges"):
        answer = await (await office.town.of("白露秋")).post(f"/secrecy-cases/{case}/{what}", json={"documents": 1})
        assert answer.json()["code"] == "secrecy.no_such_case"
    purged = await (await office.town.of("方知远")).post(f"/secrecy-cases/{case}/purges", json={"documents": 1})
    assert purged.status_code == 201, purged.text
    assert await Document.all().count() == 0


async def test_who_reaches_a_part_freezes_and_lets_go_again_and_never_purges(office: Office) -> None:
    for name in ("黎云起", "柳青禾"):
        await officer(office, name, "云岭村")
    handling = await _handled(office)
    told = await report(office, "黎云起", f"documents.handling:{handling}")
    case = told.json()["case"]["id"]
    assert told.json()["case"]["state"] == "frozen", "a paper of the town that the village has too"
    for what in ("lifts", "purges"):
        answer = await (await office.town.of("柳青禾")).post(f"/secrecy-cases/{case}/{what}", json={"documents": 1})
        assert (answer.status_code, answer.json()["code"]) == (403, "secrecy.out_of_reach"), answer.text
        assert "1 个" in answer.json()["title"]
    assert (await Case.get(id=case)).state == "frozen"
    assert (await _act_plain(office, "黎云起", case, "lifts")).status_code == 201, "what one froze oneself"


async def _act_plain(office: Office, name: str, case: str, what: str) -> httpx.Response:
    return await (await office.town.of(name)).post(f"/secrecy-cases/{case}/{what}", json={})


async def test_two_who_reach_all_of_it_between_them_purge(office: Office) -> None:
    await officer(office, "方知远", "禾渡镇")
    await officer(office, "白露秋", "石桥镇")
    metadata = {"source": "county-oa", "source_id": "c-9", "version": 1, "title": f"{CANARY}通知",
                "recipients": [UNITS["禾渡镇"][3], UNITS["石桥镇"][3]]}  # fmt: skip
    files = [("file", ("a.pdf", PAPER, "application/pdf"))]
    pushed = await office.oa.post("/exchange/documents", data={"metadata": json.dumps(metadata)}, files=files)
    assert pushed.status_code == 201, pushed.text
    told = await report(office, "方知远", f"documents.handling:{pushed.json()['receipts'][0]['handling']}")
    case = told.json()["case"]["id"]
    purged = await (await office.town.of("白露秋")).post(f"/secrecy-cases/{case}/purges", json={"documents": 1})
    assert purged.status_code == 201, purged.text


async def test_a_file_that_nothing_needs_is_its_senders_units(office: Office) -> None:
    await officer(office, "白露秋", "石桥镇")
    await officer(office, "方知远", "禾渡镇")
    sent = await (await office.town.of("苏小满")).post("/files", files={"file": ("a.pdf", PAPER, "application/pdf")})
    subject = f"files.file:{sent.json()['file']['id']}"
    assert (await report(office, "白露秋", subject)).status_code == 404
    assert (await report(office, "方知远", subject)).json()["case"]["state"] == "frozen"


async def test_a_post_may_name_the_unit_from_which_it_reaches(office: Office) -> None:
    """As a county's office does, which stands beside the towns, not above them."""
    post = await officer(office, "白露秋", "石桥镇")
    handling = await _handled(office)
    subject = f"documents.handling:{handling}"
    assert (await report(office, "白露秋", subject)).status_code == 404
    admin, county = await office.town.of("陆管理"), str(office.town.units["青岚县政府办"])
    unknown = await admin.post(f"/posts/{post}/changes", json={"reach": str(post)})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "organization.unit_unknown")
    assert (await admin.post(f"/posts/{post}/changes", json={"reach": county})).status_code == 204
    assert [one["reach"] for one in (await _posts(office)) if one["id"] == str(post)] == [county]
    assert (await report(office, "白露秋", subject)).json()["case"]["state"] == "frozen"
    made = await admin.post("/posts", json={"unit": county, "title": "保密员", "roles": ["security_admin"], "reach": county})
    assert (await Post.get(id=made.json()["id"])).reach == UUID(county)


async def _posts(office: Office) -> list[dict[str, Any]]:
    answer = await (await office.town.of("陆管理")).get(f"/organization?unit={office.town.units['石桥镇']}")
    return list(answer.json()["posts"])


async def test_where_a_unit_ends_its_custodian_is_reached_instead(office: Office) -> None:
    await officer(office, "方知远", "禾渡镇", "云岭村")
    await mergers.abolish_unit(SYSTEM, office.town.units["云岭村"], office.town.units["柳湾村"])
    actor = await office.town.actor("方知远")
    assert office.town.units["柳湾村"] in (await reach_of(actor, "security_admin")).units


async def test_cases_and_stops_of_a_merged_unit_are_its_heirs(office: Office) -> None:
    await officer(office, "白露秋", "石桥镇")
    handling = await _handled(office)
    case = await _reported(office, handling, "苏小满")
    marked = await (await office.town.of("苏小满")).post(
        "/files", files={"file": ("【机密】通知.pdf", PAPER, "application/pdf")}
    )
    stop = marked.json()["stop"]
    clerk = await office.town.of("苏小满")
    assert (await clerk.post(f"/secrecy-stops/{stop}/requests", json={"reason": "其他非密字样"})).status_code == 201
    assert await listed(office, "白露秋", "reported") == []
    await mergers.merge_units(SYSTEM, [office.town.units["禾渡镇"]], office.town.units["石桥镇"])
    await office.house.drain()
    assert await listed(office, "白露秋", "reported") == [case]
    heir = await office.town.of("白露秋")
    assert [one["id"] for one in (await heir.get("/secrecy-stops")).json()["items"]] == [stop]
    assert (await _act(office, "白露秋", case, "freezes")).status_code == 201


async def test_the_doctor_says_which_units_no_two_officers_reach(office: Office) -> None:
    found = await upkeep.guards()
    assert (found.level, f"{len(UNITS)} 个单位" in found.line()) == (NOTE, True), found.line()
    await officer(office, "方知远", "禾渡镇")
    await officer(office, "沈听澜", "禾渡镇")
    assert "2 个单位（如青岚县人民政府办公室）" in (await upkeep.guards()).line(), "the county's and the other town's"
    await officer(office, "白露秋", "石桥镇", "青岚县政府办")
    assert (await upkeep.guards()).level == NOTE, "one alone freezes and cannot purge"
    await officer(office, "何路人", "石桥镇", "青岚县政府办")
    assert (await upkeep.guards()).level == GOOD
