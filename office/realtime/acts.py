"""What the live line leaves in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("realtime", "configure", {"new_epoch": "重建实时位置"}),
    acts("realtime", "view", {"open": "打开工作台"}),
)  # fmt: skip
THINGS = {"realtime": "实时推送"}
