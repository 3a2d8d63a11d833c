"""三员分立: who runs the system, who guards secrecy, who audits both: three persons (GB/T 22239-2019, 8.1.4.2 d). Pure."""

from collections.abc import Collection, Iterable

#: 系统管理员, 安全保密管理员, 安全审计员.
APART = {"system_admin": "系统管理员", "security_admin": "安全保密管理员", "audit_admin": "安全审计员"}


def together(roles: Iterable[Collection[str]]) -> str:
    """The words of those of the three roles that one person would have together; "" where it is at most one."""
    held = {role for some in roles for role in some} & APART.keys()
    return "、".join(APART[role] for role in APART if role in held) if len(held) > 1 else ""
