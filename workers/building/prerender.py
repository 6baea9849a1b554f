"""The pages of a built site as they are once their scripts have run, so that they are seen without:
in a preview with scripts off, in a link that is shared, by who selects an element.

Scripts that run draw the same again.
"""

from pathlib import Path

from playwright.async_api import Browser, Page

from workers.browser.capture import LOAD_MS, open_context
from workers.browser.guard import PageActivity, guarded_page
from workers.browser.reader import WAIT_UNTIL_STABLE
from workers.browser.site_folder import SiteFolder

WIDTH, HEIGHT = 1280, 800  # CSS pixels; what a script lays out itself, it lays out again
QUIET_MS = 50
READ = "document.documentElement.outerHTML"


async def prerender(browser: Browser, folder: Path, pages: tuple[str, ...]) -> dict[str, bytes]:
    """The pages of the site in `folder`, by their paths. Raises Playwright's errors."""
    site = SiteFolder(folder)
    drawn: dict[str, bytes] = {}
    for path in pages:
        context = await open_context(browser, WIDTH, HEIGHT)
        try:
            page = await guarded_page(context, site, PageActivity())
            await page.goto(site.url(path), wait_until="load", timeout=LOAD_MS)
            drawn[path] = f"<!doctype html>\n{await _drawn(page)}\n".encode()
        finally:
            await context.close()
    return drawn


async def _drawn(page: Page) -> str:
    """The document at rest, read where its own scripts cannot reach."""
    session = await page.context.new_cdp_session(page)
    frames = await session.send("Page.getFrameTree")
    world = await session.send(
        "Page.createIsolatedWorld", {"frameId": frames["frameTree"]["frame"]["id"]}
    )
    for expression in (f"({WAIT_UNTIL_STABLE.strip()})({QUIET_MS})", READ):
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
