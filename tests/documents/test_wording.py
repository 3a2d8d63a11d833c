"""What the words of an opinion do: the phrases of the field one by one, and what holds for any words."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.incoming.opinions.derive import KINDS, derive, explain, not_understood
from documents.incoming.opinions.masking import Known
from office.kernel.actor import SYSTEM
from office.kernel.database import fetch
from office.organization import structure
from tests.documents.conftest import Office

TABLE = json.loads((Path(__file__).parent / "opinions.json").read_text())
KNOWN = [Known(one["ref"], one["name"], tuple(one["names"])) for one in TABLE["known"]]
NAMES = sorted({name for one in KNOWN for name in one.names})


@pytest.mark.parametrize("vector", TABLE["vectors"], ids=lambda vector: str(vector["text"]))
def test_the_phrases_of_the_field(vector: dict[str, Any]) -> None:
    derived = derive(vector["text"], KNOWN)
    assert {one.name: one.role for one in derived.dispatch} == vector.get("dispatch", {})
    assert list(derived.unknown) == vector.get("unknown", [])
    assert {name: list(those) for name, those in derived.several.items()} == vector.get("several", {})
    assert list(derived.left_out.values()) == vector.get("left_out", [])
    assert [one.name for one in derived.later] == vector.get("later", [])
    assert derived.kind == vector["kind"]


WORDS = st.sampled_from(
    [*NAMES, "请", "同意", "不需", "研提意见", "办理", "阅示", "牵头", "配合", "、", "，", "。", "火星办", "王", "同志", "阅"]
)


@given(st.lists(WORDS, max_size=14).map("".join) | st.text(max_size=60))
def test_any_words_have_one_lead_and_send_only_to_whom_they_name(words: str) -> None:
    derived = derive(words, KNOWN)
    assert derived.kind in KINDS
    assert len({one.to for one in derived.dispatch}) == len(derived.dispatch)
    assert sum(one.role == "lead" for one in derived.dispatch) <= 1
    called = {one.ref: one.names for one in KNOWN}
    assert all(any(name in words for name in called[one.to]) for one in derived.dispatch)
    told = explain(derived)
    assert all(one.name in told for one in derived.dispatch)
    assert {said for said, _ in not_understood(derived)} == {*derived.unknown, *derived.several} == set(derived.choices)
    assert all(said in unsure for said, unsure in not_understood(derived))


def test_of_very_many_strangers_only_the_first_are_held_against_all_names() -> None:
    """Each costs a look at every name there is, up to some ten thousand, while the house waits."""
    strangers = [f"水利{one}站" for one in "甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    known = [Known("unit:1", "水利站", ("水利站",))]
    derived = derive(f"请{'、'.join(strangers)}阅知。", known)
    assert list(derived.unknown) == strangers == list(derived.choices)
    assert [len(one) for one in derived.choices.values()] == [1] * 8 + [0] * 6


@given(st.permutations([name for name in NAMES if name not in ("副镇长",)]).map(lambda names: names[:4]))
def test_whoever_is_named_in_a_list_is_sent_to(names: list[str]) -> None:
    derived = derive(f"请{'、'.join(names)}办理。", KNOWN)
    meant = {one.ref for one in KNOWN for name in names if name in one.names}
    assert {one.to for one in derived.dispatch} == meant


async def _told(office: Office, handling: str, text: str, name: str = "秦望舒") -> dict[str, Any]:
    answer = await (await office.town.of(name)).post(f"/handlings/{handling}/derivations", json={"text": text})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def _sent(told: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["role"] for one in told["action"]["dispatch"]}


async def test_a_name_beyond_the_first_twenty_is_known(office: Office) -> None:
    unit = office.town.units["禾渡镇"]
    for number in range(25):
        await structure.add_section(SYSTEM, unit, name=f"第{number:02d}科室", kind="业务股室", sort_no=number + 10)
    told = await _told(office, await office.proposed("秦望舒"), "请第24科室办理。")
    assert _sent(told) == {"第24科室": "lead"}
    assert "unsure" not in told


async def test_posts_are_known_by_title_and_leaders_by_surname(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    posts = office.town.posts
    for text, name in (
        ("请林镇长审定", "林若溪"),
        ("请镇长审批", "林若溪"),
        ("请顾书记阅示", "顾长川"),
        ("请程镇长批示", "程晚照"),
    ):
        [line] = (await _told(office, handling, text))["action"]["dispatch"]
        assert (line["to"], line["role"]) == (f"post:{posts[name]}", "sign"), text
    told = await _told(office, handling, "请分管副镇长阅示")
    assert (told["action"]["dispatch"], told["action"]["kind"]) == ([], "comment")
    [unsure] = told["unsure"]
    assert (unsure["said"], unsure["told"]) == ("副镇长", "“副镇长”不止一个，请选")
    assert [(one["name"], one["role"]) for one in unsure["choices"]] == [("程晚照（副镇长（农业））", "sign")], "never oneself"


async def test_what_is_not_recognised_is_said(office: Office) -> None:
    told = await _told(office, await office.proposed("秦望舒"), "请农业农村办、火星办办理。")
    assert _sent(told) == {"农业农村办": "lead"}
    assert told["explanation"] == "将会：意见记为“交办”；送农业农村办主办；之后交文书办理后续。"
    assert told["unsure"] == [{"said": "火星办", "told": "没有认出“火星办”", "choices": []}]


@pytest.mark.parametrize(
    ("said", "choices"),
    [
        ("农业办", ["农业农村办", "方知远（农业农村办主任）"]),  # a short form
        ("林若西", ["林若溪"]),  # a slip
        ("程晚昭", ["程晚照"]),  # each person once, though their posts are known too
        ("办公室", ["党政办公室"]),
        ("王镇长", []),  # a title alone is nobody near
        ("火星办", []),
    ],
)
def test_whom_a_name_may_mean_is_offered_and_not_taken(said: str, choices: list[str]) -> None:
    derived = derive(f"请{said}配合。", KNOWN)
    assert (derived.dispatch, derived.unknown) == ((), (said,))
    assert [(one.name, one.role) for one in derived.choices[said]] == [(name, "assist") for name in choices]


async def test_what_a_proposal_s_words_send_to_later_is_told(office: Office) -> None:
    told = await _told(office, await office.registered(), "拟请林镇长阅示。建议由农业农村办牵头，应急办配合。", "苏小满")
    assert [(one["name"], one["role"]) for one in told["later"]] == [("农业农村办", "lead")]
    assert told["unsure"][0]["choices"][0]["name"] == "应急管理办"


async def test_agreeing_without_one_of_those_proposed(office: Office) -> None:
    handling = await office.registered()
    clerk, lead = await office.town.of("苏小满"), f"section:{office.town.sections['农业农村办']}"
    assist = f"section:{office.town.sections['应急管理办']}"
    body = {"text": "拟请农业农村办牵头。", "leaders": [str(office.town.posts["秦望舒"])], "lead": lead, "assists": [assist]}
    assert (await clerk.post(f"/handlings/{handling}/proposals", json=body)).status_code == 201
    told = await _told(office, handling, "同意，不需农业农村办办理。")
    assert _sent(told) == {"应急管理办": "assist"}
    assert "不送农业农村办" in told["explanation"]


async def test_a_leader_asked_by_name_decides(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    told = await _told(office, handling, "请林镇长审定。")
    sent = [(one["to"], one["role"]) for one in told["action"]["dispatch"]]
    assert (await office.sign("秦望舒", handling, "请林镇长审定。", told["action"]["kind"], *sent)).status_code == 201
    await office.after_hold()
    step = await office.step("林若溪", handling)
    assert (step["act"], step["asks"]) == ("instruct", "秦望舒请镇长批示")


async def test_opinions_asked_for_come_back_to_who_asked(office: Office) -> None:
    handling = await office.proposed("秦望舒")
    words = "请农业农村办、应急管理办研究提出意见。"
    told = await _told(office, handling, words)
    assert _sent(told) == {"农业农村办": "advise", "应急管理办": "advise"}
    sent = [(one["to"], one["role"]) for one in told["action"]["dispatch"]]
    assert (await office.sign("秦望舒", handling, words, told["action"]["kind"], *sent)).status_code == 201
    await office.after_hold()
    for name, opinion in (("方知远", "建议分两步整改。"), ("沈听澜", "建议先加固。")):
        assert await _todos(office, "秦望舒") == []
        assert (await office.step(name, handling))["asks"].startswith("秦望舒请")
        await office.sign(name, handling, opinion, "comment")
        await office.after_hold()
    assert await _todos(office, "秦望舒") == ["研提意见已报回，请阅处"]
    step = await office.step("秦望舒", handling)
    assert (step["act"], step["asks"], step["proposal"]) == ("instruct", "研提意见已报回，请阅处", "建议先加固。")
    await office.sign("秦望舒", handling, "同意。")
    await office.after_hold()
    assert (await office.page("苏小满", handling))["state"] == "待办结"


async def _todos(office: Office, name: str) -> list[str]:
    answer = await (await office.town.of(name)).get("/inbox?box=handle")
    return [one["summary"] for one in answer.json()["items"]]


async def test_names_cost_the_same_however_many(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from office.organization import names

    asked: list[str] = []

    async def counting(text: str, *values: object) -> list[dict[str, Any]]:
        asked.append(text)
        return await fetch(text, *values)

    monkeypatch.setattr(names, "fetch", counting)
    handling = await office.proposed("秦望舒")
    await _told(office, handling, "请农业农村办办理。")
    assert len(asked) == 4
    await _told(office, handling, "同意。")
    assert len(asked) == 4, "nobody is named, so nobody is looked up"


async def test_more_than_can_be_known_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from office.organization import names

    monkeypatch.setattr(names, "MOST", 2)
    told = await _told(office, await office.proposed("秦望舒"), "请应急管理办办理。")
    assert "没有全部核对" in told["explanation"]
