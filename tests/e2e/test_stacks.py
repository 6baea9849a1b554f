"""Another stack than plain files: chosen, built, seen, changed and taken home."""

import json
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES, PATIENCE_MS
from tests.e2e.test_access import open_tab
from tests.e2e.test_compose import expect_measured_page
from tests.e2e.test_edit_by_hand import bar, preview, save, write

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab in which a page may say that its script is off, as a preview's is at first."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()


def test_react_is_chosen_shown_changed_and_taken_home(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files(EXAMPLES / "login.png")
    page.get_by_role("button", name="Stack").click()
    page.get_by_role("menuitemradio", name="React").click()
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    expect_measured_page(page)
    expect(preview(page).first.get_by_text("Forgot password?")).to_be_visible()
    expect(page.get_by_role("button", name="Select an element")).to_be_disabled()
    page.keyboard.press("s")
    expect(page.get_by_text("Click an element of the page")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("button", name="Other ways to download").click()
        page.get_by_role("menuitem", name="Zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        names = set(archive.namelist())
        package = json.loads(archive.read("package.json"))
        app = archive.read("src/App.tsx").decode()
    assert {"index.html", "README.md", "tsconfig.json", "src/main.tsx", "src/styles.css"} <= names
    assert "index.js" not in names  # what is built of them stays here
    assert package["scripts"]["build"] == "tsc --noEmit && vite build"

    open_tab(page, "Code")
    files = page.get_by_role("navigation", name="Files")
    expect(files.locator("[aria-current]")).to_contain_text("src/App.tsx")
    write(page, "src/App.tsx", app.replace("export function App", "export function Ap p"))
    save(page)
    expect(bar(page)).to_have_count(0)
    open_tab(page, "Preview")
    broken = preview(page).first.get_by_text("src/App.tsx:")
    expect(broken).to_be_visible()
    open_tab(page, "Code")
    write(page, "src/App.tsx", "export function App() {\n  return <h1>By hand</h1>;\n}\n")
    save(page)
    expect(bar(page)).to_have_count(0)
    open_tab(page, "Preview")
    expect(preview(page).first.get_by_role("heading", name="By hand")).to_be_visible()
