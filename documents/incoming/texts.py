"""What people read when an incoming document says no."""

TEXTS = {
    "documents.no_such_handling": "没有这份文件，或它不在您的办理范围内。",
    "documents.clerk_only": "这一步由本单位文书办理，请交文书处理。",
    "documents.no_clerk": "“{unit}”没有设置收文岗位，不能送达。请改选，或联系对方设置后再送。",
    "documents.no_such_unit": "您不是这个单位的文书，不能查看或修改它的办文规则。",
    "documents.nothing_corrected": "没有待核对的更正，可能已由他人核对。请刷新查看。",
    "documents.not_signed": "这一步是“{act}”，请在办理页用相应按钮办理，不用签批。",
    "documents.pressed_already": "一小时内已经催办过，请稍后再催，或电话联系。",
    "documents.not_at_step": "文件现在处于“{state}”，不能{step}。请刷新后查看。",
    "documents.duplicate": "本单位已收过同一来文单位、同一字号的文件（{register_no}《{title}》）。确属另一份的请注明再登记。",
    "documents.no_one_asked": "请至少选择一位领导批示，或选择传阅对象。",
    "documents.not_a_leader": "所选岗位不是本单位领导岗位，请重新选择。",
    "documents.unknown_reason": "请选择退文理由：{known}。",
    "documents.unknown_action": "不认识的办理动作“{kind}”，请重新打开文件后再签。",
    "documents.section_without_post": "“{name}”没有在任岗位，请改选具体人员。",
    "documents.not_your_turn": "这份文件现在没有等您办理的事项（{state}），请刷新后查看。",
    "documents.nothing_to_withdraw": "您在这份文件上没有可撤回的办理。",
    "documents.not_inside": "只能转给或加给本单位的科室和人员；送外单位请用下发。",
    "documents.no_one_to_press": "现在没有需要催办的人。",
    "documents.someone_else": "这一步{name}已经办理，无需重复办理。请刷新查看。",
}
