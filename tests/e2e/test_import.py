"""A page that a person has already: brought as a folder or a zip, and gone on with."""

import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.stack import Stack
from tests.e2e.test_access import expect_done

pytestmark = pytest.mark.e2e

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "projects.md"
FILES = {
    "index.html": "<!doctype html><title>Bakery</title><link rel=stylesheet href=css/a.css>"
    "<h1>Bakery</h1><button>Order</button>",
    "css/a.css": "h1 { color: rgb(120, 60, 0) }",
    ".git/config": "nothing of a page",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / "bakery" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bakery" / path).write_text(text)
    return tmp_path / "bakery"


def test_a_folder_becomes_a_project_that_is_changed_by_plain_words(
    page: Page, stack: Stack, site: Path
) -> None:
    page.goto(f"{stack.origin}/projects")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import a page").press("Enter")
        page.get_by_role("menuitem", name="A folder").press("Enter")
    chooser.value.set_files(site)
    tile = page.get_by_role("listitem", name="bakery")
    expect(tile).to_contain_text("2 files, index.html")
    expect(page.get_by_text("Imported as it is")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()

    expect_done(page)
    preview = page.frame_locator("iframe:visible")
    expect(preview.get_by_role("heading", name="Bakery")).to_have_css("color", "rgb(120, 60, 0)")
    expect(page.get_by_text("You imported bakery (2 files). There is no mockup")).to_be_visible()
    page.get_by_role("textbox", name="What should change?").fill("headline “Bread”")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(preview.get_by_role("heading", name="Bread")).to_be_visible()
    expect(page.get_by_label("Score of revision 2", exact=True)).to_be_attached()
    page.get_by_role("tab", name="Compare").click()
    expect(page.get_by_text("Imported page", exact=True)).to_be_visible()


def test_a_zip_is_held_against_a_mockup_and_one_without_a_page_says_so(
    page: Page, stack: Stack, site: Path, tmp_path: Path
) -> None:
    good, bad = tmp_path / "bakery.zip", tmp_path / "pictures.zip"
    with zipfile.ZipFile(good, "w") as archive:
        archive.write(site / "index.html", "index.html")
        archive.write(site / "css" / "a.css", "css/a.css")
    with zipfile.ZipFile(bad, "w") as archive:
        archive.write(site / "css" / "a.css", "a.css")
    page.goto(stack.origin)
    files = page.get_by_label("Mockup files")
    files.set_input_files(bad)
    refused = page.get_by_role("listitem", name="pictures.zip")
    expect(refused.get_by_role("alert")).to_contain_text("There is no index.html at the top of it.")
    expect(page.get_by_role("button", name="Generate")).to_be_disabled()
    refused.get_by_role("button", name="Remove pictures.zip").click()

    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("list", name="Mockups").get_by_role("listitem")).to_have_count(1)
    files.set_input_files(good)
    use = page.get_by_role("radiogroup", name="What to do with bakery.zip")
    expect(use.get_by_role("radio", name="Start from it")).to_be_checked()
    use.get_by_role("radio", name="Import").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect_done(page)
    expect(page.get_by_text("You imported bakery.zip (2 files).", exact=True)).to_be_visible()
    expect(page.get_by_label("Score of revision 1", exact=True)).to_be_attached()


def test_the_page_about_projects_does_in_a_shell_what_it_says(
    stack: Stack, site: Path, tmp_path: Path
) -> None:
    (example,) = re.findall(r"```sh\n(.*?)```", HOW_TO.read_text(), re.DOTALL)
    with zipfile.ZipFile(tmp_path / "site.zip", "w") as archive:
        archive.write(site / "index.html", "index.html")
        archive.write(site / "css" / "a.css", "css/a.css")
    environment = {**os.environ, "MOCKWRIGHT_API": f"{stack.origin}/api", "no_proxy": "*"}
    ran = subprocess.run(
        ["bash", "-euc", example + "\ncurl -sSf $(cat link.txt)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == FILES["index.html"]
    assert "<style>" in (tmp_path / "page.html").read_text()
    with zipfile.ZipFile(tmp_path / "repository.zip") as archive:
        assert "site/.git/HEAD" in archive.namelist()
