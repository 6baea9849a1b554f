"""Decode in CUDA: its very source, run lane by lane on a processor, against float64."""

from dataclasses import dataclass, replace

import pytest
import torch
import tvm_ffi
from torch import Tensor
from torch.nn import functional

from modelserver.kernels import Unsupported, aot
from modelserver.kernels.counters import counters
from modelserver.kernels.fused_moe_w4a16 import cuda, cuda_build, naive
from modelserver.kernels.fused_moe_w4a16.cuda import Plan
from modelserver.kernels.fused_moe_w4a16.cuda_operands import operands
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.quant.int4 import Quantised, quantise
from modelserver.quant.pack import Packed

TOLERANCE = 2e-3
# of results and of what is between the products, rounded to bf16 as the kernel stores them: what
# is left are sums that round the other way
ROUNDED_TOLERANCE = 5e-4

PLANS = [
    Plan(8, "wide", "wide"),
    Plan(8, "narrow", "flat"),
    Plan(16, "wide", "flat"),
    Plan(16, "narrow", "wide"),
]


@dataclass(frozen=True, eq=False)
class Layer:
    """One call's arguments; the weights as the checkpoint has them."""

    x: Tensor
    w13: Quantised
    w2: Quantised
    weights: Tensor
    ids: Tensor

    def prepared(self) -> tuple[Packed, Packed]:
        w13, w2 = (Quantised(w.packed.clone(), w.scales.clone()) for w in (self.w13, self.w2))
        return cuda.prepare(w13.packed, w13.scales), cuda.prepare(w2.packed, w2.scales)

    def problem(self) -> Problem:
        return Problem(self.x, *self.prepared(), self.weights, self.ids)

    def __str__(self) -> str:
        return f"x {list(self.x.shape)}, w13 {list(self.w13.scales.shape)}, ids {self.ids.tolist()}"


def layer(
    tokens: int, slots: int, experts: int, hidden: int = 256, inner: int = 128, absent: float = 0.1
) -> Layer:
    torch.manual_seed(tokens * 1000 + slots * 100 + experts)
    ids = torch.rand(tokens, experts).argsort(-1)[:, :slots].to(torch.int32)
    ids[torch.rand(ids.shape) < absent] = -1
    return Layer(
        torch.randn(tokens, hidden).bfloat16(),
        quantise(torch.randn(experts, 2 * inner, hidden) * 0.05),
        quantise(torch.randn(experts, hidden, inner) * 0.05),
        torch.rand(tokens, slots) + 0.1,
        ids,
    )


def reference(given: Layer, *, rounded: bool = True) -> Tensor:
    """float64, but for what is between the products, which may be bf16 as the kernel stores it."""
    w13, w2 = (w.dequantise(torch.float64) for w in (given.w13, given.w2))
    total = torch.zeros(given.x.shape, dtype=torch.float64)
    for token, ids in enumerate(given.ids.tolist()):
        for slot, expert in enumerate(ids):
            if 0 <= expert < len(w13):
                gate, up = (w13[expert] @ given.x[token].double()).chunk(2)
                h = functional.silu(gate) * up
                h = h.bfloat16().double() if rounded else h
                total[token] += given.weights[token, slot].double() * (w2[expert] @ h)
    return total


def decode(given: Layer, plan: Plan, seed: int = 0) -> Tensor:
    problem = given.problem()
    out = torch.full_like(given.x, torch.nan)
    order = cuda.align(given.ids, problem.w13.experts, plan.block)
    result = cuda.decode(plan, problem, order, out=out, seed=seed)
    assert result is out
    return out


def error(result: Tensor, expected: Tensor) -> float:
    return float((result.double() - expected.double()).norm() / expected.double().norm())


def check(given: Layer, plan: Plan, seed: int = 0) -> None:
    result, expected = decode(given, plan, seed), reference(given)
    what = f"{plan} {given}"
    assert torch.isfinite(result).all(), what
    assert error(result, expected) <= TOLERANCE, what
    assert error(result, expected.bfloat16()) <= ROUNDED_TOLERANCE, what


def test_the_reference_is_the_naive_kernel() -> None:
    given = layer(3, 2, 4)
    w13, w2 = (naive.prepare(w.packed, w.scales, torch.float64) for w in (given.w13, given.w2))
    expected = naive.fused_moe(given.x, w13, w2, given.weights, given.ids)
    torch.testing.assert_close(reference(given, rounded=False), expected)


@pytest.mark.parametrize("plan", PLANS, ids=str)
@pytest.mark.parametrize(
    ("tokens", "slots", "experts"), [(1, 1, 1), (1, 4, 6), (3, 2, 4), (9, 2, 3), (17, 2, 2)]
)
def test_decode_is_the_weighted_sum(plan: Plan, tokens: int, slots: int, experts: int) -> None:
    check(layer(tokens, slots, experts), plan)


@pytest.mark.parametrize("plan", PLANS[:2], ids=str)
@pytest.mark.parametrize(("hidden", "inner"), [(128, 128), (384, 256), (1408, 128), (128, 640)])
def test_rings_turn_within_and_across_tiles(plan: Plan, hidden: int, inner: int) -> None:
    check(layer(3, 2, 3, hidden, inner), plan)


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_tokens_may_have_no_expert_at_all(plan: Plan) -> None:
    given = layer(5, 2, 4)
    given.ids[[0, 3]] = -1
    check(given, plan)


def test_no_token_at_all_is_served() -> None:
    given = layer(0, 2, 4)
    assert cuda.compute(given.problem()).shape == (0, 256)


def test_no_expert_for_any_token_leaves_zeros() -> None:
    given = layer(3, 2, 4, absent=2.0)
    assert not decode(given, PLANS[0]).any()


def test_ids_of_other_cards_add_nothing() -> None:
    given = layer(4, 3, 6)
    w13, w2 = (Quantised(w.packed[:3], w.scales[:3]) for w in (given.w13, given.w2))
    check(replace(given, w13=w13, w2=w2), PLANS[0])


def test_all_tokens_may_choose_one_expert_of_many() -> None:
    given = layer(11, 2, 8)
    given.ids[:] = torch.tensor([5, -1])
    check(given, PLANS[0])


def test_a_token_may_choose_an_expert_twice() -> None:
    given = layer(3, 2, 4)
    given.ids[:] = 2
    check(given, PLANS[0])


@pytest.mark.parametrize(
    "x",
    [
        torch.randn(3, 256) * (1 + 49 * (torch.rand(3, 256) < 0.02)),
        torch.randn(3, 256) + 4,
        torch.randn(3, 256) * 1e-12,
        torch.randn(3, 256) * 1e6,
    ],
    ids=["outliers", "mean 4", "tiny", "huge"],
)
def test_any_activations_are_exact_but_for_rounding(x: Tensor) -> None:
    given = replace(layer(3, 2, 4), x=x.bfloat16())
    result, expected = decode(given, PLANS[0]), reference(given)
    if expected.abs().max() < 1e-22:  # what is between is so small that bf16 keeps few of its bits
        assert result.abs().max() < 1e-22
    else:
        assert error(result, expected) <= TOLERANCE, str(given)


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_extreme_scales_are_applied_in_float32(scale: float) -> None:
    given = layer(3, 2, 4)
    w13 = Quantised(given.w13.packed, given.w13.scales * scale)
    x = given.x / scale
    check(replace(given, w13=w13, x=x), PLANS[0])


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_what_is_not_finite_stays_with_its_token(value: float) -> None:
    given = layer(4, 2, 3, absent=0)
    clean = decode(given, PLANS[0])
    given.x[1, 77] = value
    result = decode(given, PLANS[0])
    assert torch.isnan(result[1]).all()
    others = [0, 2, 3]
    assert torch.equal(result[others], clean[others])


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_every_interleaving_gives_the_same_bits(plan: Plan) -> None:
    given = layer(6, 3, 5)
    first, *others = [decode(given, plan, seed) for seed in range(6)]
    assert all(torch.equal(first, other) for other in others)


def test_counters_are_zero_again_and_results_do_not_depend_on_the_call_before() -> None:
    given = layer(6, 3, 5)
    first = decode(given, PLANS[0])
    room = counters(given.x.device, "cuda", 17 * 4)
    assert not room.any()
    decode(layer(17, 2, 3), PLANS[0])
    assert not room.any()
    assert torch.equal(decode(given, PLANS[0]), first)


def test_slices_of_experts_and_of_columns_are_served_where_they_lie() -> None:
    given = layer(4, 2, 4, 256, 256)
    w13, w2 = given.prepared()
    inner, experts = slice(128, 256), slice(1, 4)
    local = Packed(w2.words[experts, 1:], w2.scales[experts, 1:])
    gate_up = Packed(
        torch.cat([w13.words[:, :, inner], w13.words[:, :, 384:]], 2)[experts],
        torch.cat([w13.scales[:, :, inner], w13.scales[:, :, 384:]], 2)[experts],
    )
    ids = (given.ids - 1).clamp(min=-1)
    result = cuda.compute(Problem(given.x, gate_up, local, given.weights, ids))
    part = replace(
        given,
        w13=gate_up.unpack(),
        w2=Packed(local.words.contiguous(), local.scales.contiguous()).unpack(),
        ids=ids,
    )
    assert error(result, reference(part)) <= TOLERANCE


def test_a_call_is_aligned_and_planned_by_itself() -> None:
    given = layer(5, 2, 4)
    result = cuda.compute(replace(given.problem(), ids=given.ids.long()))
    assert error(result, reference(given)) <= TOLERANCE


def test_what_is_not_decode_is_left_to_another_kernel() -> None:
    given = layer(2, 2, 1)
    many = given.ids.repeat(40, 1)
    with pytest.raises(Unsupported, match="80 tokens for 1 experts are many"):
        cuda.plan_for(given.x.repeat(40, 1), *given.prepared(), many)
    with pytest.raises(Unsupported, match="x is bf16"):
        cuda.plan_for(given.x.float(), *given.prepared(), given.ids)


@pytest.mark.parametrize("name", ["x", "weights"])
def test_tensors_that_do_not_fit_are_named(name: str) -> None:
    problem = layer(3, 2, 4).problem()
    order = cuda.align(problem.ids, 4, 8)
    bad = replace(problem, **{name: getattr(problem, name).double()})
    with pytest.raises(ValueError, match=f"{name} is fp64"):
        cuda.decode(PLANS[0], bad, order, out=problem.x.clone())


def test_k_that_is_no_multiple_of_128_is_refused_when_weights_are_prepared() -> None:
    odd = quantise(torch.randn(2, 64, 160))
    with pytest.raises(Unsupported, match="128 columns"):
        cuda.prepare(odd.packed, odd.scales)


def test_few_tiles_get_the_shape_with_more_of_them() -> None:
    """As tensor parallelism over eight cards leaves them: I = 256, and one token's 8 experts."""
    assert cuda.gate_up_shape(256, 8, 132) == "narrow" and cuda.down_shape(256) == "flat"
    assert cuda.gate_up_shape(2048, 8, 132) == "wide" and cuda.down_shape(2048) == "wide"


def test_the_machine_code_of_the_common_instances_keeps_to_its_gate() -> None:
    reports = aot.reports(cuda.__name__, only="-wide-8")
    assert sorted(report.name for report in reports) == [
        "cuda-decode-down-wide-8",
        "cuda-decode-gateup-wide-8",
    ]
    for report in reports:
        assert not report.refused and report.spills == 0, report
        assert report.instructions_per_256 is not None and 9 < report.instructions_per_256 <= 12


@pytest.fixture(scope="module")
def for_a_gpu() -> tvm_ffi.Module:
    return cuda_build.load("cuda")


def test_the_library_for_a_gpu_builds_and_loads_without_one(for_a_gpu: tvm_ffi.Module) -> None:
    for shape, block in (("wide", 8), ("narrow", 16)):
        tile, threads, shared = for_a_gpu.describe_gate_up(shape, block)
        assert tile in (16, 32) and threads % 32 == 0 and 0 < shared <= 227 * 1024
    with pytest.raises(RuntimeError, match="no such shape"):
        for_a_gpu.describe_down("narrow", 8)


def test_the_library_for_a_gpu_refuses_tensors_of_a_processor(for_a_gpu: tvm_ffi.Module) -> None:
    problem = layer(1, 1, 1).problem()
    given = operands(problem, cuda.align(problem.ids, 1, 8), torch.float32, 64)
    with pytest.raises(ValueError, match="on the kernel's device"):
        for_a_gpu.decode(given, problem.x, "wide", "wide", 8, 0)


@pytest.mark.parametrize("name", ["w2.scales", "expert_ids", "arrived"])
def test_an_operand_that_is_not_handed_over_is_named(name: str) -> None:
    problem = layer(1, 1, 1).problem()
    given = operands(problem, cuda.align(problem.ids, 1, 8), torch.float32, 64)
    del given[name]
    with pytest.raises(ValueError, match=f"there is no {name} among the operands"):
        cuda_build.load("cpu").decode(given, problem.x, "wide", "wide", 8, 0)
