"""What happened: each step with its time and bytes, each check with its verdict; as a table and as JSON."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from demo.two_minutes.lines import NAMES, PHONE, Count, Lines
from office.cli.words import number, pad, table

#: What the leader's phone may move from the notice to the confirmed dispatch, all pages read.
PHONE_LIMIT = 80 * 1024


class CheckFailed(Exception):
    """Something was not as it must be."""


@dataclass
class Step:
    """One step: whose line carried it, how long it took, how many bytes."""

    name: str
    who: str
    ms: float = 0.0
    up: int = 0
    down: int = 0


@dataclass
class Check:
    """One thing looked at."""

    name: str
    ok: bool
    detail: str = ""


def _unheard(_: Step) -> None:
    """Nobody is watching."""


@dataclass
class Ledger:
    """The whole account. `phone` counts the leader's phone from the notice to the confirmed dispatch.

    `at` is the step begun last: with an `error`, where it was. `tell` hears of each step as it ends. `wall_ms` is what all
    took, with what is no step: our own drawing of the paper, the checks, the leaving.
    """

    lines: Lines
    tell: Callable[[Step], None] = _unheard
    steps: list[Step] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    phone: Count | None = None
    phone_ms: float = 0.0
    wall_ms: float = 0.0
    error: str = ""
    at: str = ""

    @asynccontextmanager
    async def step(self, name: str, who: str) -> AsyncIterator[None]:
        """Measure what happens in the block, all lines together."""
        before, started = await self._total(), time.perf_counter()
        step, self.at = Step(name, who), name
        try:
            yield
        finally:
            step.ms = round((time.perf_counter() - started) * 1000, 1)
            carried = (await self._total()).since(before)
            step.up, step.down = carried.up, carried.down
            self.steps.append(step)
            self.tell(step)

    async def _total(self) -> Count:
        counts = await self.lines.counts()
        return Count(sum(counts[name].up for name in NAMES), sum(counts[name].down for name in NAMES))

    async def on_phone(self) -> Count:
        """What the phone's line has carried so far."""
        return (await self.lines.counts())[PHONE]

    def check(self, name: str, ok: bool, detail: str = "") -> None:
        """Note a check. Raises CheckFailed where it is not so: the story does not go on upon a lie."""
        self.checks.append(Check(name, ok, detail))
        if not ok:
            raise CheckFailed(f"{name}：{detail}" if detail else name)

    def note(self, name: str, ok: bool, detail: str = "") -> None:
        """Note a check that the story can go on after; it still counts."""
        self.checks.append(Check(name, ok, detail))

    @property
    def ok(self) -> bool:
        """Whether the story came to its end and every check held."""
        return not self.error and bool(self.checks) and all(check.ok for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The account for a machine: times in ms, sizes in bytes."""
        phone = self.phone
        return {
            "ok": self.ok, "error": self.error, "stopped_at": self.at if self.error else "", "server": self.lines.origin,
            "steps": [asdict(step) for step in self.steps], "checks": [asdict(check) for check in self.checks],
            "total": {"ms": round(self.total_ms, 1), "wall_ms": round(self.wall_ms, 1), **self._carried()},
            "phone": None if phone is None else {
                "ms": round(self.phone_ms, 1), "up": phone.up, "down": phone.down, "total": phone.up + phone.down,
                "limit": PHONE_LIMIT,
            },
        }  # fmt: skip

    @property
    def total_ms(self) -> float:
        """All steps together."""
        return sum(step.ms for step in self.steps)

    def _carried(self) -> dict[str, int]:
        return {"up": sum(one.up for one in self.steps), "down": sum(one.down for one in self.steps)}

    def as_text(self, *, steps: bool = True) -> str:
        """The account for a person; of a story that did not get through its first step, the reason alone.

        Without `steps` their sum only, for whoever has read each as it ended.
        """
        if self.error and len(self.steps) <= 1:
            return f"没有完成：{self.error}"
        marks = [f"  {'✓' if one.ok else '✗'} {one.name}" + (f"（{one.detail}）" if one.detail else "") for one in self.checks]
        aside = f"全程 {self.wall_ms:.0f} 毫秒；合计只算各步，不算本机的准备、核对（如画出原件逐点比对）和收尾。"
        parts = [self._table() if steps else self._sum(), aside, "", "核对：", *marks]
        if self.phone is not None:
            told = f"上行 {self.phone.up}、下行 {self.phone.down}，共 {number(self.phone.up + self.phone.down)}"
            parts += ["", f"领导手机，从收到通知到确认送出：{told}（限 {number(PHONE_LIMIT)}），{self.phone_ms:.0f} 毫秒"]
        parts += ["", "全部完成。" if self.ok else f"没有完成：{self.error or '有核对没有通过'}"]
        return "\n".join(parts)

    def _table(self) -> str:
        rows: list[tuple[object, ...]] = [(one.name, one.who, f"{one.ms:.0f}", one.up, one.down) for one in self.steps]
        rows.append(("合计", "", f"{self.total_ms:.0f}", *self._carried().values()))
        return table(("步骤", "谁", "毫秒", "上行字节", "下行字节"), _right(rows))

    def _sum(self) -> str:
        up, down = self._carried().values()
        return f"合计 {self.total_ms:.0f} 毫秒，上行 {up} 字节，下行 {down} 字节"


def _right(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [(*row[:2], *(pad(str(cell), 8, right=True) for cell in row[2:])) for row in rows]
