"""Every tensor of a checkpoint, from its architecture alone: name, shape, type, and where it goes.

Names are the released checkpoints' own (Kimi K2.5 and its kin, Kimi-VL, Moonlight). `parameter` is
the name in SGLang's module tree, which fuses some: gate with up, q_a with kv_a, a layer's experts.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from modelserver.architecture import INT4_GROUP, Architecture, Text, Vision

NIBBLES = 8  # INT4 values in an int32
WIDTHS = {"BF16": 2, "F16": 2, "F32": 4, "I32": 4}  # bytes, by safetensors' name of the type
STORED = {"bfloat16": "BF16", "float16": "F16", "float32": "F32"}


class Part(StrEnum):
    """What a tensor belongs to."""

    ROUTED = "routed experts"
    ATTENTION = "attention"
    SHARED = "shared experts"
    DENSE = "dense layers"
    ROUTER = "router"
    NORM = "norms"
    EMBEDDING = "embeddings"
    HEAD = "output head"
    VISION = "vision tower"
    PROJECTOR = "projector"


@dataclass(frozen=True, slots=True)
class Tensor:
    name: str
    shape: tuple[int, ...]
    dtype: str  # safetensors' name: BF16, F32, I32
    part: Part
    parameter: str
    shard: str = ""  # which piece of a fused parameter
    sharded: bool = False  # divided over tensor-parallel GPUs; otherwise each holds all of it

    @property
    def size(self) -> int:
        """Bytes."""
        return math.prod(self.shape) * WIDTHS[self.dtype]


@dataclass(frozen=True)
class Names:
    """What the three families call the same things."""

    text: str  # prefix
    projector: str  # prefix
    projector_layers: tuple[str, str]


FAMILIES = {
    "KimiK25ForConditionalGeneration": Names(
        "language_model.", "mm_projector.", ("proj.0", "proj.2")
    ),
    "KimiVLForConditionalGeneration": Names(
        "language_model.", "multi_modal_projector.", ("linear_1", "linear_2")
    ),
    "DeepseekV3ForCausalLM": Names("", "", ("", "")),
}


def tensors(architecture: Architecture) -> Iterator[Tensor]:
    """Every tensor of the checkpoint, each once."""
    writer = _Writer(architecture)
    yield from writer.text(architecture.text)
    if architecture.vision is not None:
        yield from writer.vision(architecture.vision)
        yield from writer.projector(architecture.vision, architecture.text.hidden)


class _Writer:
    def __init__(self, architecture: Architecture) -> None:
        self.names = FAMILIES[architecture.name]
        self.dtype = STORED[architecture.dtype]
        self.int4 = architecture.int4

    def text(self, text: Text) -> Iterator[Tensor]:
        model = f"{self.names.text}model."
        table = (text.vocabulary, text.hidden)
        yield self.plain(f"{model}embed_tokens.weight", table, Part.EMBEDDING, sharded=True)
        for layer in range(text.layers):
            prefix = f"{model}layers.{layer}."
            for norm in ("input_layernorm", "post_attention_layernorm"):
                yield self.plain(f"{prefix}{norm}.weight", (text.hidden,), Part.NORM)
            yield from self.attention(f"{prefix}self_attn.", text)
            if layer < text.dense_layers:
                yield from self.mlp(f"{prefix}mlp.", text.hidden, text.dense_width, Part.DENSE)
            else:
                yield from self.experts(f"{prefix}mlp.", text)
        yield self.plain(f"{model}norm.weight", (text.hidden,), Part.NORM)
        if not text.tied_head:
            yield self.plain(f"{self.names.text}lm_head.weight", table, Part.HEAD, sharded=True)

    def attention(self, prefix: str, text: Text) -> Iterator[Tensor]:
        """MLA: the latent projections are on every GPU, the heads are divided."""
        part, queries = Part.ATTENTION, text.heads * (text.nope + text.rope)
        latent = (text.kv_latent + text.rope, text.hidden)
        if text.q_latent is None:
            yield self.plain(f"{prefix}q_proj.weight", (queries, text.hidden), part, sharded=True)
            yield self.plain(f"{prefix}kv_a_proj_with_mqa.weight", latent, part)
        else:
            fused = f"{prefix}fused_qkv_a_proj_with_mqa.weight"
            for name, shape in (
                ("q_a_proj", (text.q_latent, text.hidden)),
                ("kv_a_proj_with_mqa", latent),
            ):
                yield self.piece(f"{prefix}{name}.weight", shape, part, fused, name)
            yield self.plain(f"{prefix}q_a_layernorm.weight", (text.q_latent,), part)
            shape = (queries, text.q_latent)
            yield self.plain(f"{prefix}q_b_proj.weight", shape, part, sharded=True)
        yield self.plain(f"{prefix}kv_a_layernorm.weight", (text.kv_latent,), part)
        shape = (text.heads * (text.nope + text.value), text.kv_latent)
        yield self.plain(f"{prefix}kv_b_proj.weight", shape, part, sharded=True)
        shape = (text.hidden, text.heads * text.value)
        yield self.plain(f"{prefix}o_proj.weight", shape, part, sharded=True)

    def mlp(self, prefix: str, hidden: int, width: int, part: Part) -> Iterator[Tensor]:
        for name in ("gate_proj", "up_proj"):
            yield Tensor(
                name=f"{prefix}{name}.weight",
                shape=(width, hidden),
                dtype=self.dtype,
                part=part,
                parameter=f"{prefix}gate_up_proj.weight",
                shard=name,
                sharded=True,
            )
        yield self.plain(f"{prefix}down_proj.weight", (hidden, width), part, sharded=True)

    def experts(self, prefix: str, text: Text) -> Iterator[Tensor]:
        yield self.plain(f"{prefix}gate.weight", (text.experts, text.hidden), Part.ROUTER)
        if text.bias_correction:
            name = f"{prefix}gate.e_score_correction_bias"
            yield Tensor(name, (text.experts,), "F32", Part.ROUTER, name)
        if text.shared_experts:
            width = text.expert_width * text.shared_experts
            yield from self.mlp(f"{prefix}shared_experts.", text.hidden, width, Part.SHARED)
        for expert in range(text.experts):
            for name, shape, fused in (
                ("gate_proj", (text.expert_width, text.hidden), "w13"),
                ("up_proj", (text.expert_width, text.hidden), "w13"),
                ("down_proj", (text.hidden, text.expert_width), "w2"),
            ):
                parameter = f"{prefix}experts.{fused}"
                yield from self.expert(
                    f"{prefix}experts.{expert}.{name}", shape, parameter, f"{expert}.{name}"
                )

    def expert(
        self, prefix: str, shape: tuple[int, int], parameter: str, shard: str
    ) -> Iterator[Tensor]:
        """One matrix [rows, columns] of one expert: bf16, or packed along its columns."""
        rows, columns = shape
        kinds: list[tuple[str, tuple[int, ...], str]] = [("weight", shape, self.dtype)]
        if self.int4:
            kinds = [
                ("weight_packed", (rows, columns // NIBBLES), "I32"),
                ("weight_scale", (rows, columns // INT4_GROUP), self.dtype),
                ("weight_shape", (2,), "I32"),
            ]
        for kind, size, dtype in kinds:
            yield Tensor(
                name=f"{prefix}.{kind}",
                shape=size,
                dtype=dtype,
                part=Part.ROUTED,
                parameter=f"{parameter}_{kind}",
                shard=shard,
                sharded=True,
            )

    def vision(self, vision: Vision) -> Iterator[Tensor]:
        """MoonViT: attention heads are divided over GPUs, the rest is on each."""
        tower, part, hidden = "vision_tower.", Part.VISION, vision.hidden
        patch = (hidden, 3, vision.patch, vision.patch)
        yield self.plain(f"{tower}patch_embed.proj.weight", patch, part)
        yield self.plain(f"{tower}patch_embed.proj.bias", (hidden,), part)
        yield self.plain(f"{tower}patch_embed.pos_emb.weight", (*vision.grid, hidden), part)
        for layer in range(vision.layers):
            block = f"{tower}encoder.blocks.{layer}."
            for norm in ("norm0", "norm1"):
                yield from self.affine(f"{block}{norm}", (hidden,), part)
            yield from self.linear(f"{block}mlp.fc0", (vision.width, hidden), part)
            yield from self.linear(f"{block}mlp.fc1", (hidden, vision.width), part)
            for name, shape, inner in (
                ("wqkv", (3 * hidden, hidden), "attn.qkv_proj"),
                ("wo", (hidden, hidden), "attn.proj"),
            ):
                yield from self.linear(f"{block}{name}", shape, part, f"{block}{inner}")
        yield from self.affine(f"{tower}encoder.final_layernorm", (hidden,), part)

    def projector(self, vision: Vision, hidden: int) -> Iterator[Tensor]:
        prefix, part, merged = self.names.projector, Part.PROJECTOR, vision.merged
        yield from self.affine(f"{prefix}pre_norm", (vision.hidden,), part)
        first, second = self.names.projector_layers
        for name, rows, inner in ((first, merged, "linear_1"), (second, hidden, "linear_2")):
            yield from self.linear(f"{prefix}{name}", (rows, merged), part, f"{prefix}{inner}")

    def linear(
        self, prefix: str, shape: tuple[int, int], part: Part, parameter: str | None = None
    ) -> Iterator[Tensor]:
        """A weight [out, in] and a bias [out]. Those renamed by SGLang in the tower are divided."""
        inner, sharded = parameter or prefix, parameter is not None and part is Part.VISION
        yield Tensor(f"{prefix}.weight", shape, self.dtype, part, f"{inner}.weight", "", sharded)
        yield Tensor(f"{prefix}.bias", shape[:1], self.dtype, part, f"{inner}.bias", "", sharded)

    def affine(self, prefix: str, shape: tuple[int, ...], part: Part) -> Iterator[Tensor]:
        yield self.plain(f"{prefix}.weight", shape, part)
        yield self.plain(f"{prefix}.bias", shape, part)

    def plain(
        self, name: str, shape: tuple[int, ...], part: Part, *, sharded: bool = False
    ) -> Tensor:
        return Tensor(name, shape, self.dtype, part, name, "", sharded)

    def piece(
        self, name: str, shape: tuple[int, ...], part: Part, parameter: str, shard: str
    ) -> Tensor:
        return Tensor(name, shape, self.dtype, part, parameter, shard)
