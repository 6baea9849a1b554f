"""The tuner keeps the fastest candidate by whatever clock it is given, and nothing wrong."""

import math
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from modelserver.bench import gate, tune
from modelserver.bench.layouts import LAYOUTS, Layout
from modelserver.bench.stopwatch import Eager
from modelserver.kernels.fused_moe_w4a16 import tuning
from modelserver.kernels.fused_moe_w4a16.tuning import Config, Device, Key, Shape

LAYOUT = Layout("small", experts=2, inner=128, tokens=(1, 16), routed=2, hidden=128, slots=2)
DEVICE = Device("a GPU", 132)
SHAPE = Shape(LAYOUT.experts, LAYOUT.hidden, LAYOUT.inner)
ONE = tuning.candidates(SHAPE, LAYOUT.slots, DEVICE)


def tuned(out: Path, timer: tune.Timer, deadline: float = math.inf, *, again: bool = False) -> None:
    tune.tune(LAYOUT, DEVICE, timer, out, deadline, again=again)


def by_size(config: Config, tokens: int) -> float:
    """Small tiles are best for one token and large ones for many."""
    return float(config.gate_up.rows if tokens == 1 else 1000 - config.gate_up.rows)


def test_the_fastest_candidate_is_kept_for_each_number_of_tokens(tmp_path: Path) -> None:
    tuned(tmp_path / "tuned.json", by_size)
    found = tuning.read(tmp_path / "tuned.json")
    for tokens, chosen in ((1, min), (16, max)):
        pairs = tune.pairs_of(LAYOUT, tokens)
        sizes = [each.gate_up.rows for each in tuning.candidates(SHAPE, pairs, DEVICE)]
        assert found[tuning.key(SHAPE, pairs, DEVICE)].gate_up.rows == chosen(sizes), tokens


def test_a_sweep_of_all_layouts_fits_into_minutes() -> None:
    found = [
        config
        for layout in LAYOUTS.values()
        for tokens in layout.tokens
        for config in tuning.candidates(
            Shape(layout.experts, layout.hidden, layout.inner),
            tune.pairs_of(layout, tokens),
            DEVICE,
        )
    ]
    assert 25 <= len(found) <= 42  # the least and the most that is worth a GPU's minutes


def test_what_was_measured_is_not_measured_again_unless_asked(tmp_path: Path) -> None:
    asked: list[int] = []

    def timer(config: Config, tokens: int) -> float:
        asked.append(tokens)
        return by_size(config, tokens)

    out = tmp_path / "tuned.json"
    tuned(out, timer)
    first = len(asked)
    assert {*asked} == {*LAYOUT.tokens}
    tuned(out, timer)
    assert len(asked) == first
    tuned(out, timer, again=True)
    assert len(asked) == 2 * first


def test_nothing_begins_after_the_time_and_what_is_left_out_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tuned(tmp_path / "tuned.json", by_size, deadline=time.monotonic() - 1)
    assert not (tmp_path / "tuned.json").exists()
    told = capsys.readouterr().out.splitlines()
    assert told == [f"small T={each}: left out, there was no time left" for each in LAYOUT.tokens]


def test_a_run_that_is_cut_off_has_kept_what_it_measured(tmp_path: Path) -> None:
    def timer(config: Config, tokens: int) -> float:
        if tokens > 1:
            raise KeyboardInterrupt
        return by_size(config, tokens)

    with pytest.raises(KeyboardInterrupt):
        tuned(tmp_path / "tuned.json", timer)
    assert len(tuning.read(tmp_path / "tuned.json")) == 1


def test_where_no_candidate_gives_a_time_nothing_is_kept(tmp_path: Path) -> None:
    assert tune.best(ONE, 1, lambda *_: math.inf) is None
    tuned(tmp_path / "tuned.json", lambda *_: math.inf)
    assert not (tmp_path / "tuned.json").exists()


def test_the_table_that_is_written_is_what_the_kernels_look_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = tmp_path / "tuned.json", Key("another GPU", 1, 128, 128, 1)
    tuning.write(path, {other: ONE[0]})
    tuned(path, by_size)
    monkeypatch.setattr(tuning, "TUNED", path)
    monkeypatch.setattr(tuning, "table", tuning.table.__wrapped__)
    assert tuning.read(path)[other] == ONE[0]
    fastest = min(ONE, key=lambda config: config.gate_up.rows)
    assert tuning.lookup(SHAPE, LAYOUT.slots, DEVICE) == fastest
    elsewhere = replace(DEVICE, name="a third GPU")
    assert tuning.lookup(SHAPE, LAYOUT.slots, elsewhere) == ONE[0]


def test_a_candidate_is_compared_with_the_formula_before_its_time_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = tune.Bench.of(LAYOUT, "cuda" if torch.cuda.is_available() else "cpu")
    monkeypatch.setattr(gate, "TOLERANCE", 2e-2)
    assert 0 < bench.measured(ONE[0], 1, Eager(0, 1), layers=1) < math.inf
    monkeypatch.setattr(gate, "TOLERANCE", 1e-9)
    monkeypatch.setattr(tune, "STOPWATCH", Eager(0, 1))
    assert bench.time(ONE[0], 1) == math.inf
    assert "left out, off by" in capsys.readouterr().out


def test_without_a_gpu_the_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    assert tune.main([]) == tune.NO_GPU
    assert "There is no GPU here" in capsys.readouterr().err
