from dataclasses import replace

import pytest
import torch
from torch import Tensor

from modelserver.kernels import Unsupported
from modelserver.kernels.decode_step import Attention, Batch, Layer, Mlp, Model, Routed, naive
from modelserver.kernels.decode_step.cpu import DecodeStep
from modelserver.kernels.fused_moe_w4a16 import cpu as experts
from modelserver.quant.int4 import quantise

HIDDEN, HEADS, Q_LORA, KV_LORA, NOPE, ROPE, V = 64, 3, 48, 128, 32, 64, 32
INNER, EXPERTS, CHOSEN = 96, 10, 3
CONTEXT = 40


def random(*shape: int, like: torch.dtype) -> Tensor:
    return torch.randn(shape).div(shape[-1] ** 0.5).to(like)


def make_layer(dtype: torch.dtype, tokens: int, dense: bool) -> Layer:
    def weight(*shape: int) -> Tensor:
        return random(*shape, like=dtype)

    def norm(width: int) -> Tensor:
        return (1 + torch.randn(width) / 4).to(dtype)

    attention = Attention(
        qkv_a=weight(Q_LORA + KV_LORA + ROPE, HIDDEN),
        q_norm=norm(Q_LORA),
        q_b=weight(HEADS * (NOPE + ROPE), Q_LORA),
        kv_norm=norm(KV_LORA),
        k_b=weight(HEADS, KV_LORA, NOPE),
        v_b=weight(HEADS, V, KV_LORA),
        o=weight(HIDDEN, HEADS * V),
    )
    routed = Routed(
        router=weight(EXPERTS, HIDDEN),
        bias=torch.randn(EXPERTS) / 4,
        w13=quantise(random(EXPERTS, 2 * INNER, HIDDEN, like=torch.float32)),
        w2=quantise(random(EXPERTS, HIDDEN, INNER, like=torch.float32)),
    )
    mlp = Mlp(weight(2 * INNER, HIDDEN), weight(HIDDEN, INNER))
    cache = random(tokens, KV_LORA + ROPE, like=dtype)
    return Layer(norm(HIDDEN), attention, norm(HIDDEN), mlp, None if dense else routed, cache)


def make(lengths: list[int], dtype: torch.dtype) -> tuple[Model, Batch]:
    torch.manual_seed(len(lengths))
    tokens = len(lengths) * CONTEXT
    angle = torch.rand(CONTEXT, ROPE // 2) * 6
    layers = tuple(make_layer(dtype, tokens, dense=i == 0) for i in range(3))
    model = Model(
        layers, 1 + torch.randn(HIDDEN) / 4, torch.cat([angle.cos(), angle.sin()], -1),
        nope=NOPE, rope=ROPE, epsilon=1e-5, scale=0.2, chosen=CHOSEN, routed_scale=2.5,
    )  # fmt: skip
    slots = torch.randperm(tokens, dtype=torch.int32).view(len(lengths), CONTEXT)
    requests, length = torch.randperm(len(lengths)), torch.tensor(lengths)
    places = slots[requests, length - 1].long()
    x = torch.randn(len(lengths), HIDDEN).to(dtype)
    return model, Batch(x, length - 1, places, slots, requests, length)


def fused(model: Model) -> DecodeStep:
    """The kernel's form, on caches of its own."""
    return DecodeStep(replace(model, layers=tuple(map(prepared, model.layers))))


def prepared(layer: Layer) -> Layer:
    routed = layer.routed
    if routed:
        w13, w2 = (experts.prepare(each.packed, each.scales) for each in (routed.w13, routed.w2))
        routed = replace(routed, w13=w13, w2=w2)
    return replace(layer, routed=routed, cache=layer.cache.clone())


@pytest.mark.parametrize("requests", [1, 2, 3, 4, 5, 7, 8, 11])
def test_in_float32_it_is_the_formulas(requests: int) -> None:
    model, batch = make([1 + 5 * i % CONTEXT for i in range(requests)], torch.float32)
    answer = fused(model)(batch)
    torch.testing.assert_close(answer.double(), naive.step(model, batch), rtol=0, atol=1e-3)


def test_in_bf16_it_is_off_by_rounding_alone() -> None:
    model, batch = make([3, 17, 40], torch.bfloat16)
    answer = fused(model)(batch)
    torch.testing.assert_close(answer.double(), naive.step(model, batch), rtol=0, atol=3e-2)


def test_the_new_token_is_in_the_cache_of_every_layer() -> None:
    model, batch = make([5, 12], torch.float32)
    ours = [prepared(layer) for layer in model.layers]
    before = [layer.cache.clone() for layer in ours]
    DecodeStep(replace(model, layers=tuple(ours)))(batch)
    naive.step(model, batch)
    for layer, mine, old in zip(model.layers, ours, before, strict=True):
        changed = (mine.cache != old).any(-1).nonzero().flatten()
        assert sorted(changed.tolist()) == sorted(batch.places.tolist())
        torch.testing.assert_close(mine.cache, layer.cache, rtol=0, atol=1e-3)


def test_a_request_does_not_change_with_the_others() -> None:
    model, batch = make([9, 40, 1, 22, 7, 3, 30, 12, 5], torch.bfloat16)
    together = fused(model)(batch)
    for i in (0, 4, 8):
        part = slice(i, i + 1)
        alone = Batch(
            batch.x[part], batch.positions[part], batch.places[part],
            batch.slots, batch.requests[part], batch.lengths[part],
        )  # fmt: skip
        assert torch.equal(fused(model)(alone)[0], together[i])


def test_a_nan_stays_in_its_request() -> None:
    model, batch = make([9, 20], torch.float32)
    batch.x[0] = torch.nan
    answer = fused(model)(batch)
    assert bool(answer[0].isnan().all())
    assert bool(answer[1].isfinite().all())


def test_what_it_does_not_serve_is_refused() -> None:
    model, _ = make([4], torch.float32)
    half = tuple(replace(layer, cache=layer.cache.half()) for layer in model.layers)
    with pytest.raises(Unsupported, match="float16"):
        DecodeStep(replace(model, layers=half))
    with pytest.raises(Unsupported, match="packed INT4"):
        DecodeStep(model)
