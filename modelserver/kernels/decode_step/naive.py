"""The decode step as the formulas read, in float64: the truth for every kernel."""

import torch
from torch import Tensor
from torch.nn import functional

from modelserver.kernels.decode_step import Attention, Batch, Mlp, Model, Routed
from modelserver.kernels.fused_moe_w4a16 import naive as experts
from modelserver.kernels.mla_decode.naive import mla_decode


def step(model: Model, batch: Batch) -> Tensor:
    """Hidden states [B, hidden] after the last norm; writes the new tokens to the caches.

    Routed experts are quant.int4's Quantised.
    """
    x = batch.x.double()
    for layer in model.layers:
        normed = _normalise(x, layer.input_norm, model.epsilon)
        x = x + _attend(model, batch, layer.attention, layer.cache, normed)
        normed = _normalise(x, layer.mlp_norm, model.epsilon)
        x = x + _feed(layer.mlp, normed)
        if layer.routed:
            x = x + _route(model, layer.routed, normed)
    return _normalise(x, model.norm, model.epsilon)


def _normalise(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    return functional.rms_norm(x, x.shape[-1:], weight.double(), epsilon)


def _turn(x: Tensor, cos_sin: Tensor) -> Tensor:
    """x [B, .., rope] with neighbours as the parts of a complex number."""
    cosines, sines = cos_sin.double().view(len(x), *(1,) * (x.dim() - 2), -1).chunk(2, -1)
    first, second = x[..., ::2], x[..., 1::2]
    turned = (first * cosines - second * sines, second * cosines + first * sines)
    return torch.stack(turned, -1).flatten(-2)


def _attend(model: Model, batch: Batch, w: Attention, cache: Tensor, x: Tensor) -> Tensor:
    heads, kv_lora, _ = w.k_b.shape
    angles = model.cos_sin[batch.positions]
    sizes = (w.q_b.shape[1], kv_lora, model.rope)
    q_a, latent, k_pe = torch.split_with_sizes(x @ w.qkv_a.double().T, sizes, dim=-1)
    latent = _normalise(latent, w.kv_norm, model.epsilon)
    cache[batch.places] = torch.cat([latent, _turn(k_pe, angles)], -1).to(cache.dtype)
    q = _normalise(q_a, w.q_norm, model.epsilon) @ w.q_b.double().T
    by_head = q.view(len(x), heads, -1)
    q_nope, q_pe = by_head[..., : model.nope], by_head[..., model.nope :]
    absorbed = torch.einsum("bhn,hcn->bhc", q_nope, w.k_b.double())
    query = torch.cat([absorbed, _turn(q_pe, angles)], -1)
    seen = torch.empty(len(x), heads, kv_lora, dtype=torch.float64)
    where = (batch.slots, batch.requests, batch.lengths)
    mla_decode(query, cache, *where, model.scale, seen)
    return torch.einsum("bhc,hvc->bhv", seen, w.v_b.double()).flatten(1) @ w.o.double().T


def _feed(w: Mlp, x: Tensor) -> Tensor:
    gate, up = (x @ w.gate_up.double().T).chunk(2, -1)
    return functional.silu(gate) * up @ w.down.double().T


def _route(model: Model, w: Routed, x: Tensor) -> Tensor:
    scores = torch.sigmoid(x @ w.router.double().T)
    ids = (scores + w.bias.double()).topk(model.chosen).indices
    weights = scores.gather(1, ids)
    weights = weights / weights.sum(-1, keepdim=True) * model.routed_scale
    w13, w2 = (each.dequantise(torch.float64) for each in (w.w13, w.w2))
    return experts.fused_moe(x, w13, w2, weights, ids)
