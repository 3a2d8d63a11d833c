"""What the exchange leaves in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("exchange", "export", {"read_states": "对接系统读取办理状态"}),
    acts("exchange", "handle", {"push": "推送公文", "test_webhook": "试发回调"}),
    acts("exchange", "configure", {"create_webhook": "登记回调地址", "rotate_webhook_secret": "更换回调密钥",
        "resume_webhook": "恢复回调", "disable_webhook": "停用回调", "take_over_source": "接管来源"}),
    acts("exchange", "delete", {"delete_webhook": "删除回调地址"}),
)  # fmt: skip
THINGS = {"documents.webhook": "回调地址"}
