"""How soon a long run is there to be read, and how tall it is: `python -m bench.long_timeline`.

A run of the scripted model takes `--steps` tool calls, each tenth one a comparison, and thinks
before each fifth. A browser then opens it `--loads` times; a load ends when every version stands in
the timeline.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from bench.memory import hardware
from bench.stack import Stack
from workers.browser.find import find_browser

STEPS = 250
EVERY = 10  # calls to a version
THOUGHT = "The heading sits too low, so its own rule comes first. " * 3
RUN_WITHIN = 600.0  # seconds


@dataclass(frozen=True)
class LongTimeline:
    """`seconds` to load, the median; pixels of the list as it opens, and with all groups open."""

    steps: int
    versions: int
    seconds: float
    folded_px: int
    unfolded_px: int
    hardware: str


def script(steps: int) -> str:
    """A run of so many calls, in two turns a version; each version says its number."""
    turns: list[dict[str, object]] = []
    look: dict[str, object] = {"name": "list_files"}
    for number in range(1, steps // EVERY + 1):
        style = f"h1 {{ padding-top: {number}px }}"
        other = {"name": "write_file", "arguments": {"path": "style.css", "content": style}}
        page = {"path": "index.html", "content": f"<!doctype html><h1>Version {number}</h1>"}
        write = {"name": "write_file", "arguments": page}
        looks = [look] * ((EVERY - 3) // 2)
        turns.append({"reasoning": THOUGHT, "calls": [other, *looks]})
        looks = [look] * (EVERY - 3 - len(looks))
        turns.append({"reasoning": THOUGHT, "calls": [*looks, write, {"name": "compare"}]})
    turns.append(
        {"calls": [{"name": "finish", "arguments": {"summary": "All versions are done."}}]}
    )
    return json.dumps(turns, separators=(",", ":"))


def run_script(stack: Stack, prompt: str) -> str:
    """Have the service take a scripted run to its end; the address of its studio."""
    asset = stack.post("/api/examples/login", {})
    body = {
        "assets": [{"id": asset["id"], "scale": 1}],
        "prompt": prompt,
        "stack": "html-css",
        "model": "scripted",
    }
    return f"{stack.origin}/p/{stack.post('/api/projects', body)['id']}"


def measure(steps: int, loads: int) -> LongTimeline:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stack = Stack(Path(folder) / "service", MOCKWRIGHT_RUN_STEPS=str(steps + 10)).start()
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        try:
            address = run_script(stack, script(steps))
            return _measured(browser, address, steps, loads)
        finally:
            browser.close()
            stack.stop()


def _measured(browser: Browser, address: str, steps: int, loads: int) -> LongTimeline:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    page.locator("[data-kind=finish]").wait_for(timeout=RUN_WITHIN * 1000)
    versions = page.locator(".step-group[data-revision]").count()
    seconds = []
    for _ in range(loads):
        started = time.monotonic()
        page.goto(address, wait_until="commit")
        page.locator(".step-group[data-revision]").nth(versions - 1).wait_for()
        seconds.append(time.monotonic() - started)
    folded = height_of(page)
    for heading in page.locator(".step-group button[aria-expanded=false]").all()[::-1]:
        heading.click()
    return LongTimeline(
        steps, versions, round(median(seconds), 2), folded, height_of(page), hardware()
    )


def height_of(page: Page) -> int:
    """Pixels of the list of steps once each of them has been seen."""
    list_of = page.locator(".steps-scroll")
    list_of.evaluate(
        """async (list) => {
          for (let at = 0; at < list.scrollHeight; at += 300) {
            list.scrollTop = at;
            await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
          }
        }"""
    )
    return int(list_of.evaluate("(list) => list.scrollHeight"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--loads", type=int, default=5)
    given = parser.parse_args()
    print(json.dumps(asdict(measure(given.steps, given.loads)), indent=1))


if __name__ == "__main__":
    main()
