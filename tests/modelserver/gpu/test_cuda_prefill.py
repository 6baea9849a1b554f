"""Prefill in CUDA: its very source, run lane by lane on a processor, against float64."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from modelserver.kernels import Unsupported, aot
from modelserver.kernels.counters import counters
from modelserver.kernels.fused_moe_w4a16 import cuda, cuda_build, cuda_prefill
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.kernels.moe_align import naive as routing
from modelserver.kernels.variants import CudaVariant, Gate
from modelserver.quant.int4 import Quantised
from modelserver.quant.pack import Packed, pack

from .layers import Layer, drawn_layer, drawn_routing, drawn_tokens

TOLERANCE = 6e-3  # weights, h and the slots' rows are bf16: about 1.5e-3 each


@dataclass(frozen=True, eq=False)
class Call:
    layer: Layer
    x: Tensor
    weights: Tensor
    ids: Tensor

    def problem(self) -> Problem:
        w13, w2 = packed(self.layer.w13), packed(self.layer.w2)
        return Problem(self.x, w13, w2, self.weights, self.ids)

    def __str__(self) -> str:
        shapes = [list(weight.packed.shape) for weight in (self.layer.w13, self.layer.w2)]
        return f"x {list(self.x.shape)}, weights {shapes}, ids {self.ids.tolist()}"


@pytest.fixture(autouse=True)
def scratch_is_nan() -> Iterator[None]:
    """torch.empty gives NaN, not what a call before has left there."""
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


def drawn(
    tokens: int, slots: int, experts: int, hidden: int = 256, inner: int = 128, scale: float = 0.01
) -> Call:
    torch.manual_seed(1000 * tokens + 10 * slots + experts)
    layer = drawn_layer(experts, hidden, inner, scale=scale)
    weights, ids = drawn_routing(tokens, experts, slots)
    return Call(layer, drawn_tokens(tokens, hidden).cpu(), weights.cpu(), ids.cpu())


def packed(weight: Quantised) -> Packed:
    return pack(weight.packed.clone(), weight.scales.clone())


def prefill(call: Call, block: int, seed: int = 0) -> Tensor:
    out = torch.full((len(call.x) + 2, call.x.shape[1]), torch.nan).bfloat16()
    order = routing.align(call.ids, call.layer.experts, block)
    cuda_prefill.prefill(block, call.problem(), order, out=out[1:-1], seed=seed)
    assert out[[0, -1]].isnan().all(), "rows beside the result were written"
    return out[1:-1]


def error(result: Tensor, truth: Tensor) -> float:
    return float((result.double() - truth).norm() / truth.norm())


def check(call: Call, block: int, seed: int = 0) -> None:
    result = prefill(call, block, seed)
    truth = call.layer.truth(call.x, call.weights, call.ids)
    assert torch.isfinite(result).all(), f"block {block}, {call}"
    assert error(result, truth) <= TOLERANCE, f"block {block}, {call}"


@pytest.mark.parametrize("block", cuda_prefill.BLOCKS)
@pytest.mark.parametrize(
    ("tokens", "slots", "experts"), [(1, 1, 1), (1, 3, 4), (5, 2, 3), (33, 1, 1), (41, 2, 3)]
)
def test_prefill_is_the_weighted_sum(block: int, tokens: int, slots: int, experts: int) -> None:
    check(drawn(tokens, slots, experts), block)


@pytest.mark.parametrize("rows", [31, 32, 33, 64, 65, 96, 97, 128, 129])
def test_each_width_of_the_tensor_core_serves_the_rows_that_need_it(rows: int) -> None:
    check(drawn(rows, 1, 1), 128)


@pytest.mark.parametrize("block", cuda_prefill.BLOCKS)
@pytest.mark.parametrize(("hidden", "inner"), [(1280, 128), (256, 384), (512, 256)])
def test_rings_turn_within_and_across_tiles(block: int, hidden: int, inner: int) -> None:
    check(drawn(3, 2, 3, hidden, inner), block)


def test_no_token_at_all_is_served() -> None:
    assert prefill(drawn(0, 2, 4), 32).shape == (0, 256)


def test_ids_below_zero_and_tokens_without_experts_add_nothing() -> None:
    call = drawn(9, 3, 4)
    call.ids[torch.rand(call.ids.shape) < 0.4] = -1
    call.ids[[2, 8]] = -1
    check(call, 32)


def test_no_expert_for_any_token_leaves_zeros() -> None:
    call = drawn(5, 2, 3)
    call.ids[:] = -1
    assert not prefill(call, 64).any()


def test_all_tokens_may_choose_one_expert_of_many() -> None:
    call = drawn(40, 2, 6)
    call.ids[:] = torch.tensor([4, -1])
    check(call, 32)


@pytest.mark.parametrize("block", cuda_prefill.BLOCKS)
def test_every_interleaving_gives_the_same_bits(block: int) -> None:
    call = drawn(20, 2, 3)
    first, *others = [prefill(call, block, seed) for seed in range(4)]
    assert all(torch.equal(first, other) for other in others)


def test_the_block_does_not_change_a_bit() -> None:
    call = drawn(30, 2, 2)
    first, *others = [prefill(call, block) for block in cuda_prefill.BLOCKS]
    assert all(torch.equal(first, other) for other in others)


def test_counters_are_zero_again() -> None:
    prefill(drawn(20, 2, 3), 64)
    assert not counters(torch.device("cpu"), "cuda", 20).any()


def test_the_cuda_kernel_leaves_many_tokens_to_prefill() -> None:
    call = drawn(45, 2, 2)
    result = cuda.compute(replace(call.problem(), ids=call.ids.long()))
    assert torch.equal(result, prefill(call, 128))


def test_more_tokens_than_there_are_counters_for_go_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cuda_prefill, "MOST_TOKENS", 20)
    call = drawn(45, 1, 1)
    assert torch.equal(cuda_prefill.compute(call.problem(), routing.align), prefill(call, 128))


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_what_is_not_finite_stays_with_its_token(value: float) -> None:
    call = drawn(6, 2, 3)
    clean = prefill(call, 32)
    call.x[1, 77] = value
    result = prefill(call, 32)
    others = [0, 2, 3, 4, 5]
    assert result[1].isnan().any() and torch.equal(result[others], clean[others])


@pytest.mark.parametrize("scale", [2.0**-86, 1e-8, 2.0**26])
def test_scales_of_any_size_a_weight_can_have_are_exact(scale: float) -> None:
    """x makes up for them, so that h is what it always is; scales themselves are from 2⁻⁹⁴ up."""
    call = drawn(3, 2, 3)
    w13 = Quantised(call.layer.w13.packed, (call.layer.w13.scales.double() * scale).bfloat16())
    layer = replace(call.layer, w13=w13)
    check(replace(call, layer=layer, x=(call.x.double() / scale).bfloat16()), 32)


@pytest.mark.parametrize("shift", [0.0, 4.0])
def test_outliers_and_a_mean_in_the_activations_stay_within_tolerance(shift: float) -> None:
    call = drawn(6, 2, 3)
    outliers = 1 + 49 * (torch.rand(call.x.shape) < 0.02)
    check(replace(call, x=(call.x * outliers + shift).bfloat16()), 32)


def test_slices_of_experts_and_of_columns_are_served_where_they_lie() -> None:
    call = drawn(6, 2, 4, 512, 256)
    w13, w2 = packed(call.layer.w13), packed(call.layer.w2)
    w13 = Packed(w13.words[1:3, :2], w13.scales[1:3, :2])
    w2 = Packed(w2.words[1:3, :, :256], w2.scales[1:3, :, :256])
    ids = (call.ids - 1).where((call.ids > 0) & (call.ids < 3), -1).to(torch.int32)
    x, order = call.x[:, :256].contiguous(), routing.align(ids, 2, 32)
    result = cuda_prefill.prefill(32, Problem(x, w13, w2, call.weights, ids), order)
    truth = Layer(w13.unpack(), w2.unpack()).truth(x, call.weights, ids)
    assert error(result, truth) <= TOLERANCE


@pytest.mark.parametrize(
    ("rows", "experts", "block"),
    [(8, 384, 32), (384 * 19, 384, 32), (384 * 30, 384, 64), (384 * 85, 384, 128), (500, 1, 128)],
)
def test_the_block_follows_the_rows_of_an_expert(rows: int, experts: int, block: int) -> None:
    assert cuda_prefill.block_for(rows, experts) == block


def test_a_shape_without_whole_tiles_is_left_to_another_kernel() -> None:
    call = drawn(2, 1, 1, 128, 128)
    with pytest.raises(Unsupported, match="128 rows are not in tiles of 256"):
        cuda_prefill.check(call.x, packed(call.layer.w13), packed(call.layer.w2))


def test_a_tensor_that_does_not_fit_is_named() -> None:
    call = drawn(3, 2, 3)
    with pytest.raises(ValueError, match="weights is fp64"):
        prefill(replace(call, weights=call.weights.double()), 32)


@pytest.mark.parametrize("kernel", ["GateUp", "Down"])
def test_the_machine_code_keeps_to_its_gate(kernel: str, tmp_path: Path) -> None:
    report = aot.examine(cuda_prefill.variant(kernel, 128), tmp_path)
    assert not report.refused and report.mma == 4 * 16


CHANGED_UNDER_WAY = """
#include "wgmma.cuh"
using namespace mockwright;
__global__ void multiply(const uint32_t *from, float *to)
{
    float d[16] = {};
    uint32_t a[4] = {from[0], from[1], from[2], from[3]};
    wgmma_fence();
    wgmma<32>(d, a, tile_descriptor(shared_memory()));
    if (CHANGE) for (float &each : d) each *= 2;
    wgmma<32>(d, a, tile_descriptor(shared_memory() + SWIZZLE_ATOM));
    wgmma_commit();
    wgmma_wait<0>();
    for (int i = 0; i < 16; ++i) to[16 * thread_index() + i] = d[i];
}
"""


@pytest.mark.parametrize(("change", "refused"), [(0, False), (1, True)])
def test_the_gate_refuses_wgmma_that_ptxas_spoils(
    change: int, refused: bool, tmp_path: Path
) -> None:
    source = tmp_path / "multiply.cu"
    source.write_text(CHANGED_UNDER_WAY)
    variant = CudaVariant(
        "it", source, Gate("HGMMA"), {"CHANGE": change}, include=(cuda_build.FOLDER,)
    )
    report = aot.examine(variant, tmp_path)
    assert ["warpgroup.wait is injected" in reason for reason in report.refused] == [True] * refused
