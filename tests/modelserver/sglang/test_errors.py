"""What a client does wrong is answered with the right code, and hurts nobody else."""

import io
from collections.abc import Iterator
from time import monotonic, sleep

import httpx
import openai
import pytest

from modelserver.health import generates
from tests.modelserver.sglang.conftest import NAME, Served, image_url, noise, text_part
from tests.modelserver.tiny import CONTEXT


@pytest.fixture(autouse=True)
def healthy_afterwards(int4: Served) -> Iterator[None]:
    yield
    assert generates(int4.url)
    assert running(int4) == 0


def running(served: Served) -> int:
    """Requests that the server is working on."""
    state = httpx.get(f"{served.url}/v1/loads").json()
    return sum(each["num_running_reqs"] + each["num_waiting_reqs"] for each in state["loads"])


def ask(served: Served, *parts: dict[str, object], model: str = NAME) -> object:
    return served.client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": [*parts]}], max_tokens=4
    )


def test_a_prompt_longer_than_the_context_is_a_bad_request(int4: Served) -> None:
    with pytest.raises(
        openai.BadRequestError, match=rf"longer than the model.*\({CONTEXT} tokens\)"
    ):
        ask(int4, text_part("x" * (CONTEXT + 1)))


def test_a_corrupt_image_is_a_bad_request(int4: Served) -> None:
    with pytest.raises(openai.BadRequestError, match="Could not decode image"):
        ask(int4, image_url(b"no image"), text_part("What is it?"))


def test_an_image_cut_short_is_a_bad_request(int4: Served) -> None:
    buffer = io.BytesIO()
    noise(64, 64, seed=9).save(buffer, "PNG")
    whole = buffer.getvalue()
    with pytest.raises(openai.BadRequestError, match="image"):
        ask(int4, image_url(whole[: len(whole) // 2]), text_part("What is it?"))


def test_an_unknown_model_is_not_found(int4: Served) -> None:
    with pytest.raises(openai.NotFoundError, match="'nobody' is not served here, but 'tiny'"):
        ask(int4, text_part("Hello"), model="nobody")


def test_a_request_that_names_no_model_gets_the_one_served(int4: Served) -> None:
    body = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 2}
    answer = httpx.post(f"{int4.url}/v1/chat/completions", json=body, timeout=600)
    assert answer.status_code == 200


def test_a_cancelled_stream_ends_its_generation(int4: Served) -> None:
    stream = int4.client.chat.completions.create(
        model=NAME,
        messages=[{"role": "user", "content": "Tell me everything."}],
        max_tokens=CONTEXT - 200,
        stream=True,
        extra_body={"ignore_eos": True},
    )
    next(iter(stream))
    assert running(int4) == 1
    stream.close()
    deadline = monotonic() + 60
    while running(int4) and monotonic() < deadline:
        sleep(0.2)
    assert running(int4) == 0
