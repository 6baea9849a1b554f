"""Routed experts by Triton, against the formula in fp64."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from modelserver.kernels import Unsupported
from modelserver.kernels.fused_moe_w4a16 import triton as kernel
from modelserver.kernels.fused_moe_w4a16.problem import Problem
from modelserver.kernels.fused_moe_w4a16.triton import Room
from modelserver.kernels.fused_moe_w4a16.tuning import Config, Tile
from modelserver.kernels.moe_align import naive as moe_align
from modelserver.quant.pack import Packed

from .layers import (
    DEVICE,
    Layer,
    drawn_layer,
    drawn_routing,
    drawn_tokens,
    error,
)

TOLERANCE = 6e-3
DECODE = Config("decode", 8, Tile(64, 2, 3), Tile(128, 2, 3))
PREFILL = Config("prefill", 32, Tile(128, 4, 3), Tile(128, 4, 3))
CONFIGS = (DECODE, PREFILL)
BOTH = pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.phase)


@pytest.fixture(autouse=True)
def poison() -> Iterator[None]:
    """Memory that nobody wrote is NaN."""
    torch.manual_seed(0)
    torch.use_deterministic_algorithms(True, warn_only=True)
    yield
    torch.use_deterministic_algorithms(False)


def prepared(layer: Layer) -> tuple[Packed, Packed]:
    first, second = (
        kernel.prepare(weight.packed.to(DEVICE, copy=True), weight.scales.to(DEVICE, copy=True))
        for weight in (layer.w13, layer.w2)
    )
    return first, second


def computed(config: Config, problem: Problem) -> Tensor:
    order = moe_align.align(problem.ids, problem.w13.experts, config.tokens)
    return kernel.run(problem, config, order)


def problem_of(layer: Layer, tokens: int, slots: int) -> Problem:
    hidden = layer.w2.packed.shape[1]
    weights, ids = drawn_routing(tokens, layer.experts, slots)
    return Problem(drawn_tokens(tokens, hidden), *prepared(layer), weights, ids)


def truth(layer: Layer, problem: Problem) -> Tensor:
    return layer.truth(problem.x, problem.weights, problem.ids)


@BOTH
@pytest.mark.parametrize(
    ("tokens", "experts", "slots", "hidden", "inner"),
    [(1, 3, 2, 256, 128), (5, 4, 3, 384, 256), (33, 3, 1, 128, 128), (41, 2, 2, 256, 128)],
)
def test_ragged_shapes_give_what_the_formula_gives(
    config: Config, tokens: int, experts: int, slots: int, hidden: int, inner: int
) -> None:
    layer = drawn_layer(experts, hidden, inner)
    problem = problem_of(layer, tokens, slots)
    assert error(computed(config, problem), truth(layer, problem)) <= TOLERANCE


@pytest.mark.parametrize("rows", [16, 32])
def test_small_tiles_give_what_large_ones_give(rows: int) -> None:
    problem = problem_of(drawn_layer(2, 128, 128), 3, 2)
    small = replace(DECODE, gate_up=Tile(rows, 1, 3), down=Tile(rows, 1, 3))
    assert torch.equal(computed(small, problem), computed(DECODE, problem))


def test_both_phases_agree_where_one_takes_over_from_the_other() -> None:
    problem = problem_of(drawn_layer(2, 256, 128), 13, 2)
    decoded, prefilled = (computed(config, problem) for config in CONFIGS)
    assert error(decoded, prefilled.cpu().double()) <= TOLERANCE


@BOTH
@pytest.mark.parametrize("change", ["outliers", "mean"])
def test_unusual_activations_do_not_cost_precision(config: Config, change: str) -> None:
    layer = drawn_layer(2, 512, 128)
    problem = problem_of(layer, 4, 2)
    x = problem.x + 1 if change == "mean" else problem.x * (1 + 99 * (problem.x.abs() > 2.3))
    problem = replace(problem, x=x)
    assert error(computed(config, problem), truth(layer, problem)) <= TOLERANCE


@BOTH
@pytest.mark.parametrize("scale", [1e-30, 1e15])
def test_extreme_scales_neither_vanish_nor_overflow(config: Config, scale: float) -> None:
    layer = drawn_layer(2, 128, 128)
    layer.w2.scales.mul_(scale)
    problem = problem_of(layer, 3, 1)
    assert error(computed(config, problem), truth(layer, problem)) <= TOLERANCE


@BOTH
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_nan_stays_in_its_token(config: Config, value: float) -> None:
    layer = drawn_layer(2, 128, 128)
    problem = problem_of(layer, 5, 2)
    clean = computed(config, problem)
    problem.x[2, 7] = value
    y = computed(config, problem)
    assert not y[2].isfinite().any()
    others = [0, 1, 3, 4]
    assert torch.equal(y[others], clean[others])


@BOTH
def test_a_scale_that_is_nan_stays_in_its_row(config: Config) -> None:
    layer = drawn_layer(1, 256, 128)
    layer.w2.scales[0, 5, 1] = float("nan")
    y = computed(config, problem_of(layer, 3, 1))
    assert y[:, 5].isnan().all()
    assert y.isnan().sum() == len(y)


@BOTH
def test_nothing_is_written_outside_the_result(config: Config) -> None:
    problem = problem_of(drawn_layer(3, 128, 128), 5, 2)
    room = kernel.room_for(problem, config)
    guarded = [
        torch.full((len(part) + 8, part.shape[1]), 7.0).to(part) for part in vars(room).values()
    ]
    within = [part[4:-4].fill_(float("nan")) for part in guarded]
    order = moe_align.align(problem.ids, 3, config.tokens)
    kernel.launch(problem, config, order, Room(*within))
    assert all((part[:4] == 7).all() and (part[-4:] == 7).all() for part in guarded)
    assert torch.equal(within[2], computed(config, problem))


@BOTH
def test_a_second_call_gives_the_same_bits(config: Config) -> None:
    problem = problem_of(drawn_layer(4, 128, 128), 9, 3)
    first = computed(config, problem)
    assert first.isfinite().all()
    assert all(torch.equal(computed(config, problem), first) for _ in range(2))


@BOTH
def test_a_sum_waits_for_the_last_of_its_terms(config: Config) -> None:
    problem = problem_of(drawn_layer(3, 128, 128), 5, 2)
    room = kernel.room_for(problem, config)
    first, second = problem.ids.clone(), problem.ids.clone()
    first[:, 0], second[:, 1] = -1, -1
    room.y.fill_(7)
    kernel.launch(problem, config, moe_align.align(first, 3, config.tokens), room)
    assert (room.y == 7).all()
    kernel.launch(problem, config, moe_align.align(second, 3, config.tokens), room)
    assert torch.equal(room.y, computed(config, problem))


@BOTH
def test_the_sum_does_not_depend_on_which_expert_is_done_last(config: Config) -> None:
    layer = drawn_layer(4, 128, 128)
    problem = problem_of(layer, 9, 3)
    first = computed(config, problem)
    other = torch.tensor([2, 0, 3, 1])
    turned = Layer(*(type(w)(w.packed[other], w.scales[other]) for w in (layer.w13, layer.w2)))
    renamed = other.argsort().to(problem.ids)[problem.ids.long()]
    w13, w2 = prepared(turned)
    assert torch.equal(computed(config, replace(problem, w13=w13, w2=w2, ids=renamed)), first)


@BOTH
def test_experts_that_are_not_here_add_nothing(config: Config) -> None:
    layer = drawn_layer(3, 128, 128)
    problem = problem_of(layer, 11, 2)
    problem.ids[2], problem.ids[4, 1], problem.ids[10] = -1, -1, -1
    expected = truth(layer, problem)
    problem.ids[4, 1], problem.ids[10, 0] = 3, 99  # behind the last one here
    y = computed(config, problem)
    assert error(y, expected) <= TOLERANCE
    assert torch.equal(y[2], torch.zeros_like(y[2]))


@BOTH
def test_no_expert_is_here_at_all(config: Config) -> None:
    problem = problem_of(drawn_layer(2, 128, 128), 3, 2)
    problem.ids.fill_(-1)
    assert torch.equal(computed(config, problem), torch.zeros_like(problem.x))


@BOTH
def test_all_tokens_may_go_to_one_expert(config: Config) -> None:
    layer = drawn_layer(5, 128, 128)
    problem = problem_of(layer, 35, 1)
    problem.ids.fill_(3)
    assert error(computed(config, problem), truth(layer, problem)) <= TOLERANCE


def test_no_tokens_give_no_rows() -> None:
    problem = problem_of(drawn_layer(2, 128, 128), 0, 2)
    y = kernel.fused_moe(*list(vars(problem).values())[:5])
    assert y.shape == (0, 128)


@BOTH
def test_slices_of_tensor_parallelism_add_up(config: Config) -> None:
    layer = drawn_layer(2, 256, 256)
    problem = problem_of(layer, 5, 2)
    total = torch.zeros(problem.x.shape, dtype=torch.float64)
    for part in (slice(0, 128), slice(128, 256)):
        gate, up = (
            rows_of(problem.w13, slice(part.start + offset, part.stop + offset))
            for offset in (0, 256)
        )
        w13 = Packed(torch.cat([gate.words, up.words], 2), torch.cat([gate.scales, up.scales], 2))
        blocks = slice(part.start // 128, part.stop // 128)
        w2 = Packed(problem.w2.words[:, blocks], problem.w2.scales[:, blocks])
        total += computed(config, replace(problem, w13=w13, w2=w2)).cpu().double()
    assert error(total, truth(layer, problem)) <= TOLERANCE


@BOTH
def test_slices_of_expert_parallelism_add_up(config: Config) -> None:
    layer = drawn_layer(4, 128, 128)
    problem = problem_of(layer, 7, 3)
    total = torch.zeros(problem.x.shape, dtype=torch.float64)
    for first in (0, 2):
        own = slice(first, first + 2)
        here = (problem.ids >= first) & (problem.ids < first + 2)
        part = replace(
            problem,
            w13=Packed(problem.w13.words[own], problem.w13.scales[own]),
            w2=Packed(problem.w2.words[own], problem.w2.scales[own]),
            ids=torch.where(here, problem.ids - first, -1),
        )
        total += computed(config, part).cpu().double()
    assert error(total, truth(layer, problem)) <= TOLERANCE


def test_views_of_inputs_are_taken_as_they_are() -> None:
    layer = drawn_layer(3, 128, 128)
    problem = problem_of(layer, 5, 2)
    expected = computed(DECODE, problem)
    x, weights, ids = (
        torch.stack([torch.full_like(part, -1), part], 2)[:, :, 1]
        for part in (problem.x, problem.weights, problem.ids.long())
    )
    strided = replace(problem, x=x, ids=ids, weights=weights)
    assert torch.equal(computed(DECODE, strided), expected)


@pytest.mark.parametrize("tokens", [2, 40])
def test_the_door_aligns_and_chooses_by_itself(tokens: int) -> None:
    layer = drawn_layer(2, 128, 128)
    problem = problem_of(layer, tokens, 2)
    arguments = (problem.x, problem.w13, problem.w2, problem.weights, problem.ids)
    assert error(kernel.fused_moe(*arguments), truth(layer, problem)) <= TOLERANCE


def test_what_is_not_served_is_refused_with_a_reason() -> None:
    problem = problem_of(drawn_layer(2, 128, 128), 3, 2)
    other = problem_of(drawn_layer(2, 256, 128), 3, 2)
    for wrong in (
        replace(problem, x=problem.x.float()),
        replace(problem, weights=problem.weights.bfloat16()),
        replace(problem, w2=other.w2),
        replace(problem, x=other.x),
    ):
        with pytest.raises(Unsupported):
            kernel.check(wrong)
    with pytest.raises(Unsupported, match="128"):
        kernel.prepare(
            torch.zeros(1, 16, 12, dtype=torch.int32), torch.zeros(1, 16, 3, dtype=torch.bfloat16)
        )


def rows_of(weight: Packed, rows: slice) -> Packed:
    return Packed(weight.words[:, :, rows], weight.scales[:, :, rows])
