"""The shape of a model, read from its config.json: what memory and tensor names follow from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from modelserver.refusal import Refusal

SUPPORTED = {
    "KimiK25ForConditionalGeneration": "Kimi K2.5, K2.6, K2.7-Code and Kimi mini",
    "KimiVLForConditionalGeneration": "Kimi-VL",
    "DeepseekV3ForCausalLM": "Moonlight and Kimi K2",
}
KIMI_K3 = (  # the cause and the remedy
    "Kimi K3 has other experts (MXFP4, 16 of 896 a token, SiTU for SiLU) and linear attention; "
    "Mockwright serves symmetric INT4 experts with SiLU.",
    "Serve it with SGLang alone (--tool-call-parser kimi_k3 --reasoning-parser kimi_k3) and add "
    "that as an endpoint: docs/how-to/endpoint.md.",
)
REFUSED = {"KimiK3ForConditionalGeneration": KIMI_K3}
SUPPORTED_LIST = "; ".join(f"{name} ({models})" for name, models in SUPPORTED.items())
INT4_GROUP = 32  # weights that share a scale
INT4: Mapping[str, object] = {
    "type": "int",
    "num_bits": 4,
    "strategy": "group",
    "group_size": INT4_GROUP,
    "symmetric": True,
}
BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}


@dataclass(frozen=True)
class Text:
    """A DeepSeek-V3-shaped decoder: latent attention (MLA) and a mixture of experts."""

    layers: int
    dense_layers: int  # the first ones, without experts
    hidden: int
    dense_width: int
    expert_width: int
    experts: int
    experts_per_token: int
    shared_experts: int
    heads: int
    q_latent: int | None  # None: queries are projected directly
    kv_latent: int
    nope: int  # per head, without rotary position
    rope: int  # per head, rotary
    value: int  # per head
    vocabulary: int
    context: int  # tokens
    scaled_positions: bool  # yarn
    tied_head: bool
    bias_correction: bool  # noaux_tc routing carries e_score_correction_bias

    @property
    def cached_per_token(self) -> int:
        """Values an MLA cache keeps for one token: the latent and the rotary key, per layer."""
        return self.layers * (self.kv_latent + self.rope)


@dataclass(frozen=True)
class Vision:
    """A MoonViT tower."""

    layers: int
    hidden: int
    width: int
    patch: int
    grid: tuple[int, int]  # learned positions
    merge: int  # patches merged into one token

    @property
    def merged(self) -> int:
        return self.hidden * self.merge


@dataclass(frozen=True)
class Architecture:
    """One of the SUPPORTED models. `int4` tells whether the routed experts are packed INT4."""

    name: str
    text: Text
    vision: Vision | None
    int4: bool
    dtype: str

    @property
    def value_bytes(self) -> int:
        return BYTES[self.dtype]


def read_architecture(config: Path) -> Architecture:
    """Read a config.json. Raises Refusal when it is not one of the supported models."""
    try:
        content = json.loads(config.read_text())
    except FileNotFoundError as error:
        raise Refusal(
            f"There is no {config.name} in {config.parent}.",
            "Give the folder that holds config.json and the safetensors files.",
        ) from error
    except ValueError as error:
        raise Refusal(
            f"{config} is not valid JSON ({error}).", "Fetch the checkpoint again."
        ) from error
    if not isinstance(content, dict):
        raise Refusal(f"{config} holds no JSON object.", "Fetch the checkpoint again.")
    return parse_architecture(content, str(config))


def parse_architecture(content: Mapping[str, object], where: str) -> Architecture:
    names = content.get("architectures")
    name = str(names[0]) if isinstance(names, list) and names else "no architecture"
    if name in REFUSED:
        raise Refusal(*REFUSED[name])
    if name not in SUPPORTED:
        raise Refusal(
            f"{where} names {name}, which this server does not serve.",
            f"Use one of: {SUPPORTED_LIST}.",
        )
    outer = Fields(content, where)
    text = outer.inner("text_config") if "text_config" in content else outer
    vision = outer.inner("vision_config") if "vision_config" in content else None
    dtype = text.text("torch_dtype", "dtype", default=outer.text("torch_dtype", "dtype"))
    if dtype not in BYTES:
        raise Refusal(
            f"{where} says its weights are {dtype}.",
            f"Use a checkpoint in one of: {', '.join(BYTES)}.",
        )
    return Architecture(
        name=name,
        text=read_text(text),
        vision=read_vision(vision) if vision else None,
        int4=read_int4(outer, text),
        dtype=dtype,
    )


def read_text(fields: "Fields") -> Text:
    return Text(
        layers=fields.number("num_hidden_layers"),
        dense_layers=fields.number("first_k_dense_replace"),
        hidden=fields.number("hidden_size"),
        dense_width=fields.number("intermediate_size"),
        expert_width=fields.number("moe_intermediate_size"),
        experts=fields.number("n_routed_experts"),
        experts_per_token=fields.number("num_experts_per_tok"),
        shared_experts=fields.number("n_shared_experts"),
        heads=fields.number("num_attention_heads"),
        q_latent=fields.number("q_lora_rank") if fields.has("q_lora_rank") else None,
        kv_latent=fields.number("kv_lora_rank"),
        nope=fields.number("qk_nope_head_dim"),
        rope=fields.number("qk_rope_head_dim"),
        value=fields.number("v_head_dim"),
        vocabulary=fields.number("vocab_size"),
        context=fields.number("max_position_embeddings"),
        scaled_positions=fields.has("rope_scaling"),
        tied_head=fields.flag("tie_word_embeddings"),
        bias_correction=fields.text("topk_method", default="") == "noaux_tc",
    )


def read_vision(fields: "Fields") -> Vision:
    merge = fields.pair("merge_kernel_size")
    return Vision(
        layers=fields.number("vt_num_hidden_layers", "num_hidden_layers"),
        hidden=fields.number("vt_hidden_size", "hidden_size"),
        width=fields.number("vt_intermediate_size", "intermediate_size"),
        patch=fields.number("patch_size"),
        grid=(fields.number("init_pos_emb_height"), fields.number("init_pos_emb_width")),
        merge=merge[0] * merge[1],
    )


def read_int4(outer: "Fields", text: "Fields") -> bool:
    """Whether experts are INT4 in groups of 32. Raises Refusal for another quantisation."""
    holder = next((fields for fields in (text, outer) if fields.has("quantization_config")), None)
    if holder is None:
        return False
    quantization = holder.inner("quantization_config")
    method = quantization.text("quant_method", default="an unnamed method")
    layout = quantization.text("format", default="no format")
    groups = (
        quantization.inner("config_groups").content if quantization.has("config_groups") else {}
    )
    found = [
        tuple(weights.get(key) for key in INT4)
        for group in groups.values()
        if isinstance(group, dict) and isinstance(weights := group.get("weights"), dict)
    ]
    if (method, layout) == ("compressed-tensors", "pack-quantized") and found == [
        tuple(INT4.values())
    ]:
        return True
    raise Refusal(
        f"{outer.where} is quantised with {method} ({layout}), which this server does not serve.",
        "Use the released INT4 weights (compressed-tensors pack-quantized, symmetric, groups of "
        "32) or bf16 weights; modelserver.quant.quantise makes INT4 from bf16.",
    )


class Fields:
    """A JSON object whose fields are read by name; a missing or wrong one is a Refusal."""

    def __init__(self, content: Mapping[str, object], where: str) -> None:
        self.content = content
        self.where = where

    def has(self, name: str) -> bool:
        return self.content.get(name) is not None

    def inner(self, name: str) -> "Fields":
        value = self.content.get(name)
        if not isinstance(value, dict):
            raise self.wrong(name)
        return Fields(value, self.where)

    def number(self, *names: str) -> int:
        value = self._first(names)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(names[0])
        return value

    def text(self, *names: str, default: str = "bfloat16") -> str:
        value = self._first(names)
        return str(value) if value is not None else default

    def flag(self, name: str) -> bool:
        return bool(self.content.get(name, False))

    def pair(self, name: str) -> tuple[int, int]:
        value = self.content.get(name)
        if isinstance(value, list) and len(value) == 2:
            return int(value[0]), int(value[1])
        raise self.wrong(name)

    def wrong(self, name: str) -> Refusal:
        return Refusal(
            f"{self.where} has no usable {name}.", "Fetch the checkpoint's config.json again."
        )

    def _first(self, names: tuple[str, ...]) -> object:
        return next((self.content[name] for name in names if self.has(name)), None)
