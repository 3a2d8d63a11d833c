"""The refusal of what bears a mark. It tells its sender which rule it was and what to do, and nobody what was in it."""

from collections.abc import Iterable

from office.kernel.ids import new_id
from office.kernel.refusal import Invalid
from office.secrecy.shapes import Rule
from office.secrecy.texts import WHY


class Stopped(Invalid):
    """Refuses secrecy.stopped (422). `stop` names the record of it, by which a false alarm can be asked for."""

    def __init__(self, rules: Iterable[Rule], *, code: str = "secrecy.stopped") -> None:
        named = sorted(set(rules))
        self.rules = tuple(named)
        self.stop = new_id()
        why = "；".join(WHY[rule] for rule in named)
        super().__init__(code, why=why, rule=",".join(named), stop=str(self.stop))
