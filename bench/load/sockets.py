"""Many browsers' websockets in one process: how fast they open, and how late events arrive."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

PATIENCE = 60.0  # seconds that a socket may take to open
EVENT = '{"kind":"event"'
CAUGHT_UP = '{"kind":"caught_up"'


@dataclass(frozen=True)
class Delivery:
    """A live event that arrived: when, on the clock of the wall, and seconds after it was stored,
    by the time stamp of the event itself. One machine, so one clock."""

    at: float
    delay: float


@dataclass
class Watched:
    """What one socket saw. `opened` and `caught_up` are seconds after all were told to connect."""

    opened: float | None = None
    caught_up: float | None = None
    seq: int = 0  # of the last event
    out_of_order: int = 0
    frames: Counter[str] = field(default_factory=Counter)
    live: list[Delivery] = field(default_factory=list)
    failure: str = ""


class Storm:
    """Sockets that all connect at the same moment and watch until they are told to stop."""

    def __init__(self, origin: str, run_ids: Sequence[str], sockets: int) -> None:
        self._origin = origin
        self._address = f"ws{origin.removeprefix('http')}/ws/runs/"
        self._runs = [run_ids[number % len(run_ids)] for number in range(sockets)]
        self.sockets = [Watched() for _ in range(sockets)]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._began = time.perf_counter()
        self._tasks = [
            asyncio.create_task(self._watch(run_id, seen))
            for run_id, seen in zip(self._runs, self.sockets, strict=True)
        ]

    async def all_caught_up(self, within: float) -> None:
        """Return when each socket has, has failed, or the time, in seconds, is over."""
        give_up_at = time.perf_counter() + within
        while time.perf_counter() < give_up_at:
            if all(one.caught_up is not None or one.failure for one in self.sockets):
                return
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def delays(self, since: float, until: float) -> list[float]:
        """Seconds that events took which arrived between two moments of the wall's clock."""
        return [one.delay for seen in self.sockets for one in seen.live if since <= one.at <= until]

    async def _watch(self, run_id: str, seen: Watched) -> None:
        try:
            async with connect(
                f"{self._address}{run_id}?after=0",
                origin=self._origin,  # type: ignore[arg-type]  # a plain text does
                compression=None,
                max_size=None,
                open_timeout=PATIENCE,
                close_timeout=1,
                ping_interval=None,
            ) as socket:
                seen.opened = time.perf_counter() - self._began
                await self._receive(socket, seen)
        except (OSError, WebSocketException) as error:
            seen.failure = f"{type(error).__name__}: {error}"

    async def _receive(self, socket: ClientConnection, seen: Watched) -> None:
        async for frame in socket:
            now = time.time()
            assert isinstance(frame, str)
            if frame.startswith(EVENT):
                note_event(frame, now, seen)
            elif frame.startswith(CAUGHT_UP):
                seen.caught_up = time.perf_counter() - self._began
                seen.frames["caught_up"] += 1
            else:
                seen.frames["other"] += 1
        seen.failure = f"the service closed it, {socket.close_code}"


def note_event(frame: str, now: float, seen: Watched) -> None:
    envelope = json.loads(frame)["envelope"]
    seen.frames["event"] += 1
    if envelope["seq"] != seen.seq + 1:
        seen.out_of_order += 1
    seen.seq = envelope["seq"]
    if seen.caught_up is not None:
        stored = datetime.fromisoformat(envelope["at"]).timestamp()
        seen.live.append(Delivery(now, now - stored))
