"""The real service, and a person's browser pointed at it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from bench.stack import Stack
from workers.browser.find import find_browser

PATIENCE_MS = 60_000  # the machine may be busy; nothing here measures speed
expect.set_options(timeout=PATIENCE_MS)

PHONE: ViewportSize = {"width": 390, "height": 844}

EXAMPLES = Path(__file__).resolve().parents[2] / "webapp" / "studio" / "uploads" / "examples"


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("service")).start()
    yield stack
    stack.stop()


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """A service of this test alone, which may kill parts of it."""
    with running(Stack(tmp_path / "service")) as stack:
        yield stack


@contextmanager
def running(stack: Stack) -> Iterator[Stack]:
    stack.start()
    try:
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with its module: while it is there, no other event loop may run in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new person's tab. A page that complains on the console fails its test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "WebSocket" not in message.text:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [line for line in complaints if "Failed to load resource" not in line] == []


@pytest.fixture
def phone(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A tab on a telephone, in the dark."""
    page = browser.new_page(viewport=PHONE, color_scheme="dark", base_url=stack.address)
    yield page
    page.close()


def paced_script(turns: int, pause: float) -> str:
    """A run of the scripted model that writes a page, then a better one, `turns` times, slowly."""
    steps: list[dict[str, object]] = []
    for number in range(1, turns + 1):
        content = (
            f"<!doctype html><title>Page</title><h1>Version {number}</h1>\n<p>Welcome back</p>"
        )
        write = {"name": "write_file", "arguments": {"path": "index.html", "content": content}}
        steps.append({"pause": pause, "pace": 0.1, "calls": [write, {"name": "compare"}]})
    steps.append({"pause": pause, "calls": [{"name": "finish", "arguments": {"summary": "Done"}}]})
    return json.dumps(steps)


def start_run(
    stack: Stack,
    *,
    prompt: str = "",
    model: str = "scripted",
    example: str = "login",
    code: str = "html-css",
) -> str:
    """Start a project on an example; returns the address of its studio."""
    asset = stack.post(f"/api/examples/{example}", {})
    assets = [{"id": asset["id"], "scale": 1}]
    body = {"assets": assets, "prompt": prompt, "stack": code, "model": model}
    return f"{stack.origin}/p/{stack.post('/api/projects', body)['id']}"


def open_steps(page: Page) -> None:
    """Open every group of steps in the timeline."""
    for heading in page.locator(".step-group button[aria-expanded=false]").all()[::-1]:
        heading.click()
