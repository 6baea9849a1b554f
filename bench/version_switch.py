"""How soon a version is seen that was asked for: `python -m bench.version_switch`.

A run of the scripted model makes as many versions of a dashboard as are asked for. A browser then
goes back through them and forth again by the buttons beside the version's number. A switch begins
with the press and ends in the first frame that the browser draws with the version's own page on the
stage, loaded.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from bench.long_timeline import run_script
from bench.memory import hardware
from bench.stack import Stack
from workers.browser.find import find_browser

PAGES = Path(__file__).resolve().parent.parent / "tests" / "data" / "pages"
SWITCHES = 20
PAUSE = 0.5  # seconds that a person looks at a version before the next
RUN_WITHIN = 300.0  # seconds
SIZE: ViewportSize = {"width": 1440, "height": 900}

# in the page: which frames are loaded, and when the one that was asked for is first drawn
WATCH = """{
  const loaded = new WeakSet();
  document.addEventListener("load", ({ target }) => loaded.add(target), true);
  window.switchTo = (label, number) => new Promise((done) => {
    const button = document.querySelector(`button[aria-label="${label}"]`);
    const title = `Preview of revision ${number}`;
    const start = performance.now();
    button.click();
    const look = () => requestAnimationFrame(() => {
      const frame = [...document.querySelectorAll("iframe")]
        .find((one) => one.title === title && one.checkVisibility({ visibilityProperty: true }));
      if (frame && loaded.has(frame)) requestAnimationFrame(() => done(performance.now() - start));
      else look();
    });
    look();
  });
}"""


@dataclass(frozen=True)
class VersionSwitch:
    """Milliseconds from the press to the page; of those seen for the first time, and of all."""

    switches: int
    first_median_ms: float
    median_ms: float
    p95_ms: float
    hardware: str


def measure(switches: int) -> VersionSwitch:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stack = Stack(Path(folder) / "service").start()
        browser = playwright.chromium.launch(
            executable_path=str(find_browser()), args=["--no-sandbox"]
        )
        try:
            versions = switches // 2 + 1
            return _measured(browser, run_script(stack, script(versions)), versions)
        finally:
            browser.close()
            stack.stop()


def script(versions: int) -> str:
    """A run that writes a dashboard, and then its heading anew for each further version."""
    page = (PAGES / "dashboard.html").read_text()
    write = {"name": "write_file", "arguments": {"path": "index.html", "content": page}}
    turns: list[dict[str, object]] = [{"calls": [write, {"name": "compare"}]}]
    for number in range(2, versions + 1):
        edit = {"search": "</style>", "replace": f"/* {number} */</style>"}
        style = {"path": "index.html", "edits": [edit]}
        turns.append({"calls": [{"name": "edit_file", "arguments": style}, {"name": "compare"}]})
    turns.append({"calls": [{"name": "finish", "arguments": {"summary": "All are done."}}]})
    return json.dumps(turns, separators=(",", ":"))


def _measured(browser: Browser, address: str, versions: int) -> VersionSwitch:
    page = browser.new_page(viewport=SIZE)
    page.add_init_script(WATCH)
    page.goto(address)
    page.locator("[data-kind=finish]").wait_for(timeout=RUN_WITHIN * 1000)
    page.goto(f"{address}?v={versions}")
    page.get_by_title(f"Preview of revision {versions}").wait_for()
    back = [("Previous revision", number) for number in range(versions - 1, 0, -1)]
    forth = [("Next revision", number) for number in range(2, versions + 1)]
    took = []
    for label, number in back + forth:
        time.sleep(PAUSE)
        took.append(page.evaluate("([label, number]) => switchTo(label, number)", [label, number]))
    return VersionSwitch(
        len(took),
        round(median(took[: len(back)]), 1),
        round(median(took), 1),
        round(quantiles(took, n=20)[-1], 1),
        hardware(),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--switches", type=int, default=SWITCHES)
    given = parser.parse_args()
    print(json.dumps(asdict(measure(given.switches)), indent=1))


if __name__ == "__main__":
    main()
