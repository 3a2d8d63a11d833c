"""What incoming documents leave in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("documents", "view", {"view": "查看文件办理页", "view_waiting": "查看未阅名单", "view_register": "查看收文登记簿"}),
    acts("documents", "print", {"print": "打印文件处理单"}),
    acts("documents", "export", {"export_evidence": "导出证据包"}),
    acts("documents", "sign", {"signed": "签批生效", "signed_anew": "改签", "confirm_signature": "确认待定签批",
        "signature_over": "签批失效", "dictate": "代录意见", "confirm_dictation": "补确认代录"}),
    acts("documents", "return", {"send_back": "退文", "withdraw": "撤回", "recall": "收回下发",
        "put_back": "恢复为已办结", "return": "退回"}),
    acts("documents", "configure", {"set_phrases": "改常用语", "set_presser": "指定催办人", "set_rules": "改办文规则",
        "change_clerk": "更换承办文书"}),
    acts("documents", "delete", {"remove_signer": "减签", "unfollow": "取消关注"}),
    acts("documents", "handle", {"open_handling": "收到文件", "sign_for": "签收", "register": "登记",
        "amend": "更正登记", "check": "初审", "propose": "拟办", "transfer": "转办", "add_signer": "加签",
        "settle": "处置", "suspend": "暂缓", "resume": "恢复办理", "urge": "催办", "send_down": "下发",
        "units_below": "下级办理情况", "conclude": "办结", "reply": "答复", "owe_reply": "是否需答复",
        "reopen": "重新办理", "skip_vacant": "跳过空岗", "follow": "关注", "correct": "来文更正",
        "acknowledge": "已核对", "recompute_limits": "重算时限", "seal": "归档封签"}),
)  # fmt: skip
THINGS = {"documents.handling": "收文办理", "documents.document": "来文"}
