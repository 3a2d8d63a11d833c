"""Every opinion with what proves it (意见及签批凭据), for the page behind 文件处理单 of a closed handling. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from documents.incoming.models import Opinion
from documents.incoming.page.compose import marks_of
from documents.incoming.page.queries import Sheet
from documents.incoming.papers.sheet import effective
from documents.incoming.states import ACT_NAMES
from office.kernel.base64url import encode
from office.organization.calendar import local
from office.signing.keys import id_of
from office.signing.models import Signature

NOTE = "意见按处理单各栏和领导排序列出。签名、票据和审计记录的原文在本件的证据包中，可离线核验；本页摘录其标识，便于对照。"


def proof_lines(sheet: Sheet, signatures: Mapping[UUID, Signature]) -> list[dict[str, Any]]:
    """One block an opinion, numbered in the order of the sheet."""
    return [_block(n, sheet, row, signatures.get(row.signature_id)) for n, row in enumerate(effective(sheet), 1)]


def _block(n: int, sheet: Sheet, row: Opinion, signature: Signature | None) -> dict[str, Any]:
    marks = "；".join(marks_of(sheet.handling, row, sheet.signatures.get(row.signature_id)))
    what = [row.post_title, ACT_NAMES.get(row.act, row.act), f"{local(row.at):%Y-%m-%d %H:%M:%S}", marks]
    return {
        "n": n, "by": row.person_name, "what": "　".join(one for one in what if one), "text": row.text or "（手写）",
        "proofs": _signed(signature) if signature else ["未经签名：系统内录入，以审计记录为凭"],
    }  # fmt: skip


def _signed(signature: Signature) -> Sequence[str]:
    key = f"设备公钥 {id_of(bytes(signature.public_key))}" if signature.public_key else "服务器签名（签批设备未登记密钥）"
    proof = encode(bytes(signature.signature)) if signature.signature else encode(bytes(signature.countersignature))
    return [
        f"签名编号 {signature.id}　到达 {local(signature.arrived_at):%Y-%m-%d %H:%M:%S}　{key}",
        f"声明摘要（SHA-256） {hashlib.sha256(signature.statement.encode()).hexdigest()}",
        f"签名值 {proof}",
    ]
