"""A person connects a model of their own in the interface, works with it, and removes it."""

import json
from collections.abc import Iterator
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from bench.stack import Stack
from tests.e2e.test_conversation import say
from tests.webapp.studio.catalog.answers import able
from tests.workers.models.stand_in import JSON, Reply, StandIn, calls, refuses, stand_in
from webapp.studio.catalog.check_results import TOOL

pytestmark = pytest.mark.e2e

KEY = "sk-very-secret-0123456789"
PAGE = """<!doctype html><title>Sign in</title><style>body { background: #00ff00 }</style>
<h1>Welcome back</h1><p>Sign in to your farm</p>"""


@pytest.fixture
def server() -> Iterator[StandIn]:
    """A model that answers the questions of a test, and writes a page when it is given a run."""
    with stand_in(models=[{"id": "kimi-k2.5", "max_model_len": 262_144}]) as server:
        work = [
            calls(("write_file", {"path": "index.html", "content": PAGE}), ("compare", {})),
            calls(("finish", {"summary": "It is green."}), first=2),
            calls(("finish", {"summary": "It is still green."}), first=3),
        ]

        def answer(body: JSON) -> Reply:
            tools = [tool["function"]["name"] for tool in body.get("tools") or ()]
            if not tools or tools == [TOOL]:
                return able(body)
            return work.pop(0) if work else refuses(500, "no more work")

        server.answer = answer
        yield server


def test_a_model_is_added_tested_used_and_removed(
    page: Page, stack: Stack, server: StandIn
) -> None:
    page.goto(stack.origin)
    page.get_by_role("button", name="Model:").click()
    page.get_by_role("menuitem", name="Add a model…").click()
    expect(page.get_by_role("heading", name="Add a model")).to_be_visible()

    page.get_by_role("radio", name="SGLang").check()
    expect(page.get_by_label("Address")).to_have_value("http://127.0.0.1:30000/v1")
    page.get_by_label("Address").fill("http://127.0.0.1:9/v1")
    page.get_by_role("button", name="Test", exact=True).click()
    findings = page.get_by_role("region", name="What the test found")
    expect(findings).to_contain_text("One thing to put right")
    expect(findings).to_contain_text("Nothing listens there")

    page.get_by_label("Address").fill(server.url)
    page.get_by_label("Key", exact=True).fill(KEY)
    page.get_by_role("button", name="Test", exact=True).click()
    expect(findings).to_contain_text("It can do all that is needed")
    expect(findings.get_by_role("listitem").filter(has_text="Sees pictures")).to_contain_text("yes")
    expect(findings).to_contain_text("The server says: 262,144 tokens")
    expect(page.get_by_label("Model", exact=True)).to_have_value("kimi-k2.5")

    page.get_by_label("Shown as").fill("Kimi at home")
    page.get_by_text("Thinking, limits and prices").click()
    page.get_by_label("Input, $ per million tokens").fill("600")
    page.get_by_label("Output, $ per million tokens").fill("3000")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("listitem").filter(has_text="Kimi at home")
    expect(row).to_contain_text("sees pictures · reads your words · calls tools")
    row.get_by_role("link", name="Change").click()
    expect(page.get_by_label("Key", exact=True)).to_have_attribute("placeholder", "kept")
    expect(page.get_by_label("Key", exact=True)).to_have_value("")
    assert KEY not in page.content()
    assert KEY not in told_by(stack, "/api/config") + told_by(stack, "/api/endpoints")

    page.get_by_role("link", name="Mockwright").click()
    picker = page.get_by_role("button", name="Model:")
    picker.click()
    page.get_by_role("menuitemradio", name="Draft").click()
    expect(picker).to_contain_text("Draft")
    thinking = page.get_by_role("button", name="Thinking:")
    expect(thinking).to_have_count(0)  # of what does not think there is nothing to choose
    picker.click()
    page.get_by_role("menuitemradio", name="Kimi at home").click()
    thinking.click()
    page.get_by_role("menuitemradio", name="Off").click()
    expect(thinking).to_have_text("thinking off")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Generate").click()
    run = page.get_by_role("region", name="Run")
    expect(run.get_by_role("status")).to_contain_text("Done")
    body = page.frame_locator("iframe:visible").first.locator("body")
    expect(body).to_have_css("background-color", "rgb(0, 255, 0)")
    assert set(server.keys[-2:]) == {f"Bearer {KEY}"}
    assert server.requests[-1]["chat_template_kwargs"] == {"thinking": False}
    expect(thinking).to_have_text("thinking off")
    thinking.click()
    page.get_by_role("menuitemradio", name="High").click()
    say(page, "Think it over")
    steps = page.get_by_role("list", name="Steps")
    expect(steps).to_contain_text("It is still green.")
    expect(run.get_by_role("status")).to_contain_text("Done")
    assert server.requests[-1]["reasoning_effort"] == "high"
    spent = "3,000 tokens read · 150 written · context 0 % full · $2.25"
    expect(page.get_by_role("region", name="Activity")).to_contain_text(spent)
    project = page.url

    page.goto(f"{stack.origin}/models")
    page.get_by_role("button", name="Remove Kimi at home").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="Kimi at home")).to_have_count(0)
    page.goto(project)
    expect(run.get_by_role("status")).to_contain_text("Done")
    expect(page.get_by_role("region", name="Activity")).to_contain_text(spent)
    page.get_by_role("link", name="add a language model").click()
    expect(page.get_by_role("heading", name="Add a model")).to_be_visible()


def told_by(stack: Stack, path: str) -> str:
    with urlopen(stack.origin + path, timeout=10) as response:
        return json.dumps(json.load(response))
