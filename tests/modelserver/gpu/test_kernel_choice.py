"""Each call goes to the first kernel that serves it, and nothing is lost when one does not."""

import pytest
import torch
from torch import Tensor

from modelserver.bench import gate
from modelserver.bench.layouts import Layout, draw, drawn_weights
from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import cuda, cuda_block, gpu, triton
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.quant.int4 import Quantised

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
LAYOUT = Layout("small", experts=2, inner=128, tokens=(), routed=2, hidden=128, slots=2)
FEW, SOME, MANY = 2, 10, 40  # tokens: for one launch, for two, and too many for H = 128 in CUDA


def prepared() -> tuple[gpu.Experts, gpu.Experts, tuple[Quantised, Quantised]]:
    weights = drawn_weights(LAYOUT, DEVICE)
    first, second = (gpu.prepare(each.packed.clone(), each.scales.clone()) for each in weights)
    return first, second, weights


@pytest.mark.parametrize(("tokens", "kernel"), [(FEW, cuda_block), (SOME, cuda), (MANY, triton)])
def test_a_call_goes_to_the_best_kernel_that_serves_its_size(tokens: int, kernel: object) -> None:
    w13, w2, weights = prepared()
    drawn = draw(LAYOUT, tokens, "uniform", 1, DEVICE)
    y = gpu.fused_moe(drawn.x, w13, w2, drawn.weights, drawn.ids)
    problem = Problem(drawn.x, w13.packed, w2.packed, drawn.weights, drawn.ids)
    of_kernel: Tensor = kernel.compute(problem)  # type: ignore[attr-defined]
    assert y.equal(of_kernel)
    truth = gate.formula(drawn, *weights)
    gate.check([y], [truth], [drawn], tolerance=2e-2)


def test_a_kernel_that_does_not_load_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cuda", "cuda_block"):
        monkeypatch.setitem(gpu.KERNELS, name, "modelserver.kernels.no_such")
    w13, _, _ = prepared()
    assert w13.kernels == (triton,)


@pytest.mark.parametrize(
    ("capability", "names"),
    [
        ((7, 5), []),
        ((8, 0), ["triton"]),
        ((9, 0), ["cuda_block", "cuda", "triton"]),
        ((10, 0), ["triton"]),
    ],
)
def test_machine_code_for_hopper_is_used_on_hopper_alone(
    capability: tuple[int, int], names: list[str]
) -> None:
    assert [name for name in gpu.KERNELS if gpu.suits(name, capability)] == names
    reasons: list[str] = []
    assert len([*gpu.loaded(capability, reasons)]) == len(names)
    assert len(reasons) == len(gpu.KERNELS) - len(names)


def test_where_none_loads_the_reasons_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in gpu.KERNELS:
        monkeypatch.setitem(gpu.KERNELS, name, f"modelserver.kernels.no_such_{name}")
    with pytest.raises(Unsupported, match=r"no_such_cuda_block does not load.*no_such_triton"):
        prepared()


@pytest.mark.parametrize(("rows", "columns"), [(64, 256), (256, 64)])
def test_what_cannot_be_packed_is_refused_before_it_is_touched(rows: int, columns: int) -> None:
    packed = torch.arange(rows * columns // 8, dtype=torch.int32).view(1, rows, columns // 8)
    before = packed.clone()
    with pytest.raises(Unsupported, match="not in multiples of 128"):
        gpu.prepare(packed, torch.ones(1, rows, columns // 32, dtype=torch.bfloat16))
    assert packed.equal(before)


def test_a_call_that_no_kernel_serves_is_refused_with_the_reasons() -> None:
    w13, w2, _ = prepared()
    drawn = draw(LAYOUT, FEW, "uniform", 1, DEVICE)
    with pytest.raises(Unsupported, match=r"bf16.*; .*bf16.*; .*bf16"):
        gpu.fused_moe(drawn.x.float(), w13, w2, drawn.weights, drawn.ids)
