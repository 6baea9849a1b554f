"""SGLang's decode steps on the processor as one call of a kernel, where it serves the model.

The layers of SGLang are called one small operator after the other, and on a processor the calls
cost more than the numbers. What is not a decode step, or not served, takes those layers as ever.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from modelserver.kernels import FusedDecodeStep, Unsupported, load, names
from modelserver.kernels.decode_step import Attention, Batch, Layer, Mlp, Model, Routed

OPERATION = "decode_step"
DEVICE = "cpu"
VARIABLE = "MOCKWRIGHT_DECODE_STEP"  # set to LAYERS: no kernel, whatever is served
LAYERS = "layers"
ROUTING = ("sigmoid", True, 1, 1)  # scoring_func, norm_topk_prob, n_group, topk_group
ATTRIBUTE = "mockwright_decode_step"  # of SGLang's DeepseekV2Model


@dataclass(frozen=True, eq=False)
class Attached:
    """What a model's decode steps go through; `slots` is SGLang's req_to_token."""

    step: FusedDecodeStep
    slots: Tensor


def attach(model: nn.Module, pool: Any, slots: Tensor) -> str:
    """Give a loaded model its decode step; returns the kernel's name. Raises Unsupported.

    `model` is SGLang's DeepseekV2Model, `pool` its MLATokenToKVPool.
    """
    if os.environ.get(VARIABLE) == LAYERS:
        raise Unsupported(f"as {VARIABLE} says")
    reasons = []
    for name in names(OPERATION, DEVICE):
        try:
            step = load(OPERATION, DEVICE, name).DecodeStep(read(model, pool))
        except Unsupported as reason:
            reasons.append(f"not kernel {name}, {reason}")
            continue
        setattr(model, ATTRIBUTE, Attached(step, slots))
        return name
    raise Unsupported("; ".join(reasons))


def forward(
    original: Callable[..., object],
    model: Any,
    input_ids: Tensor,
    positions: Tensor,
    forward_batch: Any,
    input_embeds: Tensor | None = None,
    *others: object,
) -> object:
    """AROUND DeepseekV2Model.forward: hidden states [B, hidden] after the last norm."""
    attached: Attached | None = getattr(model, ATTRIBUTE, None)
    is_step = forward_batch.forward_mode.is_decode() and not model.layers_to_capture
    if attached is None or not is_step:
        return original(model, input_ids, positions, forward_batch, input_embeds, *others)
    batch = Batch(
        x=model.embed_tokens(input_ids) if input_embeds is None else input_embeds,
        positions=positions,
        places=forward_batch.out_cache_loc,
        slots=attached.slots,
        requests=forward_batch.req_pool_indices,
        lengths=forward_batch.seq_lens,
    )
    return attached.step(batch)


def read(model: Any, pool: Any) -> Model:
    """The weights of SGLang's module tree. Raises Unsupported where it is not what is expected."""
    try:
        attention, config = model.layers[0].self_attn, model.config
        _check_routing(config)
        caches = [buffer[:, 0] for buffer in pool.kv_buffer]
        return Model(
            layers=tuple(map(_layer, model.layers, caches)),
            norm=model.norm.weight,
            cos_sin=attention.rotary_emb.cos_sin_cache,
            nope=attention.qk_nope_head_dim,
            rope=attention.qk_rope_head_dim,
            epsilon=model.norm.variance_epsilon,
            scale=attention.attn_mqa.scaling,
            chosen=config.num_experts_per_tok,
            routed_scale=config.routed_scaling_factor,
        )
    except AttributeError as missing:
        raise Unsupported(f"the model is built another way: {missing}") from missing


def _check_routing(config: Any) -> None:
    found = (config.scoring_func, config.norm_topk_prob, config.n_group, config.topk_group)
    if found != ROUTING:
        raise Unsupported(f"experts are chosen by {found}, not by {ROUTING}")


def _layer(layer: Any, cache: Tensor) -> Layer:
    a, mlp = layer.self_attn, layer.mlp
    attention = Attention(
        qkv_a=a.fused_qkv_a_proj_with_mqa.weight,
        q_norm=a.q_a_layernorm.weight,
        q_b=a.q_b_proj.weight,
        kv_norm=a.kv_a_layernorm.weight,
        k_b=a.w_kc.transpose(1, 2),
        v_b=a.w_vc.transpose(1, 2),
        o=a.o_proj.weight,
    )
    routed, dense = (_routed(mlp), mlp.shared_experts) if hasattr(mlp, "experts") else (None, mlp)
    return Layer(
        input_norm=layer.input_layernorm.weight,
        attention=attention,
        mlp_norm=layer.post_attention_layernorm.weight,
        mlp=Mlp(dense.gate_up_proj.weight, dense.down_proj.weight),
        routed=routed,
        cache=cache,
    )


def _routed(mlp: Any) -> Routed:
    prepared = mlp.experts.scheme.prepared
    gate = mlp.gate
    return Routed(gate.weight, gate.e_score_correction_bias, prepared["w13"], prepared["w2"])
