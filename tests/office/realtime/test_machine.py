"""Resume, whatever happens: lost frames, cut lines, other nodes, trimming, restores, lost access. Driven by Hypothesis.

When it is quiet, every connected client shows what the server would show; nobody was ever told what was not for them.
"""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from office.kernel import clock
from office.kernel.actor import Actor
from office.realtime.actions import follow, new_epoch, trim
from office.realtime.bootstrap import bootstrap
from office.realtime.queries import broken_logs, position
from tests.office.realtime import town
from tests.office.realtime.stage import Stage, staged
from tests.office.realtime.wire import Closed, Wire
from tests.support import engines

PERSONS, BOARDS = 3, ("甲", "乙")


class Client:
    """What docs/subsystems/realtime.md tells a client to do, and no more."""

    def __init__(self, stage: Stage, actor: Actor) -> None:
        self.stage, self.actor = stage, actor
        self.wire: Wire | None = None
        self.epoch, self.seq = "", -1
        self.state: dict[str, Any] = {}
        self.told: list[tuple[str, str]] = []
        self.losing = self.node = 0

    async def start(self) -> None:
        shown = msgspec.to_builtins((await bootstrap(self.actor)).data)
        self.epoch, self.seq, self.state = shown["position"]["epoch"], shown["position"]["seq"], shown["boards"]

    async def dial(self, node: int) -> None:
        await self.cut()
        self.node = node
        self.wire = await self.stage.dial(self.actor, node=node)
        resume = {"epoch": self.epoch, "seq": self.seq} if self.seq >= 0 else None
        self.wire.say({"type": "hello", "protocol": 1, "resume": resume})

    async def cut(self) -> None:
        if self.wire is not None:
            wire, self.wire = self.wire, None
            await wire.cut()

    async def hear_one(self) -> dict[str, Any]:
        assert self.wire is not None
        frame = await self.wire.hear()
        kind = frame["type"]
        if kind == "reset":
            await self.start()
            self.wire.say({"type": "resume", "epoch": self.epoch, "seq": self.seq})
        elif kind == "event":
            await self._event(frame)
        elif kind == "beat":
            self.wire.say({"type": "pong"})
            if frame["head"] > self.seq:
                self.wire.say({"type": "resume", "epoch": self.epoch, "seq": self.seq})
        return frame

    async def _event(self, frame: dict[str, Any]) -> None:
        assert self.wire is not None
        if frame["name"] == "boards.changed":
            self.told.append((frame["data"]["board"], frame["data"]["words"]))
        if self.losing:
            self.losing -= 1
        elif frame["seq"] == self.seq + 1:
            self.seq = frame["seq"]
            town.apply(self.state, frame["name"], frame["data"])
        elif frame["seq"] > self.seq:
            self.wire.say({"type": "resume", "epoch": self.epoch, "seq": self.seq})

    async def catch_up(self) -> None:
        """Hear until nothing is missing; come back after every close below 4400, as clients do."""
        target = await position(self.actor.own_id)
        for _ in range(300):
            if (self.epoch, self.seq) == (str(target.epoch), target.seq):
                return
            try:
                await self._nudged()
                await self.hear_one()
            except Closed as closed:
                if closed.code >= 4400:
                    raise
                self.wire = None
                await self.dial(self.node)
        raise AssertionError(f"does not catch up: at {self.seq}, the log at {target.seq}")

    async def _nudged(self) -> None:
        # Only where the server has nothing more to say by itself: let the next beat be due.
        assert self.wire is not None
        for _ in range(50):
            if self.wire.waiting():
                return
            await asyncio.sleep(0)
        self.stage.time += 31
        await self.stage.hubs[self.node].tick()


class Resume(RuleBasedStateMachine):
    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.run(self._open())

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def address(self) -> str:
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        return f"sqlite://{folder}/zhiban.db"

    async def _open(self) -> None:
        self.stage = await self.stack.enter_async_context(staged(self.address()))
        self.clients = [Client(self.stage, self.stage.person()) for _ in range(PERSONS)]
        #: Who could have read which words when they were written or when they joined.
        self.allowed: set[tuple[int, str, str]] = set()
        self.words = dict.fromkeys(BOARDS, "")
        self.members: dict[str, set[int]] = {board: set() for board in BOARDS}
        self.count = 0

    def teardown(self) -> None:
        self.run(self._close())
        self.runner.close()

    async def _close(self) -> None:
        for client in self.clients:
            client.losing = 0
            await client.cut()
        await self.stack.aclose()

    def _allow(self, board: str) -> None:
        self.allowed |= {(number, board, self.words[board]) for number in self.members[board]}

    @rule(board=st.sampled_from(BOARDS), drained=st.booleans())
    def write(self, board: str, drained: bool) -> None:
        self.count += 1
        self.words[board] = f"第{self.count}次"
        self.run(town.write(board, self.words[board]))
        self._allow(board)
        if drained:
            self.run(self.stage.drain())

    @rule(board=st.sampled_from(BOARDS), number=st.integers(0, PERSONS - 1))
    def join(self, board: str, number: int) -> None:
        self.members[board].add(number)
        self.run(town.join(board, self.clients[number].actor.own_id))
        self._allow(board)

    @rule(board=st.sampled_from(BOARDS), number=st.integers(0, PERSONS - 1))
    def revoke(self, board: str, number: int) -> None:
        self.members[board].discard(number)
        self.run(town.leave(board, self.clients[number].actor.own_id))

    @rule(number=st.integers(0, PERSONS - 1), node=st.integers(0, 1))
    def connect(self, number: int, node: int) -> None:
        self.run(self.clients[number].dial(node))

    @rule(number=st.integers(0, PERSONS - 1))
    def cut(self, number: int) -> None:
        self.run(self.clients[number].cut())

    @rule(number=st.integers(0, PERSONS - 1), frames=st.integers(1, 3))
    def lose(self, number: int, frames: int) -> None:
        self.clients[number].losing = frames

    @rule(aged=st.booleans())
    def trimmed(self, aged: bool) -> None:
        with clock.set_for_test(clock.now() + timedelta(hours=80 if aged else 0)):
            self.run(trim())

    @rule()
    def restored(self) -> None:
        self.run(new_epoch())

    @rule()
    def quiet(self) -> None:
        self.run(self._quiet())

    async def _quiet(self) -> None:
        await self.stage.settle()
        for client in self.clients:
            if client.wire is not None:
                await follow(client.actor.own_id)
                await client.catch_up()
                assert client.state == await town.section(client.actor)

    @invariant()
    def nothing_leaks(self) -> None:
        if not hasattr(self, "clients"):
            return
        for number, client in enumerate(self.clients):
            assert {(number, *told) for told in client.told} <= self.allowed

    @invariant()
    def no_gaps(self) -> None:
        assert self.run(broken_logs()) == []


class ResumeOnPostgres(Resume):
    def address(self) -> str:
        return engines.postgres().database()


@pytest.mark.parametrize("machine, examples", ((Resume, 40), (ResumeOnPostgres, 8)), ids=("sqlite", "postgresql"))
def test_resume(machine: type[Resume], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
