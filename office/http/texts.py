"""What people read when HTTP says no."""

TEXTS = {
    "http.internal": "系统出了问题，您的操作没有生效。请稍后再试；如仍不行，请把编号 {request} 告诉管理员。",
    "http.not_found": "没有这个地址，请从首页重新进入。",
    "http.method_not_allowed": "这个地址不支持此操作。",
    "http.invalid": "提交的内容有误：{reason}。请改正后重新提交。",
    "http.body_too_large": "提交的内容超过 {limit} 字节的上限，请缩小后再试。",
    "http.not_json": "请用 application/json 提交。",
    "http.not_multipart": "请用 multipart/form-data 提交文件。",
    "http.broken_multipart": "上传的表单不完整：{reason}。请重新上传。",
    "http.too_many_parts": "一次最多上传 {limit} 个部分，请分次上传。",
    "http.cross_origin": "请求来自别的网站，已拒绝。请从本系统页面操作。",
    "http.log_in": "请先登录。",
    "http.persons_only": "此操作只能由个人登录后进行。外部系统请只用授予它的接口。",
    "http.forbidden": "您没有“{permission}”的权限。如工作需要，请联系管理员授权。",
    "http.bad_key": "Idempotency-Key 须为 1 至 100 个可见 ASCII 字符。",
    "http.key_reused": "同一个 Idempotency-Key 已用于另一个请求。重试请发送与原来完全相同的内容，新操作请换新的键。",
    "http.done_before": (
        "这个请求已经办过，没有再办一次；密钥和密码只在当时显示。请到 {see} 查看结果{which}，"
        "没有记下密钥或密码的，请更换或重置。"
    ),
    "http.outcome_unknown": (
        "这个请求已经收到，正在办理或中途断了。请到 {see} 核对：确实没有办成的，换一个新的 Idempotency-Key 再提交。"
    ),
    "http.no_such_range": "要下载的部分不在文件里，这个文件共 {size} 字节。请从头下载。",
    "http.changed_meanwhile": "您打开以后，别人已经改过。您的改动没有生效，请重新打开，看过现在的内容再改。",
    "http.bad_cursor": "翻页位置无效，请从第一页重新开始。",
    "http.no_space": "服务器的磁盘已满，您的操作没有生效。请告诉管理员，腾出空间后再试。",
    "http.crowded": "现在同时使用的人太多，请 {retry_after} 秒后再试。如果经常这样，请告诉管理员。",
    "http.not_ready": "系统正在启动或数据库暂不可用，请 {retry_after} 秒后再试。",
}
