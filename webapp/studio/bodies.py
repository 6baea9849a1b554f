"""What the API takes, as a person or a program sends it. The names are those of the OpenAPI
document, and of the front end's types that are made of it: see `contract.py`."""

import re
from math import isfinite
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from webapp.studio.events import ChoiceWay, MockupChoice
from webapp.studio.inspector import ElementChange, Scope
from webapp.studio.parameters import (
    CommandParameters,
    Effort,
    EndpointParameters,
    MessageParameters,
    SelectionParameters,
    Thinking,
)
from webapp.studio.stacks import DEFAULT_STACK
from webapp.studio.storyboard import Storyboard


def check_text(value: object) -> object:
    """Refuse, at any depth, text and numbers that no database and no JSON takes. Raises
    ValueError."""
    if isinstance(value, str) and not _TEXT.fullmatch(value):
        raise ValueError("It holds a character that no text has: NUL, or half of a pair.")
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("It holds a number without an end.")
    if isinstance(value, dict):
        check_text([*value, *value.values()])
    if isinstance(value, list):
        for one in value:
            check_text(one)
    return value


_TEXT = re.compile(r"[^\x00\ud800-\udfff]*")

Text = Annotated[str, AfterValidator(check_text)]
Selector = Annotated[Text, Field(max_length=2000)]


class Body(BaseModel):
    """A misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _has_text(cls, value: object) -> object:
        return check_text(value)


class NewMockup(Body):
    """`role`: what a mockup after the first is to that one."""

    id: str
    scale: float = 1.0
    role: MockupChoice = "auto"


class NewVariant(Body):
    """One of several takes on the same brief. `thinking`: empty as its model is set up;
    `temperature`: none as models of its kind are used."""

    model: Text
    stack: Text = DEFAULT_STACK
    thinking: Thinking = ""
    temperature: float | None = Field(default=None, ge=0, le=2)


class NewProject(Body):
    """`model`: the one that was set up, where it is left out. `thinking`: how that thinks, empty as
    it is set up. `references`: ids. `imports_base`: the page to start from, which is among those,
    is the first revision as it is; there may then be no asset. `recording`: the id of one that has
    been read; its first state is then the one mockup. `variants`: two to four, in place of stack,
    model and thinking."""

    assets: list[NewMockup]
    references: list[str] = []
    prompt: str = ""
    stack: str = DEFAULT_STACK
    model: str | None = None
    thinking: Thinking = ""
    name: str = ""
    imports_base: bool = False
    recording: str | None = None
    variants: list[NewVariant] = []


class NewRecording(Body):
    """`size`: bytes of the file, which then comes in parts."""

    name: Text = ""
    size: int = Field(ge=0)


class ChangedStoryboard(Body):
    """`version`: the one that was changed."""

    version: int
    storyboard: Storyboard


Count = Annotated[int, Field(gt=0, le=100_000_000)]
Price = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class NewEndpoint(Body):
    """All of a model server. `key`: left out for the one that is kept, empty for none. `effort`
    empty and what is null: as the server says. Prices: US dollars per million tokens."""

    url: str = Field(max_length=500)
    name: str = Field("", max_length=200)
    label: str = Field("", max_length=100)
    key: str | None = Field(None, max_length=4000)
    thinking: bool = True
    effort: Effort = ""
    max_tokens: Count | None = None
    context_tokens: Count | None = None
    sees_pictures: bool | None = None
    calls_tools: bool | None = None
    input_price: Price | None = None
    cached_input_price: Price | None = None
    output_price: Price | None = None

    def parameters(self) -> EndpointParameters:
        return EndpointParameters(**self.model_dump(include=set(NewEndpoint.model_fields)))


class EndpointTest(NewEndpoint):
    """`id`: of a stored one, whose key is used where none is given."""

    id: str | None = None


class ProjectName(Body):
    name: str


MockupNumber = Annotated[int, Field(ge=1, le=100)]  # from 0; the first one has no role


class NewRun(Body):
    """What is left out is taken from the project's newest run. `roles`: of mockups after the first,
    by their numbers; the others keep theirs."""

    prompt: str | None = None
    stack: str | None = None
    model: str | None = None
    thinking: Thinking | None = None
    roles: dict[MockupNumber, MockupChoice] = {}


class NewVariants(Body):
    """Two to four takes at once. `prompt` left out is that of the project's newest run; `roles`: as
    of one run."""

    variants: list[NewVariant]
    prompt: str | None = None
    roles: dict[MockupNumber, MockupChoice] = {}


class NewPrompt(Body):
    """Words that models are told; `label` tells their pages apart where there are several."""

    label: Text = Field(default="", max_length=60)
    text: Text


class NewArena(Body):
    """`name`: of an arena that there is, for another round of it, or of a new one. With no `assets`
    that is a round of all its mockups. A model that reads words makes a page for every prompt."""

    name: Text = Field(max_length=200)
    assets: list[NewMockup] = []
    variants: list[NewVariant]
    prompts: list[NewPrompt] = []


class NewSelection(Body):
    """`selector`: CSS, of one element of the file `page`. `revision`: where it was selected."""

    revision: int
    page: str
    selector: Selector


class NewMessage(Body):
    """`revision`: whose files to go on from. `selection`: the element that it is about. `model`:
    who reads it, once the run has ended, and `thinking`: how."""

    text: str
    revision: int | None = None
    selection: NewSelection | None = None
    model: str | None = None
    thinking: Thinking | None = None

    def parameters(self) -> MessageParameters:
        one = self.selection
        selection = SelectionParameters(one.revision, one.page, one.selector) if one else None
        return MessageParameters(self.text, self.revision, selection, self.model, self.thinking)


class NewEdit(Body):
    """`files`: what is in those that changed, by their paths; the others stay as they are."""

    files: dict[Text, Text]


class ResultChoice(Body):
    """`way`: whether it is chosen by its name, or to undo or redo what made another the result."""

    way: ChoiceWay = "choice"


class NewShare(Body):
    """`revision`: null for the run's result as it changes. `scripts`: whether the page runs its
    own."""

    revision: int | None = None
    scripts: bool = False


class NewCommand(Body):
    """`text`: a plain command, such as “button green”. `selector`: CSS, of the element of the file
    `page` that is meant where the text names none."""

    text: Text
    page: Text = "index.html"
    selector: Selector = ""

    def parameters(self) -> CommandParameters:
        return CommandParameters(self.text, self.page, self.selector)


Short = Annotated[Text, Field(max_length=2000)]


class NewElementChange(Body):
    """What the one element of the file `page` that `selector` names is to be: what is left out
    stays, an empty value takes a property out. `scope`: `rule` in the rule that sets a property,
    for all that are alike; `element` for this one alone. `picture`: the id of an uploaded one that
    an `img` shows instead."""

    page: Text = "index.html"
    selector: Selector
    scope: Scope = "rule"
    text: Annotated[Text, Field(max_length=20_000)] | None = None
    attributes: dict[Short, Short] = {}
    properties: dict[Short, Short] = {}
    picture: str | None = None

    def parameters(self) -> ElementChange:
        return ElementChange(**self.model_dump(exclude={"picture"}))
