"""A service at work, its faults one after the other, and what each came to."""

import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Literal

import psutil

from bench.outages import plan, processes
from bench.outages.audit import audit
from bench.outages.files import FileFaults
from bench.outages.person import GaveUp, Person, Refused, Untold
from bench.outages.pictures import large_picture, pictures
from bench.outages.processes import NothingThere
from bench.outages.work import PAGE_ALONE, Work, Workload
from bench.stack import NotStarted, Stack

PICKED_UP_WITHIN = (
    60.0  # seconds until the next run begins; a program may pause 30 before its start
)
LOCKED = (2.0, 12.0)  # seconds; the record waits for 20
LEFT_WITHIN = 15.0  # seconds until no process is there any more

End = Literal["cured", "told", "wrong", "missed"]


@dataclass
class Verdict:
    """`told`: codes that a person was shown. `missed`: what was to be met was not there.
    `seconds`: from the fault, or its end where it lasts, to the begin of the next run."""

    index: int
    kind: str
    at: float
    seconds: float | None = None
    told: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missed: bool = False

    @property
    def end(self) -> End:
        if self.wrong:
            return "wrong"
        return "missed" if self.missed else "told" if self.told else "cured"


@dataclass(frozen=True)
class Outcome:
    """`resumed`: seconds without a word of a run whose worker was lost. `left`: what was there
    after the service had stopped."""

    verdicts: tuple[Verdict, ...]
    runs: int
    events: int
    words: int
    resumed: tuple[float, ...]
    left: tuple[str, ...]
    seconds: float


class Session:
    """Raises NotStarted."""

    def __init__(self, folder: Path, seed: int, *, model_url: str = "") -> None:
        """`folder` is new and empty. `model_url`: of the seeing simulator."""
        self._random = Random(seed)  # noqa: S311  a plan, no secret
        self.temporary = folder / "tmp"
        self.temporary.mkdir(parents=True)
        endpoint = {"MOCKWRIGHT_MODEL_URL": model_url, "MOCKWRIGHT_MODEL_NAME": "seeing"}
        environment = endpoint if model_url else {}
        self.stack = Stack(folder / "data", TMPDIR=str(self.temporary), **environment).start()
        self.person = Person(self.stack.origin)
        self.work = Workload(self.person, pictures(), seed, sees=bool(model_url))
        self.work.start()
        self.files = FileFaults(self.stack, self.person, self._random)
        self.verdicts: list[Verdict] = []

    def play(self, kinds: Mapping[int, str], say: Callable[[Verdict], None]) -> Outcome:
        """Inflict them, each with its number in the plan, then let everything come to its end and
        look at all of it."""
        began = time.monotonic()
        try:
            for index, kind in kinds.items():
                time.sleep(self._random.uniform(0.3, 3.0))
                self.verdicts.append(self._inflict(index, kind))
                say(self.verdicts[-1])
            return self._judge(began)
        finally:
            with suppress(subprocess.TimeoutExpired):
                self.stack.stop()

    def _inflict(self, index: int, kind: str) -> Verdict:
        verdict = Verdict(index, kind, time.time())
        self.person.told.clear()
        try:
            self._meet(kind, verdict)
            over = time.time()
            probe = self._probe()
            began = datetime.fromisoformat(str(probe.follower.seen[0]["at"])).timestamp()
            verdict.seconds = max(0.0, began - (over if _lasts(kind) else verdict.at))
        except (NothingThere, psutil.NoSuchProcess):  # it ended by itself just then
            verdict.missed = True
        except (GaveUp, Refused, Untold, NotStarted) as error:
            verdict.wrong.append(f"{type(error).__name__} {error}"[:2000])
        except subprocess.TimeoutExpired:
            verdict.wrong.append("the service did not end")
        verdict.told += sorted(self.person.told)
        return verdict

    def _probe(self) -> Work:
        """The next run, which must begin soon. Raises GaveUp."""
        asset = self.person.upload(pictures()[0])
        run = self.person.start(asset, "scripted", PAGE_ALONE)
        probe = self.work.follow("the next run", run)
        if not probe.follower.wait_for(1, PICKED_UP_WITHIN):
            raise GaveUp(f"run {run} is not picked up within {PICKED_UP_WITHIN:.0f} s")
        return probe

    def _meet(self, kind: str, verdict: Verdict) -> None:
        stack, random = self.stack, self._random
        process, _, end = kind.partition(": ")
        if kind in plan.ENDS:
            found = {
                "the worker": lambda: processes.the_worker(stack),
                "a process of the worker's pool": lambda: processes.a_pool_process(stack, random),
                "the web server": lambda: processes.the_web_server(stack),
                "Redis": lambda: processes.redis(stack),
            }[process]()
            _end(found, end, random)
        elif kind in plan.BROWSER:
            self._meet_browser(kind)
        elif kind in plan.SERVICE:
            self._end_service(kind, verdict)
        elif kind in plan.FILES:
            verdict.told += self.files.inflict(kind, verdict.wrong)
        elif kind == plan.DECODER:
            self._kill_decoder(verdict)
        elif kind == plan.DATABASE:
            self._lock_database()
        elif kind == plan.TWICE[0]:
            for _ in range(4):
                processes.wait_for(lambda: stack.find("webapp.local.serve"), 30).kill()
                time.sleep(0.5)
        else:
            found = processes.redis(stack)
            processes.the_worker(stack).kill()
            found.kill()

    def _meet_browser(self, kind: str) -> None:
        stack = self.stack
        find = processes.browsers if kind == plan.BROWSER[1] else processes.drivers
        if kind == plan.BROWSER[0]:
            find = processes.young_browsers
            for one in processes.browsers(stack):
                with suppress(psutil.Error):
                    one.kill()
        found = processes.wait_for(lambda: find(stack), processes.LAUNCH_WITHIN)
        if kind != plan.BROWSER[0]:
            self._wait_for_render()
        with suppress(psutil.Error):
            found.kill()

    def _wait_for_render(self) -> None:
        """Until a run renders, or a while."""
        give_up_at = time.monotonic() + 8.0
        while time.monotonic() < give_up_at:
            last = [one.follower.seen[-1:] for one in self.work.done[-2:]]
            if any("'name': 'compare'" in str(_event(one)) for seen in last for one in seen):
                time.sleep(self._random.uniform(0, 0.4))
                return
            time.sleep(0.02)

    def _end_service(self, kind: str, verdict: Verdict) -> None:
        stack = self.stack
        if kind == plan.SERVICE[2]:
            started = stack.processes()
            processes.kill_everything(stack)
        else:
            hard = kind == plan.SERVICE[0]
            started = processes.signal_service(stack, signal.SIGKILL if hard else signal.SIGTERM)
        _, alive = psutil.wait_procs(started, LEFT_WITHIN)
        verdict.wrong += [f"it left {' '.join(one.cmdline())[:200]}" for one in alive]
        stack.start()

    def _kill_decoder(self, verdict: Verdict) -> None:
        upload = _Upload(self.person, large_picture(self._random))
        find = lambda: self.stack.find("uploads.decoding")  # noqa: E731
        try:
            processes.wait_for(find, 10).kill()
        finally:
            upload.join()
        verdict.told += upload.told
        verdict.wrong += upload.wrong

    def _lock_database(self) -> None:
        with closing(sqlite3.connect(self.stack.data / "db.sqlite3", timeout=30)) as database:
            database.execute("BEGIN IMMEDIATE")
            time.sleep(self._random.uniform(*LOCKED))
            database.rollback()

    def _judge(self, began: float) -> Outcome:
        self.work.leave_off()
        for at, sentence in self.work.wrong:
            self._blame(at).wrong.append(sentence)
        events = words = 0
        resumed: list[float] = []
        for work in [*self.work.done, *self._unasked()]:
            happened = self._judge_run(work)
            events += len(happened)
            words += len(work.said)
            resumed += _silences(happened)
        store = self.files.check_store()
        if store.returncode:
            self._blame(time.time()).wrong.append(f"check_store: {store.stdout}{store.stderr}")
        runs = len(self.work.done)
        left = tuple(self._stop())
        seconds = time.monotonic() - began
        return Outcome(tuple(self.verdicts), runs, events, words, tuple(resumed), left, seconds)

    def _judge_run(self, work: Work) -> list[dict[str, object]]:
        """Its events; what is wrong goes to the fault that was the last before its end."""
        try:
            self.work.wait(work)
            wrong = work.wrong + audit(self.person, work.run, work.follower, work.said)
            events = self.person.events(work.run)
        except (GaveUp, Refused, Untold) as error:
            wrong, events = [f"run {work.run}: {type(error).__name__} {error}"], []
        work.follower.leave()
        last = _event(events[-1]) if events else {}
        met = self._blame(
            datetime.fromisoformat(str(events[-1]["at"])).timestamp() if events else 0
        )
        met.wrong += wrong
        if last.get("type") == "run_failed" and not wrong:
            met.told.append(str(last["code"]))
        return events

    def _unasked(self) -> list[Work]:
        """Runs of the record that nobody here remembers asking for, as an answer was lost."""
        known = {work.run for work in self.work.done} | self.files.runs
        projects = self.person.read("/api/projects?limit=500")
        found = [
            run["id"]
            for project in projects
            for run in self.person.read(f"/api/projects/{project['id']}")["runs"]
        ]
        return [self.work.follow("unasked", run) for run in found if run not in known]

    def _blame(self, at: float) -> Verdict:
        """The last fault before a moment."""
        if not self.verdicts or self.verdicts[0].at > at:
            self.verdicts.insert(0, Verdict(-1, "nothing yet", 0.0))
        return [one for one in self.verdicts if one.at <= at][-1]

    def _stop(self) -> list[str]:
        """What the service leaves behind when it is asked to end."""
        status = self.stack.stop()
        left = [] if status == 0 else [f"it ended {status}"]
        _, alive = psutil.wait_procs(processes.of_service(self.stack), LEFT_WITHIN)
        left += [f"process {' '.join(one.cmdline())[:200]}" for one in alive]
        return left + [f"folder {path.name}" for path in self.temporary.iterdir()]


class _Upload(threading.Thread):
    """An upload of a person, while something ends the process that decodes it."""

    def __init__(self, person: Person, picture: bytes) -> None:
        super().__init__(name="upload", daemon=True)
        self._person, self._picture = person, picture
        self.told: list[str] = []
        self.wrong: list[str] = []
        self.start()

    def run(self) -> None:
        try:
            self._person.upload(self._picture)
        except Refused as refusal:
            self.told.append(refusal.code)
        except (GaveUp, Untold) as error:
            self.wrong.append(f"the upload: {type(error).__name__} {error}")


def _end(process: psutil.Process, how: str, random: Random) -> None:
    if how == "killed":
        process.kill()
    elif how == "asked to end":
        process.terminate()
    else:
        processes.stop_for_a_while(process, random)


def _lasts(kind: str) -> bool:
    """Whether the fault was over when the next run was asked for."""
    return "for a while" in kind or kind in plan.SERVICE or kind in plan.FILES


def _silences(events: list[dict[str, object]]) -> list[float]:
    """Seconds before each time that the run went on with another worker."""
    found = []
    for before, after in pairwise(events):
        event = _event(after)
        if event["type"] == "run_resumed" and event["reason"] == "worker_lost":
            times = (datetime.fromisoformat(str(one["at"])) for one in (before, after))
            earlier, later = times
            found.append((later - earlier).total_seconds())
    return found


def _event(envelope: dict[str, object]) -> dict[str, object]:
    event = envelope["event"]
    assert isinstance(event, dict)
    return event
