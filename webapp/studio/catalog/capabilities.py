"""What a server says of a model, in the words of the servers there are."""

from collections.abc import Mapping
from dataclasses import dataclass

Facts = Mapping[str, object]  # of one model, as a server's JSON gives them

_CONTEXT_NAMES = (
    "max_model_len",
    "context_length",
    "context_window",
    "max_context_length",
    "max_input_tokens",
)
_DEVICES = {"cpu": "CPU", "cuda": "GPU"}


@dataclass(frozen=True)
class Capabilities:
    """The server's answer; None where it does not say. `device`: what it computes on."""

    answers: bool
    lists_model: bool = False
    context_tokens: int | None = None
    reads_pictures: bool | None = None
    uses_tools: bool | None = None
    device: str | None = None


def capabilities_of(facts: Facts | None) -> Capabilities:
    """Of a server that answered; `facts` None where it does not list the model."""
    if facts is None:
        return Capabilities(answers=True)
    return Capabilities(
        answers=True,
        lists_model=True,
        context_tokens=_context_of(facts),
        reads_pictures=_sight_of(facts),
        uses_tools=_tools_of(facts),
        device=_device_of(facts),
    )


def _context_of(facts: Facts) -> int | None:
    """Tokens. SGLang and vLLM say max_model_len, Moonshot and routers context_length, LiteLLM
    max_input_tokens, llama.cpp puts it into `meta`."""
    meta = facts.get("meta")
    named = [facts.get(name) for name in _CONTEXT_NAMES]
    named += [meta.get("n_ctx"), meta.get("n_ctx_train")] if isinstance(meta, dict) else []
    return next((size for size in named if isinstance(size, int) and size > 0), None)


def _sight_of(facts: Facts) -> bool | None:
    """Moonshot, SGLang and LiteLLM have a word for it, others list the kinds of input."""
    for name in ("supports_image_in", "has_image_understanding", "supports_vision"):
        says = facts.get(name)
        if isinstance(says, bool):
            return says
    architecture = facts.get("architecture")
    kinds = architecture.get("input_modalities") if isinstance(architecture, dict) else None
    return "image" in kinds if isinstance(kinds, list) else None


def _tools_of(facts: Facts) -> bool | None:
    """Whether SGLang was started with a parser for tool calls; LiteLLM has a word for it, other
    routers list what may be given."""
    if "tool_call_parser" in facts:
        return facts["tool_call_parser"] is not None
    says = facts.get("supports_function_calling")
    if isinstance(says, bool):
        return says
    taken = facts.get("supported_parameters")
    return "tools" in taken if isinstance(taken, list) else None


def _device_of(facts: Facts) -> str | None:
    device = facts.get("device")
    return _DEVICES.get(device, device) if isinstance(device, str) else None
