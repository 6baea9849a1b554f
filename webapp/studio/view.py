"""What a person sees of a run: `reduce(view, envelope) -> view`, pure, the same as in TypeScript.

Invariant, tested on recorded runs in both languages: a snapshot at any sequence number plus the
events after it equals the snapshot taken at the end.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

from webapp.studio.events import (
    AgentFinished,
    AgentSpawned,
    ComparisonFinished,
    Envelope,
    FileRef,
    FileWritten,
    ImagePart,
    LineRange,
    MockupRef,
    ModelRef,
    PageResult,
    RenderFinished,
    RevisionSaved,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStarted,
    Score,
    StopReason,
    ToolFinished,
    ToolStarted,
    TurnFinished,
    TurnStarted,
    Value,
)

StepState = Literal["running", "done", "failed", "interrupted"]
RunState = Literal["queued", "running", "finished", "failed"]


class Step(Value):
    """One card of the activity: a tool call, or a stretch of thought."""

    id: str
    kind: str  # a tool's name, or "thought"
    agent: str
    state: StepState
    started_at: datetime
    seconds: float | None = None
    arguments: str = ""
    text: str = ""
    screenshot: ImagePart | None = None
    score: Score | None = None
    problems: tuple[str, ...] = ()


class ViewFile(Value):
    file: FileRef
    changed: tuple[LineRange, ...] = ()


class ViewRevision(Value):
    number: int
    files: tuple[FileRef, ...]
    pages: tuple[PageResult, ...]
    score: Score
    model: ModelRef
    at: datetime


class RunView(Value):
    """The state of a run after event `seq`."""

    seq: int = 0
    state: RunState = "queued"
    model: ModelRef | None = None
    stack: str = ""
    prompt: str = ""
    mockups: tuple[MockupRef, ...] = ()
    steps: tuple[Step, ...] = ()
    files: tuple[ViewFile, ...] = ()
    revisions: tuple[ViewRevision, ...] = ()
    best_revision: int | None = None
    stop_reason: StopReason | None = None
    error_code: str | None = None
    error_detail: str = ""
    attempt: int = 1
    turn: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None


def reduce(view: RunView, envelope: Envelope) -> RunView:
    """Apply one durable event. Raises KeyError for an event type without a rule."""
    if envelope.seq <= view.seq:
        return view
    changes = _RULES[type(envelope.event)](view, envelope.at, envelope.agent, envelope.event)
    return view.model_copy(update={**changes, "seq": envelope.seq})


def reduce_all(envelopes: Iterable[Envelope], view: RunView | None = None) -> RunView:
    """Fold `reduce` over envelopes in order."""
    view = view or RunView()
    for envelope in envelopes:
        view = reduce(view, envelope)
    return view


# one rule per event type

Changes = dict[str, object]  # the fields of RunView that an event replaces


def _run_started(view: RunView, at: datetime, agent: str, event: RunStarted) -> Changes:
    return {
        "state": "running",
        "model": event.model,
        "stack": event.stack,
        "prompt": event.prompt,
        "mockups": event.mockups,
        "started_at": at,
    }


def _run_resumed(view: RunView, at: datetime, agent: str, event: RunResumed) -> Changes:
    return {
        "state": "running",
        "attempt": event.attempt,
        "steps": _interrupt(view.steps),
        "stop_reason": None,
        "error_code": None,
        "error_detail": "",
        "ended_at": None,
    }


def _turn_started(view: RunView, at: datetime, agent: str, event: TurnStarted) -> Changes:
    return {"turn": event.turn}


def _turn_finished(view: RunView, at: datetime, agent: str, event: TurnFinished) -> Changes:
    changes: Changes = {
        "input_tokens": view.input_tokens + event.usage.input_tokens,
        "output_tokens": view.output_tokens + event.usage.output_tokens,
    }
    thought = "\n\n".join(part for part in (event.reasoning, event.text) if part)
    if thought:
        step = Step(
            id=f"{agent}:{event.turn}",
            kind="thought",
            agent=agent,
            state="done",
            started_at=at,
            text=thought,
        )
        changes["steps"] = (*view.steps, step)
    return changes


def _tool_started(view: RunView, at: datetime, agent: str, event: ToolStarted) -> Changes:
    step = Step(
        id=event.call.id,
        kind=event.call.name,
        agent=agent,
        state="running",
        started_at=at,
        arguments=event.call.arguments,
    )
    return {"steps": (*view.steps, step)}


def _tool_finished(view: RunView, at: datetime, agent: str, event: ToolFinished) -> Changes:
    ended: Changes = {
        "state": "done" if event.ok else "failed",
        "text": event.for_ui,
        "seconds": event.seconds,
    }
    return {
        "steps": tuple(
            step.model_copy(update=ended)
            if step.id == event.call_id and step.state == "running"
            else step
            for step in view.steps
        )
    }


def _file_written(view: RunView, at: datetime, agent: str, event: FileWritten) -> Changes:
    others = (file for file in view.files if file.file.path != event.file.path)
    written = ViewFile(file=event.file, changed=event.changed)
    return {"files": tuple(sorted((*others, written), key=lambda file: file.file.path))}


def _render_finished(view: RunView, at: datetime, agent: str, event: RenderFinished) -> Changes:
    overflow = (f"{event.overflow_px} px wider than the window",) if event.overflow_px else ()
    problems = (*event.console_errors, *event.failed_requests, *overflow)
    shown: Changes = {"screenshot": event.screenshot, "problems": problems}
    return {"steps": _update_running(view.steps, agent, shown)}


def _comparison_finished(
    view: RunView, at: datetime, agent: str, event: ComparisonFinished
) -> Changes:
    shown: Changes = {"score": event.score, "screenshot": event.pages[0].heat_map}
    return {"steps": _update_running(view.steps, agent, shown)}


def _revision_saved(view: RunView, at: datetime, agent: str, event: RevisionSaved) -> Changes:
    revision = ViewRevision(
        number=event.number,
        files=event.files,
        pages=event.pages,
        score=event.score,
        model=event.model,
        at=at,
    )
    revisions = (*view.revisions, revision)
    best = max(revisions, key=lambda one: (one.score.total, -one.number))
    return {"revisions": revisions, "best_revision": best.number}


def _agent_spawned(view: RunView, at: datetime, agent: str, event: AgentSpawned) -> Changes:
    step = Step(
        id=f"agent:{event.name}",
        kind="agent",
        agent=agent,
        state="running",
        started_at=at,
        text=event.task,
    )
    return {"steps": (*view.steps, step)}


def _agent_finished(view: RunView, at: datetime, agent: str, event: AgentFinished) -> Changes:
    ended: Changes = {"state": "done", "text": event.summary}
    return {
        "steps": tuple(
            step.model_copy(update=ended) if step.id == f"agent:{event.name}" else step
            for step in view.steps
        )
    }


def _run_finished(view: RunView, at: datetime, agent: str, event: RunFinished) -> Changes:
    return {
        "state": "finished",
        "stop_reason": event.reason,
        "best_revision": event.best_revision,
        "ended_at": at,
        "steps": _interrupt(view.steps),
    }


def _run_failed(view: RunView, at: datetime, agent: str, event: RunFailed) -> Changes:
    return {
        "state": "failed",
        "error_code": event.code,
        "error_detail": event.detail,
        "best_revision": event.best_revision,
        "ended_at": at,
        "steps": _interrupt(view.steps),
    }


def _interrupt(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Steps that were running when their worker or their run ended will never finish."""
    return tuple(
        step.model_copy(update={"state": "interrupted"}) if step.state == "running" else step
        for step in steps
    )


def _update_running(steps: tuple[Step, ...], agent: str, changes: Changes) -> tuple[Step, ...]:
    """Change the newest running step of one agent: what a tool reports belongs to its card."""
    for index, step in reversed(tuple(enumerate(steps))):
        if step.state == "running" and step.agent == agent:
            return (*steps[:index], step.model_copy(update=changes), *steps[index + 1 :])
    return steps


# A rule takes exactly the event type it is filed under, which a type checker cannot express.
_RULES: dict[type[Value], Callable[..., Changes]] = {
    RunStarted: _run_started,
    RunResumed: _run_resumed,
    TurnStarted: _turn_started,
    TurnFinished: _turn_finished,
    ToolStarted: _tool_started,
    ToolFinished: _tool_finished,
    FileWritten: _file_written,
    RenderFinished: _render_finished,
    ComparisonFinished: _comparison_finished,
    RevisionSaved: _revision_saved,
    AgentSpawned: _agent_spawned,
    AgentFinished: _agent_finished,
    RunFinished: _run_finished,
    RunFailed: _run_failed,
}
