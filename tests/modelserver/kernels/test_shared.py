"""Every kernel for the processor adds what the shared expert made, and takes weights as views."""

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


def call(kernel: ModuleType, x: Tensor, shared: Tensor | None) -> tuple[Tensor, Tensor]:
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
    truth = naive.fused_moe(x, w13, w2, weights, ids, shared)
    return kernel.fused_moe(x, *prepared, weights, ids, shared), truth


def error(y: Tensor, truth: Tensor) -> float:
    truth = truth.to(y.dtype).double()
    return float((y.double() - truth).norm() / truth.norm())


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.__name__.split(".")[-1])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32], ids=["bf16", "fp32"])
@pytest.mark.parametrize("with_shared", [False, True], ids=["without", "with"])
def test_the_shared_experts_part_is_added_once(
    kernel: ModuleType, dtype: torch.dtype, with_shared: bool
) -> None:
    random = torch.Generator().manual_seed(4)
    x = torch.randn(TOKENS, HIDDEN, generator=random).to(dtype)
    shared = torch.randn(TOKENS, HIDDEN, generator=random).to(dtype) if with_shared else None
    before = None if shared is None else shared.clone()
    y, truth = call(kernel, x, shared)
    assert y.shape == (TOKENS, HIDDEN)
    assert error(y, truth) < TOLERANCE[kernel], (kernel.__name__, dtype)
    assert shared is before or torch.equal(shared, before)  # type: ignore[arg-type]


def test_a_shared_part_of_another_shape_is_refused() -> None:
    x = torch.randn(TOKENS, HIDDEN)
    with pytest.raises(ValueError, match=r"shared is float32 \(7, 96\) and contiguous"):
        call(cpu, x, x[:, :1].contiguous())


def test_the_truth_is_float64_throughout() -> None:
    """An addend that float32 would lose beside the shared part is still there."""
    w13 = torch.ones(1, 2, 1, dtype=torch.float64)
    w2 = torch.ones(1, 1, 1, dtype=torch.float64)
    x = torch.tensor([[1e-5]], dtype=torch.float64)
    one, first = torch.ones(1, 1), torch.zeros(1, 1, dtype=torch.int64)
    y = naive.fused_moe(x, w13, w2, one, first, shared=torch.ones(1, 1))
    assert y.dtype == torch.float64
    assert 1 < y.item() < 1 + 1e-9
