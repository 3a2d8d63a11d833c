"""Heads kept outside: reading one, and what it says of the trail as it is now."""

from collections.abc import Callable
from typing import Literal

import msgspec

from office.audit.heads import FORMAT, Head, KeptHead
from office.audit.verifying import Verified

#: extends: the trail up to that head is as it was. shorter: it ends before. rewritten: another head stands in its place.
Judgement = Literal["extends", "shorter", "rewritten"]


class BadHead(Exception):
    """A file that is no head of this house; the message is Chinese."""


def read_head(data: bytes, proves: Callable[[str, bytes, bytes], bool], signature_of: Callable[[str], bytes]) -> Head:
    """The head in a file that `zhiban audit head` wrote. Raises BadHead for another form, or a signature that does not hold."""
    try:
        kept = msgspec.json.decode(data, type=KeptHead)
        head = msgspec.json.decode(kept.head, type=Head)
        signature = signature_of(kept.signature)
    except (msgspec.MsgspecError, ValueError) as error:
        raise BadHead("内容不是 zhiban audit head --json 写出的封存凭证，可能被改动或截断") from error
    if kept.format != FORMAT or head.format != FORMAT or head.text != kept.head:
        raise BadHead(f"格式是 {kept.format}，本程序只认 {FORMAT}，内容须与写出时一字不差")
    if not proves(kept.server_key, head.message, signature):
        raise BadHead(f"签名核对不通过：不是这台服务器的密钥（{kept.server_key}）签的，或内容被改动")
    return head


def judge(head: Head, found: Verified) -> Judgement:
    """What a kept head says; `found` was made with its batch among those wanted."""
    stored = found.heads.get(head.batch)
    if stored is None:
        return "shorter" if found.head is None or found.head.batch < head.batch else "rewritten"
    return "extends" if stored == (head, head.root) else "rewritten"
