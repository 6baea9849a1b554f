"""Pages used by a person, their states as they were seen, and what is drafted of that."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from webapp.studio.storyboard import Action, ActionKind, RecordingFacts, State, Storyboard
from webapp.studio.values import Rect
from workers.browser.chromium import FLAGS
from workers.browser.find import find_browser
from workers.drafting.compose.interactive import compose_interactive
from workers.drafting.interactions import Interactions, Scene, plan_pages
from workers.drafting.layout.tree import lay_out
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.perceive.pipeline import perceive
from workers.imaging import decode_png, encode_png

WIDTH, HEIGHT = 480, 320


@dataclass(frozen=True)
class Done:
    """What a person does: on which element, and where it is dragged to."""

    kind: ActionKind
    target: str
    to: str = ""
    words: str = ""


@dataclass(frozen=True)
class Drafted:
    """A drafted page in front of a person."""

    page: Page
    plan: Interactions
    files: dict[str, str]

    @property
    def html(self) -> str:
        return self.files["index.html"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*FLAGS, "--no-sandbox"]
        )
        yield browser
        browser.close()


def draft_of(browser: Browser, folder: Path, html: str, *steps: Done) -> Drafted:
    """The page that is drafted of what was done on another; each step leads to a state of its own,
    unless that was seen before."""
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.set_content(html)
    pictures = [page.screenshot()]
    boards: list[tuple[Done, Rect, Rect | None, str, int, int]] = []
    at = 0
    for step in steps:
        target, to = _box(page, step.target), _box(page, step.to) if step.to else None
        words = step.words or page.locator(step.target).inner_text().replace("\n", " ")
        _do(page, step, target, to)
        page.wait_for_timeout(60)
        picture = page.screenshot()
        if picture not in pictures:
            pictures.append(picture)
        goal = pictures.index(picture)
        boards.append((step, target, to, words, at, goal))
        at = goal
    page.close()
    board = _storyboard(boards, len(pictures))
    images = {f"s{number}": decode_png(png) for number, png in enumerate(pictures)}
    scenes = {name: Scene(name, one, perceive(one, 1.0)) for name, one in images.items()}
    plans = plan_pages(board, scenes, lambda state: lay_out(scenes[state].perception))
    made = compose_interactive(plans, css_stack)
    for path, text in made.files.items():
        (folder / path).write_text(text)
    for asset in made.assets:
        (folder / asset.path).parent.mkdir(exist_ok=True)
        crop = images[asset.state or "s0"][asset.box.slices]
        (folder / asset.path).write_bytes(encode_png(crop.copy()))
    shown = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    shown.goto((folder / "index.html").as_uri())
    return Drafted(shown, plans[0], dict(made.files))


def _do(page: Page, step: Done, target: Rect, to: Rect | None) -> None:
    x, y = target.x + target.width / 2, target.y + target.height / 2
    page.mouse.move(x, y)
    if step.kind in ("click", "check"):
        page.mouse.click(x, y)
    elif to is not None:
        page.mouse.down()
        page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, steps=4)
        page.mouse.up()


def _box(page: Page, selector: str) -> Rect:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return Rect(**found)


def _storyboard(
    done: list[tuple[Done, Rect, Rect | None, str, int, int]], states: int
) -> Storyboard:
    facts = RecordingFacts(sha256="0" * 64, seconds=9, width=WIDTH, height=HEIGHT, fps=30)
    return Storyboard(
        recording=facts,
        scale=1,
        states=tuple(
            State(
                id=f"s{number}", name=f"State {number}", picture="0" * 64, width=WIDTH,
                height=HEIGHT, first_seen=number, settled=number,
            )
            for number in range(states)
        ),
        actions=tuple(
            Action(
                id=f"a{number}", from_state=f"s{before}", to_state=f"s{after}", kind=step.kind,
                target=target, to=to, words=words, begins=number, seconds=0, confidence=1,
            )
            for number, (step, target, to, words, before, after) in enumerate(done)
        ),
    )  # fmt: skip
