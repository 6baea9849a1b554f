"""The lanes that run CUDA source on a processor: instructions, and the mistakes they notice."""

import ctypes
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from modelserver.kernels import build

SOURCE = Path(__file__).with_name("primitives.cpp")
SEEDS = range(4)
CHUNK = 64
CORRECT, READS_EARLY, WRITES_EARLY, NEVER_ARRIVES, ARRIVES_TWICE = range(5)


class Fault(Exception):
    """A kernel was stopped; what the lanes said."""


@pytest.fixture(scope="module")
def library() -> ctypes.CDLL:
    return build.load(SOURCE, "-O1", "-fvisibility=default")


def run(library: ctypes.CDLL, name: str, *arguments: Any) -> None:
    """Call a small kernel; tensors go as pointers, and as the last argument room for a message."""
    said = ctypes.create_string_buffer(4096)
    passed = [
        ctypes.c_void_p(each.data_ptr()) if isinstance(each, Tensor) else each for each in arguments
    ]
    if library[name](*passed, said):
        raise Fault(said.value.decode())


def seeded(seed: int) -> ctypes.c_uint64:
    return ctypes.c_uint64(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_mma_is_a_matrix_product_plus_c(library: ctypes.CDLL, seed: int) -> None:
    torch.manual_seed(seed)
    a, b = torch.randn(16, 16).bfloat16(), torch.randn(16, 8).bfloat16()
    c, d = torch.randn(16, 8), torch.full((16, 8), torch.nan)
    run(library, "multiply", a, b, c, d, seeded(seed))
    torch.testing.assert_close(d.double(), c.double() + a.double() @ b.double(), atol=1e-6, rtol=0)


def test_mma_keeps_subnormal_bf16(library: ctypes.CDLL) -> None:
    codes = torch.arange(256, dtype=torch.int16).view(16, 16).view(torch.bfloat16)
    b = torch.eye(16)[:, :8].mul(2.0**64).bfloat16()
    d = torch.full((16, 8), torch.nan)
    run(library, "multiply", codes, b, torch.zeros(16, 8), d, seeded(0))
    assert torch.equal(d * 2.0**69, torch.arange(256.0).view(16, 16)[:, :8])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("steps", "stages"), [(1, 1), (7, 1), (7, 3), (12, 4), (3, 8)])
def test_a_ring_of_any_depth_hands_over_every_stage_once(
    library: ctypes.CDLL, steps: int, stages: int, seed: int
) -> None:
    chunks, sums = torch.randn(steps, CHUNK), torch.full((CHUNK,), torch.nan)
    run(library, "ring_sum", chunks, sums, steps, stages, CORRECT, seeded(seed))
    torch.testing.assert_close(sums, chunks.sum(0))


@pytest.mark.parametrize("mistake", [READS_EARLY, WRITES_EARLY])
def test_a_missing_wait_is_seen_in_the_result(library: ctypes.CDLL, mistake: int) -> None:
    chunks, wrong = torch.randn(9, CHUNK), 0
    for seed in SEEDS:
        sums = torch.zeros(CHUNK)
        try:
            run(library, "ring_sum", chunks, sums, 9, 2, mistake, seeded(seed))
        except Fault:
            wrong += 1
        else:
            wrong += not torch.allclose(sums, chunks.sum(0), atol=1e-5)
    assert wrong == len(SEEDS)


def test_a_deadlock_names_who_waits_where(library: ctypes.CDLL) -> None:
    with pytest.raises(Fault) as stopped:
        run(
            *(library, "ring_sum", torch.zeros(9, CHUNK), torch.zeros(CHUNK)),
            *(9, 2, NEVER_ARRIVES, seeded(0)),
        )
    full, empty = 2 * CHUNK * 4, 2 * CHUNK * 4 + 2 * 8
    assert str(stopped.value).splitlines() == [
        "no lane can go on:",
        f"  block 0 warp 0 waits for mbarrier at {full}, parity 1 with 32 lanes",
        f"  block 0 warp 1 waits for mbarrier at {empty}, parity 0 with 1 lanes",
    ]


def test_an_arrival_too_many_is_a_fault(library: ctypes.CDLL) -> None:
    with pytest.raises(Fault, match="more arrivals at a barrier"):
        run(
            *(library, "ring_sum", torch.zeros(9, CHUNK), torch.zeros(CHUNK)),
            *(9, 1, ARRIVES_TWICE, seeded(0)),
        )


def test_shuffles_stay_in_their_warp(library: ctypes.CDLL) -> None:
    values = torch.arange(64, dtype=torch.int32)
    rotated, swapped = torch.zeros_like(values), torch.zeros_like(values)
    run(library, "shuffles", values, rotated, swapped, seeded(1))
    assert torch.equal(rotated, values.view(2, 32).roll(-1, 1).flatten())
    assert torch.equal(swapped, values ^ 4)


def test_a_counter_counts_every_block_once_in_an_order_that_the_seed_draws(
    library: ctypes.CDLL,
) -> None:
    orders = set()
    for seed in SEEDS:
        counter, before = torch.zeros(1, dtype=torch.int32), torch.zeros(6, dtype=torch.int32)
        run(library, "count_blocks", counter, before, 6, seeded(seed))
        assert sorted(before.tolist()) == list(range(6)) and counter.item() == 6
        orders.add(tuple(before.tolist()))
    assert len(orders) > 1


@pytest.mark.parametrize("seed", SEEDS)
def test_a_named_barrier_holds_some_warps_of_a_block(library: ctypes.CDLL, seed: int) -> None:
    seen = torch.full((3, 64), -1, dtype=torch.int32)
    run(library, "named_barrier", seen, seeded(seed))
    assert torch.equal(seen, torch.arange(3, dtype=torch.int32).view(3, 1).expand(3, 64))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("diverge", "lanes diverged"),
        ("wait_uninitialised", "the barrier has not been initialised"),
    ],
)
def test_what_a_gpu_would_not_forgive_is_a_fault(
    library: ctypes.CDLL, name: str, message: str
) -> None:
    with pytest.raises(Fault, match=message):
        run(library, name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("copy_unaligned", "aligned to 16 bytes"),
        ("copy_and_leave", "before its bulk copies had landed"),
    ],
)
def test_a_bulk_copy_must_be_aligned_and_waited_for(
    library: ctypes.CDLL, name: str, message: str
) -> None:
    with pytest.raises(Fault, match=message):
        run(library, name, torch.zeros(8))


def test_bf16_is_rounded_as_torch_rounds_it(library: ctypes.CDLL) -> None:
    values = torch.cat([torch.randn(1000), torch.tensor([torch.inf, -torch.inf, 3.4e38, 1e-40])])
    words = torch.zeros(len(values) // 2, dtype=torch.int32)
    library.round_pairs(
        ctypes.c_void_p(values.data_ptr()), ctypes.c_void_p(words.data_ptr()), len(words)
    )
    assert torch.equal(words.view(torch.bfloat16), values.bfloat16())


def test_every_code_of_every_plane_is_its_weight_in_both_encodings(library: ctypes.CDLL) -> None:
    subnormal, offset = torch.full((4, 16), torch.nan), torch.full((4, 16), torch.nan)
    run(library, "codes_are_weights", subnormal, offset)
    expected = (torch.arange(16.0) - 8).expand(4, 16)
    assert torch.equal(subnormal, expected) and torch.equal(offset, expected)
