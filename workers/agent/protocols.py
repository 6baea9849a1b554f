"""What the loop knows of the world: a Model that takes turns and Tools that act.

The loop depends on nothing else. Models: `workers.models`; tools: `workers.agent.tools`.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from webapp.studio.events import (
    ComparisonFinished,
    DeviationsDeclared,
    ElementsFound,
    FileRef,
    FilesEdited,
    FileWritten,
    Limits,
    MessageReceived,
    MockupChoice,
    ModelRef,
    Part,
    PlanUpdated,
    RenderFinished,
    ReplayFinished,
    Selection,
    ToolCall,
    Usage,
)
from webapp.studio.storyboard import Storyboard


@dataclass(frozen=True)
class Mockup:
    """A mockup as the agent gets it: a decoded, upright sRGB PNG on disk.

    `width` and `height` are image pixels, `scale` the device pixel ratio it was drawn at; `role` is
    what it is to the first one.
    """

    asset_id: str
    sha256: str
    path: Path
    width: int
    height: int
    scale: float
    role: MockupChoice = "auto"

    @property
    def css_size(self) -> tuple[int, int]:
        """Width and height of its page, CSS pixels."""
        return max(1, round(self.width / self.scale)), max(1, round(self.height / self.scale))


@dataclass(frozen=True)
class Guideline:
    """A text of the person's that holds for all of a project: its rules, or its design tokens."""

    kind: Literal["rules", "tokens"]
    file: FileRef
    text: str


@dataclass(frozen=True)
class Task:
    """What a run is asked to do. `earlier_words` were said in the project before it; `base` are the
    files of the page that it starts from, `base_aside` those of one that it began without.
    `imports_base`: they are the first revision as they are, whoever the model is. `storyboard` is
    what the page shall do, its pictures in the blob store; the first of them is the first mockup.
    """

    mockups: tuple[Mockup, ...]
    stack: str
    prompt: str
    limits: Limits
    earlier_words: tuple[str, ...] = ()
    guidelines: tuple[Guideline, ...] = ()
    base: tuple[FileRef, ...] = ()
    base_aside: tuple[FileRef, ...] = ()
    imports_base: bool = False
    storyboard: Storyboard | None = None

    def heeded_by(self, model: ModelRef) -> "Task":
        """The task as such a model takes it: one that reads no words follows the mockups alone, and
        makes a page of each."""
        if model.reads_words:
            return self
        if self.imports_base:
            return replace(self, guidelines=())
        return replace(self.with_roles("page" for _ in self.mockups), guidelines=(), base=())

    def with_roles(self, roles: Iterable[MockupChoice]) -> "Task":
        """The same with a role for each mockup."""
        placed = zip(self.mockups, roles, strict=True)
        return replace(self, mockups=tuple(replace(one, role=role) for one, role in placed))

    def page_of(self, index: int) -> str:
        """The page that mockup `index` is rendered from: the first mockup's where it is another
        width of that."""
        if index == 0 or self.mockups[index].role == "width":
            return "index.html"
        return f"page-{index + 1}.html"

    def pages(self) -> tuple[str, ...]:
        """The page of each mockup."""
        return tuple(map(self.page_of, range(len(self.mockups))))


# transcript


@dataclass(frozen=True)
class ToolOutcome:
    """What one tool call gave back to the model; `summary` is the sentence that the person reads,
    `revision` the number of the one that the call saved."""

    call: ToolCall
    ok: bool
    parts: tuple[Part, ...]
    summary: str = ""
    revision: int | None = None


@dataclass(frozen=True)
class Turn:
    """One model turn with the outcomes of its tool calls, in call order; `usage` as its server told
    it, zero where it did not."""

    text: str
    reasoning: str
    calls: tuple[ToolCall, ...]
    outcomes: tuple[ToolOutcome, ...]
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class PersonMessage:
    """Words of the person, read after so many turns. `revision` is the one that the files were set
    back to; None where they stayed as they were. `selection` is the element that they are about.
    `edited` are files that they changed themselves, by a plain `command` or by hand; no model is
    spoken to by that."""

    after: int
    text: str
    revision: int | None = None
    selection: Selection | None = None
    edited: tuple[str, ...] = ()
    command: str = ""


@dataclass(frozen=True)
class Transcript:
    """The task, every turn so far and what the person said between them; rebuilt from the run's
    events after a crash."""

    task: Task
    turns: tuple[Turn, ...] = ()
    said: tuple[PersonMessage, ...] = ()


# model


@dataclass(frozen=True)
class TextChunk:
    text: str


@dataclass(frozen=True)
class ReasoningChunk:
    text: str


@dataclass(frozen=True)
class ThoughtEndChunk:
    """The end of a thought whose beginning nobody marked: the turn's text so far was thought."""


@dataclass(frozen=True)
class FileChunk:
    """A piece of a file's text while its write call is still being written; only for showing."""

    path: str
    text: str
    start: bool = False


@dataclass(frozen=True)
class FoundChunk:
    """What is found on a mockup while the model still reads it; only for showing."""

    found: ElementsFound


@dataclass(frozen=True)
class CallChunk:
    """A complete tool call."""

    call: ToolCall


@dataclass(frozen=True)
class UsageChunk:
    usage: Usage


@dataclass(frozen=True)
class RestartChunk:
    """The answer broke off and is asked for again: of this turn only the usage so far counts."""


@dataclass(frozen=True)
class WaitChunk:
    """What is waited for before the turn goes on, in words for the person; only for showing."""

    text: str


@dataclass(frozen=True)
class RequestChunk:
    """A request goes out to `origin` as soon as this is taken."""

    origin: str


@dataclass(frozen=True)
class ServedChunk:
    """What the server calls the model that answers."""

    model: str


Chunk = (
    TextChunk
    | ReasoningChunk
    | ThoughtEndChunk
    | FileChunk
    | FoundChunk
    | CallChunk
    | UsageChunk
    | RestartChunk
    | WaitChunk
    | RequestChunk
    | ServedChunk
)


@dataclass(frozen=True)
class ToolSpec:
    """How a tool is described to a model."""

    name: str
    description: str
    schema: Mapping[str, object]


class Model(Protocol):
    """Takes one turn at a time. Keeps no state that the transcript does not hold (caches aside),
    so that another process can continue a run."""

    @property
    def ref(self) -> ModelRef: ...

    def turn(
        self, transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: "Blobs"
    ) -> AsyncIterator[Chunk]: ...


class Person(Protocol):
    """Who a run works for, asked between two of its steps."""

    async def messages(self) -> tuple[MessageReceived, ...]:
        """What they have said and the run has not taken yet."""

    async def edits(self) -> tuple[FilesEdited, ...]:
        """What they have changed themselves and the run has not taken yet."""

    async def wants_pause(self) -> bool:
        """Whether the run shall wait until they say continue."""


# tools


class Blobs(Protocol):
    """Content-addressed bytes: generated files, screenshots, heat maps."""

    def put(self, data: bytes) -> str:
        """Store bytes, return their SHA-256. Idempotent. Raises `DiskFull`."""

    def get(self, sha256: str) -> bytes:
        """Raises KeyError."""


ToolEvent = (
    FileWritten
    | RenderFinished
    | ComparisonFinished
    | ReplayFinished
    | PlanUpdated
    | DeviationsDeclared
)


@dataclass(frozen=True)
class ToolResult:
    """What a tool gives back. A tool's error is a result with ok=False, not an exception.

    `events` are facts for the record, published before the call's `tool_finished`.
    """

    for_model: tuple[Part, ...]
    for_ui: str
    ok: bool = True
    events: tuple[ToolEvent, ...] = ()
    finished: bool = False  # the model says the task is done


class Params(BaseModel):
    """Base of a tool's parameters: closed, so that a misspelt argument is an error with a hint."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tool(Protocol):
    """One tool: its parameters, its text for the model, and the call."""

    name: str
    description: str
    params: ClassVar[type[Params]]

    async def __call__(self, params: Params) -> ToolResult: ...
