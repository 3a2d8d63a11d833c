"""What integrators read when the exchange says no."""

TEXTS = {
    "exchange.no_file": "请在 file 部分附上 1 至 {limit} 个文件，第一个为正文。",
    "exchange.no_recipient": "recipients 中没有一个统一社会信用代码是本系统的单位，请核对。",
    "exchange.other_bytes": "同一来源、编号和版本（第{version}版）已推送过不同的内容。如为更正，请提高 version 后再推送。",
    "exchange.source_taken": (
        "来源标识“{source}”由另一接入方使用，没有接收。请换用本系统自己的来源标识；"
        "如系同一系统重新登记，请管理员登记时注明接替原接入方（succeeds）。"
    ),
    "exchange.bad_url": "回调地址格式不对：须为 https://主机名/路径 的完整网址，只用英文字符，不含用户名、空格和锚点（#）。",
    "exchange.classified": (
        "本系统为非涉密系统，不接收标有密级的文件，内容没有保存。请立即停止传输，按保密规定改走机要渠道；"
        "如确为非密文件，请将 security 留空或填“无”。"
    ),
    "exchange.http_not_allowed": (
        "回调地址须为 https。http 只在管理员以 ZHIBAN_WEBHOOK_PRIVATE_TARGETS=true 允许内网回调时可用。"
    ),
    "exchange.unknown_host": "无法解析回调地址的主机名 {host}，请核对。",
    "exchange.private_target": "回调地址指向内部网络，已拒绝。如确需内网回调，请管理员设 ZHIBAN_WEBHOOK_PRIVATE_TARGETS=true。",
    "exchange.unknown_type": "没有这些状态类型：{types}。可选：{known}。",
    "exchange.too_many_webhooks": "每个接入系统最多有 {limit} 个启用的回调地址，请先删除不用的。",
    "exchange.webhook_exists": (
        "这个地址已登记过回调（{id}），没有再登记一次。没有记下签名密钥的，请更换密钥；已停用的，请恢复；要改订阅的状态，请删除后再登记。"
    ),
    "exchange.too_many_secrets": (
        "已有 {limit} 个旧密钥仍在过渡期内，请等其中一个到期后再换；"
        "如密钥已泄露，请以 overlap_hours=0 更换，旧密钥全部立即失效。"
    ),
    "exchange.no_such_webhook": "没有这个回调地址。",
}
