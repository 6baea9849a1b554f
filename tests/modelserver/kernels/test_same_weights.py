"""Every kernel for the processor takes weights as views and gives what the formula gives."""

from types import ModuleType

import pytest
import torch
from torch import Tensor

from modelserver.kernels.fused_moe_w4a16 import cpu, dequant, naive, torch_int4
from modelserver.quant.int4 import Quantised, quantise

EXPERTS, HIDDEN, WIDTH, TOKENS, SLOTS = 4, 96, 32, 7, 2
KERNELS = [cpu, torch_int4, dequant, naive]
TOLERANCE = {cpu: 2e-3, torch_int4: 1e-2, dequant: 1e-2, naive: 2e-3}


def drawn(rows: int, columns: int) -> Quantised:
    random = torch.Generator().manual_seed(rows)
    return quantise(torch.randn(EXPERTS, rows, columns, generator=random) * columns**-0.5)


def call(kernel: ModuleType, x: Tensor) -> tuple[Tensor, Tensor]:
    """What the kernel makes of weights that lie transposed, and the truth in float64."""
    random = torch.Generator().manual_seed(3)
    ids = torch.rand(TOKENS, EXPERTS, generator=random).argsort(-1)[:, :SLOTS]
    weights = torch.rand(TOKENS, SLOTS, generator=random)
    layer = (drawn(2 * WIDTH, HIDDEN), drawn(HIDDEN, WIDTH))
    views = [
        [part.transpose(1, 2).contiguous().transpose(1, 2) for part in (each.packed, each.scales)]
        for each in layer
    ]
    assert not any(part.is_contiguous() for part in views[0])
    prepared = [kernel.prepare(*each) for each in views]
    w13, w2 = (naive.prepare(each.packed, each.scales, torch.float64) for each in layer)
    truth = naive.fused_moe(x, w13, w2, weights, ids)
    return kernel.fused_moe(x, *prepared, weights, ids), truth


def error(y: Tensor, truth: Tensor) -> float:
    truth = truth.to(y.dtype).double()
    return float((y.double() - truth).norm() / truth.norm())


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.__name__.split(".")[-1])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32], ids=["bf16", "fp32"])
def test_weights_that_lie_transposed_are_served(kernel: ModuleType, dtype: torch.dtype) -> None:
    x = torch.randn(TOKENS, HIDDEN, generator=torch.Generator().manual_seed(4)).to(dtype)
    y, truth = call(kernel, x)
    assert y.shape == (TOKENS, HIDDEN)
    assert error(y, truth) < TOLERANCE[kernel], (kernel.__name__, dtype)


def test_the_truth_is_float64_throughout() -> None:
    """An addend that float32 would lose beside another is still there."""
    w13 = torch.ones(1, 2, 1, dtype=torch.float64)
    w2 = torch.ones(1, 1, 1, dtype=torch.float64)
    x = torch.tensor([[1.0]], dtype=torch.float64)
    weights, ids = torch.tensor([[1.0, 1e-9]]), torch.zeros(1, 2, dtype=torch.int64)
    y = naive.fused_moe(x, w13, w2, weights, ids)
    one = naive.fused_moe(x, w13, w2, weights[:, :1], ids[:, :1])
    assert y.dtype == torch.float64
    assert 0 < y.item() - one.item() < 1e-8
