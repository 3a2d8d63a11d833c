"""What people read when the flow says no, by code; each text says what to do next."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[dict[str, str]] = {
    "flow.no_such_case": "没有这个办理流程，或您无权查看，请从待办重新进入。",
    "flow.already_handled": "这一步已经办过了，无需重复办理。请刷新查看当前办理情况。",
    "flow.not_done": "这一步还没有办理，不能撤回。请刷新查看当前办理情况。",
    "flow.step_closed": "这一步{how}，不再由原来的人办理。请刷新查看当前办理情况。",
    "flow.settled_already": "这一步的办理人离岗后，文书已作处置，不能再按原来的意见办理。请写明理由，不予采用。",
    "flow.changed_meanwhile": "这一步在您打开之后有变化。请刷新，看过最新内容后再办理。",
    "flow.not_its_turn": "还没有轮到这一步。轮到时会出现在待办里。",
    "flow.case_over": "该事项已办结或已终止，不能再办理。如确需继续，请文书重新办理或另行发起。",
    "flow.not_ended": "该事项没有办结，无需重新办理。请刷新查看当前状态。",
    "flow.suspended": "该事项已暂缓。请联系文书恢复后再办理。",
    "flow.not_suspended": "该事项没有暂缓，无需恢复。请刷新查看当前状态。",
    "flow.no_such_obligation": "找不到这一步。请刷新后重试。",
    "flow.not_holder": "这一步不由您办理。请从自己的待办进入。",
    "flow.wrong_post": "这一步须以所列岗位的身份办理。请从该岗位的待办进入。",
    "flow.not_custodian": "只有负责该事项的文书可以这样操作。请联系文书。",
    "flow.not_initiator": "只有该事项的发起人可以这样操作。请联系文书。",
    "flow.verb_not_allowed": "这一步没有开放该操作。如确有需要，请联系文书。",
    "flow.on_behalf_of_self": "不能受自己委托办理。请直接以本人身份办理。",
    "flow.manner_mismatch": "办理方式与委托人不一致。本人办理不填委托人；受托、代录、补录须填明代谁办理。",
    "flow.not_your_act": "只有当时的办理人或委托人可以撤回。请联系办理人。",
    "flow.next_has_acted": "后面的环节已经办理，不能撤回。请联系文书，由后面的环节退回。",
    "flow.already_begun": "已经有人办理，发起人不能直接终止。请联系文书。",
    "flow.return_not_earlier": "只能退回到在此之前的环节。请重新选择退回到哪一步。",
    "flow.return_to_self": "不能退回给自己。请选择其他环节，或直接办理。",
    "flow.target_not_done": "所选环节目前没有生效的办理结果，不能退回到那里。请刷新后重新选择。",
    "flow.same_holder": "接手的与现在的是同一对象。请另选他人。",
    "flow.cannot_remove": "这一步由系统交回，不能减签。请直接处置。",
    "flow.custodian_is_last": "文书的这一步不能跳过。请转给其他文书，或移交该事项。",
    "flow.reason_missing": "请填写理由。",
    "flow.text_too_long": "文字过长，最多 {limit} 个字。请精简后重试。",
    "flow.time_without_zone": "时间缺少时区。请重新选择时间。",
    "flow.not_a_uuid": "编号格式不正确。请刷新后重试。",
    "flow.holder_missing": "没有指明由哪个人或哪个岗位办理，或名称过长。请重新选择。",
    "flow.act_not_usable": "办理事项名称为空或为系统保留。请重新选择。",
    "flow.unknown_verb": "流程中有系统不认识的操作。请联系管理员检查流程模板。",
    "flow.not_new": "新增环节必须是尚未办理的。请刷新后重新添加。",
    "flow.id_taken": "该环节已经添加过。请刷新查看。",
    "flow.empty_group": "环节里没有办理人。请至少选择一人。",
    "flow.need_out_of_range": "需要同意的人数超出了签署人数。请重新设置。",
    "flow.too_large": "环节总数超过 {limit} 个。请改用传阅通知，或另行发起。",
    "flow.too_deep": "环节嵌套超过 {limit} 层。请简化流程。",
    "flow.trail_broken": "办理记录不完整，无法还原。请联系管理员核对。",
    "flow.unreadable": "流程数据无法读取。请联系管理员核对。",
    "flow.unknown_format": "流程数据由更新版本的程序写成。请先升级再打开。",
    "flow.unknown_slot": "流程模板里没有“{slot}”这一环节。请检查人员设置。",
}

#: How a step that nobody did was closed.
CLOSED: Final[Mapping[str, str]] = {
    "returned": "已退回", "withdrawn": "已由办理人撤回", "transferred": "已转给别人办理",
    "skipped": "因没有人在岗，已交文书处置", "removed": "已减签", "overtaken": "已退回重办", "unneeded": "已不再需要办理",
    "void": "已随退回或终止失效",
}  # fmt: skip

STATES: Final[Mapping[str, str]] = {
    "waiting": "未到", "live": "待办", "done": "已办", "returned": "已退回", "withdrawn": "已撤回", "transferred": "已转办",
    "skipped": "已跳过", "removed": "已减签", "overtaken": "已重办", "unneeded": "不再需要", "void": "已失效",
    "running": "办理中", "suspended": "暂缓", "ended": "办结", "terminated": "终止",
}  # fmt: skip
