"""What integrators read when the exchange says no."""

TEXTS = {
    "exchange.no_file": "请在 file 部分附上 1 至 {limit} 个文件，第一个为正文。",
    "exchange.no_recipient": "recipients 中没有一个统一社会信用代码是本系统的单位，请核对。",
    "exchange.other_bytes": "同一来源、编号和版本（第{version}版）已推送过不同的内容。如为更正，请提高 version 后再推送。",
    "exchange.bad_url": "回调地址须为 https，且不含用户名和锚点。",
    "exchange.unknown_host": "无法解析回调地址的主机名 {host}，请核对。",
    "exchange.private_target": "回调地址指向内部网络，已拒绝。如确需内网回调，请管理员开启相应设置。",
    "exchange.unknown_type": "没有这些状态类型：{types}。可选：{known}。",
    "exchange.too_many_webhooks": "每个接入系统最多登记 {limit} 个回调地址，请先删除不用的。",
    "exchange.no_such_webhook": "没有这个回调地址。",
}
