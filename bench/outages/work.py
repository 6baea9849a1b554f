"""The work that goes on while parts of the service end: one run after the other, each followed."""

import json
import threading
import time
from dataclasses import dataclass, field
from random import Random

from bench.outages.audit import ENDED
from bench.outages.follower import Follower
from bench.outages.person import GaveUp, Person, Refused, Untold

PACE = 0.5  # seconds between two looks
RUN_WITHIN = 240.0  # seconds until a run must have ended, lost workers and all
KINDS = ("draft", "scripted", "conversation", "conversation", "stopped")
ENDPOINT = "endpoint"  # the seeing simulator, which the environment names


@dataclass
class Work:
    """One run: when it was asked for, when it was seen ended, and what the person said to it."""

    kind: str
    run: str
    follower: Follower
    began: float = field(default_factory=time.time)
    ended: float | None = None
    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Workload(threading.Thread):
    """Asks for runs until told to leave off; `done` are the runs so far."""

    def __init__(self, person: Person, pictures: list[bytes], seed: int, *, sees: bool) -> None:
        super().__init__(name="work", daemon=True)
        self._person = person
        self._pictures = pictures
        self._random = Random(seed)  # noqa: S311  a plan, no secret
        self._kinds = KINDS if sees else ("draft", "scripted")
        self._over = threading.Event()
        self.done: list[Work] = []
        self.wrong: list[tuple[float, str]] = []

    def leave_off(self) -> None:
        """Let the run under way end, and ask for no other."""
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.is_set():
            for work in self.done:
                if work.follower.saw_the_end:
                    work.follower.leave()
            kind = self._random.choice(self._kinds)
            try:
                self._work(kind)
            except (GaveUp, Refused, Untold) as error:
                self.wrong.append((time.time(), f"a {kind} run: {type(error).__name__} {error}"))

    def _work(self, kind: str) -> None:
        person, random = self._person, self._random
        asset = person.upload(random.choice(self._pictures))
        model = {"draft": "draft", "scripted": "scripted"}.get(kind, ENDPOINT)
        prompt = script(random.randint(2, 4), random.uniform(0.2, 2)) if model == "scripted" else ""
        work = self.follow(kind, person.start(asset, model, prompt))
        if kind == "conversation":
            time.sleep(random.uniform(0.5, 6))
            work.said.append(person.say(work.run))
            self.wait(work)
            work.said.append(person.say(work.run))
        elif kind == "stopped":
            time.sleep(random.uniform(0.2, 4))
            person.stop(work.run)
            self.wait(work, within=60.0)
            again = self.follow("tried again", person.try_again(work.run))
            self.wait(again)
        self.wait(work)

    def follow(self, kind: str, run: str) -> Work:
        work = Work(kind, run, Follower(self._person.origin, run))
        self.done.append(work)
        return work

    def wait(self, work: Work, within: float = RUN_WITHIN) -> None:
        give_up_at = time.monotonic() + within
        while self._person.run(work.run)["state"] not in ENDED:
            if time.monotonic() > give_up_at:
                work.wrong.append(
                    f"run {work.run} ({work.kind}) does not end within {within:.0f} s"
                )
                break
            time.sleep(PACE)
        work.ended = time.time()


def script(turns: int, pause: float, title: str = "Version") -> str:
    """A run of the scripted model: so many pages, each compared with the mockup."""
    steps = [
        {"pause": pause, "calls": [_write(f"{title} {number}"), {"name": "compare"}]}
        for number in range(turns)
    ]
    return json.dumps([*steps, {"calls": [FINISH]}])


def _write(title: str) -> dict[str, object]:
    content = f"<!doctype html><title>Page</title><h1>{title}</h1>"
    return {"name": "write_file", "arguments": {"path": "index.html", "content": content}}


FINISH: dict[str, object] = {"name": "finish", "arguments": {"summary": "Done"}}
# the quickest run there is
PAGE_ALONE = json.dumps([{"calls": [_write("Alone")]}, {"calls": [FINISH]}])
