"""A page handed on by a link, and a project taken home as other files than a zip."""

import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.stack import Stack
from tests.e2e.test_access import open_run_of

pytestmark = pytest.mark.e2e

FILES = {
    "index.html": "<!doctype html><title>A</title><link rel=stylesheet href=style.css>"
    "<h1>Hello</h1><p>still</p><script src=app.js></script>",
    "style.css": "h1 { color: rgb(200, 0, 0) }",
    "app.js": "document.querySelector('p').textContent = 'moved'",
}


@pytest.fixture(scope="module")
def studio(stack: Stack, browser: Browser) -> Iterator[str]:
    """The address of a run that has ended with one revision."""
    page = browser.new_page()
    yield open_run_of(page, stack, FILES)
    page.close()


@pytest.fixture
def person(browser: Browser) -> Iterator[Page]:
    """Whose page has scripts that the preview does not run, of which a console complains."""
    context = browser.new_context(accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """Somebody else's browser, which knows a link and nothing more."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_a_link_shows_the_page_to_others_until_it_is_taken_back(
    person: Page, visitor: Page, studio: str
) -> None:
    person.goto(studio)
    person.get_by_role("button", name="Share a link").press("Enter")
    dialog = person.get_by_role("dialog", name="Share a link")
    expect(dialog).to_contain_text("For now it works on this machine only")
    dialog.get_by_role("button", name="Create link").press("Enter")
    link = dialog.get_by_role("textbox", name="Link to Revision 1")
    expect(link).to_be_focused()
    dialog.get_by_role("button", name="Copy link to Revision 1").press("Enter")
    address = person.evaluate("navigator.clipboard.readText()")
    assert address == link.input_value()
    dialog.get_by_role("checkbox", name="scripts run").check()
    dialog.get_by_role("radio", name="The result").check()
    dialog.get_by_role("button", name="Create link").click()
    live = dialog.get_by_role("textbox", name="Link to The result")
    expect(live).to_be_focused()

    visitor.goto(address)
    expect(visitor.get_by_role("heading", name="Hello")).to_have_css("color", "rgb(200, 0, 0)")
    expect(visitor.get_by_text("still")).to_be_visible()
    assert visitor.evaluate("window.origin") == "null"
    visitor.goto(live.input_value())
    expect(visitor.get_by_text("moved")).to_be_visible()

    dialog.get_by_role("button", name="Stop sharing Revision 1").press("Enter")
    expect(dialog.get_by_role("heading", name="Open links")).to_be_focused()
    expect(link).to_have_count(0)
    answer = visitor.goto(address)
    assert answer is not None and answer.status == 404
    expect(visitor.get_by_role("heading", name="no longer shared")).to_be_visible()


def test_a_project_comes_home_as_one_file_and_as_a_repository(
    person: Page, visitor: Page, studio: str, tmp_path: Path
) -> None:
    person.goto(studio)
    menu = person.get_by_role("button", name="Other ways to download")
    menu.press("ArrowDown")
    single = person.get_by_role("menuitem", name="One HTML file")
    expect(single).to_contain_text(re.compile(r"in it: \d+ B\."))
    with person.expect_download() as download:
        single.press("Enter")
    assert download.value.suggested_filename == "sign-in-v1.html"
    download.value.save_as(tmp_path / "page.html")
    visitor.goto((tmp_path / "page.html").as_uri())
    expect(visitor.get_by_role("heading", name="Hello")).to_have_css("color", "rgb(200, 0, 0)")
    expect(visitor.get_by_text("moved")).to_be_visible()

    menu.press("Enter")
    with person.expect_download() as download:
        person.get_by_role("menuitem", name="Git repository").press("Enter")
    download.value.save_as(tmp_path / "git.zip")
    with zipfile.ZipFile(tmp_path / "git.zip") as archive:
        archive.extractall(tmp_path)
    git = ["git", "-c", "safe.directory=*", "clone", "--quiet", "sign-in", "clone"]
    subprocess.run(git, cwd=tmp_path, check=True)
    cloned = {one: (tmp_path / "clone" / one).read_text() for one in FILES}
    assert cloned == FILES
