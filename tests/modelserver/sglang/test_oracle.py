"""SGLang against transformers' own Kimi K2.5, on the same weights in float32."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from PIL import Image

from modelserver.native import Native, load_native
from tests.modelserver.sglang.conftest import CHUNK, Served, noise

TOLERANCE = 1e-4
LONG = "A page with a header, a hero and three cards. " * 6


@pytest.fixture(scope="module")
def oracle(checkpoints: Path) -> Native:
    return load_native(checkpoints / "twin", torch.float32)


@torch.no_grad()
def greedy(
    oracle: Native, text: str, images: Sequence[Image.Image], count: int
) -> list[tuple[str, float]]:
    """Greedy tokens and log-probabilities, without a cache: each step runs the whole sequence."""
    medias: list[dict[str, object]] = [{"type": "image", "image": image} for image in images]
    prompt = oracle.prompt(text, medias)
    ids = oracle.tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"]
    seen = {}
    if medias:
        inputs = oracle.preprocessor.preprocess(medias)
        seen = {"pixel_values": inputs["pixel_values"], "image_grid_thw": inputs["grid_thws"]}
    answer = []
    for _ in range(count):
        logits = oracle.model(input_ids=ids, **seen).logits[0, -1]
        probability, token = logits.log_softmax(-1).max(-1)
        answer.append((oracle.tokenizer.decode([int(token)]), float(probability)))
        ids = torch.cat([ids, token.view(1, 1)], 1)
    return answer


def assert_agree(oracle: Native, served: Served, text: str, images: Sequence[Image.Image]) -> None:
    served.forget_prompts()
    expected = greedy(oracle, text, images, 12)
    answer, cached = served.greedy(text, images, 12)
    assert cached == 0
    assert [token.text for token in answer] == [text for text, _ in expected]
    assert [token.logprob for token in answer] == pytest.approx(
        [logprob for _, logprob in expected], abs=TOLERANCE
    )


def test_text_has_the_log_probabilities_of_transformers(oracle: Native, twin: Served) -> None:
    assert_agree(oracle, twin, "Write a page with a form.", [])


def test_one_image_has_the_log_probabilities_of_transformers(oracle: Native, twin: Served) -> None:
    assert_agree(oracle, twin, "What is on it?", [noise(100, 80, seed=1)])


def test_two_images_have_the_log_probabilities_of_transformers(
    oracle: Native, twin: Served
) -> None:
    images = [noise(150, 120, seed=2), noise(200, 330, seed=3)]  # the second is scaled down
    assert_agree(oracle, twin, "Which is larger?", images)


def test_a_prompt_taken_in_by_chunks_has_the_log_probabilities_of_transformers(
    oracle: Native, twin: Served
) -> None:
    assert len(LONG) > 2 * CHUNK  # a byte is a token
    assert_agree(oracle, twin, LONG, [noise(100, 80, seed=4)])
