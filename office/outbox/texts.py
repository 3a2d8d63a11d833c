"""What people read when the outbox says no."""

TEXTS = {
    "outbox.no_such_parked_delivery": "没有编号为 {delivery} 的停投事件，请用 zhiban outbox list 核对编号。",
}
