"""Kimi mini in the settings, in the picker and in the health report."""

import time

import pytest
from pydantic import ValidationError

from tests.workers.models.stand_in import JSON, StandIn, stand_in
from webapp.environment import Environment, explain
from webapp.studio.catalog import options
from webapp.studio.catalog.options import ModelOption, default_model, mini_option
from webapp.studio.catalog.probe import fetch_capabilities
from webapp.studio.catalog.server import mini_server_of
from webapp.studio.errors import BadRequest

SGLANG = {"id": "kimi-mini", "owned_by": "sglang", "max_model_len": 4096}
INFO = {"has_image_understanding": True, "tool_call_parser": "kimi_k2"}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("MOCKWRIGHT_MINI_URL", "http://model.invalid:1/v1/")
    return monkeypatch


def card_after_asking(server: StandIn, **facts: JSON) -> ModelOption:
    """The card once the server has been asked."""
    server.pages.update({f"/{page}": answer for page, answer in facts.items()})
    environment = Environment(mini_url=server.url)
    deadline = time.monotonic() + 30
    while mini_server_of(environment).capabilities() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return mini_option(environment)


def test_the_card_says_what_sglang_says() -> None:
    with stand_in(models=[SGLANG]) as server:
        card = card_after_asking(server, model_info=INFO, server_info={"device": "cpu"})
    assert (card.device, card.context_tokens, card.state) == ("CPU", 4096, "ready")
    assert (card.reads_pictures, card.uses_tools) == (True, True)
    assert "Outside that it is a demonstration" in card.note


def test_a_server_on_a_gpu_without_sight_and_tools_is_shown_as_that() -> None:
    blind = {"has_image_understanding": False, "tool_call_parser": None}
    with stand_in(models=[SGLANG]) as server:
        card = card_after_asking(server, model_info=blind, server_info={"device": "cuda"})
    assert (card.device, card.reads_pictures, card.uses_tools) == ("GPU", False, False)


def test_other_servers_are_asked_for_nothing_but_their_models() -> None:
    with stand_in(models=[{"id": "kimi-mini", "max_model_len": 9}]) as server:
        server.pages["/model_info"] = {"has_image_understanding": False}
        capabilities = fetch_capabilities(server.url, "kimi-mini", "")
    assert (capabilities.context_tokens, capabilities.reads_pictures, capabilities.device) == (
        9,
        None,
        None,
    )


def test_a_card_of_a_silent_server_says_that_it_is_starting() -> None:
    with stand_in() as server:
        pass
    card = card_after_asking(server)
    assert card.state == "starting"
    assert "Still starting" in card.note


def test_a_server_that_stays_silent_is_not_called_starting_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(options, "STARTS_WITHIN", 0.0)
    with stand_in() as server:
        pass
    assert card_after_asking(server).state == "silent"


def test_without_a_server_mini_is_not_on_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOCKWRIGHT_MINI_URL", raising=False)
    with pytest.raises(BadRequest, match="mini"):
        options.check_available("mini", "html-css", with_tests=False)


def test_what_was_set_up_is_the_default_and_draft_stays(at: pytest.MonkeyPatch) -> None:
    assert default_model() == "mini"
    assert [card.id for card in options.models(with_tests=False)] == ["draft", "mini"]
    at.setenv("MOCKWRIGHT_MODEL_NAME", "kimi-k2.5")
    at.setenv("MOCKWRIGHT_MODEL_URL", "http://model.invalid:2/v1")
    assert default_model() == "mini"
    at.delenv("MOCKWRIGHT_MINI_URL")
    assert default_model() == "endpoint"
    at.delenv("MOCKWRIGHT_MODEL_URL")
    assert default_model() == "draft"


def test_a_wrong_address_is_named(at: pytest.MonkeyPatch) -> None:
    at.setenv("MOCKWRIGHT_MINI_URL", "127.0.0.1:30000")
    with pytest.raises(ValidationError) as raised:
        Environment()
    assert explain(raised.value).startswith("MOCKWRIGHT_MINI_URL: ")
