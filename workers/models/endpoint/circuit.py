"""Waits with the other runs for an endpoint that fails, and tells the person for what.

Whoever runs this hands in a `Breaker`, which knows of the failures of all runs. When an endpoint is
asked again is `webapp.studio.catalog.circuit`'s to say.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from webapp.studio.catalog.circuit import CLOSED, Admission, Circuit, Failure
from workers.agent.errors import ModelFailed
from workers.agent.protocols import WaitChunk
from workers.agent.turn_builder import storable
from workers.models.endpoint.failures import Overloaded, Passing, RateLimited, Unreachable

MAX_QUOTE = 100  # characters of the server's own words


class Breaker(Protocol):
    """What all runs know together of one endpoint. None of it raises."""

    async def admit(self) -> Admission: ...

    async def keep_probe(self) -> None:
        """Show that the probe is still under way; otherwise it counts as lost."""

    async def report_failure(self, failure: Failure, *, is_probe: bool) -> Circuit: ...

    async def report_answer(self) -> None: ...


class NoBreaker:
    """Of a run that shares the endpoint with nobody."""

    async def admit(self) -> Admission:
        return Admission()

    async def keep_probe(self) -> None:
        return

    async def report_failure(self, failure: Failure, *, is_probe: bool) -> Circuit:
        return CLOSED

    async def report_answer(self) -> None:
        return


@dataclass(frozen=True)
class Waiting:
    """Seconds: `limit` that one answer is waited for in all, but no more than the fraction
    `of_budget` of what the run may take, so that it ends with the cause; `tell_every` between two
    words to the person, at which Pause is heeded; `keep_every` between two signs of a probe."""

    limit: float = 600.0
    of_budget: float = 0.5
    tell_every: float = 1.0
    keep_every: float = 5.0


class Gate:
    """One answer's way through the circuit: wait, ask, tell what came of it."""

    def __init__(self, breaker: Breaker, name: str, waiting: Waiting, budget: float) -> None:
        """`name` is what the person knows the endpoint by, `budget` the run's seconds."""
        self._breaker = breaker
        self._name = name
        self._waiting = waiting
        self._limit = min(waiting.limit, waiting.of_budget * budget)
        self._is_probe = False
        self._has_answered = False
        self._give_up_at: float | None = None  # on the event loop's clock

    async def enter(self) -> AsyncGenerator[WaitChunk, None]:
        """Wait until this run may ask. Raises ModelFailed where that takes too long."""
        clock = asyncio.get_running_loop().time
        while not (admission := await self._breaker.admit()).may_ask:
            if self._give_up_at is None:
                self._give_up_at = clock() + self._limit
            if clock() >= self._give_up_at:
                raise _failure_of(admission.circuit)
            yield WaitChunk(describe(admission.circuit, self._name, datetime.now(UTC)))
            await asyncio.sleep(self._waiting.tell_every)
        self._is_probe = admission.is_probe
        self._has_answered = False

    @contextlib.asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """While the request is under way; a probe shows that it is."""
        keeping = asyncio.create_task(self._keep()) if self._is_probe else None
        try:
            yield
        finally:
            if keeping is not None:
                keeping.cancel()

    async def answered(self) -> None:
        """The endpoint has begun to answer, whatever becomes of it."""
        if not self._has_answered:
            self._has_answered = True
            await self._breaker.report_answer()

    async def failed(self, failure: ModelFailed, *, has_begun: bool) -> bool:
        """Tell why no answer came; whether the circuit is open then. An endpoint that refuses what
        it was sent, or breaks off what it says, does answer."""
        if has_begun or not isinstance(failure, Passing):
            await self.answered()
            return False
        told = Failure(failure.code, storable(str(failure)), failure.wait)
        circuit = await self._breaker.report_failure(told, is_probe=self._is_probe)
        return circuit.is_open

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._waiting.keep_every)
            await self._breaker.keep_probe()


_WORDS = {
    Unreachable.code: "has not answered",
    RateLimited.code: "has taken no more requests",
}


def describe(circuit: Circuit, name: str, now: datetime) -> str:
    """What is waited for, since when, and when it is asked again."""
    what = _WORDS.get(circuit.code) or f"has had errors ({_quote(circuit.detail)})"
    since = f" for {_span((now - circuit.since).total_seconds())}" if circuit.since else ""
    if circuit.next_try_at is None or circuit.is_probed(now):
        return f"{name} {what}{since} · trying it now"
    seconds = (circuit.next_try_at - now).total_seconds()
    return f"{name} {what}{since} · next try in {_span(seconds)}"


def _failure_of(circuit: Circuit) -> ModelFailed:
    kinds: dict[str, type[Passing]] = {one.code: one for one in (Unreachable, RateLimited)}
    return kinds.get(circuit.code, Overloaded)(circuit.detail)


def _quote(words: str) -> str:
    return words if len(words) <= MAX_QUOTE else f"{words[:MAX_QUOTE]}…"


def _span(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole} s" if whole < 120 else f"{whole // 60} min"
