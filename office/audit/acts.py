"""What the trail says of itself, and of a database that was restored."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("audit", "view", {"view": "查阅操作日志", "check": "核对操作日志，发现改动"}),
    acts("audit", "export", {"export": "导出操作日志", "export_head": "取封存凭证"}),
    acts("system", "configure", {"restore": "从备份恢复"}),
)  # fmt: skip
THINGS = {"audit.trail": "操作日志", "system": "系统"}
