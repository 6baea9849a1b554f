"""Routing and alignment by Triton against plain torch, and both against their definition."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor

from modelserver.kernels import aot
from modelserver.kernels.route_topk import naive, triton
from modelserver.kernels.route_topk.alignment import SCALE, Alignment, Routing, most_padded
from modelserver.kernels.route_topk.triton import Launch

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
EXPERTS, SLOTS, BLOCK = 384, 8, 16
ALIGNERS = [naive.align, triton.align]
ROUTERS = [naive.route_topk, triton.route_topk]
by_module = pytest.mark.parametrize(
    "route", ROUTERS, ids=lambda function: function.__module__.rpartition(".")[2]
)
by_aligner = pytest.mark.parametrize(
    "align", ALIGNERS, ids=lambda function: function.__module__.rpartition(".")[2]
)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).to(DEVICE)


def ids_of(rows: list[list[int]]) -> Tensor:
    return torch.tensor(rows, dtype=torch.int32, device=DEVICE)


def random_ids(tokens: int, slots: int, experts: int) -> Tensor:
    """Some −1, some beyond the last expert, some twice in a token."""
    random = torch.Generator().manual_seed(tokens)
    return torch.randint(-2, experts + 1, (tokens, slots), generator=random).int().to(DEVICE)


def listed(order: Alignment) -> list[tuple[int, list[int]]]:
    """Expert and rows of each block, the padding left in."""
    rows, experts = order.rows.tolist(), order.experts.tolist()
    block = len(rows) // len(experts) if experts else 1
    used = int(order.padded)
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
    for name in ("rows", "experts", "padded"):
        ours, theirs = getattr(found, name), getattr(expected, name)
        assert ours.dtype == torch.int32
        assert torch.equal(ours.cpu(), theirs.cpu()), (name, shape)


def assert_routed(found: Routing, expected: Routing, shape: object) -> None:
    assert torch.equal(found.ids.cpu(), expected.ids.cpu()), shape
    assert found.ids.dtype == torch.int32 and found.weights.dtype == torch.float32
    torch.testing.assert_close(
        found.weights, expected.weights, rtol=3e-6, atol=0, msg=lambda text: f"{shape}: {text}"
    )
    assert_same(found.order, expected.order, shape)


SHAPES = [
    (0, 384, 8, 16),
    (1, 384, 8, 8),
    (3, 384, 8, 16),
    (4, 100, 5, 1),
    (5, 7, 7, 3),
    (17, 1, 1, 16),
    (33, 96, 16, 64),
    (129, 384, 8, 16),
    (150, 8, 2, 128),
]


@pytest.mark.parametrize(("tokens", "experts", "slots", "block"), SHAPES)
def test_routing_equals_torch_at_ragged_shapes(
    tokens: int, experts: int, slots: int, block: int
) -> None:
    logits, bias = 2 * drawn(tokens, experts), 0.1 * drawn(experts, seed=1)
    found = triton.route_topk(logits, bias, slots, block=block)
    expected = naive.route_topk(logits, bias, slots, block=block)
    assert_routed(found, expected, (tokens, experts, slots, block))


@by_module
def test_of_equal_experts_the_lowest_index_comes_first(route: Callable[..., Routing]) -> None:
    logits = torch.zeros(2, EXPERTS, device=DEVICE)
    logits[0, [300, 7, 130]] = 1.0
    routing = route(logits, torch.zeros(EXPERTS, device=DEVICE), SLOTS, block=BLOCK)
    assert routing.ids.tolist() == [[7, 130, 300, 0, 1, 2, 3, 4], list(range(8))]


@by_module
def test_the_bias_reorders_experts_and_weighs_nothing(route: Callable[..., Routing]) -> None:
    logits = torch.tensor([[3.0, 2.0, 1.0, 0.0]], device=DEVICE)
    bias = torch.tensor([-1.0, 0.0, 0.0, 1.0], device=DEVICE)
    routing = route(logits, bias, 2, block=1)
    scores = torch.tensor([0.0, 2.0]).sigmoid()
    assert routing.ids.tolist() == [[3, 1]]
    torch.testing.assert_close(routing.weights[0].cpu(), scores / scores.sum() * SCALE)


@by_module
@pytest.mark.parametrize("scale", [1.0, SCALE])
def test_weights_sum_to_the_scale(route: Callable[..., Routing], scale: float) -> None:
    """Renormalised over the chosen, times the scale, each exactly once."""
    routing = route(drawn(9, EXPERTS), drawn(EXPERTS, seed=1), SLOTS, scale, block=BLOCK)
    torch.testing.assert_close(routing.weights.sum(-1).cpu(), torch.full((9,), scale))


def test_the_scale_is_kimi_k25s_unless_told_otherwise() -> None:
    logits, bias = drawn(2, EXPERTS), drawn(EXPERTS, seed=1)
    plain = triton.route_topk(logits, bias, SLOTS, block=BLOCK)
    told = triton.route_topk(logits, bias, SLOTS, 2.827, block=BLOCK)
    assert torch.equal(plain.weights, told.weights)


@by_module
def test_a_bias_of_minus_infinity_puts_an_expert_last(route: Callable[..., Routing]) -> None:
    bias = torch.zeros(4, device=DEVICE)
    bias[[0, 2]] = -torch.inf
    routing = route(torch.zeros(1, 4, device=DEVICE), bias, 3, block=1)
    assert routing.ids.tolist() == [[1, 3, 0]]


@by_module
def test_choices_below_zero_keep_their_order(route: Callable[..., Routing]) -> None:
    logits = torch.tensor([[0.0, 2.0, -2.0, 1.0]], device=DEVICE)
    routing = route(logits, torch.full((4,), -3.0, device=DEVICE), 3, block=1)
    assert routing.ids.tolist() == [[1, 3, 0]]


@by_module
@pytest.mark.parametrize("bits", [0x7FC00000, 0x7FC00000 - 2**31], ids=["nan", "-nan"])
def test_a_bias_of_nan_is_chosen_first_whatever_its_sign(
    route: Callable[..., Routing], bits: int
) -> None:
    bias = torch.tensor([0, bits, 0, 0], dtype=torch.int32, device=DEVICE).view(torch.float32)
    routing = route(torch.zeros(1, 4, device=DEVICE), bias, 2, 1.0, block=1)
    assert routing.ids.tolist() == [[1, 0]]
    assert routing.weights.tolist() == [[0.5, 0.5]]


@by_module
def test_scores_that_are_all_zero_weigh_nothing(route: Callable[..., Routing]) -> None:
    logits = torch.full((1, EXPERTS), -1e4, device=DEVICE)
    routing = route(logits, torch.zeros(EXPERTS, device=DEVICE), SLOTS, block=BLOCK)
    assert routing.weights.tolist() == [[0.0] * SLOTS]


@by_module
@pytest.mark.parametrize("spoilt", [slice(None), slice(5, 6)], ids=["all", "one"])
@pytest.mark.parametrize("value", [torch.nan, -torch.nan], ids=["nan", "-nan"])
def test_logits_of_nan_spoil_their_own_tokens_weights_and_nothing_else(
    route: Callable[..., Routing], spoilt: slice, value: float
) -> None:
    logits, bias = drawn(6, EXPERTS), drawn(EXPERTS, seed=1)
    clean = route(logits, bias, SLOTS, block=BLOCK)
    logits[2, spoilt] = value
    routing = route(logits, bias, SLOTS, block=BLOCK)
    others = torch.arange(6) != 2
    assert torch.equal(routing.weights[others], clean.weights[others])
    assert routing.weights[2].isnan().all()
    assert routing.ids[2, 0] == (5 if spoilt.start else 0)
    for ids in routing.ids.tolist():
        assert len(set(ids)) == SLOTS and min(ids) >= 0 and max(ids) < EXPERTS
    assert listed(routing.order) == sorted_by_hand(routing.ids, EXPERTS, BLOCK)


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
    assert order.padded.tolist() == [8]
    assert len(order.rows) == most_padded(6, 5, 4) == 20
    assert order.rows[8:].tolist() == [6] * 12
    assert order.experts.tolist() == [0, 1, -1, -1, -1]


def test_the_bound_is_reached_and_never_passed() -> None:
    for rows, experts, block in [(0, 4, 8), (1, 4, 8), (3, 9, 4), (64, 4, 16), (7, 7, 1)]:
        spread = torch.arange(rows).clamp_max(experts - 1).view(-1, 1)
        filled = int(naive.align(spread, experts, block).padded)
        assert filled == most_padded(rows, experts, block), (rows, experts, block)


def test_all_tokens_may_go_to_one_expert() -> None:
    ids = torch.full((150, 2), 3, dtype=torch.int32, device=DEVICE)
    assert listed(triton.align(ids, 5, 16)) == sorted_by_hand(ids, 5, 16)


LAUNCHES = {
    "one program": Launch(1, 32, 4),
    "one tile a program": Launch(7, 4, 4),
    "some tiles a program": Launch(3, 12, 4),
    "more programs than tiles": Launch(9, 4, 4),
    "more than are read at a time": Launch(27, 1, 1),
}


@pytest.mark.parametrize("launch", LAUNCHES.values(), ids=LAUNCHES)
def test_a_result_does_not_depend_on_how_it_is_launched(launch: Launch) -> None:
    logits, bias = drawn(27, 40), drawn(40, seed=1)
    found = triton.route_topk(logits, bias, 3, block=4, launch=launch)
    assert_routed(found, naive.route_topk(logits, bias, 3, block=4), launch)


def test_programs_that_place_their_own_rows_find_the_same_places() -> None:
    """Interpreted programs run one after the other: one alone does not wait for itself."""
    logits, bias = drawn(27, 40), drawn(40, seed=1)
    found = triton.route_topk(logits, bias, 3, block=4, launch=Launch(1, 28, 4, together=True))
    assert_routed(found, naive.route_topk(logits, bias, 3, block=4), "together")


@pytest.mark.skipif(DEVICE == "cuda", reason="the order of programs is the interpreter's to choose")
def test_the_first_program_may_be_the_last_to_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    from triton.runtime.interpreter import interpreter_builder

    forwards = interpreter_builder.set_grid_idx
    monkeypatch.setattr(interpreter_builder, "set_grid_idx", lambda x, y, z: forwards(6 - x, y, z))
    logits, bias = drawn(27, 40), drawn(40, seed=1)
    found = triton.route_topk(logits, bias, 3, block=4, launch=Launch(7, 4, 4))
    assert_routed(found, naive.route_topk(logits, bias, 3, block=4), "backwards")


@pytest.mark.parametrize(
    "launch", [Launch(1, 28, 4), Launch(7, 4, 4), Launch(1, 28, 4, together=True)], ids=str
)
def test_the_counters_are_zero_after_each_launch(launch: Launch) -> None:
    for _ in range(3):
        triton.route_topk(drawn(27, 40), drawn(40, seed=1), 3, block=4, launch=launch)
        assert triton._state(torch.device(DEVICE)).tolist() == [0, 0, 0]


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """Everything that a launch allocates, with poison in it and 64 elements on either side."""
    made: list[Tensor] = []
    empty = torch.empty

    def surrounded(*shape: Any, dtype: torch.dtype, device: torch.device) -> Tensor:
        sizes = torch.Size(shape[0] if isinstance(shape[0], tuple) else shape)
        whole = empty(sizes.numel() + 128, dtype=dtype, device=device)
        whole.fill_(torch.nan if whole.is_floating_point() else -77777)
        made.append(whole)
        return whole[64:-64].view(sizes)

    monkeypatch.setattr(torch, "empty", surrounded)
    return made


@pytest.mark.parametrize(("tokens", "experts", "slots", "block"), SHAPES)
def test_every_element_is_written_and_nothing_beside_them(
    guarded: list[Tensor], tokens: int, experts: int, slots: int, block: int
) -> None:
    logits, bias = 2 * drawn(tokens, experts), 0.1 * drawn(experts, seed=1)
    found = triton.route_topk(logits, bias, slots, block=block)
    assert len(guarded) == 7
    for whole in guarded:
        edges = torch.cat([whole[:64], whole[-64:]])
        untouched = edges.isnan() if edges.is_floating_point() else edges == -77777
        assert untouched.all(), (tokens, experts, slots, block)
    assert_routed(found, naive.route_topk(logits, bias, slots, block=block), tokens)


def test_a_hundred_runs_return_the_same_bits() -> None:
    logits, bias = drawn(9, 40), drawn(40, seed=1)
    first = triton.route_topk(logits, bias, 3, block=4, launch=Launch(3, 4, 4))
    for _ in range(100):
        again = triton.route_topk(logits, bias, 3, block=4, launch=Launch(3, 4, 4))
        assert torch.equal(again.weights, first.weights) and torch.equal(again.ids, first.ids)
        assert_same(again.order, first.order, "again")


@by_module
@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda route: route(drawn(2, 4).half(), drawn(4), 2, block=1), "logits is fp32"),
        (lambda route: route(drawn(2, 4), drawn(5), 2, block=1), r"bias is fp32 \[4\]"),
        (lambda route: route(drawn(2, 4), drawn(4), 5, block=1), r"k is 1\.\.4"),
        (lambda route: route(drawn(2, 20), drawn(20), 17, block=1), r"k is 1\.\.16"),
        (lambda route: route(drawn(2, 4), drawn(4), 2, block=0), "block are at least 1"),
    ],
)
def test_what_cannot_be_routed_is_refused_with_the_reason(
    route: Callable[..., Routing], call: Callable[..., object], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        call(route)


@by_aligner
def test_ids_that_are_no_integers_are_refused(align: Callable[..., Alignment]) -> None:
    with pytest.raises(ValueError, match="ids is int32 or int64"):
        align(drawn(2, 2), 4, 1)


def test_many_tokens_take_as_many_programs_as_run_at_the_same_time() -> None:
    plan = partial(triton.launch_for, tiles=triton.TILES, device=torch.device("cpu"))
    for tokens in (0, 1, 4, 5, 128, 129, 2048, 2049, 16384, 100_000):
        launch = plan(tokens)
        assert 1 <= launch.programs <= triton.MOST_PROGRAMS
        assert launch.programs * launch.chunk >= tokens > (launch.programs - 1) * launch.chunk - 1
        assert launch.chunk % launch.tile == 0


def test_the_kernel_compiles_for_hopper_without_spills() -> None:
    reports = aot.reports(triton.__name__)
    assert [report.name for report in reports if report.refused] == []
    assert len(reports) == len(triton.aot_variants()) == 6


@pytest.mark.gpu
@pytest.mark.parametrize("tokens", [1, 64, 257, 1024, 4096, 16384, 20000])
def test_many_tokens_are_routed_together_on_a_gpu(tokens: int) -> None:
    logits, bias = 2 * drawn(tokens, EXPERTS), 0.1 * drawn(EXPERTS, seed=1)
    first = triton.route_topk(logits, bias, SLOTS, block=BLOCK)
    expected = naive.align(first.ids, EXPERTS, BLOCK)
    chosen = (logits.sigmoid() + bias).gather(1, first.ids.long())
    best = (logits.sigmoid() + bias).topk(SLOTS, -1).values
    torch.testing.assert_close(chosen, best, rtol=1e-6, atol=1e-6)
    for _ in range(100):
        again = triton.route_topk(logits, bias, SLOTS, block=BLOCK)
        assert torch.equal(again.ids, first.ids) and torch.equal(again.weights, first.weights)
        assert_same(again.order, expected, tokens)
    assert_same(triton.align(first.ids, EXPERTS, BLOCK), expected, tokens)


@pytest.mark.gpu
@pytest.mark.parametrize("tokens", [1, 32, 4096])
def test_a_captured_graph_serves_changed_logits(tokens: int) -> None:
    logits, bias = drawn(tokens, EXPERTS), 0.1 * drawn(EXPERTS, seed=1)
    triton.route_topk(logits, bias, SLOTS, block=BLOCK)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        routing = triton.route_topk(logits, bias, SLOTS, block=BLOCK)
    for seed in range(2, 6):
        logits.copy_(drawn(tokens, EXPERTS, seed=seed))
        graph.replay()
        assert_same(routing.order, naive.align(routing.ids, EXPERTS, BLOCK), (tokens, seed))
        assert torch.equal(routing.ids, triton.route_topk(logits, bias, SLOTS, block=BLOCK).ids)
