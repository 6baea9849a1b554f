"""SGLang against transformers' own Kimi K2.5, on the same weights in float32."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from tests.modelserver.sglang.conftest import CHUNK, Served, noise
from tests.modelserver.sglang.transformers_oracle import Oracle

TOLERANCE = 1e-4
LONG = "A page with a header, a hero and three cards. " * 6


@pytest.fixture(scope="module")
def oracle(checkpoints: Path) -> Oracle:
    return Oracle(checkpoints / "twin")


def assert_agree(oracle: Oracle, served: Served, text: str, images: Sequence[Image.Image]) -> None:
    served.forget_prompts()
    expected = oracle.greedy(text, images, 12)
    answer, cached = served.greedy(text, images, 12)
    assert cached == 0
    assert [token.text for token in answer] == [oracle.tokenizer.decode([t]) for t, _ in expected]
    assert [token.logprob for token in answer] == pytest.approx(
        [logprob for _, logprob in expected], abs=TOLERANCE
    )


def test_text_has_the_log_probabilities_of_transformers(oracle: Oracle, twin: Served) -> None:
    assert_agree(oracle, twin, "Write a page with a form.", [])


def test_one_image_has_the_log_probabilities_of_transformers(oracle: Oracle, twin: Served) -> None:
    assert_agree(oracle, twin, "What is on it?", [noise(100, 80, seed=1)])


def test_two_images_have_the_log_probabilities_of_transformers(
    oracle: Oracle, twin: Served
) -> None:
    images = [noise(150, 120, seed=2), noise(200, 330, seed=3)]  # the second is scaled down
    assert_agree(oracle, twin, "Which is larger?", images)


def test_a_prompt_taken_in_by_chunks_has_the_log_probabilities_of_transformers(
    oracle: Oracle, twin: Served
) -> None:
    assert len(LONG) > 2 * CHUNK  # a byte is a token
    assert_agree(oracle, twin, LONG, [noise(100, 80, seed=4)])
