"""A person changes what they selected by the inspector, without any model."""

import io
import re
import zipfile

import pytest
from PIL import Image
from playwright.sync_api import FrameLocator, Locator, Page, expect

from bench.stack import Stack
from tests.e2e.test_access import FIND, expect_done, open_run_of, open_tab
from workers.browser.reader import AXE

pytestmark = pytest.mark.e2e

PAGE = """<!doctype html>
<html lang="en">
<title>A</title>
<link rel=stylesheet href=style.css>
<main>
  <h1>Hello</h1>
  <img src="dot.svg" alt="A dot" width="40" height="40">
  <ul>
    <li class="card">One</li>
    <li class="card">Two</li>
  </ul>
</main>
</html>
"""
STYLE = """:root {
  --brand: #b4472a;
}

body {
  background: #ffffff;
  color: #222222;
}

.card {
  padding: 12px;
  background: #eeeeee;
}
"""
DOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4" cx="4" cy="4"/></svg>'
)
FILES = {"index.html": PAGE, "style.css": STYLE, "dot.svg": DOT}


@pytest.fixture
def studio(page: Page, stack: Stack) -> str:
    """The address of a run that has ended with one revision, open in the tab."""
    return open_run_of(page, stack, FILES)


def preview(page: Page) -> FrameLocator:
    return page.frame_locator("iframe:visible")


def card(page: Page, words: str) -> Locator:
    return preview(page).get_by_role("listitem").filter(has_text=words)


def inspector(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Inspector")


def field(page: Page, name: str) -> Locator:
    return inspector(page).get_by_label(name, exact=True)


def select(page: Page, element: Locator) -> None:
    if inspector(page).count() == 0 and page.locator(".selecting").count() == 0:
        page.get_by_role("button", name="Select an element").click()
    element.click()
    expect(inspector(page).get_by_role("group", name="Colour")).to_be_visible()


def is_version(page: Page, number: int) -> None:
    expect(page.get_by_label(f"Score of revision {number}", exact=True)).to_be_attached()


def files_of(page: Page) -> dict[str, str]:
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("zip")).first.click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_a_rule_is_changed_for_all_alike_and_seen_while_it_is_typed(
    page: Page, studio: str
) -> None:
    select(page, card(page, "One"))
    expect(field(page, "Padding")).to_have_value("12px")
    field(page, "Padding").fill("30")
    for words in ("One", "Two"):  # before anything is sent
        expect(card(page, words)).to_have_css("padding", "30px")
    expect(inspector(page)).to_contain_text("in .card, style.css:10 · 2 elements")
    expect(inspector(page)).to_contain_text("becomes one when you leave")
    field(page, "Padding").press("ArrowUp")
    field(page, "Padding").press("Enter")
    is_version(page, 2)
    expect(card(page, "Two")).to_have_css("padding", "31px")
    assert files_of(page)["style.css"] == STYLE.replace("padding: 12px", "padding: 31px")
    steps = page.get_by_role("list", name="Steps")
    expect(steps.locator("[data-kind=edit_by_hand]").last).to_contain_text("padding 31px")


def test_one_alone_is_changed_and_is_a_version_when_it_is_left(page: Page, studio: str) -> None:
    select(page, card(page, "Two"))
    inspector(page).get_by_role("radio", name="Only this").click()
    field(page, "Background").fill("var(--brand)")
    field(page, "Words").fill("Second")
    expect(card(page, "Second")).to_have_css("background-color", "rgb(180, 71, 42)")
    expect(card(page, "One")).to_have_css("background-color", "rgb(238, 238, 238)")
    preview(page).get_by_role("heading", name="Hello").click()
    is_version(page, 2)
    expect(card(page, "Second")).to_have_css("background-color", "rgb(180, 71, 42)")
    files = files_of(page)
    assert '<li class="card card--variant">Second</li>' in files["index.html"]
    assert ".card--variant {\n  background: var(--brand);\n}" in files["style.css"]
    # what was selected meanwhile still is, in the new version
    field(page, "Font size").fill("50px")
    expect(preview(page).get_by_role("heading", name="Hello")).to_have_css("font-size", "50px")
    page.get_by_role("button", name="Discard").click()
    expect(preview(page).get_by_role("heading", name="Hello")).not_to_have_css("font-size", "50px")


def test_what_is_no_value_says_so_and_is_not_sent(page: Page, studio: str) -> None:
    select(page, card(page, "One"))
    field(page, "Padding").fill("wide")
    expect(inspector(page)).to_contain_text("This is no value of padding.")
    expect(page.get_by_role("button", name="Apply")).to_be_disabled()
    field(page, "Padding").fill("1rem")
    expect(card(page, "One")).to_have_css("padding", "16px")
    expect(page.get_by_role("button", name="Apply")).to_be_enabled()
    page.get_by_role("button", name="Discard").click()
    expect(page).to_have_url(re.compile("select="))
    page.reload()
    expect(field(page, "Words")).to_have_value("One")
    open_tab(page, "Code")
    expect(page).to_have_url(re.compile("tab=code"))
    page.reload()
    expect(page.get_by_role("tab", name="Code")).to_have_attribute("aria-selected", "true")


def test_a_picture_is_replaced_by_an_uploaded_one(page: Page, studio: str) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (30, 30), "navy").save(picture, "PNG")
    dot = preview(page).get_by_role("img")
    select(page, dot)
    expect(field(page, "Described as")).to_have_value("A dot")
    inspector(page).get_by_label("Another picture").set_input_files(
        {"name": "Navy.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    expect(dot).to_have_attribute("src", re.compile("^data:image/png"))
    page.get_by_role("button", name="Apply").click()
    is_version(page, 2)
    expect(dot).to_have_attribute("src", "images/navy.png")
    expect(dot).to_have_js_property("naturalWidth", 30)


def test_it_is_used_by_keyboard_on_a_phone(phone: Page, studio: str) -> None:
    phone.goto(studio)
    expect_done(phone)
    open_tab(phone, "Preview")
    phone.keyboard.press("s")
    phone.keyboard.press("ArrowDown")  # the body
    phone.keyboard.press("ArrowDown")  # main
    phone.keyboard.press("ArrowDown")  # its heading
    expect(field(phone, "Words")).to_have_value("Hello")
    phone.evaluate(AXE)
    assert phone.evaluate(FIND) == []
    field(phone, "Words").focus()
    phone.keyboard.press("ControlOrMeta+a")
    phone.keyboard.type("Good morning")
    phone.keyboard.press("Tab")  # the colour's field to pick from
    phone.keyboard.press("Tab")
    phone.keyboard.type("#0a0")
    phone.keyboard.press("Enter")
    is_version(phone, 2)
    heading = preview(phone).get_by_role("heading", name="Good morning")
    expect(heading).to_have_css("color", "rgb(0, 170, 0)")
