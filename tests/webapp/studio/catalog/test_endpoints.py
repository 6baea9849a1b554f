"""What a model behind an endpoint costs, and what its card says."""

import pytest

from webapp.studio.catalog.endpoints import ModelEndpoint, Prices
from webapp.studio.catalog.options import endpoint_option
from webapp.studio.values import Usage


@pytest.mark.parametrize(
    ("prices", "cost"),
    [
        (Prices(input=2.0, output=10.0), 0.002 * 1 + 0.0005),
        (Prices(input=2.0, output=10.0, cached_input=0.5), 0.0008 + 0.0003 + 0.0005),
        (Prices(input=2.0, output=10.0, cached_input=0.0), 0.0008 + 0.0005),
        (Prices(input=0.0, output=0.0), 0.0),
    ],
)
def test_a_turn_costs_its_tokens_by_the_million(prices: Prices, cost: float) -> None:
    usage = Usage(input_tokens=1000, cached_tokens=600, output_tokens=50)
    assert prices.cost_of(usage) == pytest.approx(cost)


def test_no_more_is_cached_than_was_read() -> None:
    usage = Usage(input_tokens=100, cached_tokens=900)
    assert Prices(input=1.0, output=1.0, cached_input=0.5).cost_of(usage) == pytest.approx(5e-5)


def test_usage_adds_up_and_a_cost_stays_unknown_where_both_are() -> None:
    one = Usage(input_tokens=1, output_tokens=2, cached_tokens=1)
    assert one.plus(one) == Usage(input_tokens=2, output_tokens=4, cached_tokens=2)
    priced = one.model_copy(update={"cost": 0.25})
    assert one.plus(priced).cost == 0.25
    assert priced.plus(priced).cost == 0.5


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"key": None}, "can no longer be read"),
        ({"sees_pictures": False}, "cannot see pictures"),
        ({"calls_tools": False}, "cannot call tools"),
        ({}, "gets your mockups and your words"),
    ],
)
def test_a_card_says_what_is_known_before_its_server_answers(
    more: dict[str, bool | None], note: str
) -> None:
    url = f"http://host.invalid/{len(note)}/v1"  # what was asked of one server is known of it
    endpoint = ModelEndpoint(model_id="endpoint:1", label="Kimi", url=url, name="kimi", **more)  # type: ignore[arg-type]
    card = endpoint_option(endpoint)
    assert note in card.note
    assert card.reads_pictures is (more.get("sees_pictures") is not False)
    assert card.uses_tools is (more.get("calls_tools") is not False)
