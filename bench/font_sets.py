"""Renders a reference as its picture shows it: with the fonts of the machine that took the picture.

Where a page asks for Arial, one machine has Liberation Sans and another only DejaVu Sans. Lines
then break elsewhere, and a draft that follows the picture would be judged by lines the picture
does not have. So a reference is rendered with all fonts and with DejaVu alone, and the render that
is more like the picture counts.
"""

import asyncio
import os
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Browser, Playwright, async_playwright

from workers.browser.capture import capture
from workers.browser.chromium import FLAGS
from workers.browser.find import find_browser
from workers.browser.site_folder import SiteFolder
from workers.shot import RenderRequest, Shot

DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <include ignore_missing="yes">/etc/fonts/conf.d</include>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class DejavuOnly:
    """A browser that has the DejaVu fonts and no others. For pages of known origin: no sandbox.

    Bound to the event loop of its first render.
    """

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="mockwright-fonts-")
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def render(self, folder: Path, request: RenderRequest) -> Shot:
        """The whole page, offline and without scripts."""
        browser = await self.browser()
        return await capture(browser, SiteFolder(folder), replace(request, scripts=False))

    async def browser(self) -> Browser:
        """The browser itself, started where it was not."""
        if self._browser is None:
            self._browser = await self._start()
        return self._browser

    async def close(self) -> None:
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        await asyncio.to_thread(self._home.cleanup)

    async def _start(self) -> Browser:
        home = Path(self._home.name)
        config = home / "fonts.conf"
        config.write_text(FONTS.format(fonts=DEJAVU, cache=home / "cache"))
        self._playwright = await async_playwright().start()
        return await self._playwright.chromium.launch(
            executable_path=find_browser(),
            args=list(FLAGS),
            env={**os.environ, "FONTCONFIG_FILE": str(config)},
        )
