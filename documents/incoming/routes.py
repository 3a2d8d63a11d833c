"""Routes of incoming documents."""

from uuid import UUID

from documents.incoming import cases, correction, follows, unit_rules
from documents.incoming.actions import amend as amending
from documents.incoming.actions import clerk, dictate, ending, moves, receive, settle, sign, undo
from documents.incoming.actions import confirm as confirming
from documents.incoming.actions.phrases import set_phrases
from documents.incoming.evidence import evidence
from documents.incoming.leaders import leaders
from documents.incoming.models import Handling
from documents.incoming.opinions.wording import derivation
from documents.incoming.page import queries
from documents.incoming.page.compose import handling_page
from documents.incoming.page.schemas import HandlingOut, TrailPage, TrailQuery, WaitingOut
from documents.incoming.page.trail import trail_page
from documents.incoming.papers.printing import print_sheet
from documents.incoming.papers.seal_page import SealOut, final_seal
from documents.incoming.policy import clerked_by
from documents.incoming.pressing import actions as pressing
from documents.incoming.register.lists import register_list
from documents.incoming.register.schemas import HandlingList, RegisterQuery
from documents.incoming.registration import shown
from documents.incoming.registration.schemas import (
    AmendmentIn,
    ChecksIn,
    PaperIntake,
    ReadingOut,
    ReceiptIn,
    RefusalIn,
    Registered,
    Registration,
)
from documents.incoming.schemas import (
    ConclusionIn,
    ConfirmationIn,
    DictationIn,
    Moved,
    PhrasesOut,
    Pressed,
    PresserIn,
    ProposalIn,
    ReasonIn,
    ReminderIn,
    ReopeningIn,
    ReplyDueIn,
    ReplyIn,
    SettlementIn,
    SignerIn,
    TransferIn,
    WhyIn,
)
from documents.incoming.states import NAMES
from documents.incoming.waiting import waiting_list
from office import audit
from office.kernel.actor import Actor
from office.kernel.endpoint import LOGGED_IN, Answer, Endpoint

VIEW, REGISTER, HANDLE, PRESS = "documents.view", "documents.register", "documents.handle", "documents.press"


def _moved(handling: Handling) -> Moved:
    return Moved(handling.id, NAMES[handling.state], handling.state, handling.rev)


async def view(actor: Actor, id: UUID) -> Answer[HandlingOut]:
    """文件办理页; that it was looked at is in the trail, once a day."""
    page = await handling_page(actor, id)
    await audit.record_daily(actor, "documents.view", cases.ref(id))
    return page


async def register_page(actor: Actor, input: RegisterQuery) -> HandlingList:
    """收文登记簿; that a unit's was looked at is in the trail, once a day."""
    page = await register_list(actor, input)
    for unit in clerked_by(actor):
        await audit.record_daily(actor, "documents.view_register", f"organization.unit:{unit}")
    return page


async def trail_lines(actor: Actor, id: UUID, input: TrailQuery) -> TrailPage:
    """办理轨迹; it is a view of the handling."""
    page = await trail_page(actor, id, input)
    await audit.record_daily(actor, "documents.view", cases.ref(id))
    return page


async def waiting(actor: Actor, id: UUID) -> WaitingOut:
    """未阅、未办名单: names and no words, so it is no view of the handling."""
    found = await waiting_list(actor, id)
    await audit.record_daily(actor, "documents.view_waiting", cases.ref(id))
    return found


async def reading(actor: Actor, id: UUID) -> ReadingOut:
    """读取登记项; it is a view of the handling."""
    found = await shown.reading(actor, id)
    await audit.record_daily(actor, "documents.view", cases.ref(id))
    return found


async def seal(actor: Actor, id: UUID) -> SealOut:
    """归档版式文件; it is a view of the handling."""
    found = await final_seal(actor, id)
    await audit.record_daily(actor, "documents.view", cases.ref(id))
    return found


async def take_in(actor: Actor, input: PaperIntake) -> Moved:
    """Take in a paper document."""
    return _moved(await receive.take_in(actor, input))


async def sign_for(actor: Actor, id: UUID, input: ReceiptIn) -> Moved:
    """签收."""
    return _moved(await receive.sign_for(actor, id, input))


async def register(actor: Actor, id: UUID, input: Registration) -> Registered:
    """登记."""
    return await receive.register(actor, id, input)


async def amend(actor: Actor, id: UUID, input: AmendmentIn) -> Moved:
    """更正登记."""
    return _moved(await amending.amend(actor, id, input))


async def check(actor: Actor, id: UUID, input: ChecksIn) -> Moved:
    """初审."""
    return _moved(await receive.check(actor, id, input))


async def propose(actor: Actor, id: UUID, input: ProposalIn) -> Moved:
    """拟办."""
    return _moved(await clerk.propose(actor, id, input))


async def conclude(actor: Actor, id: UUID, input: ConclusionIn) -> Moved:
    """办结."""
    return _moved(await ending.conclude(actor, id, input))


async def reply(actor: Actor, id: UUID, input: ReplyIn) -> Moved:
    """答复."""
    return _moved(await ending.reply(actor, id, input))


async def owe_reply(actor: Actor, id: UUID, input: ReplyDueIn) -> Moved:
    """Whether a reply is owed."""
    return _moved(await ending.owe_reply(actor, id, input))


async def reopen(actor: Actor, id: UUID, input: ReopeningIn) -> Moved:
    """重新办理."""
    return _moved(await ending.reopen(actor, id, input))


async def refuse(actor: Actor, id: UUID, input: RefusalIn) -> Moved:
    """退文."""
    return _moved(await receive.send_back(actor, id, input))


async def send_return(actor: Actor, id: UUID, input: ReasonIn) -> Moved:
    """退回."""
    return _moved(await moves.send_return(actor, id, input))


async def withdraw(actor: Actor, id: UUID, input: ReasonIn) -> Moved:
    """撤回."""
    return _moved(await undo.withdraw(actor, id, input))


async def transfer(actor: Actor, id: UUID, input: TransferIn) -> Moved:
    """转办."""
    return _moved(await moves.transfer(actor, id, input))


async def add_signer(actor: Actor, id: UUID, input: SignerIn) -> Moved:
    """加签."""
    return _moved(await moves.add_signer(actor, id, input))


async def remove_signer(actor: Actor, id: UUID, obligation: str) -> Moved:
    """减签."""
    return _moved(await moves.remove_signer(actor, id, obligation))


async def urge(actor: Actor, id: UUID, input: ReminderIn) -> Pressed:
    """催办."""
    return await pressing.urge(actor, id, input)


async def set_presser(actor: Actor, id: UUID, input: PresserIn) -> Moved:
    """催办人."""
    return _moved(await pressing.set_presser(actor, id, input))


async def confirm(actor: Actor, id: UUID, signature: UUID, input: ConfirmationIn) -> Moved:
    """The clerk's word on a signature that waits."""
    return _moved(await confirming.confirm(actor, id, signature, input))


async def dictated(actor: Actor, id: UUID, input: DictationIn) -> Moved:
    """代录, 纸质补录."""
    return _moved(await dictate.dictate(actor, id, input))


async def dictation_confirmed(actor: Actor, id: UUID, opinion: UUID) -> Moved:
    """补确认."""
    return _moved(await dictate.confirm(actor, id, opinion))


async def follow(actor: Actor, id: UUID) -> Moved:
    """关注."""
    return _moved(await follows.follow(actor, id))


async def settled(actor: Actor, id: UUID, input: SettlementIn) -> Moved:
    """处置."""
    return _moved(await settle.settle(actor, id, input))


async def suspend(actor: Actor, id: UUID, input: WhyIn) -> Moved:
    """暂缓."""
    return _moved(await settle.suspend(actor, id, input))


async def resume(actor: Actor, id: UUID, input: WhyIn) -> Moved:
    """恢复办理."""
    return _moved(await settle.resume(actor, id, input))


async def acknowledge(actor: Actor, id: UUID) -> Moved:
    """已核对更正."""
    return _moved(await correction.acknowledge(actor, id))


async def phrases(actor: Actor) -> PhrasesOut:
    """The caller's quick phrases."""
    return PhrasesOut(await queries.phrases_of(actor.own_id))


ALL, ONE, RULES = "/handlings", "/handlings/{id}", "/units/{unit}/handling-rules"
ENDPOINTS = [
    Endpoint(method="GET", path=ALL, permission=REGISTER, run=register_page, summary="收文登记簿"),
    Endpoint(method="POST", path=ALL, permission=REGISTER, run=take_in, summary="纸质等来文收文", status=201),
    Endpoint(method="GET", path=ONE, permission=VIEW, run=view, summary="文件办理页"),
    Endpoint(method="GET", path=f"{ONE}/trail", permission=VIEW, run=trail_lines, summary="办理轨迹"),
    Endpoint(method="GET", path=f"{ONE}/waiting", permission=VIEW, run=waiting, summary="未阅、未办名单"),
    Endpoint(method="GET", path=f"{ONE}/reading", permission=REGISTER, run=reading, summary="读取登记项"),
    Endpoint(method="GET", path=f"{ONE}/evidence", permission=VIEW, run=evidence, summary="证据包"),
    Endpoint(method="GET", path=f"{ONE}/sheet", permission=VIEW, run=print_sheet, summary="打印文件处理单"),
    Endpoint(method="GET", path=f"{ONE}/seal", permission=VIEW, run=seal, summary="归档版式文件"),
    Endpoint(method="POST", path=f"{ONE}/receipts", permission=REGISTER, run=sign_for, summary="签收"),
    Endpoint(method="POST", path=f"{ONE}/registrations", permission=REGISTER, run=register, summary="登记", status=201),
    Endpoint(method="POST", path=f"{ONE}/amendments", permission=REGISTER, run=amend, summary="更正登记", status=201),
    Endpoint(method="POST", path=f"{ONE}/checks", permission=REGISTER, run=check, summary="初审", status=201),
    Endpoint(method="POST", path=f"{ONE}/refusals", permission=REGISTER, run=refuse, summary="退文"),
    Endpoint(method="GET", path=f"{ONE}/leaders", permission=REGISTER, run=leaders, summary="拟办可请的领导"),
    Endpoint(method="POST", path=f"{ONE}/proposals", permission=REGISTER, run=propose, summary="拟办", status=201),
    Endpoint(method="POST", path=f"{ONE}/conclusions", permission=REGISTER, run=conclude, summary="办结"),
    Endpoint(method="POST", path=f"{ONE}/replies", permission=REGISTER, run=reply, summary="答复", status=201),
    Endpoint(method="PUT", path=f"{ONE}/reply-due", permission=REGISTER, run=owe_reply, summary="是否需答复"),
    Endpoint(method="POST", path=f"{ONE}/reopenings", permission=REGISTER, run=reopen, summary="重新办理", status=201),
    Endpoint(method="POST", path=f"{ONE}/derivations", permission=HANDLE, run=derivation, summary="意见会怎样办",
             idempotent=False),
    # The ticket is what lets in: whoever lost post or delegation meanwhile must still be able to hand in what they signed.
    Endpoint(method="POST", path=f"{ONE}/signatures", permission=LOGGED_IN, run=sign.sign, summary="签批", status=201),
    Endpoint(method="POST", path=f"{ONE}/signatures/{{signature}}/confirmations", permission=REGISTER, run=confirm,
             summary="确认待定签批"),
    Endpoint(method="POST", path=f"{ONE}/dictations", permission=REGISTER, run=dictated, summary="代录、纸质补录", status=201),
    Endpoint(method="POST", path=f"{ONE}/dictations/{{opinion}}/confirmations", permission=HANDLE, run=dictation_confirmed,
             summary="补确认代录的意见"),
    Endpoint(method="POST", path=f"{ONE}/follows", permission=VIEW, run=follow, summary="关注", status=201),
    Endpoint(method="DELETE", path=f"{ONE}/follows", permission=VIEW, run=follows.unfollow, summary="取消关注", status=204),
    Endpoint(method="POST", path=f"{ONE}/returns", permission=HANDLE, run=send_return, summary="退回"),
    Endpoint(method="POST", path=f"{ONE}/withdrawals", permission=HANDLE, run=withdraw, summary="撤回"),
    Endpoint(method="POST", path=f"{ONE}/transfers", permission=HANDLE, run=transfer, summary="转办"),
    Endpoint(method="POST", path=f"{ONE}/signers", permission=HANDLE, run=add_signer, summary="加签", status=201),
    Endpoint(method="DELETE", path=f"{ONE}/signers/{{obligation}}", permission=HANDLE, run=remove_signer, summary="减签"),
    Endpoint(method="POST", path=f"{ONE}/reminders", permission=PRESS, run=urge, summary="催办"),
    Endpoint(method="PUT", path=f"{ONE}/presser", permission=REGISTER, run=set_presser, summary="指定催办人"),
    Endpoint(method="POST", path=f"{ONE}/settlements", permission=REGISTER, run=settled, summary="处置"),
    Endpoint(method="POST", path=f"{ONE}/suspensions", permission=REGISTER, run=suspend, summary="暂缓"),
    Endpoint(method="POST", path=f"{ONE}/resumptions", permission=REGISTER, run=resume, summary="恢复办理"),
    Endpoint(method="POST", path=f"{ONE}/acknowledgements", permission=REGISTER, run=acknowledge, summary="已核对更正、加办等"),
    Endpoint(method="GET", path=RULES, permission=REGISTER, run=unit_rules.get_rules, summary="本单位办文规则"),
    Endpoint(method="PUT", path=RULES, permission=REGISTER, run=unit_rules.set_rules, summary="改本单位办文规则"),
    Endpoint(method="GET", path="/phrases", permission=HANDLE, run=phrases, summary="常用语"),
    Endpoint(method="PUT", path="/phrases", permission=HANDLE, run=set_phrases, summary="改常用语"),
]  # fmt: skip
