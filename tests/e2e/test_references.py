"""A person gives rules, tokens and a page to start from, beside a mockup."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.seeing import NAME, serve_seeing
from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES, open_steps
from tests.e2e.connected import connected
from tests.webapp.studio.uploads.test_references import zipped

pytestmark = pytest.mark.e2e

RUN_MS = 120_000  # on a busy machine
SITE = {
    "site/index.html": b"""<!doctype html>
<html lang="en">
<head>
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <h1 class="title">Welcome back</h1>
</body>
</html>
""",
    "site/style.css": b".title {\n  color: #101010;\n}\n",
    "site/icon.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
    "site/.DS_Store": b"",
}


@pytest.fixture
def service(stack: Stack) -> Iterator[Stack]:
    """It proposes the seeing simulator."""
    with serve_seeing() as url, connected(stack, url, NAME):
        yield stack


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    (tmp_path / "DESIGN.md").write_text("Headings are blue.")
    (tmp_path / "tokens.json").write_text(json.dumps({"brand": "#5b5bd6"}))
    (tmp_path / "broken.json").write_text('{\n  "brand" "#5b5bd6"}')
    (tmp_path / "site.zip").write_bytes(zipped(SITE))
    names = ("DESIGN.md", "tokens.json", "broken.json", "site.zip")
    return [EXAMPLES / "login.png", *(tmp_path / name for name in names)]


def test_a_page_is_made_from_a_base_under_the_projects_rules(
    page: Page, service: Stack, files: list[Path]
) -> None:
    page.goto(service.origin)
    page.get_by_label("Mockup files").set_input_files(files)
    given = page.get_by_role("list", name="Rules, tokens and base")
    tile = given.get_by_role("listitem", name="site.zip")
    expect(tile).to_contain_text("base: 3 files, index.html")
    expect(tile).to_contain_text("Left out: .DS_Store.")
    expect(given.get_by_role("listitem", name="DESIGN.md")).to_contain_text("rules · 18 B")
    expect(given.get_by_role("listitem", name="tokens.json")).to_contain_text("design tokens")
    broken = given.get_by_role("listitem", name="broken.json").get_by_role("alert")
    expect(broken).to_contain_text("not valid JSON. Line 2, column 11")
    page.get_by_role("button", name="Remove broken.json").click()
    expect(given.get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()  # the mockup is there too

    page.reload()  # what was uploaded stays
    expect(given.get_by_role("listitem")).to_have_count(3)
    note = page.get_by_text("kept for a model that reads them")
    page.get_by_role("button", name="Model:").click()
    page.get_by_role("menuitemradio", name="Draft").click()
    expect(note).to_contain_text("Rules, tokens and base are kept")
    page.get_by_role("button", name="Model:").click()
    page.get_by_role("menuitemradio", name=NAME).click()
    expect(note).to_have_count(0)

    page.get_by_label("Anything to add?").fill("Change “Welcome back” to “Hello again”")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    run = page.get_by_role("region", name="Run")
    expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    line = "DESIGN.md · tokens.json · base site.zip (3 files)"
    expect(page.get_by_text(line, exact=True)).to_be_visible()
    steps = page.get_by_role("list", name="Steps")
    open_steps(page)
    expect(steps).to_contain_text("Read index.html")
    expect(steps).not_to_contain_text("Wrote index.html")
    preview = page.frame_locator("iframe:visible").first
    expect(preview.get_by_role("heading", name="Hello again")).to_be_visible()

    # a page from elsewhere is kept in like one that a model wrote
    address = page.locator("iframe:visible").first.get_attribute("src") or ""
    for name in ("icon.svg", "index.html"):
        policy = page.request.get(address.replace("index.html", name)).headers[
            "content-security-policy"
        ]
        assert "script-src 'none'" in policy and "sandbox" in policy

    page.get_by_role("tab", name="Code").click()
    for name in ("icon.svg", "index.html", "style.css"):
        expect(page.get_by_role("tabpanel").get_by_text(name).first).to_be_visible()
    expect(page.locator(".cm-editor")).to_be_visible()  # its script has come
