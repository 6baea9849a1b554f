"""`python -m bench.mini_pages OUT --pages N`: renders training pages for Kimi mini.

The renderer's own browser captures many small pages at once, each in a frame of its own; what
the model is told of the text lines is the ink that lies in the browser's text boxes.
"""

import argparse
import asyncio
import base64
import io
import itertools
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypedDict

import numpy as np
from PIL import Image
from playwright.async_api import Browser
from playwright.async_api import Page as BrowserPage

from modelserver.mini.data import KINDS, Rendered, write_shard
from modelserver.mini.lines import LineBox
from modelserver.mini.pages import HEIGHT, WIDTH, Page, Split, draw
from modelserver.mini.vocabulary import LINES
from workers.browser.chromium import start
from workers.browser.find import find_browser
from workers.browser.isolation import probe

ACROSS, DOWN = 6, 4  # pages in one screenshot
SHARD = 960
INK = 40  # levels by which ink differs from what it stands on

Box = tuple[float, float, float, float]


class Frame(TypedDict):
    """What the browser tells of one page: the boxes of each text, of elements, the page's size."""

    texts: list[list[Box]]
    elements: list[tuple[str, int, Box]]
    width: float
    height: float


READ_FRAMES = """() => [...document.querySelectorAll('iframe')].map(frame => {
  const page = frame.contentDocument, box = r => [r.x, r.y, r.width, r.height];
  const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT), texts = [];
  for (let node; node = walk.nextNode();) {
    if (!node.data.trim()) continue;
    const range = page.createRange();
    range.selectNodeContents(node);
    texts.push([...range.getClientRects()].map(box));
  }
  const has = (element, name) => Number(element.classList.contains(name)), elements = [];
  const look = (selector, kind, value) => page.querySelectorAll(selector).forEach(
    element => elements.push([kind, value(element), box(element.getBoundingClientRect())]));
  look('button', 'button', e => 2 * has(e, 'line') + has(e, 'pill'));
  look('article', 'cards', e => 2 * has(e.parentElement, 'flat') + has(e.parentElement, 'center'));
  look('input', 'form', e => has(e.form, 'full'));
  look('table', 'table', e => has(e, 'lines'));
  look('.hero', 'hero', e => 2 * has(e, 'center') + has(e, 'roomy'));
  look('header', 'header', e => has(e, 'end'));
  look('footer', 'footer', e => has(e, 'center'));
  const root = page.documentElement;
  return {texts, elements, width: root.scrollWidth, height: root.scrollHeight};
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=40_000)
    parser.add_argument("--validation", type=int, default=400)
    arguments = parser.parse_args()
    wanted: dict[Split, int] = {
        "validation": arguments.validation,
        "train": arguments.pages,
    }
    for split, count in wanted.items():
        (arguments.out / split).mkdir(parents=True, exist_ok=True)
        asyncio.run(_render_split(arguments.out / split, split, count))


async def _render_split(folder: Path, split: Split, count: int) -> None:
    """Fill `folder` with shards, going on after those that are there."""
    chromium = await start(find_browser(), probe())
    began, made = time.monotonic(), 0
    try:
        for number in itertools.count():
            if number * SHARD >= count:
                return
            path = folder / f"{number:05}.npz"
            if path.exists():
                continue
            rendered = await _render_shard(chromium.browser, number, split)
            write_shard(path, rendered)
            made += len(rendered)
            rate = (time.monotonic() - began) / made * 1000
            print(f"{split} {path.name}: {len(rendered)} pages, {rate:.1f} ms each", flush=True)
    finally:
        await chromium.close()


async def _render_shard(browser: Browser, number: int, split: Split) -> list[Rendered]:
    """The pages of `split` among SHARD seeds; validation takes its seeds from further on."""
    first = number * SHARD if split == "train" else 10**9 + number * SHARD * 30
    seeds = range(first, first + SHARD * (1 if split == "train" else 30))
    pages = [(seed, page) for seed in seeds if (page := draw(seed)).split == split]
    rendered: list[Rendered] = []
    for start_at in range(0, len(pages), ACROSS * DOWN):
        rendered += await render_pages(browser, pages[start_at : start_at + ACROSS * DOWN])
    return rendered


async def render_pages(browser: Browser, pages: Sequence[tuple[int, Page]]) -> list[Rendered]:
    """Capture at most ACROSS × DOWN pages at once; those that do not fit are left out."""
    size = {"width": WIDTH * ACROSS, "height": HEIGHT * DOWN}
    context = await browser.new_context(viewport={"width": size["width"], "height": size["height"]})
    try:
        sheet = await context.new_page()
        await sheet.set_content(_sheet(), wait_until="commit")
        documents = [page.document() for _, page in pages]
        await sheet.evaluate(_FILL_FRAMES, documents)
        frames: list[Frame] = await sheet.evaluate(READ_FRAMES)
        shot = await _capture(sheet)
    finally:
        await context.close()
    found = zip(pages, frames, _tiles(shot), strict=False)
    rendered = (_rendered(seed, page, frame, tile) for (seed, page), frame, tile in found)
    return [page for page in rendered if page is not None]


async def _capture(sheet: BrowserPage) -> Image.Image:
    """A screenshot with the encoder's fast setting, which halves the time of a sheet."""
    session = await sheet.context.new_cdp_session(sheet)
    options = {"format": "png", "optimizeForSpeed": True}
    answer = await session.send("Page.captureScreenshot", options)
    return Image.open(io.BytesIO(base64.b64decode(answer["data"]))).convert("RGB")


def _sheet() -> str:
    style = f"body{{margin:0;display:grid;grid-template-columns:repeat({ACROSS},{WIDTH}px)}}"
    style += f"iframe{{border:0;width:{WIDTH}px;height:{HEIGHT}px}}"
    return f"<!doctype html><style>{style}</style><body>"


_FILL_FRAMES = """documents => Promise.all(documents.map(source => new Promise(done => {
  const frame = document.createElement('iframe');
  frame.onload = done;
  frame.srcdoc = source;
  document.body.append(frame);
})))"""


def _tiles(shot: Image.Image) -> Iterator[Image.Image]:
    for row in range(DOWN):
        for column in range(ACROSS):
            left, top = column * WIDTH, row * HEIGHT
            yield shot.crop((left, top, left + WIDTH, top + HEIGHT))


def _rendered(seed: int, page: Page, frame: Frame, image: Image.Image) -> Rendered | None:
    """None where the page does not fit its mockup or a text takes several lines."""
    fits = frame["height"] <= HEIGHT and frame["width"] <= WIDTH and len(page.texts) <= LINES
    if not fits or any(len(boxes) != 1 for boxes in frame["texts"]):
        return None
    pixels = np.asarray(image).astype(np.int16)
    lines = [_ink(pixels, boxes[0]) for boxes in frame["texts"]]
    whole = [line for line in lines if line is not None]
    if len(whole) != len(page.texts) or _crowded(whole):
        return None
    elements = tuple(
        (KINDS.index(f"{kind}{value}"), LineBox(*box)) for kind, value, box in frame["elements"]
    )
    return Rendered(seed, image, tuple(whole), elements)


def _ink(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.int16]]", box: Box) -> LineBox | None:
    """The pixels of a text's box that differ from its corner."""
    x, y, width, height = box
    left, top = max(int(x), 0), max(int(y), 0)
    cut = pixels[top : int(y + height) + 1, left : int(x + width) + 1]
    if not cut.size:
        return None
    ink = (np.abs(cut - cut[0, 0]) > INK).any(-1)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not len(rows):
        return None
    return LineBox(
        left + int(columns[0]),
        top + int(rows[0]),
        int(columns[-1] - columns[0]) + 1,
        int(rows[-1] - rows[0]) + 1,
    )


def _crowded(lines: list[LineBox]) -> bool:
    """Whether two texts of a row stand closer than a reader of text would keep apart."""
    for first, second in itertools.combinations(lines, 2):
        same_row = min(first.y + first.height, second.y + second.height) > max(first.y, second.y)
        gap = max(first.x, second.x) - min(first.x + first.width, second.x + second.width)
        if same_row and gap < 12:
            return True
    return False


if __name__ == "__main__":
    main()
