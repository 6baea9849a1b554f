"""What is no text is told apart by measure, on pages that say what they have."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from bench.eyes.looking import Drawn, browser, draw
from bench.eyes.pages import KINDS, SEEDS, pages
from bench.eyes.things import THINGS, Seen, Thing
from tests.workers.drafting.perceive.kit import PAPER, perception, styled
from webapp.studio.events import Rect
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Panel, Perception, Picture, Rule
from workers.imaging import Box
from workers.shot import DomBox, DomText

BLUE = (20, 60, 200)


def text(words: str, y: int, x: int = 40) -> DomText:
    return DomText(words, Rect(x=x, y=y, width=9 * len(words), height=20), (0, 0, 0), 16)


def seen(found: Perception) -> Seen:
    """A page with two lines, an underlined word, an icon, a badge and a box to mark."""
    things = (
        Thing("icon", Rect(x=300, y=40, width=18, height=18)),
        Thing("badge", Rect(x=400, y=38, width=40, height=22)),
        Thing("checkbox", Rect(x=40, y=202, width=16, height=16)),
        Thing("underline", Rect(x=40, y=120, width=90, height=20)),
    )
    boxes = (DomBox(Rect(x=400, y=38, width=40, height=22), "b", fill=(1, 1, 1, 1), radius=999),)
    texts = (text("First line", 40), text("Underlined", 120), text("Label", 200, 64))
    return Seen(texts, boxes, things, found, lay_out(found))


LINKED = styled("Underlined", 40, 135)
RIGHT = perception(
    styled("First line", 40, 55),
    LINKED,
    styled("Label", 64, 215),
    panels=(
        Panel(Box(400, 38, 40, 22), BLUE, radius=11),
        Panel(Box(40, 202, 16, 16), PAPER, border=None, radius=3),
    ),
    rules=(Rule(Box(40, 137, LINKED.run.ink.width, 1), BLUE),),
    pictures=(Picture(Box(301, 41, 16, 16)),),
)


def shares(found: Perception) -> dict[str, float]:
    return {name: measure(seen(found)).recall for name, measure in THINGS.items()}


def test_what_is_found_is_right() -> None:
    wrong = {name for name, share in shares(RIGHT).items() if share < 1}
    assert wrong == {"controls"}  # the box to mark has no border


@pytest.mark.parametrize(
    ("measure", "worse"),
    [
        ("icons", replace(RIGHT, pictures=())),
        ("icons not text", replace(RIGHT, runs=(*RIGHT.runs, styled("Q", 302, 56)))),
        ("badges", replace(RIGHT, panels=RIGHT.panels[1:])),
        ("radii", replace(RIGHT, panels=(Panel(Box(400, 38, 40, 22), BLUE, radius=4),))),
        ("underlines", replace(RIGHT, rules=())),
        ("words kept", replace(RIGHT, runs=RIGHT.runs[1:])),
    ],
)
def test_each_measure_falls_by_its_own_fault(measure: str, worse: Perception) -> None:
    assert shares(worse)[measure] < shares(RIGHT)[measure]


def test_half_of_the_pages_are_held_out_and_all_conditions_occur_in_both() -> None:
    made = pages()
    assert len(made) == SEEDS * len(KINDS) >= 24
    for held_out in (True, False):
        own = [page for page in made if page.held_out == held_out]
        assert len(own) == len(made) / 2
        assert {page.scale for page in own} == {1, 2, 3}
        assert {bool(page.jpeg) for page in own} == {True, False}
    assert [page.html for page in pages()] == [page.html for page in made]


def test_the_browser_says_where_things_are() -> None:
    page = next(page for page in pages() if page.name.startswith("form") and page.scale == 1)

    async def drawing() -> Drawn:
        async with browser() as running:
            return await draw(running, page)

    drawn = asyncio.run(drawing())
    fields = [thing.rect for thing in drawn.things if thing.what in ("select", "field")]
    assert [round(rect.width) for rect in fields] == [210, 210, 210]
    assert len(drawn.shot.texts) > 10
    assert np.ptp([rect.y for rect in fields]) == 0
