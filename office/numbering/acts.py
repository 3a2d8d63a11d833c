"""What numbering leaves in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("numbering", "handle", {"take": "编号", "use_reserved": "使用预留号", "reserve": "预留编号", "void": "编号作废"}),
    acts("numbering", "view", {"view_numbers": "查看编号登记簿"}),
    acts("numbering", "configure", {"hold_all": "编号待核对", "confirm_last": "编号核对", "close_series": "停用编号序列"}),
)  # fmt: skip
THINGS = {"numbering.series": "编号序列"}
