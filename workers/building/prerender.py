"""The pages of a built site as they are once their scripts have run, so that they are seen without:
in a preview with scripts off, in a link that is shared, by who selects an element.

Scripts that run draw the same again. Where they can say which place of the sources wrote an
element, the page is kept once more with these marks, beside the one that is shown (`marked_page`).
"""

from pathlib import Path

from playwright.async_api import Browser, Page

from webapp.studio.sources.marks import ATTRIBUTE, marked_page
from workers.browser.capture import LOAD_MS, open_context
from workers.browser.guard import PageActivity, guarded_page
from workers.browser.reader import WAIT_UNTIL_STABLE
from workers.browser.site_folder import SiteFolder

WIDTH, HEIGHT = 1280, 800  # CSS pixels; what a script lays out itself, it lays out again
QUIET_MS = 50
READ = "document.documentElement.outerHTML"
MARK = 'document.dispatchEvent(new Event("mockwright-mark"))'
UNMARK = f"""for (const one of document.querySelectorAll("[{ATTRIBUTE}]"))
  one.removeAttribute("{ATTRIBUTE}");"""


async def prerender(browser: Browser, folder: Path, pages: tuple[str, ...]) -> dict[str, bytes]:
    """The pages of the site in `folder`, by their paths, and those that could be marked. Raises
    Playwright's errors."""
    site = SiteFolder(folder)
    drawn: dict[str, bytes] = {}
    for path in pages:
        context = await open_context(browser, WIDTH, HEIGHT)
        try:
            page = await guarded_page(context, site, PageActivity())
            await page.goto(site.url(path), wait_until="load", timeout=LOAD_MS)
            marked, plain = await _drawn(page)
            drawn[path] = _document(plain)
            if ATTRIBUTE in marked:
                drawn[marked_page(path)] = _document(marked)
        finally:
            await context.close()
    return drawn


def _document(html: str) -> bytes:
    return f"<!doctype html>\n{html}\n".encode()


async def _drawn(page: Page) -> tuple[str, str]:
    """The document at rest, marked and as it is, read where its own scripts cannot reach."""
    session = await page.context.new_cdp_session(page)
    frames = await session.send("Page.getFrameTree")
    world = await session.send(
        "Page.createIsolatedWorld", {"frameId": frames["frameTree"]["frame"]["id"]}
    )

    async def evaluate(expression: str) -> str:
        answer = await session.send(
            "Runtime.evaluate",
            {
                "expression": expression,
                "contextId": world["executionContextId"],
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        return str(answer["result"].get("value", ""))

    await evaluate(f"({WAIT_UNTIL_STABLE.strip()})({QUIET_MS})")
    marked = await evaluate(f"{MARK}; {READ}")
    return marked, await evaluate(f"{UNMARK} {READ}")
