"""Kimi mini: K2.5's architecture (MLA, mixture of experts, MoonViT) small enough for two cores.

Modules are named as in the released checkpoint, except that gate and up are one matrix, experts
are stacked, and rotary pairs are halves: `export` undoes the three.
"""

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from modelserver.mini.config import SEQUENCE, Config
from modelserver.mini.layers import additive, attend, linear, rotate, signed_tables
from modelserver.mini.moe import DenseMLP, MoE
from modelserver.mini.vision import Projector, VisionTower

KeyValue = tuple[Tensor, Tensor]


@dataclass
class At:
    """Where a forward pass stands: rotary tables [T, D], mask, and what it remembers.

    `asked` [B, Q]: the only positions whose output the last layer computes.
    """

    cos: Tensor
    sin: Tensor
    mask: Tensor
    asked: Tensor | None = None
    cache: dict[int, KeyValue] = field(default_factory=dict)
    keep: bool = False


class Attention(nn.Module):
    """Multi-head latent attention, expanded to plain heads."""

    def __init__(self, config: Config, residual: float) -> None:
        super().__init__()
        self.config = config
        heads, hidden, eps = config.num_attention_heads, config.hidden_size, config.rms_norm_eps
        latent, width = config.kv_lora_rank, config.qk_nope_head_dim + config.qk_rope_head_dim
        self.q_a_proj = linear(hidden, config.q_lora_rank)
        self.q_a_layernorm = nn.RMSNorm(config.q_lora_rank, eps=eps)
        self.q_b_proj = linear(config.q_lora_rank, heads * width)
        self.kv_a_proj_with_mqa = linear(hidden, latent + config.qk_rope_head_dim)
        self.kv_a_layernorm = nn.RMSNorm(latent, eps=eps)
        self.kv_b_proj = linear(latent, heads * (config.qk_nope_head_dim + config.v_head_dim))
        self.o_proj = linear(heads * config.v_head_dim, hidden, gain=residual)
        mscale = 0.1 * math.log(config.rope_factor) + 1
        self.scale = width**-0.5 * mscale**2

    def keys_values(self, x: Tensor, cos: Tensor, sin: Tensor) -> KeyValue:
        """[B, T, H] → keys [B, N, T, nope + rope] and values [B, N, T, v]."""
        c = self.config
        latent, rope = self.kv_a_proj_with_mqa(x).split([c.kv_lora_rank, c.qk_rope_head_dim], -1)
        rope = rotate(rope, cos, sin).unsqueeze(2).expand(-1, -1, c.num_attention_heads, -1)
        heads = self.kv_b_proj(self.kv_a_layernorm(latent))
        heads = heads.view(*x.shape[:2], c.num_attention_heads, -1)
        nope, value = heads.split([c.qk_nope_head_dim, c.v_head_dim], -1)
        return torch.cat([nope, rope], -1).transpose(1, 2), value.transpose(1, 2)

    def queries(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """[B, Q, H] → [B, N, Q, nope + rope]; tables [Q, D] or [B, Q, D]."""
        c = self.config
        heads = self.q_b_proj(self.q_a_layernorm(self.q_a_proj(x)))
        heads = heads.view(*x.shape[:2], c.num_attention_heads, -1)
        nope, rope = heads.split([c.qk_nope_head_dim, c.qk_rope_head_dim], -1)
        rope = rotate(rope, cos.unsqueeze(-2), sin.unsqueeze(-2))
        return torch.cat([nope, rope], -1).transpose(1, 2)

    def forward(self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
        seen = attend(query, key, value, mask, self.scale)
        out: Tensor = self.o_proj(seen.transpose(1, 2).flatten(2))
        return out


class Block(nn.Module):
    """One decoder layer; the first has a dense MLP."""

    def __init__(self, config: Config, index: int) -> None:
        super().__init__()
        self.index, hidden, eps = index, config.hidden_size, config.rms_norm_eps
        residual = (2 * config.num_hidden_layers) ** -0.5
        self.input_layernorm = nn.RMSNorm(hidden, eps=eps)
        self.post_attention_layernorm = nn.RMSNorm(hidden, eps=eps)
        self.self_attn = Attention(config, residual)
        self.mlp: nn.Module = (
            MoE(config, residual) if index else DenseMLP(hidden, config.intermediate_size, residual)
        )

    def forward(self, x: Tensor, at: At, asked: Tensor | None = None) -> Tensor:
        hidden, cos, sin, mask = self.input_layernorm(x), at.cos, at.sin, at.mask
        key, value = self.self_attn.keys_values(hidden, cos, sin)
        if at.keep:
            key, value = self._remembered(key, value, at.cache)
        if asked is not None:
            rows = asked[..., None].expand(-1, -1, x.shape[-1])
            hidden, x = hidden.gather(1, rows), x.gather(1, rows)
            before = torch.arange(key.shape[2], device=x.device) <= asked[:, None, :, None]
            cos, sin, mask = cos[asked], sin[asked], additive(before, x.dtype)
        query = self.self_attn.queries(hidden, cos, sin)
        x = x + self.self_attn(query, key, value, mask)
        out: Tensor = x + self.mlp(self.post_attention_layernorm(x))
        return out

    def _remembered(self, key: Tensor, value: Tensor, cache: dict[int, KeyValue]) -> KeyValue:
        if self.index in cache:
            old_key, old_value = cache[self.index]
            key, value = torch.cat([old_key, key], 2), torch.cat([old_value, value], 2)
        cache[self.index] = key, value
        return key, value


class Decoder(nn.Module):
    """Embedding, layers, final norm."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        nn.init.normal_(self.embed_tokens.weight, std=0.3)
        self.layers = nn.ModuleList(Block(config, i) for i in range(config.num_hidden_layers))
        self.norm = nn.RMSNorm(config.hidden_size, eps=config.rms_norm_eps)


class LanguageModel(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.model = Decoder(config)
        self.lm_head = nn.Linear(config.hidden_size, config.vocab_size, bias=False)
        nn.init.normal_(self.lm_head.weight, std=0.02)


class Mini(nn.Module):
    """The whole model: token ids and mockups → logits."""

    cos: Tensor
    sin: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.language_model = LanguageModel(config)
        self.vision_tower = VisionTower(config.vision)
        self.mm_projector = Projector(config.vision, config.hidden_size)
        angles = torch.outer(torch.arange(SEQUENCE).float(), yarn_frequencies(config))
        cos, sin = signed_tables(angles)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def see(self, images: Tensor) -> Tensor:
        """uint8 [B, 308, 224, 3] → vision tokens [B, 88, H]."""
        tokens: Tensor = self.mm_projector(self.vision_tower(images))
        return tokens

    def embed(self, ids: Tensor, vision: Tensor) -> Tensor:
        """Token embeddings [B, T, H], with vision tokens at the media positions."""
        x: Tensor = self.language_model.model.embed_tokens(ids)
        media = (ids == self.config.media_token).unsqueeze(-1)
        return x.masked_scatter(media, vision.to(x.dtype))

    def decode(self, x: Tensor, at: At) -> Tensor:
        """Embeddings [B, T, H] → logits at `at.asked`, or at every position."""
        decoder = self.language_model.model
        last = len(decoder.layers) - 1
        for index, layer in enumerate(decoder.layers):
            x = layer(x, at, at.asked if index == last else None)
        logits: Tensor = self.language_model.lm_head(decoder.norm(x))
        return logits

    def forward(self, ids: Tensor, vision: Tensor, asked: Tensor | None = None) -> Tensor:
        """Right-padded ids [B, T], vision tokens [B, 88, H] → logits [B, T or Q, vocabulary]."""
        x, length = self.embed(ids, vision), ids.shape[1]
        causal = torch.ones(length, length, dtype=torch.bool, device=ids.device).tril()
        cos, sin = self.tables(0, length, x.dtype)
        return self.decode(x, At(cos, sin, additive(causal, x.dtype), asked))

    def tables(self, start: int, end: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        """Rotary cos and sin of positions start … end."""
        return self.cos[start:end].to(dtype), self.sin[start:end].to(dtype)

    def mixtures(self) -> list[MoE]:
        """The MoE layers, first to last."""
        return [module for module in self.modules() if isinstance(module, MoE)]

    def quantise(self, on: bool = True) -> None:
        """Switches INT4 fake quantisation of the routed experts."""
        for mixture in self.mixtures():
            mixture.experts.quantised = on


def yarn_frequencies(config: Config) -> Tensor:
    """Rotary frequencies [rope/2] after yarn with beta_fast = beta_slow = 1."""
    width, theta = config.qk_rope_head_dim, config.rope_theta
    plain = theta ** -(torch.arange(0, width, 2).float() / width)
    turn = width * math.log(config.rope_original / (2 * math.pi)) / (2 * math.log(theta))
    low, high = float(max(math.floor(turn), 0)), float(min(math.ceil(turn), width - 1))
    if low == high:
        high += 0.001
    ramp = ((torch.arange(width // 2).float() - low) / (high - low)).clamp(0, 1)
    return plain * (1 - ramp + ramp / config.rope_factor)
