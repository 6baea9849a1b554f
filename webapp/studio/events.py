"""The contract between the agent, the record and the view: the events of a run.

A run is an append-only list of events. Durable events get a gapless sequence number and a row;
transient ones (`TextDelta`, `ReasoningDelta`, `FileDelta`) only show work in progress: what they
carried is repeated whole by the next durable event, so losing one loses nothing.

Pure pydantic, no Django. `schema.py` writes the TypeScript from this file.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
StopReason = Literal["finished", "plateau", "budget", "cancelled"]
PartName = Literal["block", "text", "position", "colour", "structure"]


class Value(BaseModel):
    """Base of everything in this file: frozen, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# values that events carry


class Rect(Value):
    """A rectangle in CSS pixels of the page, origin at the top left."""

    x: float
    y: float
    width: float
    height: float


class MockupRef(Value):
    """One mockup of a run. `width` and `height` are image pixels; CSS size is pixels / scale."""

    asset_id: str
    sha256: Sha256
    width: int
    height: int
    scale: float = Field(gt=0, description="device pixel ratio the mockup was drawn at: 1, 2 or 3")


class ModelRef(Value):
    """Which model did the work, with the settings and the prompt version that made it so."""

    id: str
    settings: dict[str, str | int | float | bool] = {}
    prompt_version: str


class Limits(Value):
    """What a run may spend before it ends with reason `budget`."""

    steps: int = Field(default=40, gt=0, description="tool calls")
    seconds: float = Field(default=600, gt=0)
    tokens: int = Field(default=400_000, gt=0)


class ToolCall(Value):
    """A model's request to run a tool. `arguments` is the JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


class TextPart(Value):
    kind: Literal["text"] = "text"
    text: str


class ImagePart(Value):
    """An image in the blob store, PNG."""

    kind: Literal["image"] = "image"
    sha256: Sha256
    width: int
    height: int


Part = Annotated[TextPart | ImagePart, Field(discriminator="kind")]


class Usage(Value):
    input_tokens: int = 0
    output_tokens: int = 0


class FileRef(Value):
    """One generated file. Its bytes are in the blob store under `sha256`."""

    path: str
    sha256: Sha256
    size: int


class LineRange(Value):
    """Changed lines, 1-based, both ends included."""

    first: int
    last: int


class RegionScore(Value):
    """How well one region of the page matches, worst first where listed."""

    name: str
    rect: Rect
    score: Fraction


class Score(Value):
    """How alike render and mockup are. A part is None where there is nothing to measure."""

    total: Fraction
    parts: dict[PartName, Fraction | None]
    picture_penalty: Fraction = 0.0
    regions: tuple[RegionScore, ...] = ()


class PageResult(Value):
    """One page beside its mockup. Mockup 0 belongs to index.html, mockup n to page-(n+1).html."""

    mockup_index: int
    page: str
    screenshot: ImagePart
    heat_map: ImagePart
    score: Score


# durable events


class RunStarted(Value):
    type: Literal["run_started"] = "run_started"
    model: ModelRef
    stack: str
    prompt: str
    mockups: tuple[MockupRef, ...]
    limits: Limits


class RunResumed(Value):
    """The run goes on from its last event: its worker was lost, or the person said continue.

    Only `continued` opens an ended run again, and with a fresh budget.
    """

    type: Literal["run_resumed"] = "run_resumed"
    attempt: int = Field(ge=2)
    reason: Literal["worker_lost", "continued"]


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
    """Every page measured against its mockup; `score` is the mean over pages."""

    type: Literal["comparison_finished"] = "comparison_finished"
    pages: tuple[PageResult, ...]
    score: Score
    seconds: float


class AgentSpawned(Value):
    type: Literal["agent_spawned"] = "agent_spawned"
    name: str
    task: str


class AgentFinished(Value):
    type: Literal["agent_finished"] = "agent_finished"
    name: str
    summary: str


class RevisionSaved(Value):
    """A version of all files with its renders and score; numbers start at 1 and have no gap."""

    type: Literal["revision_saved"] = "revision_saved"
    number: int = Field(ge=1)
    files: tuple[FileRef, ...]
    pages: tuple[PageResult, ...]
    score: Score
    model: ModelRef


class TurnFinished(Value):
    """Everything the model said in one turn: enough to rebuild the transcript."""

    type: Literal["turn_finished"] = "turn_finished"
    turn: int
    text: str = ""
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage()


class RunFinished(Value):
    type: Literal["run_finished"] = "run_finished"
    reason: StopReason
    best_revision: int | None = None


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


DurableEvent = (
    RunStarted
    | RunResumed
    | TurnStarted
    | ToolStarted
    | ToolFinished
    | FileWritten
    | RenderFinished
    | ComparisonFinished
    | AgentSpawned
    | AgentFinished
    | RevisionSaved
    | TurnFinished
    | RunFinished
    | RunFailed
)
TransientEvent = TextDelta | ReasoningDelta | FileDelta
Event = Annotated[DurableEvent | TransientEvent, Field(discriminator="type")]

TRANSIENT_TYPES = (TextDelta, ReasoningDelta, FileDelta)
TERMINAL_TYPES = (RunFinished, RunFailed)

event_adapter: TypeAdapter[Event] = TypeAdapter(Event)


class Envelope(Value):
    """A durable event with its place in the run. `agent` names the (sub-)agent it is from."""

    seq: int = Field(ge=1)
    at: datetime
    agent: str = "main"
    event: Event


# what travels over the websocket


class EventFrame(Value):
    kind: Literal["event"] = "event"
    envelope: Envelope


class DeltaFrame(Value):
    """Work in progress that came after event `after_seq`; not stored, never replayed."""

    kind: Literal["delta"] = "delta"
    after_seq: int
    agent: str = "main"
    event: Event


class CaughtUpFrame(Value):
    """Sent once, when everything stored at connection time has been replayed."""

    kind: Literal["caught_up"] = "caught_up"
    seq: int


class QueuedFrame(Value):
    """Sent while the run waits for a worker, whenever its place changes."""

    kind: Literal["queued"] = "queued"
    position: int = Field(ge=1)


class ErrorFrame(Value):
    """The last frame before the server closes the socket for a reason a person can act on."""

    kind: Literal["error"] = "error"
    code: str
    message: str
    hint: str


Frame = Annotated[
    EventFrame | DeltaFrame | CaughtUpFrame | QueuedFrame | ErrorFrame, Field(discriminator="kind")
]
frame_adapter: TypeAdapter[Frame] = TypeAdapter(Frame)
