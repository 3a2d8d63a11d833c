"""The story, act by act. Every act is measured; what each claims is checked apart from the server."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from demo.accounts import Credential, NoAccounts
from demo.door import Json, Refused, b64, statement_of
from demo.papers import proposed, registration_of, value_of
from demo.town import STORY_OFFICES
from demo.two_minutes import proofs
from demo.two_minutes.ledger import PHONE_LIMIT, CheckFailed, Ledger
from demo.two_minutes.lines import Count, Lines
from demo.two_minutes.listener import Listener
from demo.two_minutes.live import Lost, moved, todo_for, told_of
from demo.two_minutes.pages import DECLARE, READ, WIDTH, Paper
from demo.two_minutes.people import Clerk, County, Leader, state_at
from office.cli.trouble import words_of

#: How a signature stands, by its code.
SIGNED = {
    "held": "暂存", "effective": "已生效", "withdrawn": "已撤回", "pending_clerk": "待文书确认", "refused": "未采用",
    "taken_back": "步骤已收回",
}  # fmt: skip
AWAITING = "待签收"
BEFORE = (AWAITING, "已签收", "拟办", "批示中")
#: What the township is in once the offices have it, until all of them have ended it.
SENT_ON = ("承办中",)
PROPOSAL = (
    f"拟请陆知野副镇长阅示。建议由{STORY_OFFICES[0]}牵头，{'、'.join(STORY_OFFICES[1:])}配合，今日完成隐患排查和转移准备。"
)
OPINION = f"同意。请{STORY_OFFICES[0]}牵头，{'、'.join(STORY_OFFICES[1:])}配合，今晚逐户排查到位。"


async def play(ledger: Ledger, paper: Paper, known: dict[str, Credential], *, release: bool, listen_on: str) -> None:
    """Play it to the end or to the first thing that is wrong; the ledger tells which."""
    try:
        async with Listener(listen_on) as listener:
            await Story(ledger, paper, known, listener, release=release).run()
    except Exception as error:  # noqa: BLE001 - whatever a server answers, it is told, with all that went before
        ledger.error = _why(error, ledger)


def _why(error: Exception, ledger: Ledger) -> str:
    """What went wrong, and in or after which step; a check says its own name."""
    if isinstance(error, CheckFailed):
        return str(error)
    told = _told(error, ledger.lines.origin)
    return f"“{ledger.at}”没有走通：{told}" if ledger.at else told


def _told(error: Exception, server: str) -> str:
    if isinstance(error, Refused) and not error.status:
        what = "等不到答复" if "Timeout" in error.code else "没有答复"
        return f"{server} {what}。请先启动服务（make run 或 zhiban serve），或用 --server 指出网址。"
    if isinstance(error, Refused) and error.code == "secrecy.declaration_needed":
        return f"{error} 这里由看过原件每一页的人用 {DECLARE} 姓名 声明。"
    if isinstance(error, Refused) and error.status == 401:
        return f"{error} 账号文件是这台服务器的吗？用 --data 或 --accounts 指出。"
    if isinstance(error, Refused | Lost | NoAccounts):
        return str(error)
    if isinstance(error, OSError):
        return f"本机或网络出错（{words_of(error)}）"
    return "服务器的答复和约定的不一样（" + f"{type(error).__name__}: {error}".removesuffix(": ") + "）"


class Story:
    """The actors and what they have learned so far."""

    def __init__(
        self, ledger: Ledger, paper: Paper, known: dict[str, Credential], listener: Listener, *, release: bool
    ) -> None:
        self.ledger, self.paper, self.known, self.listener, self.release = ledger, paper, known, listener, release
        self.lines: Lines = ledger.lines
        self.county, self.clerk, self.leader = County(self.lines, known), Clerk(self.lines, known), Leader.of(self.lines, known)
        self.handling = ""
        self.title = str(paper.metadata["title"])
        self.page: Json = {}
        self.statement = ""
        self.signature = b""
        self.signed = ""
        self._waiting = Count(0, 0)

    async def run(self) -> None:
        """All acts in order; at the end, however it comes, the phone's key and the webhook are taken away again."""
        try:
            await self._prepare()
            await self._push()
            await self._register()
            await self._propose()
            async with self._on_the_phone():
                await self._open()
                await self._read()
                await self._sign()
                await self._confirm()
            await self._told()
            await self._prove()
            await self._arrived()
        finally:
            await self._leave()

    async def _prepare(self) -> None:
        async with self.ledger.step("准备：取服务器公钥", "县 OA"):
            await self.county.learn_keys()
        async with self.ledger.step("准备：登记回调地址", "县 OA"):
            self.listener.secret = await self.county.listen(self.listener.url)
        async with self.ledger.step("准备：文书登录并接通实时通道", "文书"):
            await self.clerk.begin()
        async with self.ledger.step("准备：领导登录、登记手机密钥并接通实时通道", "领导手机"):
            await self.leader.begin()

    async def _push(self) -> None:
        async with self.ledger.step("推送特急公文", "县 OA"):
            answer = await self.county.push(self.paper)
        wrong = proofs.receipt(answer, self.county.sent, [self.paper.data], self.county.keys)
        self.ledger.check("签收回执的签名和内容", not wrong, "；".join(wrong))
        known = not answer["unknown"] and len(answer["receipts"]) == 1
        self.ledger.check("收件单位都认得", known, "、".join(answer["unknown"]))
        self.handling = answer["receipts"][0]["handling"]
        async with self.ledger.step("文书收到实时通知", "文书"):
            event = await self.clerk.live.wait("新来文", todo_for(self.handling, "documents.receive"))
        self._notice("文书", event)

    def _notice(self, who: str, event: Json) -> None:
        told = told_of(event, self.handling)
        self.ledger.check(f"{who}收到的通知说的就是这份文件", told == self.title, told)

    async def _register(self) -> None:
        async with self.ledger.step("签收", "文书"):
            await self.clerk.door.post(f"/handlings/{self.handling}/receipts", {})
        async with self.ledger.step("读出登记项", "文书"):
            reading = await self.clerk.door.get(f"/handlings/{self.handling}/reading")
        if self.paper.own:
            missed = [name for name, told in READ if value_of(reading, name) != self.paper.metadata[told]]
            self.ledger.check("从文件读出的登记项与公文一致", not missed, "、".join(missed))
        async with self.ledger.step("确认登记", "文书"):
            form = registration_of(reading, self.title)
            made = await self.clerk.door.post(f"/handlings/{self.handling}/registrations", form)
        self.title = form["title"]
        self.ledger.check("得到收文编号", bool(made["register_no"]), made["register_no"])

    async def _propose(self) -> None:
        self._waiting = await self.ledger.on_phone()
        async with self.ledger.step("拟办，送分管领导", "文书"):
            await proposed(self.clerk.door, self.handling, PROPOSAL, self.leader.post, *STORY_OFFICES)

    @asynccontextmanager
    async def _on_the_phone(self) -> AsyncIterator[None]:
        """Count the phone from before the notice: what it carried while it waited is the notice itself."""
        started = time.perf_counter()
        async with self.ledger.step("领导收到实时通知", "领导手机"):
            event = await self.leader.live.wait("请批示", todo_for(self.handling, "documents.instruct"))
        self._notice("领导", event)
        yield
        self.ledger.phone = (await self.ledger.on_phone()).since(self._waiting)
        self.ledger.phone_ms = (time.perf_counter() - started) * 1000
        moved_bytes = self.ledger.phone.up + self.ledger.phone.down
        self.ledger.note("领导手机流量不超过 80 KiB", not self.paper.own or moved_bytes < PHONE_LIMIT, f"{moved_bytes} 字节")

    async def _open(self) -> None:
        async with self.ledger.step("一键登录（设备密钥）", "领导手机"):
            await self.leader.tap_in()
        async with self.ledger.step("待办列表", "领导手机"):
            box = await self.leader.door.get("/inbox", box="handle")
        todo = next((one for one in box["items"] if one["route"] == f"/handlings/{self.handling}"), None)
        self.ledger.check("待办列表里有这份文件", todo is not None)
        async with self.ledger.step("打开文件", "领导手机"):
            self.page = await self.leader.door.get(f"/handlings/{self.handling}")
            await self.leader.door.post(f"/inbox/{(todo or {})['id']}/views", {})
        step = self.page["step"] or {}
        self.ledger.check("轮到领导批示", step.get("act") == "instruct", "" if step else "没有轮到领导的步骤")
        digests = [one["digest"] for one in self.page["files"]]
        self.ledger.check("文件就是推送的那一份", digests == [self.paper.digest])
        self.ledger.check("要签的版面就是这份文件", step.get("rendition") == proofs.rendition(digests))

    async def _read(self) -> None:
        file, drawn = self.page["files"][0], self.paper.pages
        name = "页数相符" if drawn else "Office 文件的版面由服务器转换，没有原件可逐点比对"
        self.ledger.check(name, file["pages"] == len(drawn) if drawn else file["pages"] > 0, f"{file['pages']} 页")
        for number in range(1, file["pages"] + 1):
            async with self.ledger.step(f"第 {number} 页（{WIDTH} 像素）", "领导手机"):
                shown = await self.leader.door.bytes(f"/files/{file['id']}/pages/{number}", width=WIDTH)
            differs = proofs.same_picture(shown, drawn[number - 1]) if drawn else proofs.a_picture(shown, WIDTH)
            self.ledger.check(f"第 {number} 页{'与原件逐点相同' if drawn else '是完整的图片'}", not differs, differs)

    async def _sign(self) -> None:
        leader = self.leader
        async with self.ledger.step("意见会怎样办", "领导手机"):
            derived = await leader.door.post(f"/handlings/{self.handling}/derivations", {"text": OPINION})
        sent = [(one["name"], one["role"]) for one in derived["action"]["dispatch"]]
        wanted = [(name, "assist" if place else "lead") for place, name in enumerate(STORY_OFFICES)]
        self.ledger.check("意见里的四个单位都认出来了", sent == wanted, "、".join(name for name, _ in sent))
        self.statement = statement_of(self.page["step"], derived["action"], OPINION, leader.strokes, leader.device)
        self.signature = leader.key.sign(self.statement.encode())
        async with self.ledger.step("手写签名并下发四个单位", "领导手机"):
            body = {"statement": self.statement, "signature": b64(self.signature), "strokes": b64(leader.strokes)}
            answer = await leader.door.post(f"/handlings/{self.handling}/signatures", body)
        self.signed = answer["signature"]["id"]
        state = answer["signature"]["state"]
        self.ledger.check("签批已存，三十秒内可撤回", state == "held", SIGNED.get(state, state))

    async def _confirm(self) -> None:
        rev = self.page["rev"]
        if self.release:
            async with self.ledger.step("立即送出", "领导手机"):
                await self.leader.door.post(f"/signatures/{self.signed}/releases", {})
        async with self.ledger.step("手机得知已送出", "领导手机"):
            await self.leader.live.wait("文件已送出", moved(self.handling, beyond=rev), seconds=120)

    async def _told(self) -> None:
        async with self.ledger.step("县 OA 收到回调", "县 OA"):
            told = await self.listener.wait(self._after_the_signature)
        self.ledger.check("回调的签名（Standard Webhooks）", not self.listener.wrong, "；".join(self.listener.wrong))
        state = told["data"]["state"] if told else "没有收到"
        self.ledger.check("回调说这份文件已送出办理", state in SENT_ON, state)

    def _after_the_signature(self, told: Json) -> bool:
        data = told["data"]
        return data["document"] == self.county.answer["document"] and data["state"] not in BEFORE

    async def _prove(self) -> None:
        async with self.ledger.step("取签批证据", "文书"):
            told = await self.clerk.door.get(f"/signatures/{self.signed}/evidence")
        self.ledger.check("签批已生效", told["state"] == "effective", SIGNED.get(told["state"], told["state"]))
        wrong = proofs.evidence(told, self.statement, self.signature, self.leader.key.public, self.county.keys)
        self.ledger.check("签名、凭据、会签逐一验证", not wrong, "；".join(wrong))
        async with self.ledger.step("取回手写笔迹", "文书"):
            kept = await self.clerk.door.bytes(f"/signatures/{self.signed}/strokes.svg")
        differs = proofs.strokes(kept, self.leader.strokes)
        self.ledger.check("存下的笔迹就是手机上写的", not differs, differs)

    async def _arrived(self) -> None:
        async with self.ledger.step("四个单位收到待签收", "四单位"):
            document = self.page["document"]["id"]
            arrived = [await state_at(self.lines, self.known, unit, document) for unit in STORY_OFFICES]
        late = [unit for unit, state in zip(STORY_OFFICES, arrived, strict=True) if state != AWAITING]
        self.ledger.check("四个单位各有一份，都在待签收", not late, "、".join(late))
        page = await self.clerk.door.get(f"/handlings/{self.handling}")
        states = [one["state"] for one in page["sent_down"]]
        self.ledger.check("镇里看得到四份的状态", states == [AWAITING] * len(STORY_OFFICES), "、".join(states))
        self.ledger.check("四个单位办完之前，镇里是承办中", page["state"] == "承办中", page["state"])

    async def _leave(self) -> None:
        for leave in (self.leader.leave, self.clerk.leave, self.county.leave):
            with contextlib.suppress(Exception):  # an earlier error is the one to tell
                await leave()
        for live in (getattr(self.leader, "live", None), getattr(self.clerk, "live", None)):
            if live is not None:
                with contextlib.suppress(Exception, asyncio.CancelledError):
                    await live.close()
        for door in (self.leader.door, self.clerk.door, self.county.door):
            await door.http.aclose()
