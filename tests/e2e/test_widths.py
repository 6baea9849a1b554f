"""Two mockups of one page, a desktop's and a phone's: one responsive page, measured at both."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bench.stack import Stack
from tests.e2e.connected import connected
from tests.e2e.test_access import FIND, open_run_of
from tests.workers.agent.test_roles import SITE
from tests.workers.models.stand_in import JSON, Reply, calls, stand_in
from workers.browser.reader import AXE

pytestmark = pytest.mark.e2e

RUN_MS = 120_000  # on a busy machine
WIDTHS = {"desktop": 1280, "phone": 390}


def answer(request: JSON) -> Reply:
    """Write the page, compare it, finish: by how many answers there were."""
    turn = sum(message["role"] == "assistant" for message in request["messages"])
    writes = [("write_file", {"path": path, "content": content}) for path, content in SITE.items()]
    return (calls(*writes), calls(("compare", {}), first=2), calls(("finish", {}), first=3))[turn]


@pytest.fixture
def service(stack: Stack) -> Iterator[Stack]:
    """It proposes a model that writes the page of SITE."""
    with stand_in() as server, connected(stack, server.url, "kimi-k2.5"):
        server.answer = answer
        yield stack


@pytest.fixture
def mockups(browser: Browser, tmp_path: Path) -> list[Path]:
    """What the page of SITE looks like on a desktop and on a phone."""
    for path, content in SITE.items():
        (tmp_path / path).write_text(content)
    found = []
    for name, width in WIDTHS.items():
        window = browser.new_page(viewport={"width": width, "height": 420})
        window.goto((tmp_path / "index.html").as_uri())
        found.append(tmp_path / f"{name}.png")
        window.screenshot(path=found[-1], full_page=True)
        window.close()
    return found


def test_a_desktop_and_a_phone_mockup_become_one_page(
    page: Page, service: Stack, mockups: list[Path]
) -> None:
    page.goto(service.origin)
    page.get_by_label("Mockup files").set_input_files(mockups)
    expect(page.get_by_role("button", name="What desktop.png shows")).to_have_count(0)
    chosen = page.get_by_role("button", name="What phone.png shows: Page or width: auto")
    chosen.click()
    page.get_by_role("menuitemradio", name="Page 1, other state").click()
    page.get_by_role("button", name="What phone.png shows: Page 1, other state").click()
    page.get_by_role("menuitemradio", name="Page or width: auto").click()
    expect(chosen).to_be_visible()
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")

    run = page.get_by_role("region", name="Run")
    expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    strip = page.locator(".score-strip")
    expect(strip).to_contain_text("page 1")
    phone = page.get_by_role("radiogroup", name="Page").get_by_role("radio", name="390 px")
    expect(phone).to_have_attribute("title", "phone.png: page 1 at another width")
    phone.click()
    expect(strip).to_contain_text("390 px")
    score = strip.get_by_role("img", name="Score ")
    assert float(score.inner_text().removesuffix("%")) > 99
    frame = page.locator("iframe:visible").first
    address = frame.get_attribute("src") or ""
    assert address.endswith("/index.html")
    heads = page.frame_locator("iframe:visible").first.get_by_role("heading", level=2)
    first, second = (heads.nth(at).bounding_box() for at in range(2))
    assert first and second and second["y"] > first["y"] + first["height"]  # below each other

    page.get_by_role("tab", name="Compare").click()
    pictures = page.get_by_role("tabpanel", name="Compare").locator("img")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        expect(picture).to_have_js_property("naturalWidth", 390)
    page.get_by_role("radiogroup", name="Page").get_by_role("radio", name="1", exact=True).click()
    for picture in pictures.all():
        expect(picture).to_have_js_property("naturalWidth", 1280)

    # both mockups beside each other, each with its render and score
    page.get_by_role("radiogroup", name="Page").get_by_role("radio", name="All").click()
    pairs = page.get_by_role("list", name="All mockups").get_by_role("listitem")
    expect(pairs).to_have_count(2)
    for pair, width in zip(pairs.all(), WIDTHS.values(), strict=True):
        expect(pair).to_contain_text("%")
        expect(pair.locator("img")).to_have_count(2)
        expect(pair.locator("img").first).to_have_js_property("naturalWidth", width)
    page.get_by_role("radiogroup", name="Page").get_by_role("radio", name="390 px").click()
    expect(pairs).to_have_count(0)

    # all widths at once: each with the score of its own mockup
    page.get_by_role("tab", name="Preview").click()
    several(page)
    phone = at_width(page, "390 Phone")
    expect(phone).to_contain_text("like its mockup")
    expect(phone).to_contain_text("fits")
    expect(at_width(page, "768 Tablet")).not_to_contain_text("like its mockup")


WIDE = """<!doctype html><html lang=en><title>Prices</title><style>
  body { margin: 0 }
  .prices { width: 634px }
</style>
<h1>Prices</h1>
<a href="other.html">Other</a>
<table class=prices><tr><td>Basic</table>"""


def several(page: Page) -> None:
    page.get_by_role("button", name="Width:").click()
    page.get_by_role("menuitemradio", name="Several").click()


def at_width(page: Page, name: str) -> Locator:
    shown = page.get_by_role("list", name="at several widths")
    return shown.get_by_role("listitem").filter(has_text=name).first


def test_what_overflows_at_which_width_is_marked_and_leads_to_its_line(
    page: Page, stack: Stack
) -> None:
    other = "<!doctype html><title>Other</title><p>Other</p>"
    address = open_run_of(page, stack, {"index.html": WIDE, "other.html": other})
    several(page)
    for name, told in (
        ("390 Phone", "overflows by 244 px"),
        ("768 Tablet", "fits"),
        ("1280 Laptop", "fits"),
        ("1920 Desktop", "fits"),
    ):
        expect(at_width(page, name)).to_contain_text(told)
    phone = at_width(page, "390 Phone")
    expect(phone.locator(".ring")).to_have_count(1)
    page.evaluate(AXE)
    assert page.evaluate(FIND) == []

    # the page does not lead its frame away
    page.frame_locator("iframe:visible").first.get_by_role("link", name="Other").click()
    expect(page.frame_locator("iframe:visible").first.get_by_role("heading")).to_have_text("Prices")

    phone.get_by_role("button", name="table Basic").press("Enter")
    code = page.get_by_role("tabpanel", name="Code")
    expect(code.locator(".cm-place")).to_contain_text("<table")

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    page.get_by_role("navigation", name="Views").get_by_role("button", name="Preview").click()
    several(page)
    expect(at_width(page, "390 Phone")).to_contain_text("overflows by 244 px")
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390
