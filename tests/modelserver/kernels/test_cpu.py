"""The processor's kernel against naive.py in float64.

Errors are ‖y − truth‖ / ‖truth‖ over the whole result, the truth rounded to the result's dtype.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import pytest
import torch
from torch import Tensor

from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import cpu, naive
from modelserver.kernels.fused_moe_w4a16.config import PATHS, TOKENS_AT_A_TIME
from modelserver.quant.int4 import Quantised, pack, quantise, unpack

TOLERANCE = 2e-3
BF16, FP32 = torch.bfloat16, torch.float32


@dataclass(frozen=True)
class Layer:
    w13: Quantised
    w2: Quantised

    @property
    def prepared(self) -> tuple[cpu.Experts, cpu.Experts]:
        w13, w2 = self.w13, self.w2
        return cpu.prepare(w13.packed, w13.scales), cpu.prepare(w2.packed, w2.scales)

    def truth(self, x: Tensor, weights: Tensor, ids: Tensor) -> Tensor:
        w13, w2 = (naive.prepare(w.packed, w.scales, torch.float64) for w in (self.w13, self.w2))
        return naive.fused_moe(x, w13, w2, weights, ids)


@cache
def layer(experts: int, hidden: int, inner: int) -> Layer:
    random = torch.Generator().manual_seed(experts * hidden + inner)
    w13 = torch.randn(experts, 2 * inner, hidden, generator=random) / hidden**0.5
    w2 = torch.randn(experts, hidden, inner, generator=random) / inner**0.5
    return Layer(quantise(w13), quantise(w2))


def routed(tokens: int, slots: int, experts: int) -> tuple[Tensor, Tensor]:
    """Weights and ids [T, k], the experts of one token all different."""
    random = torch.Generator().manual_seed(tokens)
    ids = torch.rand(tokens, experts, generator=random).argsort(-1)[:, :slots]
    return torch.rand(tokens, slots, generator=random), ids


def activations(tokens: int, hidden: int, dtype: torch.dtype = FP32) -> Tensor:
    return torch.randn(tokens, hidden, generator=torch.Generator().manual_seed(7)).to(dtype)


def error(y: Tensor, truth: Tensor) -> float:
    truth = truth.to(y.dtype).double()
    return float((y.double() - truth).norm() / truth.norm().clamp_min(1e-300))


@pytest.fixture(params=PATHS)
def path(request: pytest.FixtureRequest) -> str:
    """Every path this processor has."""
    name: str = request.param
    try:
        cpu.chosen_path(name)
    except Unsupported as missing:
        pytest.skip(str(missing))
    return name


@pytest.mark.parametrize("dtype", [BF16, FP32], ids=["bf16", "fp32"])
@pytest.mark.parametrize("tokens", [0, 1, 2, 7, 8, 48, 100])
@pytest.mark.parametrize(
    ("experts", "hidden", "inner", "slots"),
    [(8, 256, 128, 2), (5, 96, 32, 3), (1, 32, 64, 1)],
    ids=["mini", "odd", "one group"],
)
def test_every_path_agrees_with_the_truth_at_ragged_shapes(
    path: str, experts: int, hidden: int, inner: int, slots: int, tokens: int, dtype: torch.dtype
) -> None:
    moe = layer(experts, hidden, inner)
    x, (weights, ids) = activations(tokens, hidden, dtype), routed(tokens, slots, experts)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert y.dtype == dtype
    assert y.shape == (tokens, hidden)
    assert error(y, moe.truth(x, weights, ids)) < TOLERANCE


@dataclass(frozen=True)
class Call:
    w13: cpu.Experts
    w2: cpu.Experts
    x: Tensor
    weights: Tensor
    ids: Tensor
    truth: Tensor


def random_codes(experts: int, n: int, k: int) -> Quantised:
    random = torch.Generator().manual_seed(n * k)
    packed = torch.randint(-(2**31), 2**31, (experts, n, k // 8), generator=random)
    scales = torch.rand(experts, n, k // 32, generator=random) / k**0.5
    return Quantised(packed.to(torch.int32), scales.to(BF16))


@cache
def large_call(experts: int, inner: int, tokens: int) -> Call:
    moe = Layer(random_codes(experts, 2 * inner, 7168), random_codes(experts, 7168, inner))
    x, (weights, ids) = activations(tokens, 7168, BF16), routed(tokens, 2, experts)
    w13, w2 = (naive.prepare(w.packed, w.scales) for w in (moe.w13, moe.w2))
    return Call(*moe.prepared, x, weights, ids, naive.fused_moe(x, w13, w2, weights, ids))


@pytest.mark.parametrize(
    ("experts", "inner", "tokens"), [(2, 2048, 2), (4, 256, 9)], ids=["whole", "TP8 slice"]
)
def test_every_path_agrees_with_the_truth_at_the_large_models_shapes(
    path: str, experts: int, inner: int, tokens: int
) -> None:
    call = large_call(experts, inner, tokens)
    y = cpu.fused_moe(call.x, call.w13, call.w2, call.weights, call.ids, path=path)
    assert error(y, call.truth) < TOLERANCE


def test_bf16_is_the_float32_result_rounded_once(path: str) -> None:
    w13, w2 = layer(8, 256, 128).prepared
    x, (weights, ids) = activations(48, 256, BF16), routed(48, 2, 8)
    wide = cpu.fused_moe(x.float(), w13, w2, weights, ids, path=path)
    assert torch.equal(cpu.fused_moe(x, w13, w2, weights, ids, path=path), wide.to(BF16))


def test_float32_is_rounded_finer_than_bf16_could_hold(path: str) -> None:
    moe = layer(8, 256, 128)
    x, (weights, ids) = activations(48, 256), routed(48, 2, 8)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert error(y, moe.truth(x, weights, ids)) < 2e-4


@pytest.mark.parametrize(
    "bend",
    [
        lambda x: torch.where(torch.arange(x.shape[1]) % 97 == 5, x * 50, x),
        lambda x: torch.where(torch.arange(x.shape[1]) == 11, x * 1000, x),
        lambda x: x + 1,
        lambda x: x.abs() * 1e-3 - 10,
    ],
    ids=["outliers", "one huge feature", "shifted mean", "nearly constant"],
)
def test_activations_far_from_normal_stay_within_tolerance(
    path: str, bend: Callable[[Tensor], Tensor]
) -> None:
    moe = layer(8, 256, 128)
    x, (weights, ids) = bend(activations(24, 256)), routed(24, 2, 8)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert error(y, moe.truth(x, weights, ids)) < TOLERANCE


@pytest.mark.parametrize("exponent", [-100, -60, 60])
def test_scales_of_any_size_stay_within_tolerance(path: str, exponent: int) -> None:
    """w13 scaled by 2^e and x by 2^-e leave gate and up as they were."""
    moe = layer(8, 256, 128)
    moe = replace(moe, w13=Quantised(moe.w13.packed, moe.w13.scales * 2.0**exponent))
    x, (weights, ids) = activations(9, 256) * 2.0**-exponent, routed(9, 2, 8)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert error(y, moe.truth(x, weights, ids)) < TOLERANCE


def test_the_smallest_activations_are_not_lost(path: str) -> None:
    moe = layer(8, 256, 128)
    moe = replace(moe, w13=Quantised(moe.w13.packed, moe.w13.scales * 2.0**100))
    x, (weights, ids) = activations(9, 256) * 2.0**-106, routed(9, 2, 8)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert error(y, moe.truth(x, weights, ids)) < TOLERANCE


def test_saturated_gates_neither_overflow_nor_vanish(path: str) -> None:
    moe = layer(8, 256, 128)
    x, (weights, ids) = activations(9, 256) * 300, routed(9, 2, 8)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert error(y, moe.truth(x, weights, ids)) < TOLERANCE


def test_each_of_the_sixteen_codes_counts_as_itself(path: str) -> None:
    """One expert a code, all its weights that code: y is large for −8, nothing for code 8."""
    codes = torch.arange(16).view(16, 1, 1)
    w13 = pack(codes.expand(16, 64, 32))
    w2 = pack(codes.expand(16, 32, 32))
    moe = Layer(
        Quantised(w13, torch.full((16, 64, 1), 0.125, dtype=BF16)),
        Quantised(w2, torch.full((16, 32, 1), 0.5, dtype=BF16)),
    )
    x, ids = activations(1, 32).abs().expand(16, 32), torch.arange(16).view(16, 1)
    weights = torch.ones(16, 1)
    y, truth = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path), moe.truth(x, weights, ids)
    assert y[8].count_nonzero() == 0
    for code in set(range(16)) - {8}:
        assert error(y[code], truth[code]) < 2e-4, code


def test_all_tokens_may_go_to_one_expert(path: str) -> None:
    moe = layer(8, 256, 128)
    x, weights, ids = activations(30, 256), torch.rand(30, 1), torch.full((30, 1), 5)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert error(y, moe.truth(x, weights, ids)) < TOLERANCE


def test_a_token_may_name_an_expert_twice(path: str) -> None:
    moe = layer(8, 256, 128)
    x, weights, ids = activations(5, 256), torch.rand(5, 2), torch.full((5, 2), 3)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert error(y, moe.truth(x, weights, ids)) < TOLERANCE


def test_slots_without_an_expert_add_nothing_even_if_their_weight_is_nan(path: str) -> None:
    moe = layer(8, 256, 128)
    x, (weights, ids) = activations(10, 256), routed(10, 3, 8)
    ids[::2, 1] = -1
    ids[4] = -1
    truth = moe.truth(x, weights, ids)
    y = cpu.fused_moe(x, *moe.prepared, weights.masked_fill(ids < 0, torch.nan), ids, path=path)
    assert error(y, truth) < TOLERANCE
    assert y[4].count_nonzero() == 0


def test_every_path_returns_the_same_bits(path: str) -> None:
    moe = layer(8, 256, 128)
    x, (weights, ids) = activations(50, 256), routed(50, 2, 8)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert torch.equal(y, cpu.fused_moe(x, *moe.prepared, weights, ids, path="scalar"))


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_any_number_of_threads_returns_the_same_bits(path: str, threads: int) -> None:
    w13, w2 = layer(8, 256, 128).prepared
    x, (weights, ids) = activations(50, 256), routed(50, 2, 8)
    one = cpu.fused_moe(x, w13, w2, weights, ids, path=path, threads=1)
    assert torch.equal(one, cpu.fused_moe(x, w13, w2, weights, ids, path=path, threads=threads))


def test_a_hundred_runs_return_the_same_bits(path: str) -> None:
    w13, w2 = layer(5, 96, 32).prepared
    x, (weights, ids) = activations(9, 96), routed(9, 3, 5)
    first = cpu.fused_moe(x, w13, w2, weights, ids, path=path, threads=2)
    for _ in range(100):
        assert torch.equal(first, cpu.fused_moe(x, w13, w2, weights, ids, path=path, threads=2))


def test_a_token_gets_the_same_bits_alone_and_among_others(path: str) -> None:
    w13, w2 = layer(8, 256, 128).prepared
    x, (weights, ids) = activations(40, 256), routed(40, 2, 8)
    together = cpu.fused_moe(x, w13, w2, weights, ids, path=path)
    for token in range(40):
        row = slice(token, token + 1)
        alone = cpu.fused_moe(x[row], w13, w2, weights[row], ids[row], path=path)
        assert torch.equal(alone, together[row])


def test_long_batches_are_served_in_parts() -> None:
    w13, w2 = layer(1, 32, 64).prepared
    tokens = TOKENS_AT_A_TIME + 5
    x, (weights, ids) = activations(tokens, 32), routed(tokens, 1, 1)
    y = cpu.fused_moe(x, w13, w2, weights, ids)
    assert torch.equal(y[-9:], cpu.fused_moe(x[-9:], w13, w2, weights[-9:], ids[-9:]))


@pytest.mark.parametrize("dtype", [BF16, FP32], ids=["bf16", "fp32"])
def test_every_element_is_written_and_nothing_beside_them(path: str, dtype: torch.dtype) -> None:
    guard = 64
    surrounded = torch.full((guard + 13 * 96 + guard,), torch.nan, dtype=dtype)
    out = surrounded[guard:-guard].view(13, 96)
    w13, w2 = layer(5, 96, 32).prepared
    x, (weights, ids) = activations(13, 96, dtype), routed(13, 3, 5)
    y = cpu.fused_moe(x, w13, w2, weights, ids, path=path, out=out)
    assert y is out
    assert out.isfinite().all()
    assert surrounded[:guard].isnan().all()
    assert surrounded[-guard:].isnan().all()


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
@pytest.mark.parametrize("dtype", [BF16, FP32], ids=["bf16", "fp32"])
def test_a_value_that_is_not_finite_spoils_its_own_token_only(
    path: str, value: float, dtype: torch.dtype
) -> None:
    w13, w2 = layer(8, 256, 128).prepared
    x, (weights, ids) = activations(9, 256, dtype), routed(9, 2, 8)
    clean = cpu.fused_moe(x, w13, w2, weights, ids, path=path)
    x[4, 77] = value
    y = cpu.fused_moe(x, w13, w2, weights, ids, path=path)
    others = torch.arange(9) != 4
    assert y[4].isnan().all()
    assert torch.equal(y[others], clean[others])


def test_a_scale_of_nan_spoils_its_own_column_only(path: str) -> None:
    moe = layer(8, 256, 128)
    scales = moe.w2.scales.clone()
    scales[:, 33, 1] = torch.nan
    moe = replace(moe, w2=Quantised(moe.w2.packed, scales))
    x, (weights, ids) = activations(9, 256), routed(9, 2, 8)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert torch.equal(y.isnan(), torch.arange(256).eq(33).expand(9, 256))


def test_an_overflow_between_the_products_shows_in_the_result(path: str) -> None:
    moe = layer(8, 256, 128)
    x, (weights, ids) = activations(3, 256) * 1e25, routed(3, 2, 8)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids, path=path)
    assert not y.isfinite().any()


def test_a_weight_of_nan_spoils_its_token(path: str) -> None:
    w13, w2 = layer(8, 256, 128).prepared
    x, (weights, ids) = activations(3, 256), routed(3, 2, 8)
    weights[1, 0] = torch.nan
    y = cpu.fused_moe(x, w13, w2, weights, ids, path=path)
    assert y.isnan().any(-1).tolist() == [False, True, False]


@pytest.mark.parametrize("ids_dtype", [torch.int32, torch.int64])
def test_ids_may_be_of_either_width(ids_dtype: torch.dtype) -> None:
    moe = layer(8, 256, 128)
    x, (weights, ids) = activations(6, 256), routed(6, 2, 8)
    y = cpu.fused_moe(x, *moe.prepared, weights, ids.to(ids_dtype))
    assert error(y, moe.truth(x, weights, ids)) < TOLERANCE


def test_arguments_may_be_views() -> None:
    w13, w2 = layer(8, 256, 128).prepared
    x, (weights, ids) = activations(6, 256), routed(6, 2, 8)
    expected = cpu.fused_moe(x, w13, w2, weights, ids)
    views = (
        x.t().contiguous().t(),
        w13,
        w2,
        weights.t().contiguous().t(),
        ids.t().contiguous().t(),
    )
    assert torch.equal(cpu.fused_moe(*views), expected)


def test_prepared_codes_hold_sixteen_rows_of_four_and_four_columns_a_line() -> None:
    """Line i of half h of a 32 × 32 block: byte 4·r + j has row 16·h + r, and of its columns
    8·i + j in the low and 8·i + 4 + j in the high nibble."""
    w13 = layer(5, 96, 32).w13
    lines = cpu.prepare(w13.packed, w13.scales).codes.view(5, 2, 3, 2, 4, 16, 4)
    nibbles = torch.stack(
        [lines & 15, lines >> 4], -2
    )  # [E, block, group, half, i, row, nibble, j]
    codes = nibbles.permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(5, 64, 96)
    assert torch.equal(codes, unpack(w13.packed))


def test_large_weights_are_prepared_as_small_ones_are() -> None:
    """From 2 MB on they lie in memory of their own, on a huge page's border."""
    large = random_codes(2, 7168, 2048)
    experts = cpu.prepare(large.packed, large.scales)
    assert experts.codes.data_ptr() % (2 * 1024 * 1024) == 0
    part = cpu.prepare(large.packed[1:, :64], large.scales[1:, :64])
    assert torch.equal(experts.codes[1:, :2], part.codes)
    assert torch.equal(experts.scales[1:, :2], part.scales)


def test_weights_may_be_prepared_from_transposed_parameters() -> None:
    """SGLang keeps [E, K/8, N]."""
    w13 = layer(5, 96, 32).w13
    turned = (
        tensor.transpose(1, 2).contiguous().transpose(1, 2) for tensor in (w13.packed, w13.scales)
    )
    expected, found = cpu.prepare(w13.packed, w13.scales), cpu.prepare(*turned)
    assert torch.equal(found.codes, expected.codes)
    assert torch.equal(found.scales, expected.scales)


@pytest.mark.parametrize(("n", "k"), [(48, 64), (64, 40), (0, 64)])
def test_shapes_it_does_not_serve_are_left_to_another_kernel(n: int, k: int) -> None:
    packed, scales = torch.zeros(2, n, k // 8, dtype=torch.int32), torch.zeros(2, n, k // 32)
    with pytest.raises(Unsupported, match="multiples of 32"):
        cpu.prepare(packed, scales)


@pytest.mark.parametrize(
    ("packed", "scales", "complaint"),
    [
        (torch.zeros(2, 64, 8), torch.zeros(2, 64, 2), "packed is int32"),
        (torch.zeros(64, 8).int(), torch.zeros(64, 2), "packed is int32"),
        (torch.zeros(2, 64, 8).int(), torch.zeros(2, 64, 3), r"bf16 \(2, 64, 2\), not"),
        (torch.zeros(2, 64, 8).int(), torch.zeros(2, 64, 2).int(), "not int32"),
    ],
)
def test_weights_that_do_not_belong_together_are_refused(
    packed: Tensor, scales: Tensor, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        cpu.prepare(packed, scales)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"x": torch.zeros(4, 64)}, r"x is bf16 or fp32 \[T, 96\]"),
        ({"x": torch.zeros(4, 96, dtype=torch.float16)}, "not float16"),
        ({"x": torch.zeros(3, 96)}, "4 rows of topk_ids for 3 tokens"),
        ({"topk_weights": torch.zeros(4, 2)}, r"float32 \(4, 3\)"),
        ({"topk_weights": torch.zeros(4, 3, dtype=BF16)}, "not bfloat16"),
        ({"topk_ids": torch.zeros(4, 3)}, "int32 or int64"),
        ({"topk_ids": torch.full((4, 3), 5)}, r"−1\.\.4"),
        ({"topk_ids": torch.full((4, 3), -2)}, r"−1\.\.4"),
        ({"out": torch.zeros(4, 96, dtype=BF16)}, "out is float32"),
        ({"out": torch.zeros(4, 192)[:, ::2]}, "contiguous"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(change: dict[str, Tensor], complaint: str) -> None:
    w13, w2 = layer(5, 96, 32).prepared
    weights, ids = routed(4, 3, 5)
    given = {"x": activations(4, 96), "topk_weights": weights, "topk_ids": ids} | change
    with pytest.raises(ValueError, match=complaint):
        cpu.fused_moe(
            given["x"], w13, w2, given["topk_weights"], given["topk_ids"], out=given.get("out")
        )


def test_an_id_out_of_range_leaves_the_result_unwritten() -> None:
    w13, w2 = layer(5, 96, 32).prepared
    out = torch.full((4, 96), 3.0)
    with pytest.raises(ValueError, match="topk_ids"):
        cpu.fused_moe(activations(4, 96), w13, w2, torch.ones(4, 1), torch.full((4, 1), 9), out=out)
    assert out.eq(3).all()


def test_experts_of_different_layers_are_refused() -> None:
    (w13, _), (_, w2) = layer(5, 96, 32).prepared, layer(8, 256, 128).prepared
    with pytest.raises(ValueError, match=r"not \[E, 2·I, H\] and \[E, H, I\]"):
        cpu.fused_moe(activations(4, 96), w13, w2, torch.ones(4, 1), torch.zeros(4, 1).long())
