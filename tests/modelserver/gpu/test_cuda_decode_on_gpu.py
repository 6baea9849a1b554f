"""Decode in CUDA on the GPU itself: what lanes on a processor cannot show."""

import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from modelserver.kernels.fused_moe_w4a16 import cuda
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.quant.int4 import Quantised
from modelserver.quant.pack import Packed
from tests.modelserver.gpu.test_cuda_decode import PLANS, TOLERANCE, Layer, decode, error, layer

pytestmark = pytest.mark.gpu

HIDDEN, INNER = 7168, 2048  # Kimi K2.5
RUNS = 100
# Lanes sum exactly and a GPU does not, so values of h and y fall to either side of a bf16 step:
# 7.8e-4 at three tokens. The tests against float64 are the judge.
AGAINST_LANES = 3e-3


def on_gpu(given: Layer) -> Layer:
    w13, w2 = (Quantised(w.packed.cuda(), w.scales.cuda()) for w in (given.w13, given.w2))
    moved = (given.x.cuda(), w13, w2, given.weights.cuda(), given.ids.cuda())
    return Layer(*moved)


def reference(given: Layer) -> Tensor:
    """float64 on the GPU, but for what is between the products, which is bf16 as in the kernel."""
    total = torch.zeros(given.x.shape, dtype=torch.float64, device=given.x.device)
    for expert in range(len(given.w13.scales)):
        token, slot = (given.ids == expert).nonzero(as_tuple=True)
        w13, w2 = (
            Quantised(w.packed[expert], w.scales[expert]).dequantise(torch.float64)
            for w in (given.w13, given.w2)
        )
        gate, up = (given.x[token].double() @ w13.T).chunk(2, -1)
        h = (functional.silu(gate) * up).bfloat16().double()
        weighted = (h @ w2.T) * given.weights[token, slot].double()[:, None]
        total.index_add_(0, token, weighted)
    return total


@pytest.mark.parametrize("plan", PLANS, ids=str)
@pytest.mark.parametrize("tokens", [1, 3, 8, 33])
def test_a_gpu_computes_what_lanes_compute(plan: cuda.Plan, tokens: int) -> None:
    given = layer(tokens, 2, 4)
    result = decode(on_gpu(given), plan).cpu()
    assert error(result, decode(given, plan)) <= AGAINST_LANES, f"{plan} {given}"


@pytest.mark.parametrize("inner", [INNER, INNER // 8], ids=["whole", "an eighth"])
@pytest.mark.parametrize("tokens", [1, 2, 8, 20])
def test_full_dimensions_are_exact_but_for_rounding(tokens: int, inner: int) -> None:
    given = on_gpu(layer(tokens, 4, 8, HIDDEN, inner))
    result = cuda.compute(given.problem())
    assert error(result, reference(given)) <= TOLERANCE, f"{tokens} tokens, I {inner}"


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_every_run_gives_the_same_bits(plan: cuda.Plan) -> None:
    given = on_gpu(layer(33, 4, 8, 1024, 512))
    problem = given.problem()
    order = cuda.align(given.ids, problem.w13.experts, plan.block)
    first = cuda.decode(plan, problem, order)
    for run in range(RUNS):
        assert torch.equal(cuda.decode(plan, problem, order), first), f"run {run}"


def serves_any_routing_in_a_graph(tokens: int, experts: int) -> None:
    problem = on_gpu(layer(tokens, 4, experts, 1024, 512)).problem()

    def call(ids: Tensor) -> Tensor:
        return cuda.compute(replace(problem, ids=ids))

    ids = problem.ids.clone()
    call(ids)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        captured = call(ids)
    for turn in range(4):
        routed = layer(tokens, 4, experts, absent=0.3 * turn).ids.cuda().roll(turn, 0)
        ids.copy_(routed)
        captured.fill_(torch.nan)
        graph.replay()
        assert torch.equal(captured, call(routed)), f"turn {turn}"


def test_a_captured_graph_serves_any_routing() -> None:
    serves_any_routing_in_a_graph(tokens=8, experts=16)


def test_nothing_is_written_beside_the_result() -> None:
    given = on_gpu(layer(5, 2, 4))
    guarded = torch.full((7, 256), 7.0, dtype=torch.bfloat16, device="cuda")
    order = cuda.align(given.ids, 4, 8)
    cuda.decode(PLANS[0], given.problem(), order, out=guarded[1:6])
    assert (guarded[[0, 6]] == 7).all() and torch.isfinite(guarded).all()


def test_weights_are_read_where_a_slice_leaves_them() -> None:
    given = on_gpu(layer(4, 2, 4, 256, 256))
    w13, w2 = given.prepared()
    some = slice(1, 4)
    gate_up, down = (Packed(w.words[some], w.scales[some]) for w in (w13, w2))
    ids = (given.ids - 1).clamp(min=-1)
    result = cuda.compute(Problem(given.x, gate_up, down, given.weights, ids))
    first, second = (Quantised(w.packed[some], w.scales[some]) for w in (given.w13, given.w2))
    assert error(result, reference(replace(given, w13=first, w2=second, ids=ids))) <= TOLERANCE


TOOLS = ("memcheck", "racecheck")
SANITIZER_SECONDS = 150
SMALL = """
from tests.modelserver.gpu.test_cuda_decode import PLANS, decode, layer
from tests.modelserver.gpu.test_cuda_decode_on_gpu import on_gpu
for plan in PLANS:
    decode(on_gpu(layer(9, 2, 4)), plan)
"""


def passes_the_sanitizer(tool: str, program: str) -> None:
    sanitizer = shutil.which("compute-sanitizer")
    if not sanitizer:
        pytest.skip("needs a GPU and compute-sanitizer")
    command = [sanitizer, "--tool", tool, "--error-exitcode", "1", sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SANITIZER_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("tool", TOOLS)
def test_the_sanitizer_finds_nothing(tool: str) -> None:
    passes_the_sanitizer(tool, SMALL)
