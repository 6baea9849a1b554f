"""Kimi models of one shape by name, and what they ask of a request. Data alone.

Sources: the releases' config.json, chat templates and model cards, and SGLang's recipes. K2.6 and
K2.7-Code have K2.5's tensors; K2.6 moved the end of a sequence to <|im_end|> and added
`preserve_thinking` to its template, which K2.7-Code has on for good.
"""

from dataclasses import dataclass

from modelserver.architecture import KIMI_K3, Architecture, Text, Vision
from modelserver.refusal import Refusal


@dataclass(frozen=True)
class Model:
    """`name` as in moonshotai/<name>; `context`: tokens of one request where none are asked for;
    `always_thinks`: no request can turn its thinking off, and each turn's goes back to it whole."""

    name: str
    context: int = 262_144
    always_thinks: bool = False
    temperature: float = 1.0  # while it thinks
    instant_temperature: float = 0.6  # while it does not
    top_p: float = 0.95

    @property
    def asks(self) -> str:
        """What requests should hold."""
        thinking = f"temperature {self.temperature}, top_p {self.top_p}"
        if self.always_thinks:
            return f"{thinking}; it always thinks: send every turn's reasoning_content back"
        return (
            f"{thinking}; to answer at once, temperature {self.instant_temperature} and "
            'chat_template_kwargs {"thinking": false}'
        )


MODELS = (
    Model("Kimi-K2.5"),
    Model("Kimi-K2.6"),
    # SGLang's recipe: it holds 262,144, and half of them leave memory for more requests
    Model("Kimi-K2.7-Code", context=128_000, always_thinks=True),
)
RELEASED = Architecture(
    name="KimiK25ForConditionalGeneration",
    text=Text(
        layers=61,
        dense_layers=1,
        hidden=7168,
        dense_width=18432,
        expert_width=2048,
        experts=384,
        experts_per_token=8,
        shared_experts=1,
        heads=64,
        q_latent=1536,
        kv_latent=512,
        nope=128,
        rope=64,
        value=128,
        vocabulary=163_840,
        context=262_144,
        scaled_positions=True,
        tied_head=False,
        bias_correction=True,
    ),
    vision=Vision(layers=27, hidden=1152, width=4304, patch=14, grid=(64, 64), merge=4),
    int4=True,
    dtype="bfloat16",
)


def known(model: str) -> Model | None:
    """The one that a folder or hub id is named after. Raises Refusal for one that is not served."""
    name = model.rstrip("/").rpartition("/")[2].casefold()
    if name.startswith("kimi-k3"):
        raise Refusal(*KIMI_K3)
    return next((each for each in MODELS if each.name.casefold() == name), None)
