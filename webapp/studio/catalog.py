"""What a person may choose from: models and stacks."""

from pydantic import BaseModel, ConfigDict

from webapp.studio.errors import BadRequest


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
    return (DRAFT, *_TEST_CARDS) if with_tests else (DRAFT,)


def check_choice(model: str, stack: str, *, with_tests: bool) -> None:
    """Raises BadRequest `unknown_model` or `unknown_stack`, naming what there is."""
    model_ids = [card.id for card in models(with_tests=with_tests)]
    if model not in model_ids:
        raise BadRequest("unknown_model", f"“{model}” is none of {', '.join(model_ids)}.")
    stack_ids = [card.id for card in STACKS]
    if stack not in stack_ids:
        raise BadRequest("unknown_stack", f"“{stack}” is none of {', '.join(stack_ids)}.")
