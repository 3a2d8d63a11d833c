"""What people read of a code: one catalogue, of every module's texts."""

import logging
from collections.abc import Mapping

from office.kernel.modules import registry

log = logging.getLogger(__name__)


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "—"


def text_of(code: str, facts: Mapping[str, object]) -> str:
    """The Chinese sentence of a code, facts filled in."""
    template = registry().texts.get(code)
    if template is None:
        log.error("no text for code", extra={"code": code})
        return f"操作没有成功（{code}）。"
    return template.format_map(_Blank(facts))
