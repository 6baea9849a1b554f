"""The contract between the agent, the record and the interface: the events of a run.

A run is an append-only list of events. Durable events get a gapless sequence number and a row;
transient ones (`TextDelta`, `ReasoningDelta`, `FileDelta`, `Waiting`) only show work in progress:
what they carried is repeated whole by the next durable event or over by then, so losing one loses
nothing.

Pure pydantic, no Django. The front end's types are made from this file: see `contract.py`.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from webapp.studio.storyboard import Replay, Storyboard

# isort: off
# it would give each of these names a statement of its own
from webapp.studio.values import (
    Author as Author,
    ChoiceWay as ChoiceWay,
    Deviation as Deviation,
    Difference as Difference,
    DifferenceKind as DifferenceKind,
    FileRef as FileRef,
    ImagePart as ImagePart,
    Limits as Limits,
    LineRange as LineRange,
    MockupChoice as MockupChoice,
    MockupRef as MockupRef,
    MockupRole as MockupRole,
    ModelRef as ModelRef,
    PageResult as PageResult,
    Part as Part,
    PartName as PartName,
    PlanStep as PlanStep,
    Rect as Rect,
    RegionScore as RegionScore,
    RevisionRef as RevisionRef,
    Score as Score,
    Selection as Selection,
    StopReason as StopReason,
    TextPart as TextPart,
    ToolCall as ToolCall,
    Usage as Usage,
    Value as Value,
)
# isort: on

# durable events


class RunStarted(Value):
    """`guidelines` are the project's rules and design tokens, `files` the page that it starts from;
    both only where the model heeds them. `branched_from` is the revision that those files are of,
    where the person branched one off. `imported`: the files are the first revision as they are,
    whoever the model is, and it has no turn until the person speaks to it. `storyboard` is what the
    page shall do, where it is made of a recording; its first state is the first mockup."""

    type: Literal["run_started"] = "run_started"
    model: ModelRef
    stack: str
    prompt: str
    earlier_words: tuple[str, ...] = Field(
        default=(), description="what the person wrote in earlier runs of the project"
    )
    mockups: tuple[MockupRef, ...]
    limits: Limits
    guidelines: tuple[FileRef, ...] = ()
    files: tuple[FileRef, ...] = ()
    branched_from: RevisionRef | None = None
    imported: bool = False
    storyboard: Storyboard | None = None


class RunResumed(Value):
    """The run goes on from its last event: its worker was lost, or the person said continue.

    Only `continued` opens an ended run again, and with a fresh budget.
    """

    type: Literal["run_resumed"] = "run_resumed"
    attempt: int = Field(ge=2)
    reason: Literal["worker_lost", "continued"]


class MessageReceived(Value):
    """Words of the person after the start, which the model reads at its next turn.

    Where it names a `revision`, work goes on from that one's files, and until there is a newer one
    it is the result. The words are about the `selection`, where there is one.
    """

    type: Literal["message_received"] = "message_received"
    message_id: int
    text: str
    revision: int | None = Field(default=None, ge=1)
    selection: Selection | None = None


class FilesEdited(Value):
    """The person changed `files` of a revision themselves; its others stay as they are there.

    It makes a revision of its own, which is the result, and no turn of the model: only words to it
    do. `command` is what they said where a plain command changed them, `inspected` what they set,
    in a few words, where the inspector did.
    """

    type: Literal["files_edited"] = "files_edited"
    edit_id: int
    revision: int = Field(ge=1)
    files: tuple[FileRef, ...]
    command: str = ""
    inspected: str = ""


class TurnStarted(Value):
    type: Literal["turn_started"] = "turn_started"
    turn: int


class ToolStarted(Value):
    type: Literal["tool_started"] = "tool_started"
    call: ToolCall


class ToolFinished(Value):
    """The result the model reads (`for_model`) and the sentence the person reads (`for_ui`)."""

    type: Literal["tool_finished"] = "tool_finished"
    call_id: str
    ok: bool
    for_model: tuple[Part, ...]
    for_ui: str
    seconds: float


class ElementsFound(Value):
    """What a model has found on a mockup while it reads; it replaces what it found there before.

    Only shows the reading: nothing goes on from it. First come the lines of text that are not read
    yet, then, `complete`, all that is there. Of each kind at most the first 500 are told.
    """

    type: Literal["elements_found"] = "elements_found"
    mockup_index: int = Field(ge=0)
    complete: bool
    texts: tuple[Rect, ...] = ()
    boxes: tuple[Rect, ...] = ()
    rules: tuple[Rect, ...] = ()
    pictures: tuple[Rect, ...] = ()


class FileWritten(Value):
    type: Literal["file_written"] = "file_written"
    file: FileRef
    changed: tuple[LineRange, ...] = ()


class RenderFinished(Value):
    """A picture of the page as it is now, with what the browser complained about."""

    type: Literal["render_finished"] = "render_finished"
    page: str
    screenshot: ImagePart
    scale: float
    console_errors: tuple[str, ...] = ()
    failed_requests: tuple[str, ...] = ()
    overflow_px: int = 0
    seconds: float


class ComparisonFinished(Value):
    """Every page measured against its mockup; `score` is the mean over pages. `site` is what was
    built of the files, where the stack has a build: that is what was measured."""

    type: Literal["comparison_finished"] = "comparison_finished"
    pages: tuple[PageResult, ...]
    score: Score
    seconds: float
    site: tuple[FileRef, ...] = ()


class ReplayFinished(Value):
    """What the storyboard's actions did on a revision."""

    type: Literal["replay_finished"] = "replay_finished"
    revision: int = Field(ge=1)
    replay: Replay


class PlanUpdated(Value):
    """What the model means to do and how far it is, whole each time."""

    type: Literal["plan_updated"] = "plan_updated"
    steps: tuple[PlanStep, ...]


class DeviationsDeclared(Value):
    """All that is meant to be otherwise than on the mockups, from here on: it is not measured."""

    type: Literal["deviations_declared"] = "deviations_declared"
    deviations: tuple[Deviation, ...]


class RevisionSaved(Value):
    """A version of all files with its renders and score; numbers start at 1 and have no gap.

    `model` is the run's; `author` says who changed the files. They began as those of revision
    `made_from`, None where there was none or where nobody noted it; `restored`, they still are, and
    so are renders and score. `site` is what was built of them where they are sources, else empty.
    `product_version` is that of Mockwright, empty where nobody noted it.
    """

    type: Literal["revision_saved"] = "revision_saved"
    number: int = Field(ge=1)
    files: tuple[FileRef, ...]
    site: tuple[FileRef, ...] = ()
    pages: tuple[PageResult, ...]
    score: Score
    model: ModelRef
    author: Author = "model"
    made_from: int | None = Field(default=None, ge=1)
    restored: bool = False
    product_version: str = ""


class ResultChosen(Value):
    """The person says which revision is the result, until there is a newer one: by its name, or as
    they undo or redo what made another the result."""

    type: Literal["result_chosen"] = "result_chosen"
    revision: int = Field(ge=1)
    way: ChoiceWay = "choice"


class RequestSent(Value):
    """A request goes out of the service, to `origin`: written before it does."""

    type: Literal["request_sent"] = "request_sent"
    origin: str


class TurnFinished(Value):
    """Everything the model said in one turn: enough to rebuild the transcript. `served_model` is
    what its server calls the model that answered, empty where it does not say."""

    type: Literal["turn_finished"] = "turn_finished"
    turn: int
    text: str = ""
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage()
    served_model: str = ""


class RunFinished(Value):
    """`best_revision` has the highest score. It is the result, unless the model followed a person's
    words or the person changed the page themselves: then the last revision is, or the one that the
    model declared when it finished. The person may choose another (`result_chosen`)."""

    type: Literal["run_finished"] = "run_finished"
    reason: StopReason
    best_revision: int | None = None
    declared_revision: int | None = None


class RunFailed(Value):
    """`code` is looked up in `messages.py` for the text and the one next action."""

    type: Literal["run_failed"] = "run_failed"
    code: str
    detail: str = ""
    best_revision: int | None = None


# transient events


class TextDelta(Value):
    type: Literal["text_delta"] = "text_delta"
    text: str


class ReasoningDelta(Value):
    type: Literal["reasoning_delta"] = "reasoning_delta"
    text: str


class FileDelta(Value):
    """Part of a file while a model writes it. `start` True begins the file anew."""

    type: Literal["file_delta"] = "file_delta"
    path: str
    text: str
    start: bool = False


class Waiting(Value):
    """What the run waits for before it goes on, in words for the person."""

    type: Literal["waiting"] = "waiting"
    text: str


DurableEvent = (
    RunStarted
    | RunResumed
    | MessageReceived
    | FilesEdited
    | TurnStarted
    | ToolStarted
    | ToolFinished
    | ElementsFound
    | FileWritten
    | RenderFinished
    | ComparisonFinished
    | ReplayFinished
    | PlanUpdated
    | DeviationsDeclared
    | RevisionSaved
    | ResultChosen
    | RequestSent
    | TurnFinished
    | RunFinished
    | RunFailed
)
TransientEvent = TextDelta | ReasoningDelta | FileDelta | Waiting
Event = Annotated[DurableEvent | TransientEvent, Field(discriminator="type")]

TRANSIENT_TYPES = (TextDelta, ReasoningDelta, FileDelta, Waiting)
TERMINAL_TYPES = (RunFinished, RunFailed)

event_adapter: TypeAdapter[Event] = TypeAdapter(Event)


class Envelope(Value):
    """A durable event with its place in the run. `agent` names the (sub-)agent it is from."""

    seq: int = Field(ge=1)
    at: datetime
    agent: str = "main"
    event: Event
