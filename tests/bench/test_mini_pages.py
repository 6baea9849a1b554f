"""Rendering the pages that Kimi mini learns from, in the real browser."""

import asyncio
from collections.abc import Sequence

import numpy as np

from bench.mini_pages import render_pages
from modelserver.mini.data import Rendered
from modelserver.mini.pages import HEIGHT, WIDTH, Page, draw
from workers.browser.chromium import start
from workers.browser.find import find_browser
from workers.browser.isolation import probe


def render(pages: Sequence[tuple[int, Page]]) -> list[Rendered]:
    async def capture() -> list[Rendered]:
        chromium = await start(find_browser(), probe())
        try:
            return await render_pages(chromium.browser, pages)
        finally:
            await chromium.close()

    return asyncio.run(capture())


def test_each_page_comes_with_the_ink_of_its_texts_and_what_does_not_fit_is_left_out() -> None:
    pages = [(seed, draw(seed)) for seed in range(12)]
    crowd = Page(pages[0][1].pieces * 6, pages[0][1].texts, ("header",))

    rendered = {page.seed: page for page in render([*pages, (99, crowd)])}

    assert 99 not in rendered
    assert len(rendered) >= 9
    for seed, page in rendered.items():
        assert page.image.size == (WIDTH, HEIGHT)
        assert len(page.lines) == len(draw(seed).texts)
        pixels = np.asarray(page.image).astype(int)
        for line in page.lines:
            x, y = int(line.x), int(line.y)
            ink = pixels[y : y + int(line.height), x : x + int(line.width)]
            assert np.ptp(ink, axis=(0, 1)).max() > 40
