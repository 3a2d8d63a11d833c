"""Administrative regions (行政区划): five levels read from one 12-digit code.

GB/T 2260 (digits 1-6), GB/T 10114-2003 (digits 7-9) and the statistical 12-digit rules (digits 10-12). No list is shipped:
codes die and are reborn, so the customer's own list is imported and this module only reads the form.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from office.kernel.refusal import Invalid

WIDTHS = (2, 4, 6, 9, 12)
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})


class Level(IntEnum):
    """Five levels (省、地、县、乡、村); a smaller number is higher."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWN = 4
    VILLAGE = 5


@dataclass(frozen=True, slots=True)
class Parts:
    """The five segments of a code."""

    province: str
    city: str
    county: str
    town: str
    village: str


def normal(code: str) -> str:
    """The 12-digit form of a code of 2, 4, 6, 9 or 12 digits, blanks ignored.

    Refuses `organization.region_malformed` for another length, for other letters, and for a segment outside the standard.
    """
    digits = re.sub(r"\s", "", code)
    if len(digits) not in WIDTHS or not re.fullmatch(r"[0-9]+", digits):
        raise Invalid("organization.region_malformed", code_given=code[:40])
    full = digits.ljust(12, "0")
    if not _sound(split(full)):
        raise Invalid("organization.region_malformed", code_given=code[:40])
    return full


def split(full: str) -> Parts:
    """The segments of a 12-digit code."""
    return Parts(full[:2], full[2:4], full[4:6], full[6:9], full[9:])


def _sound(part: Parts) -> bool:
    """Segments in the standard's ranges, and none under an empty one, save towns straight under a city (东莞, 中山, 儋州)."""
    city, county, town, village = (int(piece) for piece in (part.city, part.county, part.town, part.village))
    in_range = (
        11 <= int(part.province) <= 82
        and (city <= 70 or city == 90)
        and (county <= 18 or county >= 21)
        and town <= 599
        and village <= 599
    )
    return in_range and not ((county and not city) or (town and not city) or (village and not town))


def level(code: str) -> Level:
    """The level a code stands on."""
    part = split(normal(code))
    below = {Level.VILLAGE: part.village, Level.TOWN: part.town, Level.COUNTY: part.county, Level.CITY: part.city}
    return next((found for found, digits in below.items() if int(digits)), Level.PROVINCE)


def parent(code: str) -> str | None:
    """The 12-digit code one level up, None for a province.

    A city without counties holds its towns itself; counties under "90" and the districts of a municipality belong to the
    province, since the middle code there names no government.
    """
    full = normal(code)
    part = split(full)
    match level(full):
        case Level.VILLAGE:
            return full[:9] + "000"
        case Level.TOWN:
            return full[:6] + "000000"
        case Level.COUNTY:
            skip = part.city == "90" or part.province in MUNICIPALITIES
            return full[:2] + "0" * 10 if skip else full[:4] + "0" * 8
        case Level.CITY:
            return full[:2] + "0" * 10
        case Level.PROVINCE:
            return None


def stem(code: str) -> str:
    """What the codes of a region and of all below it begin with."""
    full = normal(code)
    return full[: WIDTHS[level(full) - 1]]


def ancestors(code: str) -> list[str]:
    """Every code above, nearest first."""
    found: list[str] = []
    above = parent(code)
    while above is not None:
        found.append(above)
        above = parent(above)
    return found


def contains(outer: str, inner: str) -> bool:
    """Whether `inner` is `outer` or lies under it."""
    whole = normal(outer)
    return whole == normal(inner) or whole in ancestors(inner)
