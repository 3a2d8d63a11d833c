"""What came with a file and what the file itself says, compared before registration. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from documents.incoming.reading.numbers import normalise_doc_no
from documents.incoming.reading.proposal import Reading
from documents.incoming.registration.schemas import DifferenceOut
from office.numbering.folding import plain

SOURCES = {"exchange": "推送", "paper": "录入"}
_PARTS = re.compile("[,，、;；:\\s]+")


def _names(text: str) -> object:
    """A list of names, in whatever order and with whatever marks between them."""
    return frozenset(part for part in map(plain, _PARTS.split(text)) if part)


def _kind(text: str) -> object:
    return "命令" if plain(text).startswith(("命令", "令")) else plain(text)


class _Field(NamedTuple):
    name: str
    read: str
    label: str
    form: Callable[[str], object]


_FIELDS = (
    _Field("title", "title", "标题", plain), _Field("doc_no", "doc_no", "文号", normalise_doc_no),
    _Field("issuer", "issuer", "发文机关", _names), _Field("doc_date", "doc_date", "成文日期", plain),
    _Field("doc_type", "kind", "文种", _kind), _Field("urgency", "urgency", "紧急程度", plain),
    _Field("main_to", "main_to", "主送机关", _names), _Field("signer", "signer", "签发人", _names),
)  # fmt: skip


def claimed(metadata: Mapping[str, Any]) -> dict[str, str]:
    """The register's fields as the metadata of a push (GB/T 33480) or of an intake says them."""
    return {
        "title": metadata.get("title", ""), "doc_no": metadata.get("docNo", ""),
        "issuer": metadata.get("signature", "") or metadata.get("issuerMark", "").removesuffix("文件"),
        "doc_date": metadata.get("docDate") or "", "doc_type": metadata.get("docType", ""),
        "urgency": metadata.get("urgency", ""), "main_to": "，".join(metadata.get("mainTo", [])),
        "signer": "、".join(metadata.get("signer", [])),
    }  # fmt: skip


def differences(metadata: Mapping[str, Any], found: Reading, origin: str) -> list[DifferenceOut]:
    """Fields that both say, and not alike. What only one of them says is no contradiction."""
    told, source = claimed(metadata), SOURCES.get(origin, "")
    both = [(field, told[field.name], getattr(found, field.read)) for field in _FIELDS]
    return [
        DifferenceOut(field.name, said, read.value, f"{source}的{field.label}与文件不一致")
        for field, said, read in both
        if said and read is not None and field.form(said) != field.form(read.value)
    ]
