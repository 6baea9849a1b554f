"""The tuner keeps the fastest candidate by whatever clock it is given, and nothing wrong."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from modelserver.bench import gate, tune
from modelserver.bench.layouts import LAYOUTS, Layout
from modelserver.bench.stopwatch import Eager
from modelserver.kernels.fused_moe_w4a16 import tuning
from modelserver.kernels.fused_moe_w4a16.tuning import Config, Device, Shape

LAYOUT = Layout("small", experts=2, inner=128, tokens=(), routed=2, hidden=128, slots=2)
DEVICE = Device("a GPU", 132)
SHAPE = Shape(LAYOUT.experts, LAYOUT.hidden, LAYOUT.inner)
DECODE = tuning.candidates("decode", SHAPE)


def by_rows(config: Config, tokens: int, in_full: bool) -> float:
    """Small blocks are best for few tokens and large ones for many."""
    rows = tokens * LAYOUT.slots / LAYOUT.experts
    return 1.0 + abs(config.tokens - rows) + config.gate_up.stages / 100


def test_the_fastest_candidate_is_kept_for_each_number_of_rows() -> None:
    found = tune.tuned(LAYOUT, DEVICE, by_rows)
    chosen = {key.rows: config.tokens for key, config in found.items()}
    assert chosen[8] == 8 and chosen[16] == 16 and chosen[64] == 64
    assert chosen[1] == 8 and chosen[8192] == 128
    assert all(key.device == "a GPU" for key in found)
    assert all(config.gate_up.stages == 3 for config in found.values())


@pytest.mark.parametrize("slower", [(1.0, 9.0), (3.0, 3.0)])
def test_the_least_product_of_times_wins(slower: tuple[float, float]) -> None:
    first, second = DECODE[:2]
    times = {(first, 1): slower[0], (first, 2): slower[1], (second, 1): 2.0, (second, 2): 4.0}
    timer = lambda config, tokens, _in_full: times[config, tokens]  # noqa: E731
    assert tune.best([first, second], [1, 2], timer) is second


def test_the_last_word_has_the_full_measurement() -> None:
    first, second = DECODE[:2]

    def timer(config: Config, _tokens: int, in_full: bool) -> float:
        return 1.0 if (config is first) != in_full else 2.0

    assert tune.best([first, second], [1], timer) is second


def test_only_the_best_are_measured_in_full() -> None:
    asked: list[bool] = []

    def timer(config: Config, _tokens: int, in_full: bool) -> float:
        asked.append(in_full)
        return 1.0 + DECODE.index(config)

    assert tune.best(DECODE, [1], timer) == DECODE[0]
    assert asked.count(False) == len(DECODE) and asked.count(True) == tune.FINALISTS


def test_where_no_candidate_gives_a_time_nothing_is_kept() -> None:
    assert tune.best(DECODE, [1], lambda *_: math.inf) is None
    assert tune.tuned(LAYOUT, DEVICE, lambda *_: math.inf) == {}


def test_a_candidate_that_fails_in_full_is_not_kept() -> None:
    first, second = DECODE[:2]

    def timer(config: Config, _tokens: int, in_full: bool) -> float:
        return (math.inf if in_full else 1.0) if config is first else 2.0

    assert tune.best([first, second], [1], timer) is second


@pytest.mark.parametrize("layout", LAYOUTS.values())
def test_every_call_of_a_layout_falls_into_a_tuned_entry(layout: Layout) -> None:
    rows = tune.tokens_by_rows(layout)
    local = layout.experts / layout.routed
    for tokens in layout.tokens:
        mean = tuning.rows_per_expert(layout.experts, tokens * layout.slots * local)
        assert tuning.bucket(mean) in rows, tokens


def test_the_table_that_is_written_is_what_the_kernels_look_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tuned.json"
    other = tuning.Key("another GPU", 1, 128, 128, 1)
    tune.merge(path, {other: DECODE[0]})
    tune.merge(path, tune.tuned(LAYOUT, DEVICE, by_rows))
    monkeypatch.setattr(tuning, "TUNED", path)
    monkeypatch.setattr(tuning, "table", tuning.table.__wrapped__)
    assert tuning.read(path)[other] == DECODE[0]
    pairs = 16 * LAYOUT.slots
    looked_up = tuning.lookup(SHAPE, pairs, DEVICE)
    assert looked_up.tokens == 16
    assert looked_up != tuning.lookup(SHAPE, pairs, replace(DEVICE, name="a third GPU"))


def test_a_candidate_is_compared_with_the_formula_before_its_time_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = tune.Bench.of(LAYOUT, "cuda" if torch.cuda.is_available() else "cpu")
    monkeypatch.setattr(tune, "TOLERANCE", 2e-2)
    assert 0 < bench.measured(DECODE[0], 1, Eager(0, 1), layers=1) < math.inf
    monkeypatch.setattr(tune, "TOLERANCE", 1e-9)
    with pytest.raises(gate.WrongResult, match="off by"):
        bench.measured(DECODE[0], 1, Eager(0, 1), layers=1)


def test_a_wrong_candidate_has_no_time_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = tune.Bench.of(LAYOUT, "cuda" if torch.cuda.is_available() else "cpu")
    monkeypatch.setattr(tune, "TOLERANCE", 1e-9)
    monkeypatch.setattr(tune, "BRIEF", Eager(0, 1))
    assert bench.time(DECODE[0], 1, False) == math.inf
    assert "left out, off by" in capsys.readouterr().out


def test_without_a_gpu_the_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    assert tune.main([]) == tune.NO_GPU
    assert "There is no GPU here" in capsys.readouterr().err
