"""What stands in a path, a query or a header is text: a number is written there in plain decimal digits, and in no other way.

msgspec, told that its input is text, would also take 1e3, 1.0 and -0 for integers and 1e9 for a moment; what stands before us
or reads our logs would take such a request for another one.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import inspect

from office.kernel.refusal import Invalid

MAX_INT = 2**63 - 1
NOT_DIGITS = "应为整数，只用 0 至 9 的数字书写"
NOT_TRUTH = "应为 true 或 false"
NOT_MOMENT = "不是有效的时间或日期（RFC 3339）"
TOO_LARGE = "数值超出范围"
_INTEGER = re.compile(r"0|-?[1-9][0-9]*")
_TRUTH = re.compile(r"true|false|1|0", re.IGNORECASE)
_MOMENT = re.compile(r"[0-9]{4}-.*", re.DOTALL)


def integer(text: str) -> int:
    """Decimal digits as a number. Raises ValueError, whose text is what is wrong, for any other way to write one."""
    if not _INTEGER.fullmatch(text):
        raise ValueError(NOT_DIGITS)
    if len(text) > len(str(-MAX_INT)) or abs(int(text)) > MAX_INT:
        raise ValueError(TOO_LARGE)
    return int(text)


def ensure_written(given: Mapping[str, str], kind: Any) -> None:
    """Refuses: Invalid http.invalid, naming the first field of `kind` whose text is no plain number, moment or truth."""
    for name, wanted in _plain_fields(kind).items():
        if name in given and (wrong := _wrong(given[name], wanted)):
            raise Invalid("http.invalid", reason=f"{name} {wrong}", errors=[{"field": name, "message": wrong}])


def _wrong(text: str, wanted: type) -> str:
    if wanted is inspect.BoolType:
        return "" if _TRUTH.fullmatch(text) else NOT_TRUTH
    if wanted is inspect.DateTimeType:
        return "" if _MOMENT.fullmatch(text) else NOT_MOMENT
    try:
        integer(text)
    except ValueError as error:
        return str(error)
    return ""


@cache
def _plain_fields(kind: Any) -> Mapping[str, type]:
    """The fields of a Struct that are integers, truths or moments, and never text, by the name they have on the wire."""
    told = inspect.type_info(kind)
    fields = told.fields if isinstance(told, inspect.StructType) else ()
    found = {one.encode_name: _plain(one.type) for one in fields}
    return {name: wanted for name, wanted in found.items() if wanted is not None}


def _plain(told: inspect.Type) -> type | None:
    kinds = {type(one) for one in (told.types if isinstance(told, inspect.UnionType) else (told,))} - {inspect.NoneType}
    return next((one for one in (inspect.IntType, inspect.DateTimeType, inspect.BoolType) if kinds == {one}), None)
