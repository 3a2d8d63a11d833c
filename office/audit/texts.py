"""What people read when the trail is asked and says no."""

TEXTS: dict[str, str] = {
    "audit.no_such_entry": "没有这一行操作日志，请返回列表核对。",
    "audit.no_such_batch": "没有这一批封存凭证，请核对批号。",
    "audit.unknown_kind": "没有“{kind}”这一类操作，请从列表中选择。",
    "audit.too_many": "符合条件的超过 {most} 行，一次导不出来。请缩小时间范围或增加条件后再导出。",
}
