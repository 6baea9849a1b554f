"""One decode step of a model of the K2.5 kind: all layers of one new token a request."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor


@dataclass(frozen=True, eq=False)
class Attention:
    """Weights [N, K] of one MLA layer; k_b [heads, kv_lora, nope] and v_b [heads, v, kv_lora]."""

    qkv_a: Tensor  # [q_lora + kv_lora + rope, hidden]
    q_norm: Tensor
    q_b: Tensor  # [heads · (nope + rope), q_lora]
    kv_norm: Tensor
    k_b: Tensor
    v_b: Tensor
    o: Tensor  # [hidden, heads · v]


@dataclass(frozen=True, eq=False)
class Mlp:
    """A dense layer or a shared expert: gate rows before up rows."""

    gate_up: Tensor  # [2 · inner, hidden]
    down: Tensor  # [hidden, inner]


@dataclass(frozen=True, eq=False)
class Routed:
    """The routed experts of a layer, in the form that their kernel prepared, and their choice."""

    router: Tensor  # [experts, hidden]
    bias: Tensor  # [experts], added to the sigmoids for the choice alone
    w13: Any  # of [experts, 2 · inner, hidden]
    w2: Any  # of [experts, hidden, inner]


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer; `routed` is None where it is dense."""

    input_norm: Tensor
    attention: Attention
    mlp_norm: Tensor
    mlp: Mlp
    routed: Routed | None
    cache: Tensor  # [tokens, kv_lora + rope], written by the step


@dataclass(frozen=True, eq=False)
class Model:
    """Layers and what they share. Angles are [positions, rope]: cosines, then sines."""

    layers: tuple[Layer, ...]
    norm: Tensor
    cos_sin: Tensor
    nope: int
    rope: int
    epsilon: float
    scale: float  # of attention's scores
    chosen: int  # experts a token
    routed_scale: float


@dataclass(frozen=True, eq=False)
class Batch:
    """One new token a request, of positions whose place in the cache `slots` tells."""

    x: Tensor  # [B, hidden] embeddings
    positions: Tensor  # int64 [B]
    places: Tensor  # int64 [B] row of the cache that the new token takes
    slots: Tensor  # int32 [.., ..] row of the cache of each position of a request
    requests: Tensor  # int [B] the row in slots
    lengths: Tensor  # int [B] positions, the new one among them
