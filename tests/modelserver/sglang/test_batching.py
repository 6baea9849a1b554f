"""What a request gets does not depend on who else asks, or on what was asked before."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from tests.modelserver.sglang.conftest import Served, Token, noise

TOLERANCE = 1e-3  # sums in another order may round an activation of the packed kernel differently


def request(index: int) -> tuple[str, list[Image.Image]]:
    """Text of growing length; every second one with one or two images."""
    images = [noise(100 + 20 * index, 80 + 10 * index, seed) for seed in range(index % 3)]
    return f"Page {index}: a header and a form. " * (3 * index + 1), images


def assert_same(left: list[Token], right: list[Token]) -> None:
    assert [token.text for token in left] == [token.text for token in right]
    assert [token.logprob for token in left] == pytest.approx(
        [token.logprob for token in right], abs=TOLERANCE
    )


def test_six_concurrent_requests_are_answered_as_one_after_another(int4: Served) -> None:
    requests = [request(index) for index in range(6)]
    alone = []
    for text, images in requests:
        int4.forget_prompts()
        alone.append(int4.greedy(text, images)[0])
    int4.forget_prompts()
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda each: int4.greedy(*each)[0], requests))
    for one, other in zip(together, alone, strict=True):
        assert_same(one, other)


def test_a_cached_prefix_is_answered_as_a_cold_one(int4: Served) -> None:
    text, images = request(5)
    int4.forget_prompts()
    cold, read_cold = int4.greedy(text, images)
    warm, read_warm = int4.greedy(text, images)
    assert read_cold == 0 and read_warm > len(text) // 2
    assert_same(warm, cold)
