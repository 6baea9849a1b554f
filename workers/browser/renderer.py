"""The renderer: one browser per process, started at the first render and again when it died."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from webapp.studio.storyboard import Storyboard
from workers.browser.capture import capture
from workers.browser.chromium import Chromium, start
from workers.browser.errors import BrowserFailed, PageMissing, RenderCrashed, RenderError
from workers.browser.find import find_browser
from workers.browser.isolation import IsolationLevel, probe
from workers.browser.replay import MOST_SECONDS, STEP_SECONDS, not_tried, perform
from workers.browser.site_folder import SiteFolder
from workers.browser.watchdog import Limits, guarded
from workers.shot import Performed, RenderRequest, Shot

Made = TypeVar("Made")
LAUNCHES = 3
NOT_DRAWN = "Unable to capture screenshot"  # Chromium's words


class Renderer:
    """Renders folders of files, one at a time. Bound to the event loop of its first render.

    `program` and `level` default to what find_browser() and probe() say on this machine.
    """

    def __init__(
        self,
        program: Path | None = None,
        level: IsolationLevel | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._program = program
        self._level = level
        self._limits = limits or Limits()
        self._chromium: Chromium | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = asyncio.Lock()

    async def render(self, folder: Path, request: RenderRequest) -> Shot:
        """The page that is asked for, in a viewport of its size.

        The folder is only read. Raises RenderError; the next render works all the same.
        """
        site = SiteFolder(folder, as_file=request.as_file)
        return await self.within_limits(lambda browser: capture(browser, site, request))

    async def within_limits(
        self, work: Callable[[Browser], Coroutine[object, object, Made]], *, renders: int = 1
    ) -> Made:
        """What `work` makes of the browser, in the time of so many renders and the memory of one.

        Raises RenderError; what comes next works all the same.
        """
        limits = replace(self._limits, seconds=renders * self._limits.seconds)
        async with self._turn:
            # once more where the browser was killed, and where it has no picture: seen of browsers
            # just started, on pages that are drawn the next time
            with suppress(_Died, _NotDrawn):
                return await self._bounded(work, limits)
            return await self._bounded(work, limits)

    async def replay(self, folder: Path, storyboard: Storyboard) -> tuple[Performed, ...]:
        """The storyboard's actions, done on `index.html` of the folder as a person does them who
        opened it as a file.

        What ends the browser on the way, or takes more than a render may and `STEP_SECONDS` for
        each action, is the problem of the action under way, and the rest are not tried. Raises
        RenderError where that was none.
        """
        site = SiteFolder(folder, as_file=True)
        done: list[Performed] = []
        seconds = self._limits.seconds + STEP_SECONDS * len(storyboard.actions)
        limits = replace(self._limits, seconds=min(seconds, MOST_SECONDS))
        async with self._turn:
            try:
                await self._bounded(
                    lambda browser: perform(browser, site, storyboard, done), limits
                )
            except RenderError as error:
                if not done:
                    raise
                done += not_tried(storyboard, done, str(error))
        return tuple(done)

    async def close(self) -> None:
        """End the browser. A later render starts a new one."""
        async with self._turn:
            await self._discard()

    async def _bounded(
        self, work: Callable[[Browser], Coroutine[object, object, Made]], limits: Limits
    ) -> Made:
        chromium = await self._running()
        try:
            return await guarded(work(chromium.browser), chromium.pid, chromium.driver_pid, limits)
        except PageMissing:
            raise
        except PlaywrightError as error:
            kind = RenderCrashed if chromium.alive else _Died
            if NOT_DRAWN in error.message:
                kind = _NotDrawn
            await self._discard()
            said = error.message.splitlines()[0].rstrip(".")
            raise kind(f"The page broke the browser: {said}. Make the page simpler.") from error
        except BaseException:
            await self._discard()
            raise

    async def _running(self) -> Chromium:
        loop = asyncio.get_running_loop()
        if self._chromium is not None and (self._loop is not loop or not self._chromium.alive):
            await self._discard()
        if self._chromium is None:
            program = self._program or find_browser()
            level = await asyncio.to_thread(probe) if self._level is None else self._level
            self._chromium = await _launch(program, level)
            self._loop = loop
        return self._chromium

    async def _discard(self) -> None:
        chromium, self._chromium = self._chromium, None
        if chromium is None:
            return
        if self._loop is asyncio.get_running_loop():
            await chromium.close()
        else:
            chromium.kill()


async def _launch(program: Path, level: IsolationLevel) -> Chromium:
    """What ends a browser as it launches is no page's doing. Raises BrowserFailed."""
    for _ in range(LAUNCHES - 1):
        with suppress(BrowserFailed):
            return await start(program, level)
    return await start(program, level)


class _Died(RenderCrashed):
    """The browser as a whole went away, perhaps while it was idle, perhaps by the page's doing."""


class _NotDrawn(RenderCrashed):
    """The browser had no picture of the page to give."""
