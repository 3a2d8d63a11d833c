"""A unit's own figures (本单位规定): the rule a figure makes, and the sentence that names it, which can be read back.

The sentence is the rule: it holds grade, stage and period, so a limit is counted again by what was shown beside it, also after
the unit's table has been changed.
"""

import re
from collections.abc import Iterable
from typing import Final

from documents.incoming.limits.deadlines import DEFAULTS, Grade, Stage, Table
from office.organization.calendar import Rule, Unit

OWN: Final = "本单位规定："
# A leader's step for 阅件 has no default, but a unit may want one.
KNOWN: Final = frozenset({*DEFAULTS, (Grade.READING, Stage.LEADER)})
# The most of each unit that a figure may say; those without a number say none.
MOST: Final = {Unit.WORKING_DAYS: 60, Unit.HOURS: 720, Unit.MINUTES: 1440, Unit.SAME_DAY: 0, Unit.HALF_DAY: 0}

_NAMES: Final = {grade: f"{grade}件" if grade in (Grade.FLASH, Grade.URGENT, Grade.FAST) else str(grade) for grade in Grade}
_ENDS: Final = {Stage.REGISTER: "登记拟办", Stage.LEADER: "批示", Stage.HANDLE: "办结", Stage.CIRCULATE: "传阅完毕"}
_COUNTED: Final = {Unit.WORKING_DAYS: "个工作日内", Unit.HOURS: "小时内", Unit.MINUTES: "分钟内"}
_WHOLE: Final = {Unit.SAME_DAY: "当日", Unit.HALF_DAY: "当个半日内"}
_SENTENCE: Final = re.compile(
    f"{OWN}({'|'.join(_NAMES.values())})(?:([0-9]+)({'|'.join(_COUNTED.values())})|({'|'.join(_WHOLE.values())}))"
    f"({'|'.join(_ENDS.values())})"
)
_UNITS: Final = {words: unit for unit, words in {**_COUNTED, **_WHOLE}.items()}


def own_rule(grade: Grade, stage: Stage, amount: int, unit: Unit) -> Rule:
    """The rule of a figure, with its sentence: 本单位规定：办件5个工作日内办结."""
    period = f"{amount}{_COUNTED[unit]}" if unit in _COUNTED else _WHOLE[unit]
    return Rule(f"{OWN}{_NAMES[grade]}{period}{_ENDS[stage]}", amount, unit)


def named(why: str) -> tuple[Stage, Rule] | None:
    """The stage and the rule that a sentence (依据) names: a default's or a unit's own; None for a stated limit."""
    for (_, stage), rule in DEFAULTS.items():
        if rule.name == why:
            return stage, rule
    if (found := _SENTENCE.fullmatch(why)) is None:
        return None
    stage = next(stage for stage, words in _ENDS.items() if words == found[5])
    return stage, Rule(why, int(found[2] or 0), _UNITS[found[3] or found[4]])


def table(figures: Iterable[tuple[Grade, Stage, int, Unit]]) -> Table:
    """The table that figures make."""
    return {(grade, stage): own_rule(grade, stage, amount, unit) for grade, stage, amount, unit in figures}
