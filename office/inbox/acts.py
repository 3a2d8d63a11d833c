"""What the inbox leaves in the trail."""

from office.kernel.acts import acts, all_of

ACTS = all_of(
    acts("inbox", "view", {"view": "打开待办", "view_list": "查看待办列表"}),
)  # fmt: skip
THINGS = {"inbox.todo": "待办"}
