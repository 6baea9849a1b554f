"""A person asks in words for what the mockup does not show, and gets it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from bench.stack import Stack
from tests.e2e.conftest import start_run
from tests.e2e.connected import connected
from tests.workers.models.stand_in import calls, stand_in

pytestmark = pytest.mark.e2e

LIGHT = """<!doctype html><title>Sign in</title><body style="margin:0;background:#eef1f6">
<main style="margin:168px 0 0 720px;padding:36px;width:328px;height:390px;background:#fff">
<h1 style="margin:0;font:700 24px Inter">Welcome back</h1><p>Sign in to your farm</p></main>"""
DARK = LIGHT.replace("#eef1f6", "#101014").replace("background:#fff", "background:#000;color:#fff")


@pytest.fixture
def asked(stack: Stack) -> Iterator[str]:
    """The address of a run that was asked for a dark page, and made the light one first."""
    replies = (
        calls(
            ("plan", {"steps": [{"text": "The page", "state": "doing"}, {"text": "Its colours"}]}),
            ("write_file", {"path": "index.html", "content": LIGHT}),
            ("compare", {}),
        ),
        calls(
            ("write_file", {"path": "index.html", "content": DARK}),
            ("deviate", {"deviations": [{"reason": "A dark page", "aspect": "colours"}]}),
            ("compare", {}),
            first=3,
        ),
        calls(("finish", {"summary": "It is dark now."}), first=6),
    )
    with stand_in(*replies) as server, connected(stack, server.url, "kimi-k2.5") as model:
        yield start_run(stack, prompt="Make it a dark page", model=model)


def test_the_dark_page_that_was_asked_for_is_the_result(page: Page, asked: str) -> None:
    page.goto(asked)
    status = page.get_by_role("region", name="Run").get_by_role("status")
    expect(status).to_contain_text("Done")
    expect(page.get_by_role("region", name="Run")).to_contain_text("Revision 2 is the result")
    revisions = page.get_by_role("group", name="Revisions")
    expect(revisions).to_contain_text("v2 of 2")
    expect(revisions.locator(".best-mark")).to_have_text("result")
    body = page.frame_locator("iframe:visible").first.locator("body")
    expect(body).to_have_css("background-color", "rgb(16, 16, 20)")
    strip = page.locator(".score-strip")
    expect(strip).to_contain_text("Not measured, as it is meant to differ: A dark page")
    plan = page.get_by_role("group").filter(has_text="Plan 0 of 2 done")
    expect(plan.get_by_role("listitem")).to_have_text(["The page", "Its colours"])
    expect(plan.get_by_role("img", name="under way")).to_be_visible()

    revisions.get_by_role("button", name="Best match").click()
    expect(revisions).to_contain_text("v1 of 2")
    expect(revisions.locator(".best-mark")).to_have_text("best")
    expect(body).to_have_css("background-color", "rgb(238, 241, 246)")
    revisions.get_by_role("button", name="Result").click()
    expect(revisions).to_contain_text("v2 of 2")

    score = re.search(r"\d+\.\d", page.locator(".score-row").inner_text())
    assert score is not None
    origin, project = asked.split("/p/")
    page.goto(origin)
    expect(page.locator(f'a[href="/p/{project}"]')).to_contain_text(score[0])
