"""The endpoint in the settings and in the picker."""

import time

import pytest
from pydantic import ValidationError

from tests.workers.models.stand_in import JSON, stand_in
from webapp.environment import Environment, explain
from webapp.studio.catalog import options
from webapp.studio.catalog.endpoints import endpoint_of
from webapp.studio.catalog.options import ModelOption, endpoint_option
from webapp.studio.catalog.probe import fetch_capabilities
from webapp.studio.catalog.server import server_of
from webapp.studio.errors import BadRequest
from workers.models import make_model
from workers.models.endpoint.model import ClientModel

NAME = "kimi-k2.5"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("MOCKWRIGHT_MODEL_NAME", NAME)
    monkeypatch.setenv("MOCKWRIGHT_MODEL_URL", "http://model.invalid:1/v1/")
    return monkeypatch


def card_after_asking(url: str) -> ModelOption:
    """The card once the server has been asked."""
    endpoint = endpoint_of(Environment(model_name=NAME, model_url=url))
    deadline = time.monotonic() + 20
    while server_of(endpoint).capabilities() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return endpoint_option(endpoint)


def test_an_endpoint_is_read_from_the_environment(at: pytest.MonkeyPatch) -> None:
    at.setenv("MOCKWRIGHT_MODEL_THINKING", "false")
    model = make_model("endpoint")
    assert isinstance(model, ClientModel)
    assert model.ref.settings == {
        "model": NAME,
        "host": "model.invalid:1",
        "temperature": 0.6,
        "top_p": 0.95,
        "thinking": False,
    }


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("localhost:30000/v1", "not the address of a model server"),
        ("ftp://host/v1", "not the address of a model server"),
        ("http://me:secret@host/v1", "must hold no password"),
        ("http://host/v1?key=secret", "must hold no password"),
    ],
)
def test_a_wrong_address_is_refused_without_repeating_it(
    url: str, problem: str, at: pytest.MonkeyPatch
) -> None:
    at.setenv("MOCKWRIGHT_MODEL_URL", url)
    with pytest.raises(ValidationError) as raised:
        Environment()
    sentence = explain(raised.value)
    assert sentence.startswith("MOCKWRIGHT_MODEL_URL: ")
    assert problem in sentence
    assert "secret" not in sentence


def test_an_address_without_a_model_is_refused(at: pytest.MonkeyPatch) -> None:
    at.delenv("MOCKWRIGHT_MODEL_NAME")
    with pytest.raises(ValidationError, match="MOCKWRIGHT_MODEL_NAME is missing"):
        Environment()


def test_the_key_is_not_shown(at: pytest.MonkeyPatch) -> None:
    at.setenv("MOCKWRIGHT_MODEL_KEY", "sk-very-secret")
    assert "sk-very-secret" not in repr(Environment())


def test_without_an_address_the_endpoint_is_not_on_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOCKWRIGHT_MODEL_URL", raising=False)
    with pytest.raises(BadRequest, match="endpoint"):
        options.check_available("endpoint", "html-css", with_tests=False)


def test_a_configured_endpoint_is_on_offer(at: pytest.MonkeyPatch) -> None:
    options.check_available("endpoint", "html-css", with_tests=False)
    card = options.models(with_tests=False)[1]
    assert (card.id, card.label, card.device) == ("endpoint", NAME, "model.invalid:1")


@pytest.mark.parametrize(
    ("facts", "context", "sees"),
    [
        ({"max_model_len": 32768}, 32768, True),
        ({"context_length": 262144, "supports_image_in": True}, 262144, True),
        ({"context_length": 8192, "supports_image_in": False}, 8192, False),
        ({"meta": {"n_ctx_train": 4096}}, 4096, True),
        ({"architecture": {"input_modalities": ["text"]}}, None, False),
        ({"max_input_tokens": 65536}, 65536, True),
        ({}, None, True),
    ],
)
def test_the_card_says_what_the_server_says(facts: JSON, context: int | None, sees: bool) -> None:
    with stand_in(models=[{"id": "other"}, {"id": NAME, **facts}]) as server:
        card = card_after_asking(server.url)
    assert (card.context_tokens, card.reads_pictures) == (context, sees)


def test_a_router_is_asked_for_what_it_knows_of_a_model() -> None:
    of_both = {"max_input_tokens": 4096, "supports_vision": True}
    told = [
        {"model_name": "other", "model_info": of_both},
        {
            "model_name": NAME,
            "model_info": {
                "max_input_tokens": 16384,
                "supports_vision": False,
                "supports_function_calling": True,
            },
        },
    ]
    with stand_in(models=[{"id": NAME, "owned_by": "openai"}]) as server:
        server.pages["/v1/model/info"] = {"data": told}
        known = fetch_capabilities(server.url, NAME, "")
    assert (known.context_tokens, known.reads_pictures, known.uses_tools) == (16384, False, True)


@pytest.mark.parametrize("page", [{}, {"data": [{"model_name": NAME, "model_info": None}]}])
def test_a_server_that_knows_no_more_is_listed_all_the_same(page: JSON) -> None:
    with stand_in(models=[{"id": NAME, "owned_by": "openai"}]) as server:
        if page:
            server.pages["/v1/model/info"] = page
        known = fetch_capabilities(server.url, NAME, "")
    assert known.lists_model and known.context_tokens is None


@pytest.mark.parametrize(("taken", "says"), [(["tools", "seed"], True), (["seed"], False)])
def test_what_may_be_given_says_whether_tools_may(taken: list[str], says: bool) -> None:
    with stand_in(models=[{"id": NAME, "supported_parameters": taken}]) as server:
        assert fetch_capabilities(server.url, NAME, "").uses_tools is says


def test_a_card_says_that_its_model_is_not_listed() -> None:
    with stand_in(models=[{"id": "other"}]) as server:
        assert "does not list" in card_after_asking(server.url).note


def test_a_card_says_that_its_server_does_not_answer() -> None:
    with stand_in() as server:
        pass
    assert "did not answer" in card_after_asking(server.url).note


def test_the_first_look_does_not_wait_for_the_server() -> None:
    with stand_in(models=[{"id": NAME, "max_model_len": 9}]) as server:
        endpoint = endpoint_of(Environment(model_name=NAME, model_url=server.url))
        server.may_list.clear()
        assert endpoint_option(endpoint).context_tokens is None
        server.may_list.set()
        assert card_after_asking(server.url).context_tokens == 9
