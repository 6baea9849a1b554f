"""Nothing that a page tries may reach a listener on this machine, at any level of isolation."""

import asyncio
import functools
import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.async_api import async_playwright

from tests.workers.browser.conftest import available_levels
from tests.workers.browser.escape.canary import Canary
from tests.workers.browser.escape.pages import LEAK, write_navigations, write_probes
from tests.workers.browser.escape.probes import NAMES, NAVIGATIONS
from webapp.previews import answer
from webapp.previews.answer import Answer
from workers.browser import capture as rendering
from workers.browser import guard
from workers.browser.find import find_browser
from workers.browser.isolation import IsolationLevel
from workers.browser.renderer import Renderer
from workers.browser.watchdog import Limits
from workers.shot import RenderRequest

# each kind of transport at least once; other probes need what a headless browser may lack
SURE_HITS = {
    *("img", "css-link", "css-font", "iframe", "script", "link-prefetch", "speculation-prefetch"),
    *("fetch", "fetch-keepalive", "xhr", "beacon", "event-source", "ping", "federated"),
    *("websocket", "websocket-worker", "websocket-frame", "worker-fetch", "service-worker"),
    *("webtransport", "stun", "turn-udp", "turn-tcp", "ice-udp", "popup", "download", "location"),
}
LINGER_SECONDS = 1.5  # for what is still on its way after the page is gone


@pytest.fixture
def canary() -> Iterator[Canary]:
    with Canary(NAMES) as canary:
        yield canary


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def other_addresses() -> list[str]:
    """The IPv4 addresses of this machine that are not loopback."""
    found = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family == socket.AF_INET and not address.address.startswith("127.")
    ]
    return found[:1]


def hosts() -> list[str]:
    """The canary: as a literal, by name, and at an address that is not loopback."""
    return ["127.0.0.1", "canary.localhost", *other_addresses()]


def test_there_are_enough_probes() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 40


@pytest.mark.parametrize("level", available_levels(), ids=lambda level: level.name)
@pytest.mark.parametrize("policy", [True, False], ids=["policy", "no policy"])
async def test_nothing_escapes_at(
    level: IsolationLevel,
    policy: bool,
    canary: Canary,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also without the preview's policy, so that what is under it holds by itself."""
    if not policy:
        monkeypatch.setattr(answer, "page_headers", lambda *_, **__: {})
        monkeypatch.setattr(Answer, "runs_scripts", True)
    monkeypatch.setattr(rendering, "QUIET_MS", 200)  # so a restless page is watched for 4 s
    monkeypatch.setattr(guard, "MAX_NAVIGATIONS", 1000)
    write_probes(folder, hosts(), canary.ports)
    write_navigations(folder, "leave.html", list(NAVIGATIONS), hosts()[:2], canary.ports)
    renderer = Renderer(level=level, limits=Limits(seconds=60))
    seen = ""
    try:
        for page in ("index.html", "leave.html"):
            shot = await renderer.render(folder, RenderRequest(page=page, width=400, height=300))
            seen += " ".join(text.text for text in shot.texts)
        await asyncio.sleep(LINGER_SECONDS)
    finally:
        await renderer.close()
    assert canary.hits == set()
    assert LEAK not in seen


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """Serve `folder` over plain HTTP on loopback; gives the port."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


async def test_an_unprotected_browser_is_caught(canary: Canary, folder: Path) -> None:
    """The control: the same probes do reach the canary when nothing holds them."""
    write_probes(folder, ["127.0.0.1"], canary.ports)
    for name in NAVIGATIONS:
        write_navigations(folder, f"{name}.html", [name], ["127.0.0.1"], canary.ports)
    with serving(folder) as port:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find_browser())
            for page_name in ("index", *NAVIGATIONS):
                page = await browser.new_page()
                await page.goto(f"http://localhost:{port}/{page_name}.html", wait_until="commit")
                await page.wait_for_timeout(4000 if page_name == "index" else 400)
                await page.close(run_before_unload=True)
            await browser.close()
    assert canary.hits >= SURE_HITS
    assert len(canary.hits) >= 60
