"""What a browser knows of a page's code: its DOM with boxes, and the rules of its CSS.

A page is read from a folder as it would be served, alone: nothing else is reachable. Its own
scripts run, as they do where its picture is taken.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, Route
from pydantic import BaseModel

from workers.browser.reader import AXE
from workers.browser.site_folder import SiteFolder

READ_FACTS = Path(__file__).with_suffix(".js").read_text()
GRAVE = """async () => {
  const { violations } = await axe.run(document, { iframes: false, resultTypes: ['violations'] });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .reduce((sum, { nodes }) => sum + nodes.length, 0);
}"""
Sides = tuple[float, float, float, float]  # x, y, width, height


class Element(BaseModel, frozen=True):
    """An element of the body, or the body. `parent` is its place among the elements, -1 of none.

    `box` is CSS pixels from the page's corner, `size` the computed font size in CSS pixels.
    `drawing`: it stands inside an svg. `texts` counts the text nodes of its own that are not blank.
    `text` is what it shows, of elements that have a role alone, and `words` the box around that; a
    field has its own box there, and so has what shows no text. `absolute`: it is positioned
    absolutely or fixed. `inline`: it stands in a line of text. `cut`: it is a control, and not all
    of its text can be seen.
    """

    tag: str
    parent: int
    role: str = ""
    type: str = ""
    link: bool = False
    classes: tuple[str, ...] = ()
    box: Sides = (0, 0, 0, 0)
    words: Sides = (0, 0, 0, 0)
    visible: bool = True
    drawing: bool = False
    texts: int = 0
    text: str = ""
    size: float = 16
    absolute: bool = False
    inline: bool = False
    cut: bool = False


class Rule(BaseModel, frozen=True):
    """A style rule; its selector is empty where it is an element's `style` attribute.

    `css` is its declarations as the browser writes them: shorthands where the values allow it,
    custom properties not resolved. `matches` counts the elements that its selector leads to, states
    (`:hover`) and parts (`::before`) left out of account; `tags` are theirs.
    """

    selector: str
    css: str
    media: bool = False
    matches: int = 1
    tags: tuple[str, ...] = ()


class Facts(BaseModel, frozen=True):
    """A page's elements in the order of the document, parents before children, and its rules in
    order. `groups` counts what stands around rules: @media, @supports, @layer."""

    elements: tuple[Element, ...]
    rules: tuple[Rule, ...] = ()
    groups: int = 0


async def facts_of(browser: Browser, page: Path, width: int, height: int) -> Facts:
    """The facts of a page at a viewport of CSS pixels. Raises Playwright's errors."""
    async with _opened(browser, page, width, height) as sheet:
        return Facts.model_validate(await sheet.evaluate(READ_FACTS))


async def grave_findings(browser: Browser, page: Path, width: int, height: int) -> int:
    """How many elements break a rule of axe's of serious or critical impact, once for each rule."""
    async with _opened(browser, page, width, height) as sheet:
        await sheet.evaluate(AXE)
        return int(await sheet.evaluate(GRAVE))


@asynccontextmanager
async def _opened(browser: Browser, page: Path, width: int, height: int) -> AsyncIterator[Page]:
    site = SiteFolder(page.parent)

    async def serve(route: Route) -> None:
        answer = site.answer(route.request.url)
        if answer is None:
            await route.abort()
        else:  # without the policy of a preview, which keeps its style sheets from being read
            kind = answer.headers.get("content-type", "application/octet-stream")
            await route.fulfill(body=answer.body, content_type=kind)

    context = await browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", offline=True
    )
    try:
        await context.route("**/*", serve)
        sheet = await context.new_page()
        await sheet.goto(site.url(page.name), wait_until="load")
        yield sheet
    finally:
        await context.close()
