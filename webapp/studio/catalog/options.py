"""What a person may choose from: models and stacks."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from webapp.environment import Environment
from webapp.studio.catalog.capabilities import Capabilities
from webapp.studio.catalog.server import ModelServer, mini_server_of, server_of
from webapp.studio.errors import BadRequest
from webapp.studio.values import Limits

State = Literal["ready", "starting", "silent"]
STARTS_WITHIN = 300.0  # seconds; a server of ours that is silent for longer does not start


class ModelOption(BaseModel):
    """A model as the composer shows it. `note` says what it can and cannot do; a run with a model
    that is `starting` waits for it."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    id: str
    label: str
    device: str
    reads_pictures: bool
    reads_words: bool
    uses_tools: bool
    context_tokens: int | None
    note: str
    state: State = "ready"


class StackOption(BaseModel):
    """A kind of code that can be generated."""

    model_config = ConfigDict(frozen=True)

    id: str
    label: str
    note: str


DRAFT = ModelOption(
    id="draft",
    label="Draft",
    device="CPU",
    reads_pictures=True,
    reads_words=False,
    uses_tools=True,
    context_tokens=None,
    note="Built in. It follows the picture; your words are kept for a model that reads them.",
)

_TEST_MODELS = tuple(
    ModelOption(
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

STACKS = (StackOption(id="html-css", label="HTML + CSS", note="Plain files, no build step."),)
DEFAULT_STACK = STACKS[0].id


def models(*, with_tests: bool) -> tuple[ModelOption, ...]:
    """The models on offer."""
    environment = Environment()
    mini = (mini_option(environment),) if environment.mini_url else ()
    endpoint = (endpoint_option(environment),) if environment.model_url else ()
    return (DRAFT, *mini, *endpoint, *(_TEST_MODELS if with_tests else ()))


def default_model() -> str:
    """The model that a person set up; the built-in one where there is none."""
    environment = Environment()
    if environment.mini_url:
        return "mini"
    return "endpoint" if environment.model_url else DRAFT.id


def mini_option(environment: Environment) -> ModelOption:
    """Kimi mini on our own model server, as far as that has told."""
    server = mini_server_of(environment)
    capabilities = server.capabilities()
    state = state_of(server)
    return ModelOption(
        id="mini",
        label="Kimi mini",
        device=(capabilities and capabilities.device) or "CPU",
        reads_pictures=capabilities is None or capabilities.reads_pictures is not False,
        reads_words=False,
        uses_tools=capabilities is None or capabilities.uses_tools is not False,
        context_tokens=capabilities.context_tokens if capabilities is not None else None,
        note=_MINI_NOTES[state],
        state=state,
    )


_MINI_KNOWS = (
    "A small model of the K2.5 kind, trained here. It knows simple pages of 448 × 616: header, "
    "hero, cards, form, table, footer. Outside that it is a demonstration."
)
_MINI_NOTES: dict[State, str] = {
    "ready": _MINI_KNOWS,
    "starting": f"Still starting, which takes up to a minute; a run waits for it. {_MINI_KNOWS}",
    "silent": "Its server does not answer. Read the messages of make up MODEL=mini.",
}


def state_of(server: ModelServer) -> State:
    """Of a server of ours, which starts with Mockwright."""
    silent = server.silent_seconds()
    return "ready" if not silent else "starting" if silent < STARTS_WITHIN else "silent"


def endpoint_option(environment: Environment) -> ModelOption:
    """The model behind the endpoint that the settings name, as far as its server has told."""
    capabilities = server_of(environment).capabilities()
    return ModelOption(
        id="endpoint",
        label=environment.model_name,
        device=urlsplit(environment.model_url).netloc,
        reads_pictures=capabilities is None or capabilities.reads_pictures is not False,
        reads_words=True,
        uses_tools=capabilities is None or capabilities.uses_tools is not False,
        context_tokens=capabilities.context_tokens if capabilities is not None else None,
        note=_note(capabilities),
        state="silent" if capabilities is not None and not capabilities.answers else "ready",
    )


def _note(capabilities: Capabilities | None) -> str:
    if capabilities is not None and not capabilities.answers:
        return "Your own endpoint. It did not answer when last asked."
    if capabilities is not None and not capabilities.lists_model:
        return "Your own endpoint. It does not list a model of this name."
    if capabilities is not None and capabilities.reads_pictures is False:
        return "Your own endpoint. It says that this model cannot see pictures."
    if capabilities is not None and capabilities.uses_tools is False:
        return "Your own endpoint. It was started without a parser for tool calls."
    return "Your own endpoint. It gets your mockups and your words."


def reads_words(model: str, *, with_tests: bool) -> bool:
    """Whether a model that is on offer heeds what a person writes."""
    return any(one.reads_words for one in models(with_tests=with_tests) if one.id == model)


def budget_of(model: str, *, with_tests: bool) -> Limits:
    """What a run with this model may spend."""
    return Environment().budget(reads_words=reads_words(model, with_tests=with_tests))


def check_available(model: str, stack: str, *, with_tests: bool) -> None:
    """Raises BadRequest `unknown_model` or `unknown_stack`, naming what there is."""
    model_ids = [option.id for option in models(with_tests=with_tests)]
    if model not in model_ids:
        raise BadRequest("unknown_model", f"“{model}” is none of {', '.join(model_ids)}.")
    stack_ids = [option.id for option in STACKS]
    if stack not in stack_ids:
        raise BadRequest("unknown_stack", f"“{stack}” is none of {', '.join(stack_ids)}.")
