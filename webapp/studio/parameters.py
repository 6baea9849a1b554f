"""What a person chose when they pressed Generate or Send."""

from dataclasses import dataclass, field
from typing import Literal

from webapp.studio.errors import BadRequest
from webapp.studio.values import MockupChoice

MAX_WORDS = 20_000  # characters

Effort = Literal["", "low", "medium", "high"]  # of thinking; empty: as the server sees fit
Thinking = Literal["", "off", "low", "medium", "high"]  # of one run; empty: as its model is set up


@dataclass(frozen=True)
class MockupParameters:
    """An asset, the pixel ratio a person says it was drawn at, and what it is to the first one."""

    asset_id: str
    scale: float
    role: MockupChoice = "auto"


@dataclass(frozen=True)
class RunParameters:
    """What a run is asked to do, and with which model. `temperature` None: as its kind is used."""

    prompt: str
    stack: str
    model: str
    thinking: Thinking = ""
    temperature: float | None = None


@dataclass(frozen=True)
class VariantParameters:
    """One of several takes on the same brief. `label` is what a person calls it, beside the
    model's name."""

    model: str
    stack: str
    thinking: Thinking = ""
    temperature: float | None = None
    prompt: str = ""
    label: str = ""


@dataclass(frozen=True)
class SelectionParameters:
    """Which element of a page a person selected, on the revision that they saw."""

    revision: int
    page: str
    selector: str


@dataclass(frozen=True)
class CommandParameters:
    """A plain command about a page, or about the element of it that a selector names."""

    text: str
    page: str = "index.html"
    selector: str = ""


@dataclass(frozen=True)
class MessageParameters:
    """What a person says to a run after its start.

    `revision` is the one whose files the work goes on from: None for the files as they are.
    `model` is who reads it, `thinking` how: None for the run's own. `selection` is what it is
    about: None for the whole page.
    """

    text: str
    revision: int | None = None
    selection: SelectionParameters | None = None
    model: str | None = None
    thinking: Thinking | None = None


@dataclass(frozen=True, kw_only=True)
class EndpointSettings:
    """One model on one server, and how it is asked. What is None, the server is to say."""

    label: str
    url: str
    name: str
    thinking: bool = True
    effort: Effort = ""
    max_tokens: int | None = None
    context_tokens: int | None = None
    sees_pictures: bool | None = None
    calls_tools: bool | None = None


@dataclass(frozen=True, kw_only=True)
class EndpointParameters(EndpointSettings):
    """A model server as a person describes it. `key` is None for the one that is kept already.

    Prices are US dollars per million tokens.
    """

    key: str | None = field(default=None, repr=False)
    input_price: float | None = None
    cached_input_price: float | None = None
    output_price: float | None = None


def check_words(text: str) -> None:
    """Raises BadRequest where a person wrote more than a model is given."""
    if len(text) > MAX_WORDS:
        raise BadRequest("prompt_too_long", f"It has {len(text):,} characters.")
