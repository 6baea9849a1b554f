"""What a person may choose from: models and stacks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from webapp.environment import COMPILER, Environment
from webapp.studio.catalog.capabilities import Capabilities
from webapp.studio.catalog.circuit import Circuit
from webapp.studio.catalog.endpoints import STORED, ModelEndpoint, endpoint_of
from webapp.studio.catalog.server import ModelServer, mini_server_of, server_of
from webapp.studio.errors import BadRequest
from webapp.studio.messages import message_for
from webapp.studio.stacks import STACKS, StackOption
from webapp.studio.values import Limits

State = Literal["ready", "starting", "silent"]
STARTS_WITHIN = 300.0  # seconds; a server of ours that is silent for longer does not start


class ModelOption(BaseModel):
    """A model as the composer shows it. `note` says what it can and cannot do; a run with a model
    that is `starting` waits for it, and so it does with one that answers no run `silent_since`. One
    that is `deterministic` makes the same page of the same brief each time."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    id: str
    label: str
    device: str
    reads_pictures: bool
    reads_words: bool
    uses_tools: bool
    context_tokens: int | None
    note: str
    deterministic: bool = True
    state: State = "ready"
    silent_since: datetime | None = None


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


def stacks() -> tuple[StackOption, ...]:
    """The stacks on offer: those with a build are where their compilers are."""
    has_compilers = COMPILER.is_dir()
    return tuple(one for one in STACKS if has_compilers or not one.has_build)


def models(endpoints: Sequence[ModelEndpoint] = (), *, with_tests: bool) -> tuple[ModelOption, ...]:
    """The models on offer; `endpoints` are those that the person added."""
    environment = Environment()
    mini = (mini_option(environment),) if environment.mini_url else ()
    connected = tuple(endpoint_option(one) for one in (*own_endpoint(), *endpoints))
    return (DRAFT, *mini, *connected, *(_TEST_MODELS if with_tests else ()))


def own_endpoint() -> tuple[ModelEndpoint, ...]:
    """The one that the environment names, where it does."""
    environment = Environment()
    return (endpoint_of(environment),) if environment.model_url else ()


def default_model(endpoints: Sequence[ModelEndpoint] = ()) -> str:
    """The model that was set up, by the settings or else the newest of the person's that is not
    known to lack sight or tools; the built-in one where there is none."""
    environment = Environment()
    if environment.mini_url:
        return "mini"
    if environment.model_url:
        return "endpoint"
    able = (one for one in endpoints if False not in (one.sees_pictures, one.calls_tools))
    return next((one.model_id for one in able), DRAFT.id)


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


def endpoint_option(endpoint: ModelEndpoint) -> ModelOption:
    """The model behind an endpoint, as far as its server or the person has told."""
    told = server_of(endpoint).capabilities() if endpoint.key is not None else None
    known = told or Capabilities(answers=True, lists_model=True)
    sees = known.reads_pictures if endpoint.sees_pictures is None else endpoint.sees_pictures
    calls = known.uses_tools if endpoint.calls_tools is None else endpoint.calls_tools
    return ModelOption(
        id=endpoint.model_id,
        label=endpoint.label,
        device=urlsplit(endpoint.url).netloc,
        reads_pictures=sees is not False,
        reads_words=True,
        uses_tools=calls is not False,
        context_tokens=endpoint.context_tokens or known.context_tokens,
        note=_note(endpoint, known, sees=sees, calls=calls),
        deterministic=False,
        state="ready" if known.answers else "silent",
    )


def waited_for(option: ModelOption, circuit: Circuit) -> ModelOption:
    """A model that runs wait for."""
    why = message_for(circuit.code).text
    note = f"Your own endpoint. {why} Runs wait for it: {circuit.detail}"
    return option.model_copy(
        update={"state": "silent", "silent_since": circuit.since, "note": note}
    )


def _note(
    endpoint: ModelEndpoint, known: Capabilities, *, sees: bool | None, calls: bool | None
) -> str:
    if endpoint.key is None:
        return "Its key can no longer be read. Enter it again under Models."
    if not known.answers:
        return "Your own endpoint. It did not answer when last asked."
    if not known.lists_model:
        return "Your own endpoint. It does not list a model of this name."
    if sees is False:
        return "Your own endpoint. This model cannot see pictures."
    if calls is False:
        return "Your own endpoint. It cannot call tools: its server may lack a parser for them."
    return "Your own endpoint. It gets your mockups and your words."


def check_reads_words(
    model: str, endpoints: Sequence[ModelEndpoint] = (), *, with_tests: bool
) -> None:
    """Raises BadRequest `endpoint_removed` or `model_reads_no_words`."""
    offered = {one.id: one for one in models(endpoints, with_tests=with_tests)}
    if model.startswith(STORED) and model not in offered:
        raise BadRequest("endpoint_removed")
    if model not in offered or not offered[model].reads_words:
        raise BadRequest("model_reads_no_words")


def budget_of(model: str, endpoints: Sequence[ModelEndpoint] = (), *, with_tests: bool) -> Limits:
    """What a run with this model may spend."""
    offered = models(with_tests=with_tests)
    reads = any(one.reads_words for one in offered if one.id == model)
    priced = any(one.prices is not None for one in endpoints if one.model_id == model)
    return Environment().budget(reads_words=reads or model.startswith(STORED), has_prices=priced)


def check_available(
    model: str, stack: str, endpoints: Sequence[ModelEndpoint] = (), *, with_tests: bool
) -> None:
    """Raises BadRequest `unknown_model`, `endpoint_removed`, `endpoint_key_unreadable` or
    `unknown_stack`, naming what there is."""
    model_ids = [option.id for option in models(endpoints, with_tests=with_tests)]
    if model.startswith(STORED) and model not in model_ids:
        raise BadRequest("endpoint_removed")
    if model not in model_ids:
        raise BadRequest("unknown_model", f"“{model}” is none of {', '.join(model_ids)}.")
    if any(one.key is None for one in endpoints if one.model_id == model):
        raise BadRequest("endpoint_key_unreadable")
    stack_ids = [option.id for option in stacks()]
    if stack not in stack_ids:
        raise BadRequest("unknown_stack", f"“{stack}” is none of {', '.join(stack_ids)}.")
