"""What people read when the inbox says no."""

TEXTS = {
    "inbox.todo_unknown": "没有这条待办，可能已转交他人，请刷新列表。",
}
