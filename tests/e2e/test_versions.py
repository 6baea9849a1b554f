"""A person goes back and forth between versions, compares them, and takes the one that they chose
home, with where it comes from."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import PHONE
from tests.e2e.test_access import FIND, expect_done, open_run_of
from tests.e2e.test_plain_commands import PAGE, STYLE, say
from workers.browser.reader import AXE

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def three(browser: Browser, stack: Stack) -> Iterator[str]:
    """The address of a run with three versions: as made, with a green button, and with another
    headline. Who changes it goes on from there."""
    page = browser.new_page()
    address = open_run_of(page, stack, {"index.html": PAGE, "style.css": STYLE})
    for number, words in ((2, "“Save” green"), (3, "headline “Guten Abend”")):
        say(page, words)
        expect(revisions(page)).to_contain_text(f"v{number} of {number}")
        expect_done(page)
    page.close()
    yield address


def revisions(page: Page) -> Locator:
    return page.get_by_role("group", name="Revisions")


def opened(page: Page) -> Locator:
    """The list of versions."""
    revisions(page).locator("[aria-haspopup=dialog]").click()
    panel = page.get_by_role("dialog", name="Versions")
    expect(panel.get_by_role("listitem").first).to_be_visible()
    return panel


def show(panel: Locator, number: int) -> None:
    panel.get_by_role("button", name=f"v{number} Score").click()


def heading(page: Page) -> Locator:
    preview: FrameLocator = page.frame_locator("iframe:visible")
    return preview.get_by_role("heading")


def test_any_two_versions_are_compared_as_pictures_and_as_code(page: Page, three: str) -> None:
    page.goto(three)
    panel = opened(page)
    page.evaluate(AXE)
    assert page.evaluate(FIND) == []
    first = panel.get_by_role("listitem").last
    expect(first).to_contain_text("best match")
    expect(first).to_contain_text("Worst: ")
    second = panel.get_by_role("listitem").nth(1)
    expect(second).to_contain_text("“Save” green")
    expect(second).to_contain_text("You · from v1")
    pictures = panel.locator("img").evaluate_all("all => all.map((one) => one.naturalWidth > 0)")
    assert pictures == [True, True, True]

    show(panel, 2)
    panel.get_by_role("button", name="Code changes").click()
    changes = page.get_by_role("dialog", name="Code changes")
    expect(changes.get_by_role("status")).to_contain_text("1 file")
    expect(changes.get_by_role("region", name="style.css")).to_contain_text("#05893e")
    assert page.evaluate(FIND) == []
    changes.get_by_role("button", name="To version: v2").click()
    page.get_by_role("menuitemradio", name="v3").click()
    expect(changes.get_by_role("status")).to_contain_text("2 files")
    changes.get_by_role("radio", name="Side by side").click()
    sides = changes.get_by_role("region", name="index.html").get_by_role("textbox")
    expect(sides).to_have_count(2)
    expect(sides.last).to_contain_text("Guten Abend")
    assert page.evaluate(FIND) == []
    changes.get_by_role("button", name="Close").click()

    panel.get_by_role("button", name="Compare with v1").click()
    stage = page.get_by_role("tabpanel", name="Compare")
    expect(stage.get_by_role("img", name="v1")).to_be_visible()
    expect(stage.get_by_role("img", name="v2")).to_be_visible()
    page.keyboard.press("5")
    expect(stage).to_contain_text("Black where v1 and v2 are the same")
    page.get_by_role("button", name="Compare with: v1").click()
    page.get_by_role("menuitemradio", name="Mockup").click()
    expect(stage).to_contain_text("Heat map")


def test_a_branch_goes_its_own_way(page: Page, three: str) -> None:
    page.goto(three)
    panel = opened(page)
    show(panel, 1)
    panel.get_by_role("button", name="Branch").click()
    page.wait_for_url("**?run=*")
    expect(revisions(page)).to_contain_text("v1 of 1")
    expect(heading(page)).to_have_text("Hello")
    expect(opened(page)).to_contain_text("branched from v1 of another try")
    page.keyboard.press("Escape")
    say(page, "headline “Moin”")
    expect(revisions(page)).to_contain_text("v2 of 2")
    expect(heading(page)).to_have_text("Moin")
    page.goto(f"{three}?run={run_of(page, three)}")
    expect(revisions(page)).to_contain_text("of 3")


def run_of(page: Page, address: str) -> str:
    """The project's first run."""
    project = page.request.get(address.replace("/p/", "/api/projects/")).json()
    return str(project["runs"][-1]["id"])


def test_what_is_restored_undone_and_chosen_is_what_is_taken_home(
    page: Page, three: str, tmp_path: Path
) -> None:
    page.goto(f"{three}?run={run_of(page, three)}")
    panel = opened(page)
    show(panel, 1)
    panel.get_by_role("button", name="Restore").click()
    expect(revisions(page)).to_contain_text("v4 of 4 result")
    expect(heading(page)).to_have_text("Hello")
    expect(panel.get_by_role("listitem").first).to_contain_text("You · same as v1")

    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    undo = revisions(page).get_by_role("button", name="Undo: Restored v1 → back to v3")
    expect(undo).to_be_enabled()
    page.keyboard.press("ControlOrMeta+z")
    expect(revisions(page)).to_contain_text("v3 of 4 result")
    expect(heading(page)).to_have_text("Guten Abend")
    page.keyboard.press("ControlOrMeta+Shift+z")
    expect(revisions(page)).to_contain_text("v4 of 4 result")
    field = page.get_by_role("textbox", name="What should change")
    field.fill("green")
    page.keyboard.press("ControlOrMeta+z")
    expect(field).to_have_value("")  # there it is the field's own
    expect(revisions(page)).to_contain_text("v4 of 4 result")

    panel = opened(page)
    show(panel, 2)
    panel.get_by_role("button", name="Use this version").click()
    expect(revisions(page)).to_contain_text("v2 of 4 result")
    page.reload()
    expect(revisions(page)).to_contain_text("v2 of 4 result")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        told = json.loads(archive.read("PROVENANCE.json"))
        assert b"#05893e" in archive.read("style.css")
    assert (told["revision"], told["requests"]) == (2, [])
    assert [one["way"] for one in told["steps"]] == ["command", "model"]
    assert told["files"].keys() == {"index.html", "style.css"}


def test_where_a_version_comes_from_is_read_by_keyboard_on_a_phone(phone: Page, three: str) -> None:
    phone.goto(f"{three}?run={run_of(phone, three)}")
    button = revisions(phone).locator("[aria-haspopup=dialog]")
    button.focus()
    phone.keyboard.press("Enter")
    panel = phone.get_by_role("dialog", name="Versions")
    expect(panel).to_be_focused()
    expect(panel.get_by_text("best match")).to_be_visible()
    phone.evaluate(AXE)
    assert phone.evaluate(FIND) == []
    panel.get_by_role("button", name="About").focus()
    phone.keyboard.press("Enter")
    about = phone.get_by_role("dialog", name="About version")
    expect(about).to_contain_text("nothing of this run left the service")
    expect(about).to_contain_text("SHA-256")
    expect(about.get_by_text("The client of the model is the one part")).to_be_visible()
    assert phone.evaluate(FIND) == []
    wide = phone.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    phone.keyboard.press("Escape")
    expect(about).to_be_hidden()
    phone.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(button).to_be_focused()
