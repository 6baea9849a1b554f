"""What a run has done so far, folded from its events.

The loop folds each event as it yields it; after a crash the same fold over the recorded events
gives back the same state, so a run goes on where it stopped. Work that no `turn_finished` or
`tool_finished` closed does not count: it is done again.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from webapp.studio.commands import changes_all_colours
from webapp.studio.events import (
    TERMINAL_TYPES,
    Deviation,
    DeviationsDeclared,
    Envelope,
    Event,
    FileRef,
    FilesEdited,
    FileWritten,
    MessageReceived,
    MockupRole,
    RevisionSaved,
    RunFailed,
    RunFinished,
    RunResumed,
    RunStarted,
    Selection,
    StopReason,
    ToolCall,
    ToolFinished,
    TurnFinished,
    Value,
)
from webapp.studio.revisions import best_revision
from webapp.studio.storyboard import Storyboard
from workers.agent.protocols import PersonMessage, Task, ToolOutcome, Transcript, Turn

FINISH = "finish"  # the tool by which a model says that it is done
ASK = "ask"  # the tool by which it asks the person, and waits
PLAN = "plan"  # the tool by which it tells what it means to do
MOST_REASON = 300  # characters of a deviation's reason
LONGEST_GAP = 120.0  # seconds that count between two events; a clock set forward makes longer ones


@dataclass
class Progress:
    """The state of a run after an event. `seconds` are those of earlier attempts."""

    started: bool = False
    attempt: int = 1
    turns: list[TurnFinished] = field(default_factory=list)
    outcomes: dict[str, ToolOutcome] = field(default_factory=dict)  # by call id
    said: list[PersonMessage] = field(default_factory=list)
    roles: tuple[MockupRole, ...] = ()  # of the mockups
    base: tuple[FileRef, ...] = ()  # the files that the run started from
    storyboard: Storyboard | None = None
    made_from: int | None = None  # the revision that the files began as
    files: dict[str, FileRef] = field(default_factory=dict)  # as the last finished call left them
    revisions: list[RevisionSaved] = field(default_factory=list)
    deviations: tuple[Deviation, ...] = ()  # from the mockups, that are not measured
    selection: Selection | None = None  # the element that the newest words are about
    selected_in: tuple[FileRef, ...] = ()  # the files as they were then
    edited: bool = False  # by the person, who has said nothing since
    by_hand: bool = False  # whether it was the person who changed the files since the last revision
    ended: StopReason = "finished"  # why it last did; failed, it goes on as a paused one does
    finished: bool = False
    asked: bool = False  # a question that the person has not answered
    # the result by word of the model, or of the person who goes on from it
    declared: int | None = None

    # spent since the start, or since the person said continue
    steps: int = 0
    tokens: int = 0
    cost: float = 0.0  # US dollars
    seconds: float = 0.0
    first_revision: int = 0  # index into `revisions`
    silent_turns: int = 0  # in a row, without a call
    repeats: int = 0  # calls in a row that gave what an earlier one had given

    _deviations_of: dict[int, tuple[Deviation, ...]] = field(default_factory=dict)  # by revision
    _saved: tuple[FileRef, ...] = ()  # the files of the revision that the last ones began from
    _measured_without: tuple[Deviation, ...] = ()  # the deviations of that revision
    _open_files: dict[str, FileRef] = field(default_factory=dict)  # of the call under way
    _open_revision: int | None = None
    _seen: set[tuple[str, ...]] = field(default_factory=set)  # outcomes since the last words

    @classmethod
    def replay(cls, envelopes: Iterable[Envelope]) -> "Progress":
        """The state after recorded events."""
        progress = cls()
        last: datetime | None = None  # when the previous event of this attempt was
        for envelope in envelopes:
            if last is not None and not isinstance(envelope.event, RunResumed):
                # never less than nothing, where the clock was set back, and no day where it was
                # set forward
                gap = (envelope.at - last).total_seconds()
                progress.seconds += min(LONGEST_GAP, max(0.0, gap))
            progress.note(envelope.event)
            last = None if isinstance(envelope.event, TERMINAL_TYPES) else envelope.at
        return progress

    def note(self, event: Event) -> None:
        """Fold one event."""
        rule = _RULES.get(type(event))
        if rule is not None:
            rule(self, event)

    def as_begun(self, task: Task) -> Task:
        """The task of a run that goes on: each mockup is to the first what it was, and a page to
        start from that it began without, as a model does that reads no words, lies aside."""
        aside = task.base if task.base != self.base else ()
        begun = replace(task.with_roles(self.roles), base=self.base, base_aside=aside)
        return replace(begun, storyboard=self.storyboard)

    def transcript(self, task: Task) -> Transcript:
        """What the model reads: every turn, with the outcomes of its calls."""
        return Transcript(task, tuple(self._turn(turn) for turn in self.turns), tuple(self.said))

    def next_call(self) -> ToolCall | None:
        """The first call of the last turn that has no outcome yet."""
        calls = self.turns[-1].calls if self.turns else ()
        return next((call for call in calls if call.id not in self.outcomes), None)

    def snapshot(self) -> tuple[FileRef, ...]:
        """All files, sorted by path."""
        return tuple(self.files[path] for path in sorted(self.files))

    def deviations_after(self, edit: FilesEdited, task: Task) -> tuple[Deviation, ...]:
        """What is meant otherwise than on the mockups once a person has changed a revision: what
        was of that revision, and all colours where their plain command was about those."""
        before = self._deviations_of.get(edit.revision, ())
        if not (edit.command and changes_all_colours(edit.command)):
            return before
        others = [one for one in before if one.aspect != "colours"]
        meant = (
            Deviation(reason=edit.command[:MOST_REASON], mockup_index=index, aspect="colours")
            for index in range(len(task.mockups))
        )
        return (*others, *meant)

    def is_untouched(self) -> bool:
        """Whether the files are those that the run started from."""
        return self.files == {file.path: file for file in self.base}

    def is_unsaved(self) -> bool:
        """Whether files have changed since the last revision, or since they were set back, or what
        is measured of them."""
        saved = self._saved == self.snapshot() and self._measured_without == self.deviations
        return bool(self.files) and not saved

    def best(self) -> RevisionSaved | None:
        """The revision that matches the mockups best so far."""
        return best_revision(self.revisions)

    def repeats_with(self, call: ToolCall, *, ok: bool, for_ui: str) -> int:
        """How many calls in a row gave nothing new, once this one has ended like that.

        The same call with the same result, or another with the same failure, where no file changed.
        """
        changes = any(self.files.get(path) != new for path, new in self._open_files.items())
        again = _outcome(call, ok=ok, for_ui=for_ui) in self._seen
        return self.repeats + 1 if again and not changes else 0

    def forget_repeats(self) -> None:
        self.repeats = 0
        self._seen.clear()

    def _turn(self, turn: TurnFinished) -> Turn:
        outcomes = (self.outcomes.get(call.id) for call in turn.calls)
        return Turn(
            turn.text,
            turn.reasoning,
            turn.calls,
            tuple(outcome for outcome in outcomes if outcome is not None),
            turn.usage,
        )


# one rule for each type of event that changes the state


def _run_started(progress: Progress, event: RunStarted) -> None:
    progress.started = True
    progress.roles = tuple(mockup.role for mockup in event.mockups)
    progress.base = event.files
    progress.storyboard = event.storyboard
    progress.files = {file.path: file for file in event.files}
    progress.edited = progress.by_hand = event.imported


def _run_resumed(progress: Progress, event: RunResumed) -> None:
    progress.attempt = event.attempt
    progress._open_files.clear()
    progress._open_revision = None
    if event.reason == "continued":
        progress.finished, progress.asked, progress.declared = False, False, None
        progress.edited = False
        progress.forget_repeats()
        progress.steps = progress.tokens = progress.silent_turns = 0
        progress.seconds = progress.cost = 0.0
        progress.first_revision = len(progress.revisions)


def _message_received(progress: Progress, event: MessageReceived) -> None:
    number = _set_back(progress, event.revision)
    progress.said.append(PersonMessage(len(progress.turns), event.text, number, event.selection))
    progress.selection, progress.selected_in = event.selection, progress.snapshot()
    progress.finished, progress.asked, progress.declared = False, False, event.revision
    progress.edited = False
    _begin_anew(progress)


def _files_edited(progress: Progress, event: FilesEdited) -> None:
    number = _set_back(progress, event.revision)
    progress.files |= {file.path: file for file in event.files}
    paths = tuple(file.path for file in event.files)
    progress.said.append(
        PersonMessage(len(progress.turns), "", number, edited=paths, command=event.command)
    )
    progress.selection, progress.declared = None, None
    progress.edited = progress.by_hand = True
    _begin_anew(progress)


def _set_back(progress: Progress, number: int | None) -> int | None:
    """Make the files those of a revision; its number where they were others before."""
    before = progress.snapshot()
    if number is not None:
        chosen = next(one for one in progress.revisions if one.number == number)
        progress.files = {file.path: file for file in chosen.files}
        progress._saved = chosen.files
        progress.made_from = number
    return number if progress.snapshot() != before else None


def _begin_anew(progress: Progress) -> None:
    progress.silent_turns = 0
    progress.first_revision = len(progress.revisions)
    progress.forget_repeats()


def _turn_finished(progress: Progress, event: TurnFinished) -> None:
    progress.turns.append(event)
    progress.tokens += event.usage.input_tokens + event.usage.output_tokens
    progress.cost += event.usage.cost or 0.0
    progress.silent_turns = 0 if event.calls else progress.silent_turns + 1


def _file_written(progress: Progress, event: FileWritten) -> None:
    progress._open_files[event.file.path] = event.file


def _tool_finished(progress: Progress, event: ToolFinished) -> None:
    calls = progress.turns[-1].calls if progress.turns else ()
    for call in calls:
        if call.id == event.call_id:
            progress.outcomes[call.id] = ToolOutcome(
                call, event.ok, event.for_model, event.for_ui, progress._open_revision
            )
            progress.repeats = progress.repeats_with(call, ok=event.ok, for_ui=event.for_ui)
            progress._seen.add(_outcome(call, ok=event.ok, for_ui=event.for_ui))
            if event.ok and call.name == ASK:
                progress.asked = True
            if event.ok and call.name == FINISH:
                progress.finished = True
                progress.declared = _declared(call, len(progress.revisions)) or progress.declared
    progress.files |= progress._open_files
    progress.by_hand = progress.by_hand and not progress._open_files
    progress._open_files.clear()
    progress._open_revision = None
    progress.steps += 1


def _outcome(call: ToolCall, *, ok: bool, for_ui: str) -> tuple[str, ...]:
    """By what one outcome is told from another."""
    return (call.name, call.arguments if ok else "", for_ui)


def read_arguments(text: str) -> object:
    """What the JSON of a call's arguments says. Raises ValueError and RecursionError."""
    value: object = json.loads(text.strip() or "{}")
    # some servers write the JSON into a JSON string
    value = json.loads(value) if isinstance(value, str) else value
    return {} if value is None else value


def _declared(finish: ToolCall, revisions: int) -> int | None:
    """The number that a call gives, where there is such a revision; models write 2 or "2"."""
    arguments = read_arguments(finish.arguments)
    given = str(arguments.get("revision")) if isinstance(arguments, dict) else ""
    return int(given) if given.isdecimal() and 1 <= int(given) <= revisions else None


def _revision_saved(progress: Progress, event: RevisionSaved) -> None:
    if event.restored:  # by the person, while nobody was at work
        number = _set_back(progress, event.made_from)
        progress.selection = None
        if number is not None:
            progress.said.append(PersonMessage(len(progress.turns), "", number))
    progress.revisions.append(event)
    progress.made_from = event.number
    progress._open_revision = event.number
    progress._saved = event.files
    progress._measured_without = progress._deviations_of[event.number] = progress.deviations
    progress.declared = None
    progress.by_hand = False


def _deviations_declared(progress: Progress, event: DeviationsDeclared) -> None:
    progress.deviations = event.deviations


def _run_finished(progress: Progress, event: RunFinished) -> None:
    progress.ended = event.reason


def _run_failed(progress: Progress, _: RunFailed) -> None:
    progress.ended = "paused"


# A rule takes exactly the event type it is filed under, which a type checker cannot express.
_RULES: dict[type[Value], Callable[..., None]] = {
    RunStarted: _run_started,
    RunResumed: _run_resumed,
    MessageReceived: _message_received,
    FilesEdited: _files_edited,
    TurnFinished: _turn_finished,
    FileWritten: _file_written,
    ToolFinished: _tool_finished,
    RevisionSaved: _revision_saved,
    DeviationsDeclared: _deviations_declared,
    RunFinished: _run_finished,
    RunFailed: _run_failed,
}
