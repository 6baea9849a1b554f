import math

import torch

from modelserver.kernels.fused_moe_w4a16 import naive
from modelserver.quant.int4 import pack


def test_prepared_weights_are_code_minus_eight_times_scale() -> None:
    codes = torch.arange(32).remainder(16).view(1, 1, 32)
    weights = naive.prepare(pack(codes), torch.tensor([[[0.25]]], dtype=torch.bfloat16))
    assert weights[0, 0, :16].tolist() == [(code - 8) / 4 for code in range(16)]


def test_one_expert_is_down_of_silu_of_gate_times_up() -> None:
    w13 = torch.zeros(1, 4, 2, dtype=torch.float64)
    w13[0, 0, 0], w13[0, 2, 1] = 1, 1  # gate reads the first feature, up the second
    w2 = torch.tensor([[[2.0, 0.0], [0.0, 0.0]]], dtype=torch.float64)
    x = torch.tensor([[3.0, 5.0]])
    y = naive.fused_moe(x, w13, w2, torch.tensor([[0.5]]), torch.tensor([[0]]))
    assert math.isclose(y[0, 0].item(), 0.5 * 2 * 5 * 3 / (1 + math.exp(-3)))
    assert y[0, 1].item() == 0


def test_a_missing_expert_adds_nothing() -> None:
    w13, w2 = torch.ones(2, 4, 2), torch.ones(2, 2, 2)
    x, weights = torch.ones(1, 2), torch.ones(1, 2)
    with_gap = naive.fused_moe(x, w13, w2, weights, torch.tensor([[1, -1]]))
    alone = naive.fused_moe(x, w13, w2, weights[:, :1], torch.tensor([[1]]))
    assert torch.equal(with_gap, alone)


def test_no_tokens_give_no_rows() -> None:
    w13, w2 = torch.ones(2, 4, 2), torch.ones(2, 2, 2)
    empty = torch.empty(0, 3)
    assert naive.fused_moe(torch.empty(0, 2), w13, w2, empty, empty.long()).shape == (0, 2)
