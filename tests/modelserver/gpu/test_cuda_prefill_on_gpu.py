"""Prefill and the small batch in one launch on the GPU itself: what lanes cannot show."""

import pytest
import torch
from torch import Tensor

from modelserver.kernels.fused_moe_w4a16 import cuda, cuda_block, cuda_prefill
from tests.modelserver.gpu.test_cuda_decode import Layer, error, layer
from tests.modelserver.gpu.test_cuda_decode_on_gpu import (
    AGAINST_LANES,
    HIDDEN,
    INNER,
    RUNS,
    TOOLS,
    on_gpu,
    passes_the_sanitizer,
    reference,
    serves_any_routing_in_a_graph,
)
from tests.modelserver.gpu.test_cuda_prefill import TOLERANCE

pytestmark = pytest.mark.gpu


def prefill(given: Layer, block: int) -> Tensor:
    problem = given.problem()
    order = cuda.align(given.ids, problem.w13.experts, block)
    return cuda_prefill.prefill(block, problem, order, out=torch.full_like(given.x, torch.nan))


def one_launch(given: Layer) -> Tensor:
    return cuda_block.compute(given.problem())


@pytest.mark.parametrize("block", cuda_prefill.BLOCKS)
@pytest.mark.parametrize("tokens", [1, 33, 100])
def test_a_gpu_computes_what_lanes_compute(block: int, tokens: int) -> None:
    given = layer(tokens, 2, 3)
    result = prefill(on_gpu(given), block).cpu()
    assert error(result, prefill(given, block)) <= AGAINST_LANES, f"block {block} {given}"


@pytest.mark.parametrize("inner", [INNER, INNER // 8], ids=["whole", "an eighth"])
@pytest.mark.parametrize("tokens", [64, 500, 3000])
def test_full_dimensions_stay_within_tolerance(tokens: int, inner: int) -> None:
    given = on_gpu(layer(tokens, 4, 8, HIDDEN, inner))
    result = cuda.compute(given.problem())
    assert error(result, reference(given)) <= TOLERANCE, f"{tokens} tokens, I {inner}"


@pytest.mark.parametrize("block", cuda_prefill.BLOCKS)
def test_every_run_gives_the_same_bits(block: int) -> None:
    given = on_gpu(layer(300, 4, 8, 1024, 512))
    first = prefill(given, block)
    for run in range(RUNS):
        assert torch.equal(prefill(given, block), first), f"run {run}"


def test_decode_and_prefill_agree_where_one_hands_over_to_the_other() -> None:
    given = on_gpu(layer(32, 4, 8, 1024, 512))
    problem = given.problem()
    plan = cuda.plan_for(problem.x, problem.w13, problem.w2, problem.ids)
    decoded = cuda.decode(plan, problem, cuda.align(problem.ids, 8, plan.block))
    assert error(prefill(given, 32), decoded) <= TOLERANCE


def test_a_captured_graph_serves_any_routing() -> None:
    serves_any_routing_in_a_graph(tokens=256, experts=8)


@pytest.mark.parametrize("tokens", [1, 3, 8])
def test_one_launch_is_exact_but_for_rounding_each_time(tokens: int) -> None:
    given = on_gpu(layer(tokens, 8, 32, HIDDEN, INNER // 8))
    first = one_launch(given)
    assert error(first, reference(given)) <= TOLERANCE
    for run in range(RUNS):
        assert torch.equal(one_launch(given), first), f"run {run}"


def test_one_launch_can_be_captured_and_replayed() -> None:
    given = on_gpu(layer(4, 4, 8, 1024, 256))
    problem = given.problem()
    expected = one_launch(given)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        captured = cuda_block.compute(problem)
    for turn in range(4):
        captured.fill_(torch.nan)
        graph.replay()
        assert torch.equal(captured, expected), f"turn {turn}"


SMALL = """
from tests.modelserver.gpu.test_cuda_decode import layer
from tests.modelserver.gpu.test_cuda_decode_on_gpu import on_gpu
from tests.modelserver.gpu.test_cuda_prefill_on_gpu import one_launch, prefill
for block in (32, 64, 128):
    prefill(on_gpu(layer(70, 2, 3)), block)
one_launch(on_gpu(layer(5, 2, 3)))
"""


@pytest.mark.parametrize("tool", TOOLS)
def test_the_sanitizer_finds_nothing(tool: str) -> None:
    passes_the_sanitizer(tool, SMALL)
