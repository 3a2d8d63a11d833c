"""What people read when a search cannot be made."""

TEXTS = {
    "search.nothing_asked": "请输入要查找的字、词或文号。",
    "search.unknown_kind": "没有“{kind}”这一类可以搜索的内容。",
}
