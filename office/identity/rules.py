"""The decisions of identity that need no table: names, addresses, lock-out arithmetic."""

import hashlib
import ipaddress
import re
import unicodedata
from datetime import datetime, timedelta

from office.kernel.refusal import Invalid

FAILURES = 5
WINDOW = timedelta(minutes=15)
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=1)
FORGIVEN_AFTER = timedelta(hours=24)
NAMES_PER_ADDRESS = 30
FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(seconds=20)
#: How long an account that logged in from an address is at home there.
AT_HOME = timedelta(days=30)
AGAIN_A_DAY = 20
REAUTHENTICATION = timedelta(minutes=5)
CHALLENGE_LIFE = timedelta(minutes=2)
PIN_TRIES = 5

#: What is wrong with a PIN that a finder tries first.
REPEATED, RUN = "是同一段数字重复（如 000000、121212）", "是依次递增或递减的数字（如 123456、987654）"
_PIN = re.compile(r"[0-9]{4,8}")
_REPEATED = re.compile(r"(.+)\1+")
_RUNS = "01234567890123456789", "98765432109876543210"
_LOGIN = re.compile(r"[\w.@-]{2,64}")


def normal_login(text: str) -> str:
    """A login name in the one form that is compared and stored: NFC, casefolded, without outer spaces."""
    folded = unicodedata.normalize("NFC", text.strip()).casefold()
    return unicodedata.normalize("NFC", folded)


def is_login(login: str) -> bool:
    """Whether an account can have this normal form; what cannot be is not looked for."""
    return bool(_LOGIN.fullmatch(login))


def new_login(text: str) -> str:
    """The normal form of a login name for a new account. Refuses: Invalid identity.bad_login."""
    login = normal_login(text)
    if not is_login(login):
        raise Invalid("identity.bad_login")
    return login


def person_name(text: str) -> str:
    """A name without outer spaces: 1 to 80 characters, none of them a control character. Refuses: Invalid identity.bad_name."""
    name = unicodedata.normalize("NFC", text.strip())
    if not 1 <= len(name) <= 80 or any(unicodedata.category(c).startswith("C") for c in name):
        raise Invalid("identity.bad_name")
    return name


def name_key(login: str) -> str:
    """The key under which failures of a login name are counted, whether or not such an account exists."""
    return "name:" + hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()


def address_group(address: str) -> str:
    """The address failures are counted for: IPv4 as it is, IPv6 by its /64, for a host has all of that; "" if it is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed.packed, 64), strict=False).network_address)
    return str(parsed)


def lock_for(level: int) -> timedelta:
    """How long the lock after `level` earlier ones lasts: 15 minutes, doubling, at most an hour (GB/T 22239-2019 8.1.4.1 b)."""
    return min(FIRST_LOCK * (1 << min(level, 8)), LONGEST_LOCK)


def delay_for(level: int) -> timedelta:
    """How long a slowed address waits after one more failure: 2 seconds, doubling, at most 20."""
    return min(FIRST_DELAY * (1 << min(level, 8)), LONGEST_DELAY)


def check_pin(pin: str) -> str:
    """A PIN of 4 to 8 digits that is not among the first a finder of the phone would try; the phone's page keeps the same rule.

    Refuses: Invalid identity.bad_pin; identity.weak_pin for a block repeated (0000, 1212, 123123) and a run up or down.
    """
    if not _PIN.fullmatch(pin):
        raise Invalid("identity.bad_pin")
    if _REPEATED.fullmatch(pin):
        raise Invalid("identity.weak_pin", why=REPEATED)
    if any(pin in run for run in _RUNS):
        raise Invalid("identity.weak_pin", why=RUN)
    return pin


def seconds_until(moment: datetime, now: datetime) -> int:
    """Whole seconds to wait, at least one, for a moment that lies ahead."""
    return max(1, -int((now - moment).total_seconds() // 1))
