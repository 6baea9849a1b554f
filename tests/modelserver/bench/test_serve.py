"""The benchmark of serving: its requests, its peers on the shipped checkpoint, its table."""

from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from modelserver.bench.peers import TransformersPeer
from modelserver.bench.requests import COUNT, make_request
from modelserver.bench.serve import BF16, OURS, TRANSFORMERS, Result, table
from modelserver.config import MINI
from modelserver.quant.int4 import Quantised
from modelserver.quant.twin import PACKED, SCALES, write_twin


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench") / "twin"
    write_twin(MINI, folder)
    return folder


def test_every_seed_is_a_request_of_its_own_and_can_be_made_again() -> None:
    first, again, second = (make_request(seed) for seed in (1, 1, 2))

    assert (first.url, first.text) == (again.url, again.text)
    assert first.url != second.url
    assert len(first.text.splitlines()) == COUNT


def test_the_twin_holds_the_values_of_the_packed_experts(twin: Path) -> None:
    with (
        safe_open(MINI / "model.safetensors", framework="pt") as packed,
        safe_open(twin / "model.safetensors", framework="pt") as plain,
    ):
        names = [name for name in packed.keys() if name.endswith(PACKED)]  # noqa: SIM118
        assert len(names) == 3 * 8 * 3  # layers, experts, projections
        for name in names:
            base = name.removesuffix(PACKED)
            both = packed.get_tensor(name), packed.get_tensor(base + SCALES)
            expected = Quantised(*both).dequantise()
            assert torch.equal(plain.get_tensor(base + ".weight"), expected)


def test_transformers_answers_all_requests_with_as_many_tokens_as_asked(twin: Path) -> None:
    round_ = TransformersPeer(twin).answer([make_request(seed) for seed in (1, 2, 3)], tokens=5)

    assert round_.tokens == 15
    assert round_.seconds > 0


def test_the_table_gives_what_int4_gains_over_each_peer() -> None:
    results = {
        4: {
            OURS: Result(4, 300.0, 0.1),
            BF16: Result(4, 200.0, 0.2),
            TRANSFORMERS: Result(4, 60.0, None),
        }
    }

    rows = table(results)[1:]

    assert [row.split()[-1] for row in rows[1:]] == ["1.50×", "5.00×"]
