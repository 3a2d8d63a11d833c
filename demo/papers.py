"""A lively inbox: the demo's papers in different states, brought in as an OA, clerks and leaders would, by the public doors."""

import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from demo.accounts import Credential, of
from demo.door import Door, Json, Refused, b64, handwriting, statement_of
from demo.town import COUNTY_OFFICE, GROUPS, OA, SECOND, SECOND_VILLAGES, TOWNSHIP, WAITING_LEADER, clerk_of, unit_plan
from office.cli.progress import Tell, unheard
from office.outbox.relay import drain

STEPS = 7
FOLDER = Path(__file__).parent / "paper"
HOSPITAL, GROUP = "禾渡镇卫生院", GROUPS[0][1]
SWIMMING: Json = {
    "source_id": "demo-2026-0018", "title": "青岚县教育局关于做好暑期学生防溺水工作的通知", "docNo": "青教发〔2026〕18号",
    "urgency": "加急", "signature": "青岚县教育局", "docType": "通知",
}  # fmt: skip
VILLAGES: Json = {
    "source_id": "demo-2026-0028", "title": "青岚县人民政府办公室关于公布第三批县级传统村落名录的通知",
    "docNo": "青政办发〔2026〕28号",
    "urgency": "", "signature": "青岚县人民政府办公室", "docType": "通知",
}  # fmt: skip
BRIDGE: Json = {
    "source_id": "demo-2026-0022", "title": "禾渡镇人民政府关于解决裁缝桥危桥改造资金的请示", "docNo": "禾政〔2026〕22号",
    "urgency": "", "signature": "禾渡镇人民政府", "docType": "请示",
}  # fmt: skip


class Office:
    """The people at their desks, each with a way in to the application in this process."""

    def __init__(self, app: Starlette, known: dict[str, Credential], stack: AsyncExitStack) -> None:
        self._app = app
        self._known = known
        self._stack = stack

    async def door(self, login: str = "") -> Door:
        """A way in: logged in, or with the OA's key."""
        transport = httpx.ASGITransport(self._app, client=("127.0.0.1", 40000))
        door = Door(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=60))
        await self._stack.enter_async_context(door)
        who = of(self._known, login or OA)
        if login:
            await door.log_in(login, who.password)
            self._stack.push_async_callback(door.delete, "/sessions/current")
        else:
            door.carry(who.password)
        return door


async def bring(app: Starlette, known: dict[str, Credential], tell: Tell = unheard) -> bool:
    """Bring the papers in and work on some; False if they were there already. `tell` hears of `STEPS`."""
    async with app.router.lifespan_context(app), AsyncExitStack() as stack:
        office = Office(app, known, stack)
        oa = await office.door()
        tell(1)
        swimming, first = await push(oa, "swimming-safety-urgent.pdf", SWIMMING, (TOWNSHIP, SECOND))
        tell(1)
        villages, _ = await push(oa, "old-villages-notice.pdf", VILLAGES, (TOWNSHIP, SECOND))
        tell(1)
        await push(oa, "bridge-request.pdf", BRIDGE, (COUNTY_OFFICE,))
        tell(1)
        if first:
            await _in_the_first(office, swimming, villages)
            tell(1)
            await _in_the_second(office, swimming)
            tell(1)
        await drain()  # what was signed takes effect before the house is closed
    return first


async def push(oa: Door, file: str, told: Json, units: tuple[str, ...]) -> tuple[dict[str, str], bool]:
    """Push a paper; the handling of each unit, and whether it was new."""
    metadata = {"source": OA, "version": 1, **told, "recipients": [unit_plan(unit).code for unit in units]}
    parts = {"file": (file, (FOLDER / file).read_bytes(), "application/pdf")}
    answer = await oa.ask("POST", "/exchange/documents", data={"metadata": json.dumps(metadata)}, files=parts)
    by_code = {unit_plan(unit).code: unit for unit in units}
    return {by_code[one["recipient"]]: one["handling"] for one in answer.json()["receipts"]}, answer.status_code == 201


async def _in_the_first(office: Office, swimming: dict[str, str], villages: dict[str, str]) -> None:
    """One waits for the deputy mayor's word, one is signed for and waits to be registered."""
    clerk = await office.door(clerk_of(TOWNSHIP).login)
    await clerk.post(f"/handlings/{villages[TOWNSHIP]}/receipts", {})
    leader = await office.door(WAITING_LEADER)
    await registered(clerk, swimming[TOWNSHIP])
    text = f"拟请童书禾副镇长阅示。建议由{HOSPITAL}牵头，{GROUP}配合，落实巡查和值守。"
    await proposed(clerk, swimming[TOWNSHIP], text, await _post(leader), HOSPITAL, GROUP)


async def _in_the_second(office: Office, swimming: dict[str, str]) -> None:
    """One is signed on the server's key and sent down to a village."""
    clerk, leader = await office.door(clerk_of(SECOND).login), await office.door("yeshuying")
    handling = swimming[SECOND]
    await registered(clerk, handling)
    await proposed(clerk, handling, "拟请叶疏影副镇长阅示。", await _post(leader))
    step = (await leader.get(f"/handlings/{handling}"))["step"]
    text = f"同意。请{SECOND_VILLAGES[0]}牵头，{SECOND_VILLAGES[1]}配合，逐塘设牌、逐户告知。"
    derived = await leader.post(f"/handlings/{handling}/derivations", {"text": text})
    strokes = handwriting()
    statement = statement_of(step, derived["action"], text, strokes, None)
    body = {"statement": statement, "signature": None, "strokes": b64(strokes)}
    signed = await leader.post(f"/handlings/{handling}/signatures", body)
    await leader.post(f"/signatures/{signed['signature']['id']}/releases", {})


async def registered(clerk: Door, handling: str) -> Json:
    """Sign for and register a document with what was read from its file."""
    await clerk.post(f"/handlings/{handling}/receipts", {})
    reading = await clerk.get(f"/handlings/{handling}/reading")
    title = (await clerk.get(f"/handlings/{handling}"))["document"]["title"]
    answer: Json = await clerk.post(f"/handlings/{handling}/registrations", registration_of(reading, title))
    return answer


def registration_of(reading: Json, title: str) -> Json:
    """The form as the clerk confirms it: what was read, the pushed title where none was; a known duplicate is named."""
    told: Json = {name: value_of(reading, name) for name in ("doc_no", "issuer", "doc_date", "doc_type", "urgency", "signer")}
    told = {name: value for name, value in told.items() if value}
    main_to = value_of(reading, "main_to")
    told |= {"title": value_of(reading, "title") or title, "main_to": [main_to] if main_to else [], "kind": "批办"}
    if reading["duplicates"]:
        told["duplicate_of"] = reading["duplicates"][0]["id"]
    return told


def value_of(reading: Json, name: str) -> str:
    """A proposed value; empty where the document does not say."""
    placed: Any = reading.get(name)
    return str(placed["value"]) if placed else ""


async def proposed(clerk: Door, handling: str, text: str, post: str, *offices: str) -> None:
    """拟办 for one leader: the words, and whom they name to lead and to assist, so that 同意 sends it there."""
    refs = [await _ref(clerk, name) for name in offices]
    told = {"text": text, "order": "bottom_up", "leaders": [post], "lead": next(iter(refs), None), "assists": refs[1:]}
    await clerk.post(f"/handlings/{handling}/proposals", told)


async def _post(leader: Door) -> str:
    return str((await leader.get("/me"))["posts"][0]["id"])


async def _ref(clerk: Door, name: str) -> str:
    """Whom the clerk picks by name from the recipients. Raises Refused where nobody has it (撤并、更名)."""
    found = (await clerk.get("/recipients", q=name))["items"]
    refs = [str(one["ref"]) for one in found if one["name"] == name]
    if not refs:
        raise Refused(f"GET /recipients?q={name}", 200, "no_such_recipient", f"收件对象里没有“{name}”，可能已撤并或更名")
    return refs[0]
