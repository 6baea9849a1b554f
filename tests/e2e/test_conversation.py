"""A person says what to change, to a run that has ended and to one at work."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.stack import Stack
from tests.e2e.conftest import start_run
from tests.e2e.connected import connected
from tests.workers.models.stand_in import JSON, Reply, StandIn, calls, refuses, stand_in

pytestmark = pytest.mark.e2e

FIRST = """<!doctype html><title>Sign in</title><style>body { background: #eef1f6 }</style>
<h1>Welcome back</h1><p>Sign in to your farm</p>"""
DARK: JSON = {
    "path": "index.html",
    "edits": [{"search": "background: #eef1f6", "replace": "background: #101014"}],
}
LIME: JSON = {
    "path": "index.html",
    "edits": [{"search": "background: #eef1f6", "replace": "background: #00ff00"}],
}


def finish(first: int) -> Reply:
    return calls(("finish", {"summary": "It is as you asked."}), first=first)


def write(first: int = 0) -> Reply:
    return calls(
        ("write_file", {"path": "index.html", "content": FIRST}), ("compare", {}), first=first
    )


def edit(change: JSON, first: int) -> Reply:
    return calls(("edit_file", change), ("compare", {}), first=first)


@pytest.fixture
def endpoint() -> Iterator[StandIn]:
    with stand_in() as server:
        yield server


@pytest.fixture
def model(stack: Stack, endpoint: StandIn) -> Iterator[str]:
    with connected(stack, endpoint.url, "kimi-k2.5") as model:
        yield model


def expect_done(page: Page) -> None:
    """No run outlives its test, whose model is then gone."""
    status = page.get_by_role("region", name="Run").get_by_role("status")
    expect(status).to_contain_text("Done")


def say(page: Page, words: str, button: str = "Send") -> None:
    page.get_by_label("What should change?").fill(words)
    page.get_by_role("button", name=button, exact=True).click()


def expect_background(page: Page, colour: str) -> None:
    body = page.frame_locator("iframe:visible").first.locator("body")
    expect(body).to_have_css("background-color", colour)


def test_a_person_asks_for_changes_until_the_page_is_as_they_want_it(
    page: Page, stack: Stack, model: str, endpoint: StandIn
) -> None:
    endpoint.replies += [write(), finish(2)]
    page.goto(start_run(stack, model=model))
    status = page.get_by_role("region", name="Run").get_by_role("status")
    revisions = page.get_by_role("group", name="Revisions")
    expect(status).to_contain_text("Done")

    endpoint.replies += [edit(DARK, 3), finish(5)]
    say(page, "Make it a dark page")
    expect(revisions).to_contain_text("v2 of 2")
    expect(status).to_contain_text("Done")
    expect_background(page, "rgb(16, 16, 20)")
    expect(page.get_by_label("What should change?")).to_have_value("")

    revisions.get_by_role("button", name="Previous revision").click()
    expect(page.get_by_text("Goes on from revision 1")).to_be_visible()
    endpoint.replies += [edit(LIME, 6), finish(8)]
    page.get_by_label("What should change?").fill("Make it lime instead")
    page.keyboard.press("Control+Enter")
    expect(revisions).to_contain_text("v3 of 3")
    expect_background(page, "rgb(0, 255, 0)")
    asked = json.dumps(endpoint.requests[-1]["messages"])
    assert "Make it a dark page" in asked
    assert "The files are those of revision 1 again." in asked

    page.reload()
    steps = page.get_by_role("list", name="Steps")
    expect(steps.locator("[data-kind=message]")).to_have_text(
        ["Make it a dark page", "Make it lime instead"]
    )
    expect(revisions).to_contain_text("v3 of 3")
    expect(revisions.locator(".best-mark")).not_to_have_text("best")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download this run as JSON").click()
    run = json.loads(Path(download.value.path()).read_bytes())
    kinds = [envelope["event"]["type"] for envelope in run["events"]]
    assert kinds.count("message_received") == 2


def test_a_page_of_the_built_in_model_is_gone_on_with_by_one_that_reads_words(
    page: Page, stack: Stack, model: str, endpoint: StandIn
) -> None:
    page.goto(start_run(stack, model="draft"))
    status = page.get_by_role("region", name="Run").get_by_role("status")
    expect(status).to_contain_text("Done", timeout=120_000)
    before = page.get_by_role("group", name="Revisions").inner_text()

    style = "<style>body { background: #101014 !important }</style>"
    edits = [{"search": "</head>", "replace": f"{style}</head>"}]
    endpoint.replies += [edit({"path": "index.html", "edits": edits}, 100), finish(102)]
    say(page, "Make it a dark page")
    expect_background(page, "rgb(16, 16, 20)")
    expect(status).to_contain_text("Done")
    assert page.get_by_role("group", name="Revisions").inner_text() != before
    sent = json.dumps(endpoint.requests[0]["messages"])
    assert "write_file" in sent  # what the built-in model did


def test_words_to_a_run_at_work_are_seen_to_wait_and_then_to_be_read(
    page: Page, stack: Stack, model: str, endpoint: StandIn
) -> None:
    slow = write()
    endpoint.replies += [Reply(pieces=slow.pieces, pause=0.3), edit(DARK, 2), finish(4)]
    page.goto(start_run(stack, model=model))
    send = page.get_by_role("button", name="Send now", exact=True)
    expect(send).to_be_visible()
    assert endpoint.was_asked.wait(60)

    say(page, "And make it dark", "Send now")
    waiting = page.locator("blockquote", has_text="And make it dark")
    expect(waiting).to_contain_text("Read before the next turn")
    page.reload()
    expect(waiting).to_contain_text("Read before the next turn")

    steps = page.get_by_role("list", name="Steps")
    expect(steps.locator("[data-kind=message]")).to_have_text("And make it dark")
    expect(waiting).to_have_count(0)
    expect_background(page, "rgb(16, 16, 20)")
    assert "And make it dark" in json.dumps(endpoint.requests[1]["messages"])
    assert "And make it dark" not in json.dumps(endpoint.requests[0]["messages"])
    expect_done(page)


def test_a_question_of_the_model_is_answered_or_left_to_it(
    page: Page, stack: Stack, model: str, endpoint: StandIn
) -> None:
    question = "Should the page be in English or in German?"
    endpoint.replies += [
        calls(("ask", {"question": question})),
        calls(("ask", {"question": "Light or dark?"}), first=1),
        write(2),
        finish(4),
    ]
    page.goto(start_run(stack, model=model, prompt="Translate it"))
    run = page.get_by_role("region", name="Run")
    expect(run.get_by_role("status")).to_contain_text("Waiting for your answer")
    expect(run).to_contain_text(question)

    page.get_by_label("Your answer").fill("German")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(run).to_contain_text("Light or dark?")
    page.get_by_role("button", name="You decide").click()
    expect(run.get_by_role("status")).to_contain_text("Done")
    asked = json.dumps(endpoint.requests[-1]["messages"])
    assert "The person says:\\nGerman" in asked
    assert "You decide." in asked


def test_the_budget_is_seen_while_a_run_works(
    page: Page, stack: Stack, model: str, endpoint: StandIn
) -> None:
    slow = calls(("list_files", {}), first=1)
    endpoint.replies += [calls(("list_files", {})), Reply(pieces=slow.pieces, pause=1), finish(2)]
    page.goto(start_run(stack, model=model))
    run = page.get_by_role("region", name="Run")
    expect(run).to_contain_text("of 60:00 · 1 of 300 steps")
    run.get_by_role("button", name="Stop", exact=True).click()
    expect(run.get_by_role("status")).to_contain_text("Stopped")


def test_a_run_is_paused_after_its_step_and_goes_on_where_it_was(
    page: Page, stack: Stack, model: str, endpoint: StandIn
) -> None:
    endpoint.replies += [Reply(pieces=write().pieces, pause=0.3), edit(DARK, 2), finish(4)]
    page.goto(start_run(stack, model=model, prompt="Make it dark"))
    run = page.get_by_role("region", name="Run")
    assert endpoint.was_asked.wait(60)
    run.get_by_role("button", name="Pause").click()
    expect(run).to_contain_text("Pausing after this step")
    page.reload()
    expect(run.get_by_role("button", name="Pause")).to_be_disabled()

    expect(run.get_by_role("status")).to_contain_text("Paused")
    assert len(endpoint.requests) == 1  # the turn was heard to its end
    run.get_by_role("button", name="Continue").click()
    expect(run.get_by_role("status")).to_contain_text("Done")
    expect_background(page, "rgb(16, 16, 20)")
    assert len(endpoint.requests) == 3


def test_a_person_sees_what_a_run_waits_for(
    page: Page, stack: Stack, model: str, endpoint: StandIn
) -> None:
    endpoint.replies += [refuses(429, "Slow down", Retry_After="5"), write(), finish(2)]
    page.goto(start_run(stack, model=model))
    run = page.get_by_role("region", name="Run")
    expect(run).to_contain_text("has taken no more requests for")
    expect(run).to_contain_text("next try in")
    expect(run.get_by_role("status")).to_contain_text("Waiting for the model")
    expect(run.get_by_role("status")).to_contain_text("Done")


def test_the_tries_of_a_project_are_one_conversation(
    page: Page, stack: Stack, model: str, endpoint: StandIn
) -> None:
    endpoint.replies += [write(), finish(2)]
    first = start_run(stack, model=model, prompt="A calm page")
    page.goto(first)
    status = page.get_by_role("region", name="Run").get_by_role("status")
    expect(status).to_contain_text("Done")
    endpoint.replies += [edit(DARK, 3), finish(5)]
    say(page, "Make it a dark page")
    expect_background(page, "rgb(16, 16, 20)")
    expect(status).to_contain_text("Done")

    page.get_by_role("button", name="Start over…").click()
    page.get_by_label("Words for another try").fill("With a lime button")
    endpoint.replies += [write(), finish(2)]
    page.get_by_role("button", name="Try again").click()
    earlier = page.get_by_role("region", name="Try 1")
    expect(earlier.locator(".prompt")).to_have_text(["A calm page", "Make it a dark page"])
    expect(status).to_contain_text("Done")
    task = json.dumps(endpoint.requests[-1]["messages"][1])
    for words in ("A calm page", "Make it a dark page", "With a lime button"):
        assert words in task

    earlier.get_by_text("2 revisions").click()
    steps = earlier.get_by_role("list", name="Steps of this try")
    expect(steps.locator(".step-group[data-revision]")).to_have_count(2)
    earlier.get_by_role("link", name="Show this try").click()
    expect(page.get_by_role("region", name="Try 2")).to_contain_text("With a lime button")
    expect(page.get_by_role("group", name="Revisions")).to_contain_text("v2 of 2")

    endpoint.replies += [edit({**DARK, "edits": [{"search": "#101014", "replace": "#202024"}]}, 6)]
    endpoint.replies += [finish(8)]
    say(page, "A little less dark")
    expect_background(page, "rgb(32, 32, 36)")
    expect_done(page)
    page.goto(first)  # opens where the conversation ended
    expect(page.get_by_role("region", name="Try 2")).to_be_visible()
    expect(page.get_by_role("group", name="Revisions")).to_contain_text("v3 of 3")
