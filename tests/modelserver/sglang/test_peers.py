"""The benchmark calls SGLang's kernels as the installed SGLang declares them.

They need a GPU to run; here the arguments of every call are bound to the function's own signature.
"""

import inspect
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from modelserver.bench.layouts import Draw, Layout, draw, drawn_weights
from modelserver.bench.peers_gpu import Loaded, humming, marlin
from modelserver.kernels.moe_align import naive as aligner

pytestmark = pytest.mark.usefixtures("sglang_on_cpu")

WHOLE = Layout("whole", experts=4, inner=64, tokens=(), routed=4, hidden=128, slots=2)
PART = Layout("part", experts=2, inner=64, tokens=(), routed=4, hidden=128, slots=2)
BOUND: dict[str, Callable[[dict[str, Any]], Tensor]] = {
    "moe_wna16_marlin_gemm": lambda given: shaped(given),
    "gptq_marlin_repack": lambda given: torch.zeros(
        given["size_k"] // 16, given["size_n"] * 2, dtype=torch.int32
    ),
    "silu_and_mul": lambda given: torch.zeros_like(given["out"]),
    "moe_topk_sum": lambda given: given["out"].copy_(given["x"].sum(1)),
    "moe_fused_mul_sum": lambda given: given["inputs"].sum(1),
}


def shaped(given: dict[str, Any]) -> Tensor:
    out = given["c_or_none"]
    rows = given["size_m"] * given["top_k"]
    assert given["a"].shape == (given["size_m"], given["size_k"])
    assert given["b_scales"].shape[1:] == (given["size_k"] // 32, given["size_n"])
    if out is None:
        return torch.zeros(rows, given["size_n"], dtype=given["a"].dtype)
    assert out.shape == (rows, given["size_n"])
    zeroed: Tensor = out.zero_()
    return zeroed


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of SGLang's functions that were called; their arguments fitted."""
    names: list[str] = []

    def bound(function: Any, name: str) -> Callable[..., Tensor]:
        signature = inspect.signature(function)

        def call(*arguments: object, **named: object) -> Tensor:
            names.append(name)
            given = signature.bind(*arguments, **named)
            given.apply_defaults()
            result: Tensor = BOUND[name](given.arguments)
            return result

        return call

    def library(name: str) -> Any:
        module = import_module(name)
        found = {each: getattr(module, each) for each in dir(module)}
        return SimpleNamespace(
            **found | {each: bound(found[each], each) for each in BOUND if each in found}
        )

    for peer in (marlin, humming):
        monkeypatch.setattr(peer, "library", library)
        monkeypatch.setattr(peer, "need_gpu", lambda: None)
        monkeypatch.setattr(peer, "aligner", lambda: aligner)
    return names


def whole_and_parts(loaded: Loaded, drawn: Draw) -> None:
    assert loaded.block(drawn)().shape == drawn.x.shape
    if products := loaded.products(drawn):
        assert products.result(products.call()).shape == drawn.x.shape


@pytest.mark.parametrize("layout", [WHOLE, PART])
@pytest.mark.parametrize("tokens", [1, 9])
def test_marlin_is_called_as_it_is_declared(
    called: list[str], layout: Layout, tokens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = SimpleNamespace(multi_processor_count=2)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _device: card)
    loaded = marlin.load(layout, *drawn_weights(layout))
    whole_and_parts(loaded, draw(layout, tokens, "uniform", 1))
    assert set(called) == {
        "gptq_marlin_repack", "moe_wna16_marlin_gemm", "silu_and_mul", "moe_topk_sum",
    }  # fmt: skip


class HummingLayer:
    """Takes what a HummingLayer takes; the wheel itself cannot be loaded without a GPU."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def __call__(self, *, inputs: Tensor, outputs: Tensor, top_k: int, **_rest: object) -> Tensor:
        assert outputs.shape == (len(inputs) * top_k, self.rows)
        return outputs.zero_()


@pytest.mark.parametrize("layout", [WHOLE, PART])
def test_hummings_activation_and_sum_are_called_as_sglang_declares_them(
    called: list[str], layout: Layout
) -> None:
    tuning = [(0, 8, {"block_shape": [8]}), (8, 1 << 30, {"block_shape": [16]})]
    layers = HummingLayer(2 * layout.inner), HummingLayer(layout.hidden)
    loaded = humming.Humming(layout, *layers, (tuning, tuning), aligner)
    whole_and_parts(loaded, draw(layout, 3, "uniform", 1))
    assert set(called) == {"silu_and_mul", "moe_fused_mul_sum"}


def test_marlins_scales_are_ordered_as_sglang_orders_them() -> None:
    own = import_module("sglang.srt.layers.quantization.marlin_utils")
    scales = torch.arange(2 * 128 * 4).view(2, 128, 4).float()
    theirs = own.marlin_moe_permute_scales(scales.transpose(1, 2), 128, 128, 32)
    assert marlin.permuted(scales).equal(theirs)
