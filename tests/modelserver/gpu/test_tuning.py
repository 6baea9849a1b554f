"""Which tiles a layer gets: measured, by the rule, or to be measured."""

from pathlib import Path

import pytest

from modelserver.kernels.fused_moe_w4a16 import tuning
from modelserver.kernels.fused_moe_w4a16.tuning import Config, Device, Key, Shape, Tile

H100 = Device("NVIDIA H100 80GB HBM3", 132)
K25 = Shape(384, 7168, 2048)
SLICE = Shape(384, 7168, 256)
SLOTS = 8


@pytest.mark.parametrize(
    ("tokens", "phase", "block"),
    [
        (1, "decode", 8),
        (128, "decode", 8),
        (512, "decode", 16),
        (1024, "prefill", 32),
        (2048, "prefill", 64),
        (8192, "prefill", 128),
    ],
)
def test_the_rule_goes_by_rows_per_expert(tokens: int, phase: str, block: int) -> None:
    config = tuning.lookup(K25, tokens * SLOTS, H100)
    assert (config.phase, config.tokens) == (phase, block)


def test_one_token_is_cut_finer_so_that_every_multiprocessor_has_work() -> None:
    one, many = (tuning.lookup(SLICE, tokens * SLOTS, H100) for tokens in (1, 128))
    assert one.gate_up.rows < many.gate_up.rows


def test_an_expert_that_has_any_rows_has_at_least_one() -> None:
    assert tuning.rows_per_expert(384, 1) == pytest.approx(1)
    assert tuning.rows_per_expert(384, 0) == 1
    assert tuning.rows_per_expert(1, 7) == 7
    assert round(1024 * 8 / tuning.rows_per_expert(384, 1024 * 8)) == 384


@pytest.mark.parametrize("shape", [K25, SLICE, Shape(4, 128, 128), Shape(4, 384, 640)])
@pytest.mark.parametrize("tokens", [1, 64, 4096])
def test_candidates_are_the_rules_choice_first_and_divide_both_weights(
    tokens: int, shape: Shape
) -> None:
    found = tuning.candidates(shape, tokens * SLOTS, H100)
    assert found[0] == tuning.lookup(shape, tokens * SLOTS, H100)
    assert len(set(found)) == len(found) <= 3
    for config in found:
        assert 2 * shape.inner % config.gate_up.rows == 0
        assert shape.hidden % config.down.rows == 0


@pytest.mark.parametrize("tokens", [1, 4, 64, 1000, 20000])
def test_the_rule_chooses_what_divides_odd_shapes(tokens: int) -> None:
    config = tuning.lookup(Shape(3, 384, 640), tokens, H100)
    assert 1280 % config.gate_up.rows == 0
    assert 384 % config.down.rows == 0


def test_what_was_measured_goes_before_the_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = 3 * SLOTS
    config = Config("decode", 16, Tile(32, 1, 6), Tile(16, 1, 2))
    assert tuning.lookup(K25, pairs, H100) != config
    by_rule = tuning.lookup(K25, SLOTS, H100)
    path = tmp_path / "tuned.json"
    tuning.write(path, {tuning.key(K25, pairs, H100): config})
    monkeypatch.setattr(tuning, "TUNED", path)
    tuning.table.cache_clear()
    assert tuning.lookup(K25, pairs, H100) == config
    assert tuning.lookup(K25, pairs, Device("another", 132)) != config
    # one token comes to as many rows an expert, and to fewer experts
    assert tuning.lookup(K25, SLOTS, H100) == by_rule
    assert tuning.lookup(K25, 4096 * SLOTS, H100) != config
    tuning.table.cache_clear()


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    configs = tuning.candidates(K25, 128 * SLOTS, H100)
    table = {Key("a", 1, 2, 3, 1 << pairs): config for pairs, config in enumerate(configs)}
    tuning.write(tmp_path / "table.json", table)
    assert tuning.read(tmp_path / "table.json") == table
