"""Reads and captures a loaded page from outside the reach of its scripts."""

import base64
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast

from playwright.async_api import CDPSession, Page
from playwright.async_api import Error as PlaywrightError
from pydantic import BaseModel, ValidationError

from webapp.previews.picker import ELEMENTS
from webapp.studio.events import Rect
from workers.browser.errors import RenderCrashed
from workers.shot import AccessibilityCheck, AccessibilityFinding, Contrast, DomBox, DomText

HERE = Path(__file__).parent
WAIT_UNTIL_STABLE = (HERE / "wait_until_stable.js").read_text()
COLLECT = (HERE / "collect.js").read_text()
ACCESSIBILITY = (HERE / "accessibility.js").read_text()
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
HIDE_NOSCRIPT = """() => {
  for (const element of document.querySelectorAll('noscript'))
    element.style.setProperty('display', 'none', 'important');
}"""
BARE = (HERE / "bare.js").read_text()
TWO_FRAMES = """() => new Promise((drawn) =>
  requestAnimationFrame(() => requestAnimationFrame(drawn)))"""
SETTLE = (HERE / "settle.js").read_text()
TARGET = (HERE / "target.js").read_text()
CHOOSE = (HERE / "choose.js").read_text()

MOST_ELEMENTS = 4_000  # of a page that axe reads: it takes about a second for 1,000
AXE_MS = 4_000  # that axe may take: its time is the render's
Sides = tuple[float, float, float, float]  # x, y, width, height


class PageSize(BaseModel):
    """Of the whole page, CSS pixels."""

    width: float
    height: float


class Target(BaseModel):
    """A point within an element, CSS pixels of the window, and the element's `tag`."""

    x: float
    y: float
    tag: str


Channels = tuple[float, float, float, float]  # red, green, blue, alpha


class _Text(BaseModel):
    text: str
    rect: Sides
    colour: tuple[int, int, int]
    size: float
    weight: int
    italic: bool
    family: str
    spacing: float
    selector: str
    paragraph: str


class _Box(BaseModel):
    rect: Sides
    selector: str
    picture: bool
    fill: Channels | None
    gradient: bool
    border: Channels | None
    borders: Sides
    radius: float
    shadow: bool


class _Collected(BaseModel):
    texts: tuple[_Text, ...]
    pictures: tuple[Sides, ...]
    boxes: tuple[_Box, ...]


class _Contrast(BaseModel):
    measured: float
    wanted: float
    colour: str
    ground: str


class _Finding(BaseModel):
    rule: str
    tag: str
    text: str
    selector: str
    rect: Sides
    count: int
    contrast: _Contrast | None


class _Checked(BaseModel):
    findings: tuple[_Finding, ...]
    failure: str


@dataclass(frozen=True)
class Content:
    """What a part of the page shows, from its corner: lines of text, pictures and boxes."""

    texts: tuple[DomText, ...]
    pictures: tuple[Rect, ...]
    boxes: tuple[DomBox, ...]


@dataclass(frozen=True)
class Reader:
    """A line to one page, and the JavaScript world that shares its DOM and none of its globals."""

    session: CDPSession
    world: int

    @classmethod
    @asynccontextmanager
    async def of(cls, page: Page, width: int, height: int, scale: float) -> AsyncIterator["Reader"]:
        """`width` × `height` CSS pixels at `scale` is the viewport that the page already has.

        What was done to the page, frozen scripts above all, ends with the context.
        """
        session = await page.context.new_cdp_session(page)
        # a session captures at its own pixel ratio, not at the one of the page's context
        await session.send(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False},
        )
        frames = await session.send("Page.getFrameTree")
        world = await session.send(
            "Page.createIsolatedWorld",
            {"frameId": frames["frameTree"]["frame"]["id"], "worldName": "mockwright"},
        )
        try:
            yield cls(session, cast(int, world["executionContextId"]))
        finally:
            with suppress(PlaywrightError):
                await session.detach()

    async def wait_until_stable(self, quiet_ms: int) -> PageSize:
        """Bring the page to rest and measure it.

        At rest: fonts and images are in, animations ended, and, if `quiet_ms` is not 0, the DOM
        stayed as it is for so long (or 20 times `quiet_ms` went by).
        """
        return PageSize.model_validate(await self._call(WAIT_UNTIL_STABLE, quiet_ms))

    async def freeze(self) -> None:
        """Stop the scripts of the page for good, so that all that follows is of one moment.

        What the page would show for want of scripts stays away.
        """
        await self._call(HIDE_NOSCRIPT)
        await self.session.send("Emulation.setScriptExecutionDisabled", {"value": True})

    async def read(self, clip: Rect, failed: Iterable[str]) -> Content:
        """The texts and pictures of the page within `clip`, measured from its corner.

        Pictures whose URL is among `failed` show nothing and do not count.
        """
        collected = _Collected.model_validate(
            await self._call(
                COLLECT, clip.x, clip.y, clip.width, clip.height, list(failed), before=ELEMENTS
            )
        )
        return Content(
            tuple(map(_dom_text, collected.texts)),
            tuple(map(_rect, collected.pictures)),
            tuple(map(_dom_box, collected.boxes)),
        )

    async def check_accessibility(self, clip: Rect) -> AccessibilityCheck:
        """What axe finds on the page. Where it fails or takes too long, that is all that is told.

        Raises PlaywrightError where the page or the browser is gone.
        """
        try:
            told = await self._call(
                ACCESSIBILITY, clip.x, clip.y, MOST_ELEMENTS, before=AXE + ELEMENTS, most_ms=AXE_MS
            )
            checked = _Checked.model_validate(told)
        except (PlaywrightError, RenderCrashed, ValidationError):
            await self._call("() => 0")  # the page is there all the same
            return AccessibilityCheck(failure="it is too much for axe")
        findings = tuple(map(_finding, checked.findings))
        return AccessibilityCheck(findings, checked.failure)

    async def capture(self, clip: Rect, *, beyond: bool = True) -> bytes:
        """A PNG of `clip`, in page coordinates, at the pixel ratio of the context. What is within
        the window can be had without looking `beyond` it, which leaves what is fixed in place."""
        if not beyond:  # else the browser may give the frame before what was changed last
            await self._call(TWO_FRAMES)
        shot = await self.session.send(
            "Page.captureScreenshot",
            {
                "format": "png",
                "clip": {**clip.model_dump(), "scale": 1},
                "captureBeyondViewport": beyond,
                "optimizeForSpeed": True,
            },
        )
        return base64.b64decode(shot["data"])

    async def capture_bare(self, clip: Rect, *, beyond: bool = True) -> bytes:
        """Like `capture`, without the ink of the text, which is put back."""
        await self._call(BARE)
        bare = await self.capture(clip, beyond=beyond)
        await self._call("() => putBack()")
        return bare

    async def scrolled(self) -> tuple[float, float]:
        """How far the page is scrolled right and down, CSS pixels."""
        x, y = cast(tuple[float, float], await self._call("() => [scrollX, scrollY]"))
        return x, y

    async def scroll_by(self, down: float) -> None:
        """At once, whatever the page says of smoothness."""
        await self._call("down => scrollBy({ top: down, behavior: 'instant' })", down)

    async def settle(
        self, quiet_ms: int, most_ms: int, *, for_change: bool = False
    ) -> float | None:
        """Seconds until the page was left alone for `quiet_ms`; None where it was `for_change` that
        was waited for, and in `most_ms` there was none."""
        ms = await self._call(SETTLE, quiet_ms, most_ms, for_change)
        return None if ms is None else cast(float, ms) / 1000

    async def find_target(self, words: str, place: Rect, kind: str) -> Target | None:
        """Where the window has the element that bears the `words`, or what is at the place."""
        x, y, width, height = place.model_dump().values()
        found = await self._call(TARGET, words, x, y, width, height, kind)
        return None if found is None else Target.model_validate(found)

    async def choose(self, target: Target, words: str) -> bool:
        """Choose an option of a list; whether there is such a one."""
        return bool(await self._call(CHOOSE, target.x, target.y, words))

    async def _call(
        self,
        function: str,
        *arguments: float | str | list[str],
        before: str = "",
        most_ms: int | None = None,
    ) -> object:
        """The JSON value of `function(*arguments)`, a promise awaited, with what `before` defines.

        After `most_ms` it is broken off, which is an error of the driver's.
        """
        call = f"({function.strip()})(...{json.dumps(arguments)})"
        answer = await self.session.send(
            "Runtime.evaluate",
            {
                "expression": f"(() => {{ {before}\nreturn {call}; }})()" if before else call,
                "contextId": self.world,
                "awaitPromise": True,
                "returnByValue": True,
                **({"timeout": most_ms} if most_ms else {}),
            },
        )
        if "exceptionDetails" in answer:
            thrown = answer["exceptionDetails"].get("exception", {}).get("description", "")
            raise RenderCrashed(f"The page could not be read: {thrown[:300]}")
        return cast(object, answer["result"].get("value"))


def _rect(sides: Sides) -> Rect:
    x, y, width, height = sides
    return Rect(x=x, y=y, width=width, height=height)


def _dom_text(found: _Text) -> DomText:
    return DomText(
        **found.model_dump(exclude={"rect", "size"}), rect=_rect(found.rect), font_size=found.size
    )


def _dom_box(found: _Box) -> DomBox:
    return DomBox(**found.model_dump(exclude={"rect"}), rect=_rect(found.rect))


def _finding(found: _Finding) -> AccessibilityFinding:
    contrast = None if found.contrast is None else Contrast(**found.contrast.model_dump())
    told = found.model_dump(exclude={"rect", "contrast"})
    return AccessibilityFinding(**told, rect=_rect(found.rect), contrast=contrast)
