"""All kernels at Kimi K2.5's size and on a GPU's own terms; the same code on a small shape here."""

from collections.abc import Iterator
from importlib import import_module

import pytest
import torch
from torch import Tensor

from modelserver.bench import gate
from modelserver.bench.layouts import LAYOUTS, Draw, Layout, draw, drawn_weights
from modelserver.bench.peers_gpu.ours import Kernel, Ours
from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import gpu
from modelserver.kernels.moe_align import triton as aligner
from modelserver.quant.int4 import Quantised

HAS_GPU = torch.cuda.is_available()
DEVICE = "cuda" if HAS_GPU else "cpu"
# the interpreter cuts float32 off where it makes bf16 of it
TOLERANCE = gate.TOLERANCE if HAS_GPU else 2e-2
SMALL = Layout("small", experts=4, inner=128, tokens=(1, 3), routed=4, hidden=128, slots=2)
RUNS = 100
LAYERS = (
    SMALL,
    *(pytest.param(layout, marks=pytest.mark.gpu) for layout in LAYOUTS.values()),
)
Loaded = tuple[Layout, dict[str, Ours], tuple[Quantised, Quantised]]


@pytest.fixture(scope="module", params=LAYERS, ids=lambda layout: layout.name)
def layer(request: pytest.FixtureRequest) -> Iterator[Loaded]:
    layout: Layout = request.param
    weights = drawn_weights(layout, DEVICE)
    first = gpu.prepare(*(each.clone() for each in (weights[0].packed, weights[0].scales)))
    second = gpu.prepare(*(each.clone() for each in (weights[1].packed, weights[1].scales)))
    kernels = {
        name: Ours(layout, import_module(module), aligner, first.packed, second.packed, HAS_GPU)
        for name, module in gpu.KERNELS.items()
    }
    yield layout, kernels, weights
    if HAS_GPU:
        torch.cuda.empty_cache()


def results(layer: Loaded, drawn: Draw) -> dict[str, Tensor]:
    """Of every kernel that serves so many tokens."""
    found = {}
    for name, kernel in layer[1].items():
        try:
            found[name] = kernel.block(drawn)()
        except Unsupported:
            continue
    return found


def test_every_kernel_gives_what_the_formula_gives(layer: Loaded) -> None:
    layout, _, weights = layer
    for tokens in layout.tokens:
        drawn = draw(layout, tokens, "uniform", tokens, DEVICE)
        truth = gate.formula(drawn, *weights)
        found = results(layer, drawn)
        assert found, f"{layout.name} T={tokens}: no kernel serves it"
        for name, y in found.items():
            try:
                gate.check([y], [truth], [drawn], TOLERANCE)
            except gate.WrongResult as wrong:
                pytest.fail(f"{name} {layout.name} T={tokens}: {wrong}")


def test_kernels_agree_where_one_takes_over_from_another(layer: Loaded) -> None:
    layout = layer[0]
    for tokens in layout.tokens[:2]:
        found = results(layer, draw(layout, tokens, "zipf", 7, DEVICE))
        assert len(found) > 1, f"{layout.name} T={tokens}: {', '.join(found)} alone"
        first, *others = found.values()
        for name, y in zip(list(found)[1:], others, strict=True):
            difference = float((y.float() - first.float()).norm() / first.float().norm())
            assert difference < 2 * TOLERANCE, f"{name} {layout.name} T={tokens}"


@pytest.mark.gpu
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_a_hundred_runs_give_the_same_bits(layout: Layout) -> None:
    kernels = loaded(layout)
    for tokens in layout.tokens:
        drawn = draw(layout, tokens, "zipf", 1, DEVICE)
        for name, kernel in kernels.items():
            try:
                call = kernel.block(drawn)
                first = call()
            except Unsupported:
                continue
            for _ in range(RUNS):
                assert call().equal(first), f"{name} {layout.name} T={tokens}"


@pytest.mark.gpu
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_a_captured_block_serves_another_routing(layout: Layout) -> None:
    kernels = loaded(layout)
    for tokens in layout.tokens:
        drawn = draw(layout, tokens, "uniform", 1, DEVICE)
        other = draw(layout, tokens, "hot", 2, DEVICE)
        for name, kernel in kernels.items():
            try:
                expected = kernel.block(other)()
            except Unsupported:
                continue
            y = replayed(kernel, drawn, other)
            assert y.equal(expected), f"{name} {layout.name} T={tokens}"


def loaded(layout: Layout) -> dict[str, Ours]:
    weights = drawn_weights(layout, DEVICE)
    found = Kernel(import_module(gpu.KERNELS["triton"]), aligner).load(layout, *weights)
    return {
        name: Ours(layout, import_module(module), aligner, found.w13, found.w2, HAS_GPU)
        for name, module in gpu.KERNELS.items()
    }


def replayed(kernel: Ours, drawn: Draw, other: Draw) -> Tensor:
    """A graph captured on one draw, replayed after its inputs were changed to another's."""
    call = kernel.block(drawn)
    call()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        y = call()
    kept = [each.clone() for each in vars(drawn).values()]
    for mine, others in zip(vars(drawn).values(), vars(other).values(), strict=True):
        mine.copy_(others)
    y.fill_(torch.nan)
    graph.replay()
    torch.cuda.synchronize()
    result = y.clone()
    for mine, before in zip(vars(drawn).values(), kept, strict=True):
        mine.copy_(before)
    return result
