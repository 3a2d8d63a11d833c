"""What the stop and the emergency leave in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("secrecy", "guard", {"stop": "涉密拦截", "ask": "申请误报复核", "release": "核准误报放行",
        "decline": "不予放行", "use": "使用误报放行", "declare": "不涉密声明", "report": "涉密报告",
        "freeze": "紧急冻结", "lift": "解除冻结"}),
    acts("secrecy", "delete", {"purge": "涉密清除"}),
    acts("secrecy", "view", {"view_stops": "查看拦截记录", "view_cases": "查看应急处置记录", "view_case": "查看应急处置报告"}),
)  # fmt: skip
THINGS = {"secrecy.stop": "拦截记录", "secrecy.case": "应急处置"}
