"""The agent in this process: the same loop without a queue, a database or a person.

For the command `draft` and for the benchmarks.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from webapp.studio.events import (
    TRANSIENT_TYPES,
    Envelope,
    Event,
    FileRef,
    Limits,
    ReplayFinished,
    RevisionSaved,
    RunFailed,
    RunFinished,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnStarted,
)
from webapp.studio.revisions import follows_words, result_revision
from webapp.studio.storyboard import Replay, Storyboard
from workers.agent.errors import AgentError, code_of
from workers.agent.protocols import Blobs, Guideline, Mockup, Model, Person, Task
from workers.agent.run_task import RunEnvironment, run_task
from workers.agent.transcript import Progress
from workers.imaging import png_size

logger = logging.getLogger(__name__)


class NoPage(AgentError):
    """The run ended without a page. `code` says why, `str()` the detail."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class References:
    """What there is beside mockups and words; the files of `base` are among the blobs."""

    guidelines: tuple[Guideline, ...] = ()
    base: tuple[FileRef, ...] = ()
    imports_base: bool = False  # as the first revision
    storyboard: Storyboard | None = None


@dataclass(frozen=True)
class RunResult:
    """What a run made: the revision that is its result, and how it came about.

    `seconds_by_stage` has the time of each tool by its name, of the model's turns as `model`, and
    of all of it as `total`; `first_revision` is the time until there was something to look at.
    """

    files: Mapping[str, bytes]
    result: RevisionSaved
    revisions: tuple[RevisionSaved, ...]
    ending: RunFinished | RunFailed
    seconds_by_stage: Mapping[str, float]
    events: tuple[Envelope, ...]

    @property
    def replay(self) -> Replay | None:
        """What the result did of its storyboard, the last time that was tried."""
        tried = [one.event for one in self.events if isinstance(one.event, ReplayFinished)]
        of_result = [one.replay for one in tried if one.revision == self.result.number]
        return of_result[-1] if of_result else None


async def run_locally(
    mockups: Sequence[Mockup],
    model: Model,
    environment: RunEnvironment,
    *,
    stack: str = "html-css",
    prompt: str = "",
    limits: Limits | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
    progress: Progress | None = None,
    person: Person | None = None,
    references: References | None = None,
) -> RunResult:
    """Make a page of the mockups, page n of mockup n. `on_event` sees every event at once.

    Raises NoPage where no revision came of it.
    """
    references = references if references is not None else References()
    limits = limits if limits is not None else Limits()
    task = Task(
        tuple(mockups),
        stack,
        prompt,
        limits,
        guidelines=references.guidelines,
        base=references.base,
        imports_base=references.imports_base,
        storyboard=references.storyboard,
    )
    record = _Record()
    made = progress if progress is not None else Progress()
    try:
        async for event in run_task(task, model, environment, made, person):
            record.add(event)
            on_event(event)
    except Exception as error:  # the task boundary of this process
        logger.debug("The run failed", exc_info=True)
        record.add(RunFailed(code=code_of(error), detail=str(error)))
    ending = record.envelopes[-1].event
    assert isinstance(ending, RunFinished | RunFailed)
    spoken_to = any(one.text for one in made.said)
    follows = follows_words(
        model.ref, prompt, spoken_to=spoken_to, guided=bool(references.guidelines)
    )
    declared = ending.declared_revision if isinstance(ending, RunFinished) else None
    result = result_revision(made.revisions, follows_words=follows, declared=declared)
    if result is None:
        raise NoPage(*_reason(ending))
    return RunResult(
        files=await asyncio.to_thread(_read_files, result.files, environment.blobs),
        result=result,
        revisions=tuple(made.revisions),
        ending=ending,
        seconds_by_stage=record.seconds_by_stage(),
        events=tuple(record.envelopes),
    )


def mockup_of(path: Path, sha256: str, scale: float = 1.0) -> Mockup:
    """A mockup from an upright sRGB PNG on disk; `sha256` of its bytes."""
    width, height = png_size(path.read_bytes())
    return Mockup(sha256[:12], sha256, path, width, height, scale)


class _Record:
    """The durable events of a run, numbered and timed, in memory."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self._clock: list[float] = []

    def add(self, event: Event) -> None:
        if isinstance(event, TRANSIENT_TYPES):
            return
        self._clock.append(time.monotonic())
        seq = len(self._clock)
        self.envelopes.append(Envelope(seq=seq, at=datetime.now(UTC), event=event))

    def seconds_by_stage(self) -> dict[str, float]:
        seconds: dict[str, float] = defaultdict(float)
        tool, turn_started = "", 0.0
        for at, envelope in zip(self._clock, self.envelopes, strict=True):
            match envelope.event:
                case TurnStarted():
                    turn_started = at
                case TurnFinished():
                    seconds["model"] += at - turn_started
                case ToolStarted(call=call):
                    tool = call.name
                case ToolFinished():
                    seconds[tool] += envelope.event.seconds
                case RevisionSaved():
                    seconds.setdefault("first_revision", at - self._clock[0])
        seconds["total"] = self._clock[-1] - self._clock[0]
        return {stage: round(spent, 3) for stage, spent in seconds.items()}


def _reason(ending: RunFinished | RunFailed) -> tuple[str, str]:
    if isinstance(ending, RunFailed):
        return ending.code, ending.detail
    return "no_page", f"The run ended ({ending.reason}) before a page was measured."


def _read_files(files: tuple[FileRef, ...], blobs: Blobs) -> dict[str, bytes]:
    return {file.path: blobs.get(file.sha256) for file in files}
