"""Performs a script in a browser, frame by frame, and writes the recording with its truth.

`python -m bench.recordings.camera OUT [--page NAME] [--fps 30] [--scale 1] [--no-cursor]` leaves
`<page>/recording.mp4`, `<page>/states.json` (a Storyboard) and its pictures in `<page>/states/`.

Time stands still between frames: the page's clock and its animations are set forward by one frame
at a time, so that a slow machine records what a fast one does.
"""

import argparse
import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict, cast

import numpy as np
from playwright.sync_api import CDPSession, Locator, Page, sync_playwright

from bench.recordings.cursor import Pointer, draw_cursor
from bench.recordings.film import Film
from bench.recordings.scripts import ALL, Camera, Script, Step
from webapp.studio.storyboard import Action, RecordingFacts, State, Storyboard
from webapp.studio.values import Rect
from workers.browser.chromium import FLAGS
from workers.browser.find import find_browser
from workers.imaging import Image, decode_png, encode_png

MOVE_SECONDS = 0.4
REST_SECONDS = 0.15  # between arriving and pressing
KEY_SECONDS = 0.12
SCROLL_SECONDS = 0.5
FIRST_SECONDS = 1.0

# Sets every animation forward by so many milliseconds, and says whether one was at work.
ADVANCE = """ms => {
  const seen = (window.__seen ??= new WeakSet());
  let busy = Boolean(window.__changed);
  window.__changed = false;
  if (!window.__watch) {
    window.__watch = new MutationObserver(() => { window.__changed = true; });
    window.__watch.observe(document, {subtree: true, childList: true, attributes: true,
                                      characterData: true});
  }
  for (const one of document.getAnimations()) {
    busy = true;
    if (!seen.has(one)) { seen.add(one); one.pause(); one.currentTime = 0; }
    const end = one.effect.getComputedTiming().endTime;
    if (one.currentTime + ms >= end) one.finish(); else one.currentTime += ms;
  }
  return busy;
}"""
POINTER = """([x, y]) => {
  const under = document.elementFromPoint(x, y);
  const shape = under ? getComputedStyle(under).cursor : 'default';
  if (shape === 'pointer') return 'hand';
  const typed = under && under.matches('input:not([type=checkbox]):not([type=range]), textarea');
  return shape === 'text' || typed ? 'text' : 'arrow';
}"""
WORDS = """element => (element.innerText || element.placeholder || element.labels?.[0]?.innerText
  || element.getAttribute('aria-label') || '').trim().replace(/\\s+/g, ' ').slice(0, 300)"""


THUMB = 16  # CSS pixels that a range's thumb is wide and high
VALUE = "one => one.type === 'range' ? (one.value - one.min) / (one.max - one.min) : null"
UNDER = """(element, [x, y]) => {
  const under = document.elementFromPoint(x, y);
  return Boolean(under) && (element.contains(under) || under.contains(element));
}"""


class Spot(TypedDict):
    x: float
    y: float


@dataclass(frozen=True)
class Recorded:
    """A recording with what truly happened in it. `left` has, for each visit of a state in order
    of time, the state's id and the seconds from which to which it was shown settled."""

    file: Path
    truth: Storyboard
    left: tuple[tuple[str, float, float], ...]


class Stage:
    """A page at work in front of the camera."""

    def __init__(self, page: Page, camera: Camera, write: Callable[[Image], None]) -> None:
        self._page, self._camera, self._write = page, camera, write
        self._session: CDPSession = page.context.new_cdp_session(page)
        self.x, self.y = 40.0, 400.0
        self.frames = 0
        self._seen = 0.0  # CSS pixels from the top of the page
        self._still: Image | None = None
        self._pointer: Pointer = "arrow"

    @property
    def now(self) -> float:
        return self.frames / self._camera.fps

    def picture(self) -> bytes:
        """PNG of what the page shows, without a cursor."""
        size = self._page.viewport_size
        assert size is not None
        asked: dict[str, object] = {"format": "png", "optimizeForSpeed": True}
        if self._camera.scale != 1:  # the protocol's own default is a CSS pixel
            asked["clip"] = {"x": 0, "y": 0, **size, "scale": self._camera.scale}
        shot = self._session.send("Page.captureScreenshot", asked)
        return base64.b64decode(cast(str, shot["data"]))

    def long_picture(self) -> bytes:
        """PNG of all that was scrolled through, what sticks to the window's top at the page's."""
        top = self._page.evaluate("scrollY")
        self._page.evaluate("scrollTo(0, 0)")
        whole = decode_png(self._page.screenshot(full_page=True, animations="allow"))
        self._page.evaluate("top => scrollTo(0, top)", top)
        return encode_png(whole[: round(self._seen * self._camera.scale)])

    def frame(self, touched: bool = False) -> None:
        """One frame; `touched` where something was done to the page since the last."""
        ms = 1000 / self._camera.fps
        self._page.clock.run_for(round((self.frames + 1) * ms) - round(self.frames * ms))
        if self._page.evaluate(ADVANCE, ms) or touched or self._still is None:
            self._still = decode_png(self.picture())
            self._pointer = self._page.evaluate(POINTER, [self.x, self.y])
        shown = self._still
        if self._camera.cursor:
            shown = draw_cursor(shown, self.x, self.y, self._pointer, self._camera.scale)
        self._write(shown)
        self.frames += 1

    def wait(self, seconds: float) -> None:
        self.frame(touched=True)
        for _ in range(round(seconds * self._camera.fps) - 1):
            self.frame()

    def move(self, x: float, y: float, seconds: float = MOVE_SECONDS) -> None:
        """Along a line, slow at both ends."""
        steps = max(2, round(seconds * self._camera.fps))
        from_x, from_y = self.x, self.y
        for step in range(1, steps + 1):
            done = (1 - np.cos(np.pi * step / steps)) / 2
            self.x, self.y = from_x + (x - from_x) * done, from_y + (y - from_y) * done
            self._page.mouse.move(self.x, self.y)
            self.frame(touched=True)

    def scroll(self, by: float) -> float:
        """By the wheel, or a finger: slower at the end. Returns how far it went, CSS pixels."""
        top = cast(float, self._page.evaluate("scrollY"))
        steps = max(4, round(SCROLL_SECONDS * self._camera.fps))
        done = 0.0
        for step in range(1, steps + 1):
            due = by * (1 - (1 - step / steps) ** 2)
            self._page.evaluate("by => scrollBy(0, by)", round(due) - round(done))
            done = due
            self.frame(touched=True)
        bottom = cast(float, self._page.evaluate("scrollY + innerHeight"))
        self._seen = max(self._seen, bottom)
        return bottom - cast(float, self._page.evaluate("innerHeight")) - top

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)
        for _ in range(max(1, round(KEY_SECONDS * self._camera.fps))):
            self.frame(touched=True)

    def perform(self, step: Step) -> Action:
        """Do it; the action has neither ids nor states yet, and begins when it was done."""
        target = self._page.locator(step.target).first if step.target else None
        box = _box(target) if target else None
        words = cast(str, target.evaluate(WORDS)) if target else ""
        if target and box:
            self.move(self._uncovered(target, box), box.y + box.height / 2)
        begins = self.now
        to, scrolled = None, 0.0
        if step.kind in ("click", "check", "type"):
            self.wait(REST_SECONDS)
            begins = self.now
            self._page.mouse.down()
            self.frame(touched=True)
            self._page.mouse.up()
        if step.kind == "type":
            self._page.keyboard.press("Control+a")
            for letter in step.text:
                self.press(letter)
        elif step.kind == "drag":
            to = self._drag(step.to)
        elif step.kind == "scroll":
            scrolled = self.scroll(step.scroll_by)
        elif step.kind == "key":
            self._page.keyboard.press(step.text)
        elif step.kind == "back":
            self._page.evaluate("history.back()")
            self._page.wait_for_timeout(50)
        return Action(
            id="a0", from_state="s1", to_state="s1", kind=step.kind, target=box, words=words,
            text=step.text, to=to, scroll_by=scrolled, begins=begins, seconds=0,
            confidence=1,
        )  # fmt: skip

    def _uncovered(self, target: Locator, box: Rect) -> float:
        """A place of an element, from its left on, that nothing lies over."""
        for x in (min(box.width / 2, 60), box.width / 2, box.width - 60):
            spot = [box.x + x, box.y + box.height / 2]
            if target.evaluate(UNDER, spot):
                return spot[0]
        return box.x + min(box.width / 2, 60)

    def _drag(self, where: str) -> Rect:
        """To an element's middle, or by `@x,y`."""
        if where.startswith("@"):
            by_x, by_y = (float(one) for one in where[1:].split(","))
            end = Rect(x=self.x + by_x - 1, y=self.y + by_y - 1, width=2, height=2)
        else:
            end = _box(self._page.locator(where).first)
        self._page.mouse.down()
        self.frame(touched=True)
        self.move(end.x + end.width / 2, end.y + end.height / 2, 2 * MOVE_SECONDS)
        self._page.mouse.up()
        return end


def _box(locator: Locator) -> Rect:
    found = locator.bounding_box()
    assert found is not None, f"nothing to see of {locator}"
    share = locator.evaluate(VALUE)
    if share is not None:  # what is dragged of it is its thumb
        left = found["x"] + share * (found["width"] - THUMB)
        return Rect(x=left, y=found["y"] + (found["height"] - THUMB) / 2, width=THUMB, height=THUMB)
    return Rect(x=found["x"], y=found["y"], width=found["width"], height=found["height"])


def record(script: Script, camera: Camera, out: Path) -> Recorded:
    """Perform `script` and leave recording, truth and pictures in a folder of `out`."""
    out = out / script.page
    (out / "states").mkdir(parents=True, exist_ok=True)
    file = out / f"recording{camera.suffix}"
    film = Film(file, camera)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*FLAGS, "--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": script.width, "height": script.height},
            device_scale_factor=camera.scale,
        )
        page.clock.install()
        page.goto(script.file.as_uri())
        page.clock.pause_at(page.evaluate("Date.now() + 1000"))
        stage = Stage(page, camera, film.write)
        played = _play(stage, script, out)
        browser.close()
    film.close()
    states, actions, visits = played
    scale = camera.scale
    facts = RecordingFacts(
        sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        seconds=stage.now, width=script.width * scale, height=script.height * scale,
        fps=camera.fps,
    )  # fmt: skip
    truth = Storyboard(recording=facts, scale=scale, states=states, actions=actions)
    (out / "states.json").write_text(truth.model_dump_json(indent=2))
    return Recorded(file, truth, visits)


def _play(
    stage: Stage, script: Script, out: Path
) -> tuple[tuple[State, ...], tuple[Action, ...], tuple[tuple[str, float, float], ...]]:
    states: dict[str, State] = {}
    actions: list[Action] = []
    visits: list[tuple[str, float, float]] = []
    stage.wait(FIRST_SECONDS)

    def see(name: str, since: float, scrolled: bool = False) -> State:
        if name not in states:
            png = stage.picture()
            height, width = decode_png(png).shape[:2]
            digest = hashlib.sha256(png).hexdigest()
            state = State(
                id=f"s{len(states) + 1}", name=name, picture=digest, width=width, height=height,
                first_seen=since, settled=stage.now,
            )  # fmt: skip
            (out / "states" / f"{state.id}.png").write_bytes(png)
            states[name] = state
        visits.append((states[name].id, since, stage.now))
        if scrolled:
            png = stage.long_picture()
            changed = {"picture": hashlib.sha256(png).hexdigest(), "taller": True}
            height = decode_png(png).shape[0]
            states[name] = states[name].model_copy(update={**changed, "height": height})
            (out / "states" / f"{states[name].id}.png").write_bytes(png)
        return states[name]

    state = see("start", 0.0)
    for number, step in enumerate(script.steps, 1):
        action = stage.perform(step)
        done = stage.now
        stage.wait(step.seconds)
        after = see(step.state, done, step.kind == "scroll")
        joined = {"id": f"a{number}", "from_state": state.id, "to_state": after.id}
        actions.append(action.model_copy(update=joined))
        state = after
    return tuple(states.values()), tuple(actions), tuple(visits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--page", choices=[one.page for one in ALL])
    parser.add_argument("--fps", type=int, default=Camera.fps)
    parser.add_argument("--scale", type=int, default=Camera.scale)
    parser.add_argument("--crf", type=int, default=Camera.crf)
    parser.add_argument("--suffix", default=".mp4")
    parser.add_argument("--no-cursor", action="store_true")
    given = parser.parse_args()
    camera = Camera(given.fps, not given.no_cursor, given.scale, given.crf, given.suffix)
    for script in ALL:
        if given.page in (None, script.page):
            recorded = record(script, replace(camera), given.out)
            print(recorded.file, f"{recorded.truth.recording.seconds:.1f} s")


if __name__ == "__main__":
    main()
