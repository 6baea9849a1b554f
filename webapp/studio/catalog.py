"""What a person may choose from: models and stacks."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from webapp.endpoint import EndpointEnvironment
from webapp.studio.errors import BadRequest
from webapp.studio.model_server import Offer, server_of


class ModelCard(BaseModel):
    """A model as the composer shows it. `note` says what it can and cannot do."""

    model_config = ConfigDict(frozen=True)

    id: str
    label: str
    device: str
    reads_pictures: bool
    reads_words: bool
    uses_tools: bool
    context_tokens: int | None
    note: str


class StackCard(BaseModel):
    """A kind of code that can be generated."""

    model_config = ConfigDict(frozen=True)

    id: str
    label: str
    note: str


DRAFT = ModelCard(
    id="draft",
    label="Draft",
    device="CPU",
    reads_pictures=True,
    reads_words=False,
    uses_tools=True,
    context_tokens=None,
    note="Built in. It follows the picture; your words are kept for a model that reads them.",
)

_TEST_CARDS = tuple(
    ModelCard(
        id=name,
        label=name.capitalize(),
        device="CPU",
        reads_pictures=False,
        reads_words=False,
        uses_tools=True,
        context_tokens=None,
        note=note,
    )
    for name, note in (
        ("scripted", "For tests: plays a fixed list of tool calls."),
        ("chaos", "For tests: makes mistakes on purpose."),
    )
)

STACKS = (StackCard(id="html-css", label="HTML + CSS", note="Plain files, no build step."),)
DEFAULT_MODEL = DRAFT.id
DEFAULT_STACK = STACKS[0].id


def models(*, with_tests: bool) -> tuple[ModelCard, ...]:
    """The models on offer."""
    tests = _TEST_CARDS if with_tests else ()
    environment = EndpointEnvironment()
    endpoint = (endpoint_card(environment),) if environment.model_url else ()
    return (DRAFT, *endpoint, *tests)


def endpoint_card(environment: EndpointEnvironment) -> ModelCard:
    """The model behind the endpoint that the settings name, as far as its server has told."""
    offer = server_of(environment).offer()
    reads_pictures = offer.reads_pictures if offer is not None else None
    return ModelCard(
        id="endpoint",
        label=environment.model_name,
        device=urlsplit(environment.model_url).netloc,
        reads_pictures=reads_pictures is not False,
        reads_words=True,
        uses_tools=True,
        context_tokens=offer.context_tokens if offer is not None else None,
        note=_note(offer),
    )


def _note(offer: Offer | None) -> str:
    if offer is not None and not offer.answers:
        return "Your own endpoint. It did not answer when last asked."
    if offer is not None and not offer.lists_model:
        return "Your own endpoint. It does not list a model of this name."
    if offer is not None and offer.reads_pictures is False:
        return "Your own endpoint. It says that this model cannot see pictures."
    return "Your own endpoint. It gets your mockups and your words."


def check_choice(model: str, stack: str, *, with_tests: bool) -> None:
    """Raises BadRequest `unknown_model` or `unknown_stack`, naming what there is."""
    model_ids = [card.id for card in models(with_tests=with_tests)]
    if model not in model_ids:
        raise BadRequest("unknown_model", f"“{model}” is none of {', '.join(model_ids)}.")
    stack_ids = [card.id for card in STACKS]
    if stack not in stack_ids:
        raise BadRequest("unknown_stack", f"“{stack}” is none of {', '.join(stack_ids)}.")
