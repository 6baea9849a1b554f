"""What the compiler makes of the Triton kernels, and what only a GPU shows of them."""

import pytest
import torch

from modelserver.kernels import aot
from modelserver.kernels.aot import Report
from modelserver.kernels.fused_moe_w4a16 import triton as kernel
from modelserver.kernels.fused_moe_w4a16 import tuning
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.kernels.moe_align import triton as moe_align

from .layers import DEVICE, Layer, drawn_layer, drawn_routing, drawn_tokens, error

MODULE = "modelserver.kernels.fused_moe_w4a16.triton"
TOLERANCE = 6e-3


@pytest.fixture(scope="module")
def compiled() -> dict[str, Report]:
    return {report.name: report for report in aot.reports(MODULE, only="k2.5-gate_up")}


def test_every_variant_keeps_to_its_gate(compiled: dict[str, Report]) -> None:
    assert len(compiled) >= 6
    assert {name: report.refused for name, report in compiled.items() if report.refused} == {}


@pytest.mark.parametrize(("rows", "warps"), [(64, 2), (128, 2)])
def test_offsets_are_multiplied_once_for_all_rows_of_a_warp(
    compiled: dict[str, Report], rows: int, warps: int
) -> None:
    weights = rows // 16 // warps * 8  # of a warp in a block of 128 columns, 16 × 16 at a time
    assert compiled[f"k2.5-gate_up-decode-8x{rows}"].mma == weights + 8


def test_few_tokens_take_at_most_seventeen_instructions_for_256_weights(
    compiled: dict[str, Report],
) -> None:
    counts = [
        report.instructions_per_256
        for name, report in compiled.items()
        if name.startswith("k2.5-gate_up-decode-8x")
    ]
    assert counts
    assert all(count is not None and count <= 17 for count in counts)


def big_problem(tokens: int) -> tuple[Layer, Problem]:
    """Kimi K2.5's widths, with few experts."""
    layer = drawn_layer(12, 7168, 2048, scale=0.002)
    w13, w2 = (
        kernel.prepare(weight.packed.to(DEVICE), weight.scales.to(DEVICE))
        for weight in (layer.w13, layer.w2)
    )
    x = drawn_tokens(tokens, 7168)
    weights, ids = drawn_routing(tokens, layer.experts, 8)
    problem = Problem(x, w13, w2, weights, ids)
    return layer, problem


def call(problem: Problem) -> torch.Tensor:
    return kernel.fused_moe(problem.x, problem.w13, problem.w2, problem.weights, problem.ids)


@pytest.mark.gpu
@pytest.mark.parametrize("tokens", [1, 7, 16])
def test_full_width_gives_what_the_formula_gives(tokens: int) -> None:
    layer, problem = big_problem(tokens)
    expected = layer.truth(problem.x, problem.weights, problem.ids)
    assert error(call(problem), expected) <= TOLERANCE


@pytest.mark.gpu
@pytest.mark.parametrize("tokens", [2, 24])
def test_every_candidate_gives_what_the_formula_gives(tokens: int) -> None:
    layer, problem = big_problem(tokens)
    expected = layer.truth(problem.x, problem.weights, problem.ids)
    device = kernel.device_of(problem.x)
    for config in tuning.candidates(problem.shape, problem.ids.numel(), device):
        order = moe_align.align(problem.ids, problem.w13.experts, config.tokens)
        assert error(kernel.run(problem, config, order), expected) <= TOLERANCE, config


@pytest.mark.gpu
@pytest.mark.parametrize("tokens", [3, 24, 700])
def test_a_hundred_runs_give_the_same_bits(tokens: int) -> None:
    _, problem = big_problem(tokens)
    first = call(problem)
    assert all(torch.equal(call(problem), first) for _ in range(100))


@pytest.mark.gpu
def test_a_captured_graph_serves_another_routing() -> None:
    layer, problem = big_problem(9)
    call(problem)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        y = call(problem)
    for _ in range(3):
        weights, ids = drawn_routing(9, 12, 8)
        problem.ids.copy_(ids)
        problem.weights.copy_(weights)
        graph.replay()
        torch.cuda.synchronize()
        expected = layer.truth(problem.x, weights, ids)
        assert error(y, expected) <= TOLERANCE
