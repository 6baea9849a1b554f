"""Twenty dashboard screens to measure on: `python -m bench.gentelella OUT_DIR [--package DIR]`.

Fetches the MIT-licensed npm package gentelella 4.2.0, serves its built pages on loopback (their
scripts draw the charts), and writes <name>.png with <name>.json, what the DOM said, into OUT_DIR:
a folder for `bench.fidelity`. The browser here is not isolated; it shows that package alone.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.async_api import Browser, async_playwright

from bench.corpus import Truth
from webapp.studio.events import Rect
from workers.browser.chromium import FLAGS
from workers.browser.find import find_browser
from workers.browser.reader import Reader

PACKAGE = "gentelella@4.2.0"
PAGES = (
    "calendar", "chat", "contacts", "e_commerce", "faq", "file_manager", "form", "form_buttons",
    "general_elements", "inbox", "index", "index2", "invoice", "kanban", "login", "order_detail",
    "pricing_tables", "profile", "tables", "typography",
)  # fmt: skip
WIDTH, HEIGHT = 1280, 800  # CSS pixels; what lies below the fold is not part of a screen
QUIET_MS = 400
LOOPBACK_ONLY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # the last one counts


class NoPackage(Exception):
    """npm did not deliver the package."""


def fetch(folder: Path) -> Path:
    """Downloads and unpacks the package into `folder`; returns its root. Raises NoPackage."""
    npm = shutil.which("npm")
    if npm is None:
        raise NoPackage("npm is not installed: install it, or give an unpacked one by --package.")
    command = [npm, "pack", PACKAGE, "--silent", "--pack-destination", str(folder)]
    packed = subprocess.run(command, capture_output=True, text=True, check=False)
    if packed.returncode:
        raise NoPackage(f"npm pack {PACKAGE} failed: {packed.stderr.strip()[-300:]}")
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """`folder` over HTTP on a free loopback port; yields the origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing: progress is told by page."""


async def capture_all(origin: str, out: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser(), args=[*FLAGS, LOOPBACK_ONLY]
        )
        try:
            for name in PAGES:
                png, truth = await _capture(browser, f"{origin}/production/{name}.html")
                (out / f"{name}.png").write_bytes(png)
                (out / f"{name}.json").write_text(json.dumps(truth.model_dump(mode="json")))
                print(f"{name}: {len(truth.texts)} texts", file=sys.stderr)
        finally:
            await browser.close()


async def _capture(browser: Browser, url: str) -> tuple[bytes, Truth]:
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce"
    )
    try:
        page = await context.new_page()
        await page.goto(url)
        async with Reader.of(page, WIDTH, HEIGHT, 1.0) as reader:
            await reader.wait_until_stable(QUIET_MS)
            screen = Rect(x=0, y=0, width=WIDTH, height=HEIGHT)
            content = await reader.read(screen, ())
            png = await reader.capture(screen)
    finally:
        await context.close()
    return png, Truth(width=WIDTH, height=HEIGHT, texts=content.texts, pictures=content.pictures)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.gentelella", description="Twenty screens to draft")
    parser.add_argument("out", type=Path)
    parser.add_argument("--package", type=Path, help="the unpacked package; else npm fetches it")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mockwright-gentelella-") as folder:
        try:
            package = arguments.package or fetch(Path(folder))
        except NoPackage as error:
            print(error, file=sys.stderr)
            return 2
        with served(package / "dist") as origin:
            asyncio.run(capture_all(origin, arguments.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
