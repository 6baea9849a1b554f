"""Alignment by Triton against plain torch, and both against their definition."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from modelserver.kernels import aot
from modelserver.kernels.counters import counters
from modelserver.kernels.moe_align import naive, triton
from modelserver.kernels.moe_align.alignment import Alignment, most_padded
from modelserver.kernels.moe_align.triton import Launch

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
EXPERTS, SLOTS, BLOCK = 384, 8, 16
ALIGNERS = [naive.align, triton.align]
by_aligner = pytest.mark.parametrize(
    "align", ALIGNERS, ids=lambda function: function.__module__.rpartition(".")[2]
)


def ids_of(rows: list[list[int]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.int32, device=DEVICE)


def random_ids(tokens: int, slots: int, experts: int) -> Tensor:
    """Some −1, some beyond the last expert, some twice in a token."""
    random = torch.Generator().manual_seed(tokens)
    return torch.randint(-2, experts + 1, (tokens, slots), generator=random).int().to(DEVICE)


def listed(order: Alignment) -> list[tuple[int, list[int]]]:
    """Expert and rows of each block, the padding left in."""
    rows, experts = order.sorted_token_ids.tolist(), order.expert_ids.tolist()
    block = len(rows) // len(experts) if experts else 1
    used = int(order.num_tokens_post_padded)
    assert used % block == 0
    return [(experts[at // block], rows[at : at + block]) for at in range(0, used, block)]


def sorted_by_hand(ids: Tensor, experts: int, block: int) -> list[tuple[int, list[int]]]:
    flat, nobody = ids.flatten().tolist(), ids.numel()
    found = []
    for expert in range(experts):
        rows = [row for row, named in enumerate(flat) if named == expert]
        rows += [nobody] * (-len(rows) % block)
        found += [(expert, rows[at : at + block]) for at in range(0, len(rows), block)]
    return found


def assert_same(found: Alignment, expected: Alignment, shape: object) -> None:
    for name in vars(expected):
        ours, theirs = getattr(found, name), getattr(expected, name)
        assert ours.dtype == torch.int32
        assert torch.equal(ours.cpu(), theirs.cpu()), (name, shape)


@by_aligner
@pytest.mark.parametrize(
    ("ids", "experts", "block"),
    [
        (torch.empty(0, 3, dtype=torch.int32, device=DEVICE), 4, 2),
        (ids_of([[2]]), 4, 1),
        (ids_of([[2]]), 4, 16),
        (ids_of([[0, 3], [3, 0], [3, 1]]), 5, 2),
        (ids_of([[1, 1], [1, 1], [1, 1]]), 3, 4),
        (ids_of([[-1, 0], [-1, -1], [2, -1]]), 3, 2),
        (ids_of([[-1, -1]]), 3, 2),
        (random_ids(101, 3, 20), 20, 4),
        (random_ids(67, 8, 384), 384, 16),
        (random_ids(300, 2, 9).long(), 9, 32),
    ],
    ids=lambda value: str(tuple(value.shape)) if isinstance(value, Tensor) else str(value),
)
def test_alignment_is_a_sort_by_expert_with_padding(
    align: Callable[..., Alignment], ids: Tensor, experts: int, block: int
) -> None:
    order = align(ids, experts, block)
    assert listed(order) == sorted_by_hand(ids, experts, block)


@by_aligner
def test_what_lies_behind_the_last_block_is_marked_as_empty(
    align: Callable[..., Alignment],
) -> None:
    order = align(ids_of([[0, 1], [0, 1], [0, -1]]), 5, 4)
    assert order.num_tokens_post_padded.tolist() == [8]
    assert len(order.sorted_token_ids) == most_padded(6, 5, 4) == 20
    assert order.sorted_token_ids[8:].tolist() == [6] * 12
    assert order.expert_ids.tolist() == [0, 1, -1, -1, -1]


def test_the_bound_is_reached_and_never_passed() -> None:
    for rows, experts, block in [(0, 4, 8), (1, 4, 8), (3, 9, 4), (64, 4, 16), (7, 7, 1)]:
        spread = torch.arange(rows).clamp_max(experts - 1).view(-1, 1)
        filled = int(naive.align(spread, experts, block).num_tokens_post_padded)
        assert filled == most_padded(rows, experts, block), (rows, experts, block)


def test_all_tokens_may_go_to_one_expert() -> None:
    ids = torch.full((150, 2), 3, dtype=torch.int32, device=DEVICE)
    assert listed(triton.align(ids, 5, 16)) == sorted_by_hand(ids, 5, 16)


LAUNCHES = {
    "one program": Launch(1, 96),
    "one tile a program": Launch(6, 16),
    "some tiles a program": Launch(2, 48),
    "more programs than tiles": Launch(9, 16),
    "more than are read at a time": Launch(81, 1),
    "a chunk that is no multiple of a tile": Launch(4, 21),
}


@pytest.mark.parametrize("launch", LAUNCHES.values(), ids=LAUNCHES)
def test_a_result_does_not_depend_on_how_it_is_launched(launch: Launch) -> None:
    ids = random_ids(27, 3, 40)
    found = triton.align(ids, 40, 4, launch=launch, tile=16)
    assert_same(found, naive.align(ids, 40, 4), launch)


def test_programs_that_place_their_own_rows_find_the_same_places() -> None:
    """Interpreted programs run one after the other: one alone does not wait for itself."""
    ids = random_ids(27, 3, 40)
    found = triton.align(ids, 40, 4, launch=Launch(1, 96, together=True), tile=16)
    assert_same(found, naive.align(ids, 40, 4), "together")


@pytest.mark.skipif(DEVICE == "cuda", reason="the order of programs is the interpreter's to choose")
def test_the_first_program_may_be_the_last_to_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    from triton.runtime.interpreter import interpreter_builder

    forwards = interpreter_builder.set_grid_idx
    monkeypatch.setattr(interpreter_builder, "set_grid_idx", lambda x, y, z: forwards(5 - x, y, z))
    ids = random_ids(27, 3, 40)
    found = triton.align(ids, 40, 4, launch=Launch(6, 16), tile=16)
    assert_same(found, naive.align(ids, 40, 4), "backwards")


@pytest.mark.parametrize(
    "launch", [Launch(1, 96), Launch(6, 16), Launch(1, 96, together=True)], ids=str
)
def test_the_counters_are_zero_after_each_launch(launch: Launch) -> None:
    for _ in range(3):
        triton.align(random_ids(27, 3, 40), 40, 4, launch=launch, tile=16)
        state = counters(torch.device(DEVICE), "moe_align", triton.STATE)
        assert state.tolist() == [0, 0, 0]


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """Everything that a launch allocates, with poison in it and 64 elements on either side."""
    made: list[Tensor] = []
    empty = torch.empty

    def surrounded(*shape: Any, dtype: torch.dtype, device: torch.device) -> Tensor:
        sizes = torch.Size(shape[0] if isinstance(shape[0], tuple) else shape)
        whole = empty(sizes.numel() + 128, dtype=dtype, device=device).fill_(-77777)
        made.append(whole)
        return whole[64:-64].view(sizes)

    monkeypatch.setattr(torch, "empty", surrounded)
    return made


@pytest.mark.parametrize(
    ("tokens", "experts", "slots", "block"),
    [
        (0, 384, 8, 16),
        (1, 384, 8, 8),
        (3, 384, 8, 16),
        (5, 7, 7, 3),
        (17, 1, 1, 16),
        (33, 96, 16, 64),
        (129, 384, 8, 16),
        (150, 8, 2, 128),
    ],
)
def test_every_element_is_written_and_nothing_beside_them(
    guarded: list[Tensor], tokens: int, experts: int, slots: int, block: int
) -> None:
    ids = random_ids(tokens, slots, experts)
    found = triton.align(ids, experts, block)
    assert len(guarded) == 5
    for whole in guarded:
        assert torch.cat([whole[:64], whole[-64:]]).eq(-77777).all(), (tokens, experts)
    assert_same(found, naive.align(ids, experts, block), tokens)


def test_a_hundred_runs_return_the_same_bits() -> None:
    ids = random_ids(9, 3, 40)
    first = triton.align(ids, 40, 4, launch=Launch(2, 16), tile=16)
    for _ in range(100):
        assert_same(triton.align(ids, 40, 4, launch=Launch(2, 16), tile=16), first, "again")


@by_aligner
def test_ids_that_are_no_integers_are_refused(align: Callable[..., Alignment]) -> None:
    with pytest.raises(ValueError, match="ids is int32 or int64"):
        align(torch.zeros(2, 2, device=DEVICE), 4, 1)


@by_aligner
def test_a_block_of_nothing_is_refused(align: Callable[..., Alignment]) -> None:
    with pytest.raises(ValueError, match="block are at least 1"):
        align(ids_of([[1]]), 4, 0)


def test_many_rows_take_as_many_programs_as_run_at_the_same_time() -> None:
    for rows in (0, 1, 64, 65, 2048, 2049, 16384, 131_072, 800_000):
        launch = triton.launch_for(rows, torch.device("cpu"))
        assert 1 <= launch.programs <= triton.MOST_PROGRAMS
        assert launch.programs * launch.chunk >= rows > (launch.programs - 1) * launch.chunk - 1
        assert launch.chunk % triton.TILE == 0


def test_the_kernel_compiles_for_hopper_without_spills() -> None:
    reports = aot.reports(triton.__name__)
    assert [report.name for report in reports if report.refused] == []
    assert len(reports) == len(triton.aot_variants()) == 3


@pytest.mark.gpu
@pytest.mark.parametrize("tokens", [1, 64, 257, 1024, 4096, 16384, 20000])
def test_many_rows_are_placed_together_on_a_gpu(tokens: int) -> None:
    ids = random_ids(tokens, SLOTS, EXPERTS)
    expected = naive.align(ids, EXPERTS, BLOCK)
    for _ in range(100):
        assert_same(triton.align(ids, EXPERTS, BLOCK), expected, tokens)


@pytest.mark.gpu
@pytest.mark.parametrize("tokens", [1, 32, 4096])
def test_a_captured_graph_serves_other_ids(tokens: int) -> None:
    ids = random_ids(tokens, SLOTS, EXPERTS)
    triton.align(ids, EXPERTS, BLOCK)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        order = triton.align(ids, EXPERTS, BLOCK)
    for _ in range(4):
        ids.copy_(ids.roll(1, 0) - ids.roll(3, 1) % 2)
        graph.replay()
        assert_same(order, naive.align(ids, EXPERTS, BLOCK), tokens)
