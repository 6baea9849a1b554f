"""A generated page in a real browser: it shows itself whole and reaches nothing."""

from asgiref.sync import sync_to_async
from playwright.async_api import Browser, async_playwright

from tests.webapp.conftest import picture
from tests.webapp.record import claimed_run, revision
from webapp.studio import queries, services
from workers.browser.find import find_browser

PAGE = b"""<!doctype html><link rel="stylesheet" href="style.css">
<p id="text">Hello</p><img id="image" src="assets/a.png">
<script>
  window.inline = true;
  fetch("style.css").then(() => { window.fetched = true }, () => { window.fetched = false });
  try { document.cookie = "a=1"; window.cookies = true } catch { window.cookies = false }
</script>
<script type="module" src="app.js"></script>"""
FILES = {
    "index.html": PAGE,
    "style.css": b"p { background: rgb(9, 9, 9) }",
    "app.js": b"window.module = true",
    "assets/a.png": picture(),
}
LOOK = """() => {
  const {inline, module, fetched, cookies} = window;
  const background = getComputedStyle(document.getElementById("text")).backgroundColor;
  return {background, width: document.getElementById("image").naturalWidth, origin: self.origin,
          inline, module, fetched, cookies};
}"""
SETTLED = 1000  # milliseconds; a page without scripts cannot say when it is done
SHOWN = {"background": "rgb(9, 9, 9)", "width": 64, "origin": "null"}
ALIVE = {"inline": True, "module": True, "fetched": False, "cookies": False}


def saved_page() -> str:
    """The path of a saved revision."""
    run_id, lease = claimed_run()
    services.append_event(run_id, lease, revision(1, FILES))
    return f"/r/{queries.run_by_id(run_id).revisions.get().token}/"


async def look_at(browser: Browser, url: str) -> dict[str, object]:
    page = await browser.new_page()
    await page.goto(url)
    await page.wait_for_timeout(SETTLED)
    return dict(await page.evaluate(LOOK))


async def look_at_framed(browser: Browser, app: str, url: str) -> dict[str, object]:
    """As the interface shows it: in a frame on another origin."""
    page = await browser.new_page()
    await page.goto(f"{app}/healthz")
    frame = f'<iframe sandbox="allow-scripts" src="{url}"></iframe>'
    await page.evaluate("(html) => { document.body.innerHTML = html }", frame)
    await page.frames[1].wait_for_load_state()
    await page.wait_for_timeout(SETTLED)
    return dict(await page.frames[1].evaluate(LOOK))


async def test_a_page_shows_itself_whole_and_reaches_nothing(origins: tuple[str, str]) -> None:
    app, previews = origins
    url = previews + await sync_to_async(saved_page)()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser())
        still = await look_at(browser, url)
        alive = await look_at(browser, f"{url}?scripts=1")
        framed = await look_at_framed(browser, app, f"{url}?scripts=1")
        await browser.close()
    assert still == SHOWN | dict.fromkeys(ALIVE)
    assert alive == SHOWN | ALIVE
    assert framed == SHOWN | ALIVE
