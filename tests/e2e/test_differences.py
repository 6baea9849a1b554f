"""What a person is told of a score: how it changed, what it means, and what differs, by name."""

import json
import re
import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import start_run
from webapp.studio.values import Difference, Rect

pytestmark = pytest.mark.e2e

FIRST = """<!doctype html><title>Sign in</title>
<style>
body { margin: 0; font: 15px Inter, sans-serif; background: #eef1f6 }
main { margin: 168px 0 0 720px; padding: 36px; width: 328px; height: 390px; background: #fff }
h1 { margin: 0; font: italic 400 18px Inter }
</style>
<main><h1>Welcome back</h1><p>Sign in to your farm</p><p>Email</p><p>Password</p></main>"""
WORSE = "<!doctype html><title>Sign in</title><p>Welcome back</p>"


def place(x: float, y: float, width: float, height: float) -> Rect:
    return Rect(x=x, y=y, width=width, height=height)


def difference(
    item: str, kind: str, expected: str, got: str, rect: Rect, cost: float
) -> Difference:
    values = {"item": item, "kind": kind, "expected": expected, "got": got, "rect": rect}
    return Difference.model_validate({**values, "selector": "main > h1", "line": 7, "cost": cost})


HEADING, BUTTON = place(757, 209, 173, 28), place(757, 509, 326, 46)
DIFFERENCES = [
    difference("text ‘Plan the season’", "missing", "", "", place(56, 245, 447, 90), 0.21),
    difference("text ‘Welcome back’", "size", "24 px", "18 px", HEADING, 0.034),
    difference("text ‘Welcome back’", "slant", "upright", "italic", HEADING, 0.02),
    difference("button", "fill", "#2f5bd0", "", BUTTON, 0.018),
    difference("text ‘Fernhill’", "missing", "", "", place(96, 69, 72, 20), 0.012),
    difference("card", "radius", "12 px", "0 px", place(720, 169, 400, 462), 0.006),
    difference("card", "radius", "12 px", "0 px", place(56, 520, 200, 90), 0.003),
    difference("card", "radius", "12 px", "0 px", place(296, 520, 200, 90), 0.003),
    difference("text ‘Email’", "weight", "600", "400", place(757, 294, 34, 14), 0.0004),
    difference("text ‘Password’", "offset", "0 px", "+3 px down", place(757, 382, 62, 14), 0.0002),
    difference("page", "failed_request", "", "css/app.css", place(0, 0, 0, 0), 0),
    difference("page", "as_file", "", "app.js does not load", place(0, 0, 0, 0), 0),
]


@pytest.fixture(scope="module")
def scored(stack: Stack, browser: Browser) -> str:
    """The address of a run that got worse, with named differences in its record."""
    turns = [
        {"name": "write_file", "arguments": {"path": "index.html", "content": content}}
        for content in (FIRST, WORSE)
    ]
    script = [{"calls": [write, {"name": "compare"}]} for write in turns]
    finish = {"calls": [{"name": "finish", "arguments": {"summary": "Done"}}]}
    address = start_run(stack, prompt=json.dumps([*script, finish]))
    page = browser.new_page()
    page.goto(address)
    status = page.get_by_role("region", name="Run").get_by_role("status")
    expect(status).to_contain_text("Done")
    page.close()
    name_differences(stack, address)
    return address


def name_differences(stack: Stack, address: str) -> None:
    """Put the differences into the record of a run, as a comparison that names them would."""
    project = address.rsplit("/", 1)[1].replace("-", "")
    named = [one.model_dump() for one in DIFFERENCES]
    with sqlite3.connect(stack.data / "db.sqlite3", timeout=20) as record:
        rows = record.execute(
            "SELECT event.id, body FROM studio_event AS event JOIN studio_run AS run"
            " ON run.id = run_id WHERE event.type = 'revision_saved' AND project_id = ?",
            [project],
        ).fetchall()
        for number, body in rows:
            event = json.loads(body)
            event["pages"][0]["score"]["differences"] = named
            record.execute(
                "UPDATE studio_event SET body = ? WHERE id = ?", [json.dumps(event), number]
            )
    record.close()
    assert len(rows) == 2


@pytest.fixture(params=[1440, 390])
def studio(page: Page, scored: str, request: pytest.FixtureRequest) -> Iterator[tuple[Page, int]]:
    page.set_viewport_size({"width": request.param, "height": 900})
    page.goto(scored)
    if request.param == 390:
        page.get_by_role("navigation", name="Views").get_by_role("button", name="Preview").click()
    expect(page.locator(".score-strip")).to_be_visible()
    yield page, request.param


def chips(page: Page):  # type: ignore[no-untyped-def]  # a Playwright locator
    return page.get_by_role("list", name="Differences").get_by_role("button")


def test_a_difference_is_shown_on_both_sides(studio: tuple[Page, int]) -> None:
    page, width = studio
    expect(chips(page)).to_have_count(6)
    expect(chips(page).nth(0)).to_have_text("‘Plan the season’ is missing")
    chip = chips(page).nth(1)
    expect(chip).to_have_text("‘Welcome back’ size 18 px, mockup 24 px")
    chip.focus()
    page.keyboard.press("Enter")
    expect(chip).to_have_attribute("aria-pressed", "true")
    if width > 600:
        expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".score-strip").get_by_role("status")).to_contain_text("main > h1, line 7")
    marks = page.locator(".pane .outline")
    expect(marks).to_have_count(2)
    for pane, mark in zip(page.locator(".pane").all(), marks.all(), strict=True):
        around, box = pane.bounding_box(), mark.bounding_box()
        assert around is not None
        assert box is not None
        assert around["x"] <= box["x"]
        assert box["x"] + box["width"] <= around["x"] + around["width"]
        assert around["y"] <= box["y"]
        assert box["y"] + box["height"] <= around["y"] + around["height"]
        assert box["width"] / box["height"] == pytest.approx(HEADING.width / HEADING.height, 0.05)
    page.keyboard.press("]")  # the mark was of the revision before
    expect(page.locator(".score-strip")).to_contain_text("worse than v1")
    expect(marks).to_have_count(0)
    page.keyboard.press("[")
    page.get_by_role("button", name="Show in code").press("Enter")
    expect(page.get_by_role("tabpanel", name="Code").locator(".cm-place")).to_contain_text("<h1>")


def test_the_rest_of_the_differences_is_one_press_away(studio: tuple[Page, int]) -> None:
    page, width = studio
    page.get_by_role("button", name="Show all 10").click()
    expect(chips(page)).to_have_count(10)
    chips(page).nth(7).click()
    expect(page.locator(".pane .outline").first).to_be_visible()
    chips(page).nth(8).click()  # of the whole page: there is no place to mark
    expect(page.locator(".score-strip").get_by_role("status")).to_contain_text(
        "did not load: css/app.css · costs nothing"
    )
    expect(page.locator(".pane .outline")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_reads_the_same_is_one_chip_that_leads_through_its_places(
    studio: tuple[Page, int],
) -> None:
    page, _ = studio
    chip = chips(page).nth(5)
    expect(chip).to_have_text("3 × card corner radius 0 px, mockup 12 px")
    status = page.locator(".score-strip").get_by_role("status")
    lefts = []
    for number in (1, 2, 3, 1):
        chip.focus()
        page.keyboard.press("Enter")
        expect(chip).to_have_attribute("aria-pressed", "true")
        expect(status).to_contain_text(f"{number} of 3")
        box = page.locator(".pane .outline").first.bounding_box()
        assert box is not None
        lefts.append(round(box["x"]))
    assert len(set(lefts)) == 3
    assert lefts[0] == lefts[3]


def test_who_takes_the_zip_home_is_told_what_differs_there(studio: tuple[Page, int]) -> None:
    page, width = studio
    if width == 390:
        page.get_by_role("navigation", name="Views").get_by_role("button", name="Code").click()
    else:
        page.get_by_role("tab", name="Code").click()
    note = page.get_by_role("note")
    expect(note).to_contain_text("index.html: app.js does not load. Serve the folder instead")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_revision_that_got_worse_says_so_and_which_is_the_result(
    studio: tuple[Page, int],
) -> None:
    page, _ = studio
    strip = page.locator(".score-strip")
    expect(strip).to_contain_text("best")
    page.get_by_role("button", name="Next revision").click()
    expect(strip).to_contain_text(re.compile(r"−\d+\.\d worse than v1"))
    expect(strip.get_by_role("img", name=re.compile(r"^Score \d+\.\d %$"))).to_be_visible()
    about = strip.get_by_role("button", name="About this score")
    about.focus()
    page.keyboard.press("Enter")
    words = page.get_by_role("dialog", name="About this score")
    expect(words).to_contain_text("100 % is the mockup itself")
    expect(words).to_contain_text("points worse than revision 1")
    expect(words).to_contain_text("points more than revision 2")
    expect(words).to_contain_text("structure")
    page.keyboard.press("Escape")
    expect(words).to_have_count(0)
    expect(about).to_be_focused()
