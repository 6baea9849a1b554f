"""The values that events carry. `events.py` hands them on: import them from there."""

from math import floor
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Author = Literal["model", "person"]
ChoiceWay = Literal["choice", "undo", "redo"]
StopReason = Literal["finished", "asked", "plateau", "budget", "paused", "cancelled"]
PartName = Literal["block", "text", "position", "colour", "structure"]
DifferenceKind = Literal[
    "missing",
    "extra",
    "letters",
    "size",
    "weight",
    "slant",
    "family",
    "tracking",
    "line_breaks",
    "colour",
    "contrast",
    "offset",
    "shape",
    "icon",
    "picture",
    "fill",
    "border",
    "radius",
    "shadow",
    "rule",
    "gradient",
    "console_error",
    "failed_request",
    "overflow",
    "as_file",
    "low_contrast",
    "accessibility",
]

# What a mockup after the first is: a further page, or the first page at another width or in another
# state. `auto`: nobody has said.
MockupRole = Literal["page", "width", "state"]
MockupChoice = Literal["auto", MockupRole]

# What of a page may be meant to be otherwise than on the mockup; `colours` takes all that is drawn
# with it, as edges are told by their colours.
Aspect = Literal["colours", "words", "type"]

# what is wrong with a page whatever the mockup shows: it is told, and costs no score
COMPLAINTS = frozenset[DifferenceKind](
    {"console_error", "failed_request", "overflow", "as_file", "low_contrast", "accessibility"}
)


class Value(BaseModel):
    """Base of everything in this file: frozen, and closed to unknown fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_serialization_defaults_required=True
    )


class Rect(Value):
    """A rectangle in CSS pixels of the page, origin at the top left."""

    x: float
    y: float
    width: float
    height: float


class PlanStep(Value):
    """One thing that a model means to do."""

    text: str = Field(min_length=1, max_length=200)
    state: Literal["open", "doing", "done"] = "open"


class Selection(Value):
    """An element of a page that a person selected, as the file `path` writes it: `source` from its
    `first_line` to its `last_line`, of much the beginning. `path` is empty in old records, where it
    is the page's own."""

    page: str
    selector: str
    path: str = ""
    first_line: int = Field(ge=1)
    last_line: int = Field(ge=1)
    source: str


class Deviation(Value):
    """What is meant to be otherwise than on a mockup, in words for the person: one aspect of the
    page, one region of it (CSS pixels of the mockup), or an aspect of a region."""

    reason: str = Field(min_length=1, max_length=300)
    mockup_index: int = Field(default=0, ge=0)
    aspect: Aspect | None = None
    region: Rect | None = None


class MockupRef(Value):
    """One mockup of a run. `width` and `height` are image pixels; CSS size is pixels / scale.

    `page` is what it is compared with; None in runs of versions that had a page for each mockup.
    """

    asset_id: str
    sha256: Sha256
    width: int
    height: int
    scale: float = Field(gt=0, description="device pixel ratio the mockup was drawn at: 1, 2 or 3")
    role: MockupRole = "page"
    page: str | None = None


class ModelRef(Value):
    """Which model did the work, with the settings and the prompt version that made it so.

    `reads_words` says whether it heeds what the person wrote, or the mockups alone.
    """

    id: str
    reads_words: bool = False
    settings: dict[str, str | int | float | bool] = {}
    prompt_version: str


class Limits(Value):
    """What a run may spend before it ends with reason `budget`."""

    steps: int = Field(default=40, gt=0, description="tool calls")
    seconds: float = Field(default=600, gt=0)
    tokens: int = Field(default=2_000_000, gt=0)
    cost: float | None = Field(
        default=None, gt=0, description="US dollars; none for a model without prices"
    )


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
    """What a turn took, as the server counts. `cached_tokens` are those of the input that it had
    read before; `cost` is in US dollars, None where the model has no prices; `context_tokens` is
    what the model reads, None where that is not known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost: float | None = None
    context_tokens: int | None = None

    def plus(self, other: "Usage") -> "Usage":
        costs = [one.cost for one in (self, other) if one.cost is not None]
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost=sum(costs) if costs else None,
            context_tokens=other.context_tokens,
        )


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


class Difference(Value):
    """One thing that a person sees to be wrong. Lists of them have the worst first.

    `rect` is where it is on the mockup, or on the render for what the mockup lacks. `selector`
    names the element that draws it, empty where none does; `line` is where the page's file writes
    that element, from 1, None where a script made it. `cost` is what it takes off the score. Of
    `count` elements of which the same is to be said, this is the first.
    """

    item: str
    kind: DifferenceKind
    expected: str
    got: str
    rect: Rect
    selector: str
    line: int | None = Field(default=None, ge=1)
    cost: Fraction
    count: int = Field(default=1, ge=1)


def percent(score: float) -> str:
    """A score as a person reads it: one decimal, and perfect only where it is.

    Halves go up, as in the browser, which shows the same score.
    """
    tenths = 1000 if score >= 1 else min(999, floor(score * 1000 + 0.5))
    return f"{tenths / 10:.1f}%"


def line_count(lines: int) -> str:
    """As a person says it."""
    return f"{lines} {'line' if lines == 1 else 'lines'}"


def unread_note(lines: int) -> str:
    """Of how many lines of a mockup nobody knows the words."""
    return f"{line_count(lines)} could not be read"


class Score(Value):
    """How alike render and mockup are. A part is None where there is nothing to measure.

    `unread_lines` of the mockup's text could not be read: pixels alone were compared.
    """

    total: Fraction
    parts: dict[PartName, Fraction | None]
    picture_penalty: Fraction = 0.0
    regions: tuple[RegionScore, ...] = ()
    differences: tuple[Difference, ...] = ()
    unread_lines: int = Field(default=0, ge=0)


class RevisionRef(Value):
    """A revision of some run."""

    run_id: str
    number: int = Field(ge=1)


class PageResult(Value):
    """A page beside one of its mockups, at that one's size."""

    mockup_index: int
    page: str
    screenshot: ImagePart
    heat_map: ImagePart
    score: Score
