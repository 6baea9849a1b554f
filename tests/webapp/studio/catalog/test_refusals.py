"""Servers say the same in many words."""

import time
from email.utils import formatdate

import pytest
from httpx2 import Request, Response
from openai import APIStatusError

from webapp.studio.catalog.refusals import MAX_WAIT, Refusal, refusal_of


def refused(words: str, status: int = 400, **headers: str) -> Refusal:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = Response(status, headers=named, request=Request("POST", "http://server/v1"))
    body = {"error": {"message": words}}
    return refusal_of(APIStatusError(words, response=response, body=body), "")


@pytest.mark.parametrize(
    "words",
    [
        "too many tokens: total number of tokens in the prompt cannot exceed 4081",
        "Input is too long for requested model.",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096.",
        "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
        "Prompt exceeds max length",
        "prompt token count of 130000 exceeds the limit of 128000",
        "Requested input length 40000 exceeds maximum input length 32767",
        "Range of input length should be [1, 30720]",
        "Input token length too long",
        "Please reduce the length of the messages.",
        "Sum of prompt length and query length exceeds max_num_tokens",
        "the prompt (9000 tokens) is longer than n_ctx (4096)",
        "Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 9000",
    ],
)
def test_a_conversation_that_is_too_long(words: str) -> None:
    assert refused(words).cause == "context_exceeded"


@pytest.mark.parametrize(
    "words",
    [
        "Invalid value: 'image_url'. Supported values are: 'text'.",
        "Unexpected content type image_url",
        "Model only accepts text content",
        "messages[1]: content type 'image_url' is not allowed",
        "Vision is not enabled for this model",
        "body.messages.1.content: Input should be a valid string",
    ],
)
def test_a_model_that_takes_no_pictures(words: str) -> None:
    assert refused(words).cause == "no_vision"


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        ("tools param requires --jinja flag", "no_tools"),
        ("does not support parameters: ['tools'], for model=x", "no_tools"),
        ("input must have less than 10 images", "too_many_pictures"),
        ("System role not supported", "system_refused"),
        ("'messages[0].role' does not support 'system' with this model.", "system_refused"),
        ("Developer instruction is not enabled for models/gemma-3", "system_refused"),
        ("Insufficient Balance", "no_credit"),
        ("image exceeds 5 MB maximum", "too_heavy"),
        ("Request Entity Too Large", "too_heavy"),
        ("'temperature' does not support 0.6 with this model.", "refused"),
    ],
)
def test_other_causes(words: str, cause: str) -> None:
    assert refused(words).cause == cause


@pytest.mark.parametrize(
    ("status", "words", "cause"),
    [
        (402, "Pay first", "no_credit"),
        (429, "insufficient_quota", "no_credit"),
        (429, "You exceeded your current quota, try again in 20 s", "rate_limited"),
    ],
)
def test_an_account_without_credit_is_no_moment_of_too_many_requests(
    status: int, words: str, cause: str
) -> None:
    assert refused(words, status).cause == cause


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            400,
            "The response was filtered due to the prompt triggering Azure OpenAI's content "
            "management policy.",
        ),
        (400, "Your request was rejected as a result of our safety system."),
        (400, "The request was rejected because it was considered high risk"),
        (400, "Input data may contain inappropriate content."),
        (400, "Output blocked by content filtering policy"),
        (400, "Invalid prompt: we've limited access to this content (content_policy_violation)"),
        (403, "x requires moderation on OpenInference. Your input was flagged for violence"),
    ],
)
def test_a_filter_that_objects_to_the_request(status: int, words: str) -> None:
    assert refused(words, status).cause == "filtered"


def test_a_key_that_is_refused_is_no_filter() -> None:
    assert refused("Your account is flagged", 401).cause == "unauthorised"


@pytest.mark.parametrize(
    ("seconds", "least", "most"), [(40, 20, 41), (-40, 0, 0), (9000, MAX_WAIT, MAX_WAIT)]
)
def test_a_server_may_say_until_when_to_wait(seconds: float, least: float, most: float) -> None:
    until = formatdate(time.time() + seconds, usegmt=True)
    assert least <= refused("Slow down", 429, Retry_After=until).wait <= most


@pytest.mark.parametrize(
    ("header", "wait"), [("1.5", 1.5), ("-3", 0), ("nan", 0), ("soon", 0), ("", 0)]
)
def test_a_server_may_say_how_long_to_wait(header: str, wait: float) -> None:
    assert refused("Slow down", 429, Retry_After=header).wait == wait
