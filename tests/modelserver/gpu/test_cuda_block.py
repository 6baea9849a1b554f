"""The whole block of experts in one launch, run lane by lane on a processor, against float64."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import cuda, cuda_block
from modelserver.kernels.moe_align import naive as routing

from .test_cuda_prefill import Call, drawn, error, packed, scratch_is_nan

__all__ = ["scratch_is_nan"]  # for every test here too

TOLERANCE = 4e-3  # h and the result are bf16


def block(call: Call, seed: int = 0) -> Tensor:
    out = torch.full((len(call.x) + 2, call.x.shape[1]), torch.nan).bfloat16()
    order = routing.align(call.ids, call.layer.experts, cuda_block.BLOCK)
    cuda_block.block(call.problem(), order, out=out[1:-1], seed=seed)
    assert out[[0, -1]].isnan().all(), "rows beside the result were written"
    return out[1:-1]


def check(call: Call, seed: int = 0) -> None:
    result = block(call, seed)
    truth = call.layer.truth(call.x, call.weights, call.ids)
    assert error(result, truth) <= TOLERANCE, str(call)


@pytest.mark.parametrize(
    ("tokens", "slots", "experts", "hidden", "inner"),
    [(1, 1, 1, 128, 128), (1, 8, 12, 256, 256), (2, 3, 5, 384, 128), (8, 2, 3, 256, 256)],
)
def test_one_launch_is_the_weighted_sum(
    tokens: int, slots: int, experts: int, hidden: int, inner: int
) -> None:
    check(drawn(tokens, slots, experts, hidden, inner))


@pytest.mark.parametrize("seed", range(6))
def test_no_block_reads_h_before_all_have_written_it(seed: int) -> None:
    check(drawn(1, 1, 1, 1408), seed)


def test_the_word_by_which_blocks_meet_serves_one_launch_after_another() -> None:
    call = drawn(3, 2, 4)
    first = block(call)
    assert all(torch.equal(block(call, seed), first) for seed in range(1, 5))


def test_ids_below_zero_and_tokens_without_experts_add_nothing() -> None:
    call = drawn(5, 3, 4)
    call.ids[torch.rand(call.ids.shape) < 0.4] = -1
    call.ids[2] = -1
    check(call)


def test_no_token_at_all_is_served() -> None:
    assert block(drawn(0, 2, 4)).shape == (0, 256)


def test_it_is_decode_bit_for_bit() -> None:
    call = drawn(4, 2, 3)
    order = routing.align(call.ids, call.layer.experts, cuda_block.BLOCK)
    plan = cuda.Plan(cuda_block.BLOCK, "narrow", "flat")
    assert torch.equal(cuda.decode(plan, call.problem(), order), block(call))


def test_what_two_launches_serve_better_is_left_to_them() -> None:
    call = drawn(9, 1, 1)
    with pytest.raises(Unsupported, match="9 tokens"):
        cuda_block.check(call.x, packed(call.layer.w2))
    cuda_block.check(call.x[:8], packed(call.layer.w2))


def test_a_tensor_that_does_not_fit_is_named() -> None:
    call = drawn(2, 2, 3)
    with pytest.raises(ValueError, match="weights is fp64"):
        block(replace(call, weights=call.weights.double()))
