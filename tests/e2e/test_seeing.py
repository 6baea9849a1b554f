"""A person and a model that sees: the page is made from the picture, and changed in words."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bench.seeing import NAME, serve_seeing
from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES, running
from tests.e2e.test_compose import hand_over
from tests.e2e.test_conversation import say

pytestmark = pytest.mark.e2e

RUN_MS = 120_000  # on a busy machine


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    # a pause, so that there is time to say something while it works
    with serve_seeing("--mistakes", "2", "--pause", "2") as url:
        model = {"MOCKWRIGHT_MODEL_URL": url, "MOCKWRIGHT_MODEL_NAME": NAME}
        with running(Stack(tmp_path_factory.mktemp("seeing"), **model)) as stack:
            yield stack


def test_a_dropped_mockup_becomes_a_page_that_words_change(page: Page, service: Stack) -> None:
    page.goto(service.origin)
    hand_over(page, "drop", EXAMPLES / "login.png")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    run = page.get_by_role("region", name="Run")
    preview = page.frame_locator("iframe:visible").first
    steps = page.get_by_role("list", name="Steps")

    expect(steps).to_contain_text("Wrote style.css", timeout=RUN_MS)
    say(page, "Change “Welcome back” to “Hello again”", "Send now")  # while it works
    expect(steps.locator("[data-kind=message]")).to_have_count(1, timeout=RUN_MS)
    expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    expect(preview.get_by_text("Hello again")).to_be_visible()
    expect(preview.get_by_text("Sign in to your farm")).to_be_visible()

    say(page, "Make the button green")
    button = preview.get_by_role("button", name="Sign in")
    expect(button).to_have_css("background-color", "rgb(46, 125, 50)", timeout=RUN_MS)
    expect(preview.get_by_text("Hello again")).to_be_visible()
    expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    expect(steps).to_contain_text("‘Sign in’ is green now.")

    say(page, "Give it more character")
    expect(run.get_by_role("status")).to_contain_text("Waiting for your answer", timeout=RUN_MS)
    page.get_by_role("button", name="You decide").click()
    expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    expect(button).to_have_css("background-color", "rgb(46, 125, 50)")


def test_the_environments_own_model_is_tested_where_the_others_are(
    page: Page, service: Stack
) -> None:
    page.goto(f"{service.origin}/models")
    row = page.get_by_role("listitem").filter(has_text="Set by the environment")
    row.get_by_role("link", name="Test").click()
    expect(page.get_by_role("main")).to_contain_text("MOCKWRIGHT_MODEL_URL")
    expect(page.get_by_role("textbox")).to_have_count(0)  # nothing to change
    page.get_by_role("button", name="Test", exact=True).click()
    findings = page.get_by_role("region", name="What the test found")
    expect(findings).to_contain_text("It can do all that is needed")
    expect(findings).to_contain_text("picture and said so")
