"""Which Chromium renders: the first that exists, in an order that prefers the light ones."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from webapp.environment import SETUP_BROWSER, Environment
from workers.browser.errors import NoBrowser

DATA = Environment().data
UNPACKED = DATA / "browser" / "chromium"
ON_PATH = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
IN_PLACE = (
    Path("/usr/lib/chromium/chromium-headless-shell"),
    Path("/usr/lib/chromium/chromium"),
    Path("/opt/google/chrome/chrome"),
)
PLAYWRIGHTS_OWN = (
    "chromium_headless_shell-*/chrome-*/*headless*shell",
    "chromium-*/chrome-linux*/chrome",
)
REMEDY = f"Run `{SETUP_BROWSER}`, or set PLAYWRIGHT_CHROMIUM to the path of a Chromium executable."


def find_browser() -> Path:
    """The Chromium executable to use.

    Raises NoBrowser when there is none, or when PLAYWRIGHT_CHROMIUM names no executable file.
    """
    chosen = Environment().playwright_chromium
    if chosen:
        if _is_program(Path(chosen)):
            return Path(chosen)
        raise NoBrowser(f"PLAYWRIGHT_CHROMIUM is {chosen}, which is no executable file. {REMEDY}")
    for candidate in _candidates():
        if _is_program(candidate):
            return candidate
    raise NoBrowser(f"No Chromium was found on this machine. {REMEDY}")


def _candidates() -> Iterator[Path]:
    cache = Environment().playwright_browsers_path.expanduser()
    for pattern in PLAYWRIGHTS_OWN:
        yield from sorted(cache.glob(pattern), reverse=True)
    yield IN_PLACE[0]
    yield from (Path(found) for name in ON_PATH if (found := shutil.which(name)))
    yield from IN_PLACE[1:]
    yield UNPACKED


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
