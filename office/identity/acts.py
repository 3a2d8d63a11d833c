"""What identity leaves in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("identity", "sign_in", {"sign_in": "登录", "one_tap": "一键登录", "passkey_sign_in": "通行密钥登录",
        "end_session": "退出登录", "reauthenticate": "再次确认密码", "lock_account": "锁定账号",
        "slow_address": "限制来源地址", "lock_reauthentication": "锁定密码确认", "block_one_tap": "停用一键登录"}),
    acts("identity", "role", {"create_account": "开户", "reset_password": "重置密码", "disable_account": "停用账号",
        "enable_account": "恢复账号", "rename_person": "更正账号姓名", "create_client": "登记接入方",
        "issue_key": "发接入密钥", "revoke_key": "停用接入密钥", "disable_client": "停用接入方"}),
    acts("identity", "configure", {"change_password": "修改密码", "register_device": "登记设备",
        "register_passkey": "登记通行密钥"}),
    acts("identity", "view", {"view_accounts": "查看账号列表", "view_clients": "查看接入方列表"}),
    acts("identity", "delete", {"revoke_device": "移除设备", "revoke_passkey": "移除通行密钥"}),
)  # fmt: skip
THINGS = {
    "identity.account": "账号", "identity.session": "登录", "identity.device": "设备", "identity.passkey": "通行密钥",
    "identity.address": "来源地址", "client": "接入方", "person": "人员",
}  # fmt: skip
