"""The actions of a storyboard, done on a page as a person does them, and what it showed.

The page is as hostile as a rendered one, and gets the same context, guards and isolated world.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter

from playwright.async_api import Browser, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from webapp.studio.events import Rect
from webapp.studio.storyboard import Action, State, Storyboard
from workers.browser.capture import SIGNS_OF_NAVIGATION, open_context
from workers.browser.errors import PageMissing
from workers.browser.guard import PageActivity, guarded_page
from workers.browser.reader import Reader, Target
from workers.browser.site_folder import SiteFolder
from workers.browser.visible import visible
from workers.shot import Performed, RenderRequest, Shot

PAGE = "index.html"
STEP_SECONDS = 3.0  # that an action may take on the mean of all
MOST_SECONDS = 240.0  # that all of them may take
ONE_SECONDS = 15.0  # that one may take
QUIET_MS = 200  # a page is at rest after an action when it was left alone for so long
SETTLE_MS = 4_000  # the most that is waited for that
CHANGE_MS = 8_000  # the most that is waited for a page to change by itself
MOST_MOVES = 4  # documents that one action may lead to, one after the other
LEAST_SHARE = 0.9  # of a line of text that is within the window, for it to be read
DRAG_STEPS = 12  # places that a pointer is seen at on its way
AN_EARLIER = "An earlier step never ended, so this one was not tried."
POINTED = frozenset({"click", "hover", "check", "select", "type", "drag"})  # at an element


class _Refused(Exception):
    """An action that cannot be done on this page; the text says why."""


async def perform(
    browser: Browser, site: SiteFolder, storyboard: Storyboard, done: list[Performed]
) -> None:
    """Do the actions in order, on one page that stays open, and note each in `done` at once.

    Where an action begins in a state that the last one did not lead to, and that is the first, the
    page is opened anew. Raises PageMissing and Playwright's own errors.
    """
    if site.answer(site.url(PAGE)) is None:
        raise PageMissing(f"There is no {PAGE} to replay. Write it first.")
    request = _window(storyboard)
    context = await open_context(browser, request, moves=True)
    try:
        page = await guarded_page(context, site, PageActivity())
        shown = ""
        for action in storyboard.actions:
            if not shown or (
                action.from_state != shown and action.from_state == storyboard.states[0].id
            ):
                await page.goto(site.url(PAGE), wait_until="load", timeout=0)
            shown = action.to_state
            try:
                step = _step(page, request, storyboard, action)
                done.append(await asyncio.wait_for(step, ONE_SECONDS))
            except TimeoutError:
                problem = f"The page did not come to rest within {ONE_SECONDS:g} s."
                done += not_tried(storyboard, done, problem)
                return
    finally:
        await context.close()


def not_tried(
    storyboard: Storyboard, done: Sequence[Performed], problem: str
) -> tuple[Performed, ...]:
    """The actions after those that were `done`: the first of them has the problem."""
    left = storyboard.actions[len(done) :]
    return tuple(
        Performed(action.id, problem=AN_EARLIER if number else problem)
        for number, action in enumerate(left)
    )


def _window(storyboard: Storyboard) -> RenderRequest:
    """As large as the recording, at its pixel ratio."""
    recording, scale = storyboard.recording, storyboard.scale
    width, height = (max(1, round(side / scale)) for side in (recording.width, recording.height))
    return RenderRequest(width=width, height=height, page=PAGE, scale=scale, as_file=True)


async def _step(
    page: Page, request: RenderRequest, storyboard: Storyboard, action: Action
) -> Performed:
    async with Reader.of(page, request.width, request.height, request.scale) as reader:
        await reader.settle(QUIET_MS, SETTLE_MS)
        before = await _shot(reader, request, storyboard.state(action.from_state))
        try:
            started = perf_counter()
            await _act(page, reader, action)
        except (_Refused, PlaywrightError) as error:
            if page.is_closed():
                raise
            said = str(error).splitlines()[0]
            return Performed(action.id, before=before, problem=said)
    spent = 0.0 if action.kind == "wait" else perf_counter() - started
    for attempt in range(1, MOST_MOVES + 1):
        with suppress(PlaywrightTimeout):
            await page.wait_for_load_state("load", timeout=SETTLE_MS)
        try:
            after, settled = await _settled(page, request, storyboard, action)
            break
        except PlaywrightError as error:  # it went on to another document meanwhile
            if attempt == MOST_MOVES or not any(s in error.message for s in SIGNS_OF_NAVIGATION):
                raise
    seconds = None if settled is None else round(spent + settled, 3)
    return Performed(action.id, before, after, seconds=seconds)


async def _settled(
    page: Page, request: RenderRequest, storyboard: Storyboard, action: Action
) -> tuple[Shot, float | None]:
    """What the page shows once it is left alone, and after how many seconds that was: as long as
    it took when it was recorded nothing is taken for its end."""
    alone = action.kind == "wait"
    quiet_ms = max(QUIET_MS, min(SETTLE_MS, round(1000 * action.seconds)))
    most_ms = CHANGE_MS if alone else quiet_ms + SETTLE_MS
    async with Reader.of(page, request.width, request.height, request.scale) as reader:
        settled = await reader.settle(quiet_ms, most_ms, for_change=alone)
        return await _shot(reader, request, storyboard.state(action.to_state)), settled


async def _shot(reader: Reader, request: RenderRequest, state: State) -> Shot:
    """The window as it is, or the page as tall as a state that is taller."""
    left, top = await reader.scrolled()
    height = round(state.height / request.scale) if state.taller else request.height
    clip = Rect(x=left, y=0 if state.taller else top, width=request.width, height=height)
    content = await reader.read(clip, ())
    png = await reader.capture(clip, beyond=state.taller)
    texts = tuple(text for text in content.texts if _share(text.rect, clip) >= LEAST_SHARE)
    if texts:
        bare = await reader.capture_bare(clip, beyond=state.taller)
        texts = await asyncio.to_thread(visible, texts, png, bare, request.scale)
    return Shot(png, request.scale, texts, content.pictures, content.boxes)


def _share(rect: Rect, clip: Rect) -> float:
    """How much of a line's height is within the window: nobody reads one that is cut."""
    within = min(rect.y + rect.height, clip.height) - max(0.0, rect.y)
    return within / max(1e-6, rect.height)


async def _act(page: Page, reader: Reader, action: Action) -> None:
    """Raises _Refused, and the driver's error where it cannot be done."""
    if action.kind == "scroll":
        await reader.scroll_by(action.scroll_by)
    elif action.kind == "key":
        await page.keyboard.press(action.text or "Enter")
    elif action.kind == "back":
        with suppress(PlaywrightError):  # where there is nothing to go back to, it stays
            await page.go_back(wait_until="commit", timeout=SETTLE_MS)
    elif action.kind in POINTED:
        await _point(page, reader, action)


async def _point(page: Page, reader: Reader, action: Action) -> None:
    if action.target is None:
        raise _Refused(f"Nobody said on what the {action.kind} was done.")
    target = await reader.find_target(action.words, action.target, action.kind)
    if target is None:
        named = f" “{action.words}”" if action.words else ""
        raise _Refused(f"There is no element{named} to {action.kind} on.")
    await page.mouse.move(target.x, target.y)
    if action.kind == "drag":
        await _drag(page, target, action)
    elif action.kind == "select" and target.tag == "select":
        if not await reader.choose(target, action.text):
            raise _Refused(f"The list has no option “{action.text}”.")
    elif action.kind != "hover":
        await page.mouse.click(target.x, target.y)
        if action.kind == "type":
            await page.keyboard.press("Control+a")
            await page.keyboard.type(action.text)


async def _drag(page: Page, target: Target, action: Action) -> None:
    """As far as it was dragged in the recording, wherever the element is on this page."""
    if action.to is None or action.target is None:
        raise _Refused("Nobody said where the drag ended.")
    to_x, to_y = (action.to.x + action.to.width / 2, action.to.y + action.to.height / 2)
    await page.mouse.down()
    await page.mouse.move(to_x, to_y, steps=DRAG_STEPS)
    await page.mouse.up()
