"""What people read when something is stopped, and what is told of a file that is not."""

from office.secrecy.shapes import Rule

WHY: dict[Rule, str] = {
    Rule.MARK: "文中有密级标志（密级★）",
    Rule.TERM: "文中有保密期限标志（★年限）",
    Rule.HEAD: "首页版头单独标有密级",
    Rule.COPY_NO: "首页版头同时标有份号和密级",
    Rule.LABEL: "文中“密级”一栏填有密级",
    Rule.TELEGRAM: "标有“密码电报”",
    Rule.NAME: "文件名或标题中标有密级",
    Rule.METADATA: "文件属性中标有密级",
    Rule.BARCODE: "二维条码中标有密级",
}

TEXTS: dict[str, str] = {
    "secrecy.stopped": (
        "已拦截：{why}。本系统为非涉密系统，内容没有保存。请立即停止传输，不要转发、不要拍照，把原件或介质交本单位机要（保密）人员，并电话报告。"
        "确属误报的，可申请复核，由保密管理员核准后重新上传。"
    ),
    "secrecy.declaration_needed": (
        "{pages}没有可以检查的文字（扫描件、图片或缺少字体）。请对照原件看过每一页：确无密级标志的，填写“不涉密”后重新上传；有密级标志的不得上传，请交机要（保密）人员。"
    ),
    "secrecy.no_such_thing": "没有这份文件，或您无权查看。请核对后重试，或直接电话报告保密管理员。",
    "secrecy.no_such_case": "没有这条应急处置记录。",
    "secrecy.case_state": "这条应急处置现在是“{state}”，不能再这样办理。请刷新后查看。",
    "secrecy.other_purges": "清除不能恢复，须由冻结人以外的另一位保密管理员办理。",
    "secrecy.purged": "这份文件经涉密核查已清除，请不要再上传。如有疑问请电话询问保密管理员。",
    "secrecy.other_number": (
        "这次清除会连带 {documents} 份文件（含有相同附件的其他文件也在内），与填写的份数不符，没有清除。"
        "请逐份核对后按实际份数填写；不该清除的，请先解除冻结，把共用的附件分开处理。"
    ),
    "secrecy.out_of_reach": (
        "这份文件在您管辖范围以外还有单位收到（{units} 个），不能由您办理。请由管辖范围包括这些单位的上级保密管理员办理。"
    ),
    "secrecy.no_such_stop": "没有这条拦截记录，或不是您的。",
    "secrecy.not_waiting": "这条记录现在是“{state}”，不能再这样办理。请刷新后查看。",
    "secrecy.same_person": "误报须由另一人核准，申请人不能核准自己的申请。请请另一位保密管理员办理。",
    "secrecy.release_spent": "这次放行已经用过或已过期，文件没有保存。请重新申请误报复核。",
}
