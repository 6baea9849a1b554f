"""A model server that a person connected: where it is, how it is asked, and what it costs."""

from dataclasses import dataclass, field, replace

from webapp.environment import Environment
from webapp.studio.parameters import Effort, EndpointSettings, Thinking
from webapp.studio.values import Usage

FROM_ENVIRONMENT = "endpoint"  # in the model of a run, the one that the environment names
STORED = "endpoint:"  # before the id of a stored endpoint, in the model of a run


@dataclass(frozen=True)
class Prices:
    """US dollars per million tokens. What the server had in its cache costs as other input does,
    unless it has a price of its own."""

    input: float
    output: float
    cached_input: float | None = None

    def cost_of(self, usage: Usage) -> float:
        """US dollars."""
        cached = min(usage.cached_tokens, usage.input_tokens)
        cached_price = self.input if self.cached_input is None else self.cached_input
        millionths = (
            (usage.input_tokens - cached) * self.input
            + cached * cached_price
            + usage.output_tokens * self.output
        )
        return millionths / 1_000_000


@dataclass(frozen=True, kw_only=True)
class ModelEndpoint(EndpointSettings):
    """What a run asks. `key` is None where it can no longer be read."""

    model_id: str
    key: str | None = field(default="", repr=False)
    temperature: float | None = None
    prices: Prices | None = None

    def for_run(self, thinking: Thinking, temperature: float | None = None) -> "ModelEndpoint":
        """As a person wants it to answer in one run."""
        if temperature is not None:
            return replace(self, temperature=temperature).for_run(thinking)
        if not thinking:
            return self
        effort: Effort = "" if thinking == "off" else thinking
        return replace(self, thinking=thinking != "off", effort=effort)


def is_endpoint(model: str) -> bool:
    """Whether a run's model is one behind an endpoint, which can be told how to think."""
    return model == FROM_ENVIRONMENT or model.startswith(STORED)


def endpoint_of(environment: Environment) -> ModelEndpoint:
    """The one that the environment names."""
    return ModelEndpoint(
        model_id=FROM_ENVIRONMENT,
        label=environment.model_name,
        url=environment.model_url,
        name=environment.model_name,
        key=environment.model_key.get_secret_value(),
        thinking=environment.model_thinking,
        max_tokens=environment.model_max_tokens,
    )
