"""Pages drawn by our browser, each with what it says of them, and seen by the built-in model."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser

from bench.eyes.lines import Line, lines_of
from bench.eyes.pages import HEIGHT, WIDTH, Page
from bench.eyes.things import Seen, Thing
from webapp.studio.events import Rect
from workers.browser.capture import capture, open_context
from workers.browser.chromium import start
from workers.browser.find import find_browser
from workers.browser.isolation import probe
from workers.browser.site_folder import SiteFolder
from workers.drafting.layout.tree import lay_out
from workers.drafting.perceive.pipeline import perceive
from workers.imaging import decode_png, encode_jpeg, encode_png
from workers.shot import RenderRequest, Shot

# Of a drawing, the place is that of its strokes, which is less than that of its element.
READ_THINGS = """() => [...document.querySelectorAll('[data-is]')].map(element => {
  const drawn = element.localName === 'svg' ? [...element.children] : [element];
  const boxes = drawn.map(each => each.getBoundingClientRect());
  const half = element.localName === 'svg' ? element.clientWidth / 24 : 0;
  const x = Math.min(...boxes.map(box => box.left)) - half + scrollX;
  const y = Math.min(...boxes.map(box => box.top)) - half + scrollY;
  const right = Math.max(...boxes.map(box => box.right)) + half + scrollX;
  const bottom = Math.max(...boxes.map(box => box.bottom)) + half + scrollY;
  return {what: element.dataset.is, rect: {x, y, width: right - x, height: bottom - y}};
})"""


@dataclass(frozen=True)
class Drawn:
    """A page as it is given to the model: `shot` has the picture, `things` what is no text."""

    name: str
    shot: Shot
    things: tuple[Thing, ...]


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    chromium = await start(find_browser(), probe())
    try:
        yield chromium.browser
    finally:
        await chromium.close()


async def draw(running: Browser, page: Page) -> Drawn:
    """A page of `bench.eyes.pages`, with the noise of its file format."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "index.html").write_text(page.html)
        request = RenderRequest(WIDTH, HEIGHT, scale=page.scale, scripts=False)
        shot = await capture(running, SiteFolder(Path(folder)), request)
    if page.jpeg:
        noisy = decode_png(encode_jpeg(decode_png(shot.png), page.jpeg))
        shot = replace(shot, png=encode_png(noisy))
    return Drawn(page.name, shot, await _things(running, page.html))


async def _things(running: Browser, html: str) -> tuple[Thing, ...]:
    context = await open_context(running, WIDTH, HEIGHT)
    try:
        sheet = await context.new_page()
        await sheet.set_content(html)
        found = await sheet.evaluate(READ_THINGS)
        return tuple(Thing(each["what"], Rect(**each["rect"])) for each in found)
    finally:
        await context.close()


def look(drawn: Drawn) -> Seen:
    """What the built-in model makes of a page's picture. Slow: it reads."""
    perception = perceive(decode_png(drawn.shot.png), drawn.shot.scale)
    shot = drawn.shot
    return Seen(shot.texts, shot.boxes, drawn.things, perception, lay_out(perception))


def read_lines(name: str, seen: Seen) -> Sequence[Line]:
    return lines_of(name, seen.texts, seen.perception.runs)
