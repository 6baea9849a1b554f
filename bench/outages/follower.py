"""A browser's side of a run's websocket: it comes back after each loss, and keeps what it saw."""

import json
import threading
import time

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

COME_BACK = 0.3  # seconds
ENDS = {"run_finished", "run_failed"}


class Follower(threading.Thread):
    """`seen`: the events in the order they came; `wrong`: what did not follow on the last one."""

    def __init__(self, origin: str, run: str) -> None:
        super().__init__(name=f"follower of {run}", daemon=True)
        self._address = f"ws{origin.removeprefix('http')}/ws/runs/{run}"
        self._over = threading.Event()
        self.seen: list[dict[str, object]] = []
        self.wrong: list[str] = []
        self.start()

    @property
    def last(self) -> int:
        return int(str(self.seen[-1]["seq"])) if self.seen else 0

    @property
    def saw_the_end(self) -> bool:
        """As of now: the person may open the run again."""
        return bool(self.seen) and _type(self.seen[-1]) in ENDS

    def run(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except (OSError, WebSocketException):
                time.sleep(COME_BACK)

    def wait_for(self, seq: int, within: float) -> bool:
        """Whether everything up to an event came in time, seconds."""
        give_up_at = time.monotonic() + within
        while self.last < seq and time.monotonic() < give_up_at:
            time.sleep(0.05)
        return self.last >= seq

    def leave(self) -> None:
        self._over.set()

    def _listen(self) -> None:
        with connect(
            f"{self._address}?after={self.last}", max_size=None, open_timeout=10
        ) as socket:
            while not self._over.is_set():
                try:
                    frame = json.loads(socket.recv(timeout=1))
                except TimeoutError:
                    continue
                if frame["kind"] == "event":
                    self._take(frame["envelope"])

    def _take(self, envelope: dict[str, object]) -> None:
        if envelope["seq"] != self.last + 1:
            self.wrong.append(f"event {envelope['seq']} came after {self.last}")
        self.seen.append(envelope)


def _type(envelope: dict[str, object]) -> object:
    event = envelope["event"]
    return event["type"] if isinstance(event, dict) else None
