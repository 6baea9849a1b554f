"""The model computes the same whichever way it is asked."""

from pathlib import Path

import numpy as np
import pytest
import torch

from modelserver.mini.batches import IGNORED, collate
from modelserver.mini.checkpoint import Checkpoint
from modelserver.mini.config import sizes
from modelserver.mini.generate import answers
from modelserver.mini.model import Mini
from modelserver.mini.moe import MoE
from modelserver.quant.int4 import quantise
from tests.modelserver.mini.drawn import samples_of


@pytest.fixture(scope="module")
def model(run: Path) -> Mini:
    return Checkpoint.load(run).trained(torch.float32)


def test_the_positions_asked_for_have_the_logits_of_a_full_pass(model: Mini, pages: Path) -> None:
    batch = collate(samples_of(pages, 3))
    with torch.no_grad():
        vision = model.see(batch.images)
        full = model(batch.ids, vision)
        asked = model(batch.ids, vision, batch.asked)

    rows = batch.asked[..., None].expand(-1, -1, full.shape[-1])
    torch.testing.assert_close(asked, full.gather(1, rows), atol=1e-5, rtol=1e-5)


def test_the_real_setting_is_the_same_model_larger(model: Mini, pages: Path) -> None:
    batch = collate(samples_of(pages, 1))
    real = Mini(sizes("cuda", model.config.vocab_size, model.config.media_token))
    with torch.no_grad():
        logits = real(batch.ids, real.see(batch.images), batch.asked)

    assert logits.shape == (*batch.targets.shape, model.config.vocab_size)
    assert sum(p.numel() for p in real.parameters()) > 2 * sum(
        p.numel() for p in model.parameters()
    )


def test_experts_padded_for_training_compute_the_same(model: Mini) -> None:
    mixture = next(layer for layer in model.modules() if isinstance(layer, MoE))
    x = torch.randn(2, 50, 256)
    with torch.no_grad():
        plain = mixture(x)
        mixture.train()
        padded = mixture(x)
        mixture.eval()

    torch.testing.assert_close(padded, plain, atol=1e-5, rtol=1e-5)


def test_fake_quantised_experts_are_the_int4_experts(run: Path) -> None:
    mixture = Checkpoint.load(run).trained().mixtures()[0]
    x = torch.randn(40, 256, dtype=torch.bfloat16)
    with torch.no_grad():
        faked = mixture.experts(x, [5] * 8)
        for weight in mixture.experts.parameters():
            weight.data = quantise(weight).dequantise()
        mixture.experts.quantised = False
        stored = mixture.experts(x, [5] * 8)

    assert torch.equal(faked, stored)


def test_a_busy_expert_is_chosen_less(run: Path) -> None:
    gate = Checkpoint.load(run).trained().mixtures()[0].gate
    x = torch.randn(500, 256, dtype=torch.bfloat16)

    def load() -> torch.Tensor:
        return torch.bincount(gate(x)[0].flatten(), minlength=8).float()

    before = load()
    busiest = int(before.argmax())
    for _ in range(100):
        gate.balance(load(), 0.02)

    assert before[busiest] > 1.5 * before.mean()
    assert load()[busiest] < 0.8 * before[busiest]


@torch.no_grad()
def test_cached_answers_to_prompts_of_two_lengths_are_those_of_full_passes(
    model: Mini, pages: Path
) -> None:
    samples = sorted(samples_of(pages, 8), key=lambda sample: len(sample.prompt))
    pair = [samples[0], samples[-1]]
    assert len(pair[0].prompt) < len(pair[1].prompt)
    images = torch.from_numpy(np.stack([sample.image for sample in pair]))

    written = answers(model, [sample.prompt for sample in pair], images, 6)

    for row, sample in enumerate(pair):
        ids = list(sample.prompt)
        vision = model.see(images[row : row + 1])
        for token in written[row]:
            assert int(model(torch.tensor([ids]), vision)[0, -1].argmax()) == token
            ids.append(token)


def test_each_answer_token_is_predicted_from_the_position_before_it(pages: Path) -> None:
    samples = samples_of(pages, 3)
    batch = collate(samples)

    for row, sample in enumerate(samples):
        sequence = sample.prompt + sample.answer
        places = batch.asked[row, : len(sample.answer)].tolist()
        assert batch.targets[row, : len(sample.answer)].tolist() == sample.answer
        assert [sequence[place + 1] for place in places] == sample.answer
        assert set(batch.targets[row, len(sample.answer) :].tolist()) <= {IGNORED}
    assert batch.ids.shape[1] % 32 == 0
    assert batch.asked.shape[1] % 16 == 0
