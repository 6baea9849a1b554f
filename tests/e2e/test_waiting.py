"""A model server that is away: the person sees what is waited for, in every tab, and can leave."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import start_run
from tests.e2e.test_conversation import say
from tests.workers.models.stand_in import JSON, Reply, StandIn, calls, refuses, stand_in

pytestmark = pytest.mark.e2e

OPENS_MS = 60_000  # three failures and their pauses, on a busy machine


@pytest.fixture
def server() -> Iterator[StandIn]:
    """Away until `pages` has a page of that name; then it asks the person something."""
    with stand_in() as server:

        def answer(body: JSON) -> Reply:
            if "back" not in server.pages:
                return refuses(503, "Loading model")
            return calls(("ask", {"question": "Light or dark?"}))

        server.answer = answer
        yield server


def test_a_person_sees_what_is_waited_for_and_goes_on_when_it_is_back(
    page: Page, browser: Browser, stack: Stack, server: StandIn
) -> None:
    body = {"url": server.url, "name": "kimi-k2.5", "label": "Kimi away"}
    model = str(stack.post("/api/endpoints", body)["model_id"])
    page.goto(start_run(stack, model=model))
    run = page.get_by_role("region", name="Run")
    waits = "kimi-k2.5 at 127.0.0.1"
    expect(run).to_contain_text(waits, timeout=OPENS_MS)
    expect(run).to_contain_text("had errors (status 503: Loading model) for")
    expect(run).to_contain_text("next try in")

    other = browser.new_page()
    other.goto(page.url)
    expect(other.get_by_role("region", name="Run")).to_contain_text(waits)
    say(page, "Make it dark", "Send now")
    expect(other.get_by_role("region", name="Activity")).to_contain_text("Make it dark")
    other.goto(f"{stack.origin}/models")
    row = other.get_by_role("listitem").filter(has_text="Kimi away")
    expect(row).to_contain_text("runs wait for it since")
    expect(row).to_contain_text("Loading model")

    page.get_by_role("button", name="Pause").click()
    expect(run.get_by_role("status")).to_contain_text("Paused", timeout=5_000)
    server.pages["back"] = {}
    page.get_by_role("button", name="Continue").click()
    expect(run.get_by_role("status")).to_contain_text("Waiting for your answer")
    expect(row).not_to_contain_text("runs wait for it")  # without a reload
    other.close()
