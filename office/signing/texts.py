"""What people read when a signature is not taken."""

TEXTS = {
    "signing.bad_ticket": "签批凭据无效，请重新打开文件后再签。",
    "signing.ticket_expired": "签批凭据已超过 7 天有效期，请重新打开文件后再签。",
    "signing.ticket_spent": "这份签批凭据已用过。如需修改意见，请先撤回，再重新打开文件签批。",
    "signing.not_your_ticket": "这份签批凭据不是发给您的，请用您自己的账号打开文件后再签。",
    "signing.bad_statement": "签批内容有误（{reason}），没有保存。请重新打开文件后再签。",
    "signing.other_strokes": "手写内容与签名不一致，没有保存。请重新书写后再提交。",
    "signing.bad_strokes": "手写笔迹格式有误，请重新书写。",
    "signing.strokes_too_large": "手写笔迹超过 {limit} 字节，请写得简短一些或改用键盘输入。",
    "signing.bad_signature": "签名校验没有通过，没有保存。请在“我的—设备”里重新登记本机后再签。",
    "signing.unknown_key": "没有登记这把签名密钥，请在“我的—设备”里登记本机后再签。",
    "signing.key_revoked": "这台设备的签名密钥已被停用，签批没有生效。请换用其他设备，或重新登记本机。",
    "signing.other_rendition": "您签的版本与这一步要求的版本不同（文件可能已更正），没有保存。请重新打开文件，核对后再签。",
    "signing.being_signed": "{name} 正在签批这一步，请稍后刷新查看结果。",
    "signing.no_such_signature": "没有这份签批，或您无权查看。",
    "signing.too_late": "签批已经送出（{state}），不能在这里撤回。如下一步尚未办理，可在文件页撤回。",
    "signing.not_sealed": "操作日志还没有封存过，一分钟后再取。",
    "signing.not_pending": "这份签批不在待确认状态（{state}），请刷新后查看。",
}
