"""What each finding of a verification says, in Chinese; rows are counted from 1 for people."""

from office.audit.verifying import Finding
from office.kernel.text import printable

#: What each finding says; rows are counted from 1 for people.
SAYS = {
    "altered": "{rows}的内容被改动（编号 {entry}，{about}）",
    "dropped": "{rows}被删除（编号 {entry}）",
    "leaf_missing": "{rows}和它的封存记录被删除",
    "order": "{rows}的次序被改动（编号 {entry}）",
    "inserted": "有一行不是经本系统写入的：既未封存，也不在待封存之列（编号 {entry}，{about}）",
    "not_ours": "待封存的一行不是本系统写入的，或写入后被改动（编号 {entry}，{about}）",
    "gone_unsealed": "待封存的一行被删除（编号 {entry}）",
    "subtree": "{rows}之间有改动：重新计算的摘要与封存时的不同",
    "root": "{rows}之间有改动：重新计算的根与封存时的不同",
    "batch_missing": "第 {batch} 批的封存记录被删除（{rows}）",
    "chain": "第 {batch} 批没有接在前一批之后，前一批的封存记录被改写（{rows}）",
    "signature": "第 {batch} 批的签名核对不通过，封存记录被改写，或签名的公钥不在 keys 目录（{rows}）",
    "misplaced": "有一行的封存位置不成立（行 {entry}）：不是系统写下的，或位置被改",
    "surplus": "{rows}在最后一批之后：后面的封存记录被删除，或有人插入",
}


def says(one: Finding) -> str:
    """A finding as a sentence without its stop."""
    return printable(SAYS[one.kind].format(rows=_rows(one), entry=one.entry, about=one.about, batch=one.batch))


def _rows(one: Finding) -> str:
    if one.first is None or one.last is None:
        return ""
    return f"第 {one.first + 1} 行" if one.first == one.last else f"第 {one.first + 1} 至 {one.last + 1} 行"
