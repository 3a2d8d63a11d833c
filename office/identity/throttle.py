"""Counting failures, locking, slowing. Counts grow by SQL increment, so two tries at once both count. Called inside verbs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from office.identity import rules
from office.identity.models import AddressFailure, FailureCount
from office.kernel import clock
from office.kernel.database import fetch
from office.kernel.refusal import TooMany
from office.kernel.work import verb

_COUNT = """
INSERT INTO identity_failure_count (key, opened_at, failures, level, locked_until) VALUES (?, ?, ?, 0, NULL)
ON CONFLICT (key) DO UPDATE SET
  failures = CASE WHEN identity_failure_count.opened_at < ? THEN excluded.failures
             ELSE identity_failure_count.failures + excluded.failures END,
  level = CASE WHEN identity_failure_count.opened_at < ? THEN 0 ELSE identity_failure_count.level END,
  opened_at = CASE WHEN identity_failure_count.opened_at < ? THEN excluded.opened_at ELSE identity_failure_count.opened_at END
RETURNING failures, level
"""
_NOTE = """
INSERT INTO identity_address_failure (key, address, at) VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET at = excluded.at
"""


async def ensure_open(keys: Sequence[str]) -> None:
    """Refuse while one of the keys is locked: TooMany identity.locked, with `retry_after` in seconds and `minutes`."""
    now = clock.now()
    rows = await FailureCount.filter(key__in=list(keys), locked_until__gt=now)
    if rows:
        wait = rules.seconds_until(max(row.locked_until for row in rows), now)
        raise TooMany("identity.locked", retry_after=wait, minutes=-(-wait // 60))


async def count(key: str) -> bool:
    """Count one failure; whether it was the one that locks."""
    failures, level = await _bump(key, 1, rules.WINDOW)
    if failures < rules.FAILURES:
        return False
    await _lock(key, level, rules.lock_for(level))
    return True


async def count_day(key: str) -> bool:
    """Count one failure under a key that may fail `AGAIN_A_DAY` times a day, however many quiet hours lie between."""
    failures, level = await _bump(key, 1, rules.FORGIVEN_AFTER)
    if failures < rules.AGAIN_A_DAY:
        return False
    await _lock(key, level, rules.FORGIVEN_AFTER)
    return True


async def count_address(address: str, login: str) -> bool:
    """Note that a login name failed from an address; whether that is what begins to slow the address.

    Names are counted, not tries: a town behind one exit address mistypes a few names an hour and puts them right, while one who
    tries a password on everybody fails on many. Names that exist and names that do not count alike, else it would tell.
    """
    group = rules.address_group(address)
    if not group:
        return False
    now = clock.now()
    await fetch(_NOTE + " RETURNING key", _pair(group, login), group, now)
    if await AddressFailure.filter(address=group, at__gt=now - rules.WINDOW).count() < rules.NAMES_PER_ADDRESS:
        return False
    key = _address_key(address)
    _, level = await _bump(key, 0, rules.WINDOW)
    await _lock(key, level, rules.delay_for(level))
    return level == 0


async def take_turn(address: str) -> None:
    """From a slowed address one try at a time, each after its delay; any other address waits for nothing.

    The turn is taken before anything is compared, so that a hundred tries at once are one. Refuses: TooMany identity.slowed.
    """
    now = clock.now()
    row = await FailureCount.get_or_none(key=_address_key(address), level__gt=0, opened_at__gt=now - rules.WINDOW)
    if row is None:
        return
    next_turn = now + rules.delay_for(row.level)
    if row.locked_until > now or not await _turn(row, next_turn):
        raise TooMany("identity.slowed", retry_after=rules.seconds_until(max(row.locked_until, now), now))


@verb
async def _turn(row: FailureCount, until: datetime) -> bool:
    return bool(await FailureCount.filter(key=row.key, locked_until=row.locked_until).update(locked_until=until))


async def forgive(key: str) -> None:
    """Forget the failures under a key, after a success."""
    await FailureCount.filter(key=key).delete()


async def forgive_address(address: str, login: str) -> None:
    """A name that succeeded from an address no longer counts against it."""
    await AddressFailure.filter(key=_pair(rules.address_group(address), login)).delete()


def _address_key(address: str) -> str:
    return f"address:{rules.address_group(address)}"


async def forget_old() -> None:
    """Drop counts that no longer matter."""
    now = clock.now()
    await FailureCount.filter(opened_at__lt=now - rules.FORGIVEN_AFTER).delete()
    await AddressFailure.filter(at__lt=now - rules.WINDOW).delete()


async def _bump(key: str, by: int, window: timedelta) -> tuple[int, int]:
    now = clock.now()
    began, forgiven = now - window, now - max(window, rules.FORGIVEN_AFTER)
    rows = await fetch(_COUNT, key, now, by, began, forgiven, began)
    return int(rows[0]["failures"]), int(rows[0]["level"])


async def _lock(key: str, level: int, wait: timedelta) -> None:
    now = clock.now()
    await FailureCount.filter(key=key).update(failures=0, level=level + 1, opened_at=now, locked_until=now + wait)


def _pair(group: str, login: str) -> str:
    return rules.name_key(f"{group} {login}").removeprefix("name:")
