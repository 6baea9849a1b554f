"""A running Chromium: started with flags that isolate and make screenshots repeat, and killed."""

import asyncio
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from workers.browser.errors import BrowserFailed
from workers.browser.isolation import IsolationLevel, environment, launcher
from workers.browser.watchdog import is_running, kill_tree

FLAGS = (
    # the same pixels every time
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--disable-gpu",
    # nothing leaves, even where there is no network namespace
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # less to eat memory with
    "--js-flags=--max-old-space-size=256",
)
STOP_SECONDS = 5
DRIVER_ENDED = "Connection closed while reading from the driver"


@dataclass(frozen=True)
class Chromium:
    """A browser and the driver that speaks to it, with the first process of each."""

    playwright: Playwright
    browser: Browser
    home: Path
    pid: int
    driver_pid: int

    @property
    def alive(self) -> bool:
        return self.browser.is_connected() and is_running(self.pid)

    def kill(self) -> None:
        """End every process at once. For when the event loop that started it is gone."""
        kill_tree(self.driver_pid)
        shutil.rmtree(self.home, ignore_errors=True)

    async def close(self) -> None:
        """End every process, with or without the help of the browser."""
        kill_tree(self.pid)
        with suppress(PlaywrightError, TimeoutError):
            await asyncio.wait_for(self.playwright.stop(), STOP_SECONDS)
        self.kill()


async def start(program: Path, level: IsolationLevel) -> Chromium:
    """Start `program` at isolation `level`. Raises BrowserFailed with what it said."""
    home = Path(tempfile.mkdtemp(prefix="mockwright-browser-"))
    playwright = await _start_driver(home)
    try:
        browser = await playwright.chromium.launch(
            executable_path=launcher(program, level, home),
            args=list(FLAGS),
            chromium_sandbox=level.sandbox,
            env=environment(home),
            timeout=30_000,
        )
    except PlaywrightError as error:
        await playwright.stop()
        shutil.rmtree(home, ignore_errors=True)
        raise BrowserFailed(
            f"{program} did not start ({level.name}): {_reason(error)} "
            "Check it with `python -m workers.browser.install`."
        ) from error
    try:
        pid = int((home / "pid").read_text())
        return Chromium(playwright, browser, home, pid, psutil.Process(pid).ppid())
    except (OSError, ValueError, psutil.Error) as error:
        await playwright.stop()
        shutil.rmtree(home, ignore_errors=True)
        raise BrowserFailed(f"{program} ended as soon as it had started.") from error


async def _start_driver(home: Path) -> Playwright:
    """Raises BrowserFailed."""
    try:
        return await async_playwright().start()
    except Exception as error:
        shutil.rmtree(home, ignore_errors=True)
        if DRIVER_ENDED not in str(error):  # Playwright's own error, of no kind of its own
            raise
        raise BrowserFailed("The browser's driver ended as it started.") from error


def _reason(error: PlaywrightError) -> str:
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    spoken = [line for line in lines if "[err]" in line]
    return " ".join([*lines[:1], *spoken[-3:]])[:600]
