"""Mockups of Kimi mini's domain that it has never seen: the test split, drawn by the renderer."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from bench.mini_pages import ACROSS, DOWN, render_pages
from modelserver.mini.pages import HEIGHT, WIDTH, Page, draw
from workers.agent.protocols import Mockup
from workers.browser.chromium import start
from workers.browser.find import find_browser
from workers.browser.isolation import probe
from workers.browser.renderer import Renderer
from workers.management.local_run import mockup_of
from workers.shot import RenderRequest

FIRST_SEED = 2 * 10**9  # those of training and validation are smaller
SEEDS_OF_A_SET = 10**7


@dataclass(frozen=True)
class Unseen:
    """The mockup of one page, and the seed that draws the page."""

    seed: int
    mockup: Mockup


async def mockups(number: int, wanted: int, folder: Path, renderer: Renderer) -> list[Unseen]:
    """The first `wanted` of test set `number`, as PNG files in `folder`."""
    made: list[Unseen] = []
    async with aclosing(_pages(number)) as pages:
        async for seed, page in pages:
            if len(made) == wanted:
                break
            made.append(Unseen(seed, await capture(page, folder / f"{seed}.png", renderer)))
    return made


async def _pages(number: int) -> AsyncGenerator[tuple[int, Page], None]:
    """Pages of the test split without end, less those that do not fit a mockup."""
    chromium = await start(find_browser(), probe())
    seeds = count(FIRST_SEED + number * SEEDS_OF_A_SET)
    drawn = ((seed, page) for seed in seeds if (page := draw(seed)).split == "test")
    try:
        while True:
            some = dict(islice(drawn, ACROSS * DOWN))
            for rendered in await render_pages(chromium.browser, [*some.items()]):
                yield rendered.seed, some[rendered.seed]
    finally:
        await chromium.close()


async def capture(page: Page, path: Path, renderer: Renderer) -> Mockup:
    """The mockup that shows `page`, as the PNG `path`."""
    with tempfile.TemporaryDirectory(prefix="mockwright-mini-") as source:
        (Path(source) / "index.html").write_text(page.document())
        shot = await renderer.render(Path(source), RenderRequest(width=WIDTH, height=HEIGHT))
    await asyncio.to_thread(path.write_bytes, shot.png)
    return mockup_of(path, hashlib.sha256(shot.png).hexdigest())
