"""What signing leaves in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("signing", "sign", {"sign": "签批", "release": "立即送出签批"}),
    acts("signing", "return", {"withdraw": "三十秒内撤回签批", "take_back": "撤回已送出的签批"}),
    acts("signing", "view", {"view": "查看签批"}),
    acts("signing", "export", {"export": "导出签批证据"}),
)  # fmt: skip
THINGS = {"signing.signature": "签批"}
