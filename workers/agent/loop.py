"""The agent loop: a model takes turns, its tool calls run, and every fact becomes an event.

A generator of events that knows no database and no socket. It ends with exactly one `run_finished`
or `run_failed`; only what no model can mend (a full disk, no browser) and cancellation leave it as
exceptions. `Progress` is the whole state: give it the fold of a run's recorded events, and the run
goes on from the last of them.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import webapp
from webapp.studio.events import (
    ComparisonFinished,
    DeviationsDeclared,
    Event,
    MessageReceived,
    RevisionSaved,
    RunFailed,
    RunFinished,
    StopReason,
    TextPart,
    ToolCall,
    ToolFinished,
    ToolStarted,
    TurnStarted,
)
from webapp.studio.revisions import follows_words
from workers.agent.errors import AgentError
from workers.agent.limits import is_spent, stop_reason
from workers.agent.notices import after_call, after_revision
from workers.agent.protocols import Blobs, Model, Person, Task, Tool, WaitChunk
from workers.agent.runner import run_call, specs
from workers.agent.started import run_started
from workers.agent.transcript import Progress
from workers.agent.turn_builder import TurnBuilder
from workers.agent.unattended import Unattended
from workers.agent.workspace import Workspace

LAST_COMPARISON_SECONDS = 60.0

T = TypeVar("T")


class _Interrupted(Exception):
    """The run ends inside a step: its seconds are spent, or the person does not want to wait."""

    def __init__(self, reason: StopReason) -> None:
        self.reason = reason


async def run(
    task: Task,
    model: Model,
    tools: Mapping[str, Tool],
    workspace: Workspace,
    blobs: Blobs,
    progress: Progress | None = None,
    person: Person | None = None,
) -> AsyncGenerator[Event, None]:
    """Do `task`, or go on with it from `progress`; the workspace is set to the state recorded.

    What the person says meanwhile is taken between turns, what they changed themselves and their
    wish to pause between calls. Changed files are measured; the model has a turn only for words.
    """
    person = person if person is not None else Unattended()
    progress = progress if progress is not None else Progress()
    session = _Session(task, model, tools, blobs, progress, person)
    if not progress.started:
        yield (started := run_started(task, model.ref))
        progress.note(started)
    await asyncio.to_thread(workspace.restore, progress.snapshot(), blobs)
    reason: StopReason = "budget"
    failure: AgentError | None = None
    try:
        while True:
            async for event in session.take_edits(workspace):
                yield event
                progress.note(event)  # once the consumer has recorded it
            for message in await session.messages():
                yield message
                progress.note(message)
                if message.revision is not None:
                    await asyncio.to_thread(workspace.restore, progress.snapshot(), blobs)
            if progress.edited:
                reason = progress.ended
                break
            if (stop := session.stop_reason()) is not None:
                reason = stop
                break
            if await person.wants_pause():
                reason = "paused"
                break
            async for event in session.advance():
                yield event
                progress.note(event)
    except _Interrupted as interruption:
        reason = interruption.reason
    except AgentError as error:
        failure = error
    async for event in session.measure_rest():
        yield event
        progress.note(event)
    number = best.number if (best := progress.best()) else None
    if failure is not None:
        yield RunFailed(code=failure.code, detail=str(failure), best_revision=number)
    else:
        declared = progress.declared if session.follows_words or task.storyboard else None
        yield RunFinished(reason=reason, best_revision=number, declared_revision=declared)


@dataclass
class _Session:
    """One stretch of work on a run, until it ends or is interrupted."""

    task: Task
    model: Model
    tools: Mapping[str, Tool]
    blobs: Blobs
    progress: Progress
    person: Person
    deadline: float = field(init=False)  # on the event loop's clock

    def __post_init__(self) -> None:
        left = self.task.limits.seconds - self.progress.seconds
        self.deadline = asyncio.get_running_loop().time() + left

    @property
    def follows_words(self) -> bool:
        """Whether the words of a person say which revision is the result."""
        spoken_to = any(one.text for one in self.progress.said) or bool(self.task.earlier_words)
        guided = bool(self.task.guidelines)
        return follows_words(self.model.ref, self.task.prompt, spoken_to=spoken_to, guided=guided)

    async def take_edits(self, workspace: Workspace) -> AsyncIterator[Event]:
        """What the person changed themselves, measured."""
        for edit in await self.person.edits():
            yield edit
            meant = self.progress.deviations_after(edit, self.task)
            if meant != self.progress.deviations:
                yield DeviationsDeclared(deviations=meant)
            await asyncio.to_thread(workspace.restore, self.progress.snapshot(), self.blobs)
            async for event in self.measure_rest():
                yield event

    async def messages(self) -> tuple[MessageReceived, ...]:
        """What to take between two turns; one that finds the budget spent waits for the next."""
        if self.progress.next_call() is not None or self.is_spent():
            return ()
        return await self.person.messages()

    def stop_reason(self) -> StopReason | None:
        """Why the run is over; None while it is not. Raises ModelFailed."""
        return stop_reason(self.progress, self.task.limits, self._seconds())

    def is_spent(self) -> bool:
        return is_spent(self.progress, self.task.limits, self._seconds())

    def _seconds(self) -> float:
        left = self.deadline - asyncio.get_running_loop().time()
        return self.task.limits.seconds - left

    async def advance(self) -> AsyncIterator[Event]:
        """Run the next tool call; where none is left, let the model take a turn."""
        call = self.progress.next_call()
        step = self._take_turn() if call is None else self._run_tool(call)
        async for event in step:
            yield event

    async def measure_rest(self) -> AsyncIterator[Event]:
        """Compare once more where files were written after the last comparison, or the model was
        content with those it began with."""
        progress = self.progress
        made = progress.finished or progress.by_hand or not progress.is_untouched()
        if not (made and self.progress.is_unsaved() and "compare" in self.tools):
            return
        deadline, now = self.deadline, asyncio.get_running_loop().time()
        self.deadline = now + LAST_COMPARISON_SECONDS
        call = ToolCall(id=f"last-{self.progress.steps}", name="compare", arguments="{}")
        try:
            async for event in self._run_tool(call):
                yield event
        except _Interrupted:
            return
        finally:
            self.deadline = deadline

    async def _take_turn(self) -> AsyncIterator[Event]:
        progress = self.progress
        number = len(progress.turns) + 1
        yield TurnStarted(turn=number)
        builder = TurnBuilder(number, progress.outcomes, self.task.limits.steps - progress.steps)
        stream = self.model.turn(progress.transcript(self.task), specs(self.tools), self.blobs)
        try:
            while not builder.is_full():
                chunk = await self._in_time(anext(stream, None))
                if chunk is None:
                    break
                if isinstance(chunk, WaitChunk) and await self.person.wants_pause():
                    raise _Interrupted("paused")
                for delta in builder.add(chunk):
                    yield delta
        finally:
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()
        yield builder.finish()

    async def _run_tool(self, call: ToolCall) -> AsyncIterator[Event]:
        yield ToolStarted(call=call)
        result, seconds = await self._in_time(run_call(call, self.tools))
        notices: list[str] = []
        for event in result.events:
            yield event
            if isinstance(event, ComparisonFinished) and self.progress.is_unsaved():
                yield self._revision(event)
                left = self.task.limits.steps - self.progress.steps - 1
                notices += after_revision(self.progress, left)
        notices += after_call(self.progress.repeats_with(call, ok=result.ok, for_ui=result.for_ui))
        told = (TextPart(text=" ".join(notices)),) if notices else ()
        yield ToolFinished(
            call_id=call.id,
            ok=result.ok,
            for_model=(*result.for_model, *told),
            for_ui=result.for_ui,
            seconds=round(seconds, 3),
        )

    def _revision(self, comparison: ComparisonFinished) -> RevisionSaved:
        return RevisionSaved(
            number=len(self.progress.revisions) + 1,
            files=self.progress.snapshot(),
            site=comparison.site,
            pages=comparison.pages,
            score=comparison.score,
            model=self.model.ref,
            author="person" if self.progress.by_hand else "model",
            made_from=self.progress.made_from,
            product_version=webapp.__version__,
        )

    async def _in_time(self, work: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout_at(self.deadline) as scope:
                return await work
        except TimeoutError:
            if scope.expired():
                raise _Interrupted("budget") from None
            raise
