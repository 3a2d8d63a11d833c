"""What people read when the logs say no, and the banner that is always visible."""

BANNER = "本系统为非涉密系统，严禁处理、存储、传输国家秘密和工作秘密。"

TEXTS = {
    "realtime.persons_only": "这个地址只供个人账号使用；对接系统请使用公文交换接口。",
}
