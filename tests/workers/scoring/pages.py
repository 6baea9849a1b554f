"""A page made for these tests, as values that a test can distort and a browser can draw."""

import asyncio
import hashlib
import os
import pickle
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from webapp.studio.events import Rect
from workers.browser.renderer import Renderer
from workers.browser.watchdog import Limits
from workers.imaging import Box, crop
from workers.scoring.page_view import DrawnRun, PageView
from workers.shot import RenderRequest, Shot

WIDTH, HEIGHT = 960, 720
COLOURS = ("#b02a37", "#0f6e4f", "#7a3fb8", "#c2410c", "#0b5cad")
WORDS = """
river stone market window garden copper silver thunder paper bridge candle forest harbour
meadow orchard pencil quarry ribbon saddle timber velvet walnut zebra anchor
"""
OFFICES = (
    "Amsterdam office",
    "Barcelona studio",
    "Copenhagen lab",
    "Dublin store",
    "Edinburgh depot",
)


@dataclass(frozen=True)
class Item:
    """One absolutely placed thing: text where it has words, else a panel or a picture."""

    x: float
    y: float
    words: str = ""
    size: float = 16
    weight: int = 400
    colour: str = "#1f2430"
    width: float = 0
    height: float = 0
    picture: str = ""

    def html(self) -> str:
        place = f"position:absolute;left:{self.x}px;top:{self.y}px;"
        if self.words:
            font = f"font:{self.weight} {self.size}px/1.3 Inter,sans-serif;white-space:nowrap;"
            return f'<div style="{place}{font}color:{self.colour}">{self.words}</div>'
        box = f"{place}width:{self.width}px;height:{self.height}px;"
        if self.picture:
            return f'<img style="{box}" src="{self.picture}">'
        return f'<div style="{box}background:{self.colour};border-radius:6px"></div>'


def page() -> tuple[Item, ...]:
    """A dashboard: a bar with links, three cards, a picture, a table of five rows."""
    items = [
        Item(0, 0, width=WIDTH, height=56, colour="#243047"),
        Item(24, 15, "Northwind", 20, 700, "#ffffff"),
        *(
            Item(520 + 100 * i, 18, word, 15, 400, "#dbe3f0")
            for i, word in enumerate(("Overview", "Reports", "Billing", "Account"))
        ),
        Item(24, 84, "Monthly summary", 28, 700),
        Item(24, 126, "All figures include returns and late corrections.", 15, 400, "#5b6475"),
    ]
    cards = (("Revenue", "48,210"), ("Orders", "1,392"), ("Visitors", "90,547"))
    for i, (label, value) in enumerate(cards):
        x = 24 + 220 * i
        items += [
            Item(x, 168, width=200, height=110, colour="#e8eefc"),
            Item(x + 16, 182, label, 14, 500, "#44506a"),
            Item(x + 16, 214, value, 30, 700, "#16326b"),
        ]
    items.append(Item(700, 96, width=236, height=182, picture="photo.png"))
    rows = (
        "Amsterdam office",
        "Barcelona studio",
        "Copenhagen lab",
        "Dublin store",
        "Edinburgh depot",
    )
    for i, name in enumerate(rows):
        y = 320 + 64 * i
        items += [
            Item(24, y + 44, width=912, height=1, colour="#cfd6e4"),
            Item(24, y + 8, name, 16, 500),
            Item(420, y + 8, f"{17 * i + 12} people", 16, 400, "#5b6475"),
            Item(760, y + 8, ("On track", "Delayed")[i % 2], 16, 600, COLOURS[i % 2]),
        ]
    return tuple(items)


def html(items: Sequence[Item], extra: str = "") -> str:
    inside = "\n".join(item.html() for item in items)
    size = f"width:{WIDTH}px;height:{HEIGHT}px"
    return (
        '<!doctype html><meta charset="utf-8"><body style="margin:0;background:#fff">'
        f'<div style="position:relative;overflow:hidden;{size}">{inside}</div>{extra}</body>'
    )


def side_by_side(pages: Sequence[Sequence[Item]], columns: int) -> str:
    """Many pages on one, each in its place."""
    inside = "".join(
        f'<section style="position:absolute;overflow:hidden;width:{WIDTH}px;height:{HEIGHT}px;'
        f'left:{i % columns * WIDTH}px;top:{i // columns * HEIGHT}px">'
        f"{''.join(item.html() for item in items)}</section>"
        for i, items in enumerate(pages)
    )
    size = f"width:{columns * WIDTH}px;height:{-(-len(pages) // columns) * HEIGHT}px"
    return (
        '<!doctype html><meta charset="utf-8"><body style="margin:0;background:#fff">'
        f'<main style="position:relative;{size}">{inside}</main></body>'
    )


def part(view: PageView, index: int, columns: int, width: int, height: int) -> PageView:
    """One of many pages that stand side by side."""
    left, top = index % columns * width, index // columns * height
    place = Box(left, top, width, height)

    def here(box: Box) -> Box:
        return Box(box.x - left, box.y - top, box.width, box.height)

    def rect_here(rect: Rect) -> Rect:
        return rect.model_copy(update={"x": rect.x - left, "y": rect.y - top})

    def inside(rect: Rect) -> bool:
        return left <= rect.x < place.right and top <= rect.y < place.bottom

    runs = tuple(
        replace(run, ink=here(run.ink), dom=replace(run.dom, rect=rect_here(run.dom.rect)))
        for run in view.runs
        if isinstance(run, DrawnRun) and run.dom is not None and place.contains(run.ink)
    )
    return PageView(
        image=crop(view.image, place).copy(),
        scale=1.0,
        runs=runs,
        pictures=tuple(here(box) for box in view.pictures if place.contains(box)),
        boxes=tuple(replace(b, rect=rect_here(b.rect)) for b in view.boxes if inside(b.rect)),
    )


def distorted(kind: str, seed: int, strength: int) -> tuple[Item, ...]:
    """The page spoilt in one way; a higher `strength`, 1 to 3, contains the lower."""
    dice = random.Random(f"{kind} {seed}")
    items = list(page())
    texts = [i for i, item in enumerate(items) if item.words]
    panels = [i for i, item in enumerate(items) if not item.words and item.height > 50]
    dice.shuffle(texts)
    dice.shuffle(panels)
    some = texts[: 3 * strength]
    sign = dice.choice((-1, 1))
    fresh = WORDS.split()
    dice.shuffle(fresh)
    for n, i in enumerate(some):
        item = items[i]
        if kind == "shift":
            items[i] = replace(item, x=item.x + 9 * strength, y=item.y + sign * 3 * strength)
        elif kind == "recolour":
            items[i] = replace(item, colour=COLOURS[n % len(COLOURS)])
        elif kind == "reword":
            items[i] = replace(item, words=" ".join(fresh[n : n + len(item.words.split())]))
        elif kind == "resize":
            items[i] = replace(item, size=item.size * (1 + 0.15 * strength))
    if kind == "drop":
        return tuple(item for i, item in enumerate(items) if i not in some)
    if kind == "swap":
        _swap(items, texts, strength)
    if kind == "repaint":
        for i in panels[:strength]:
            items[i] = replace(items[i], picture="", colour=dice.choice(COLOURS))
    return tuple(items)


def captured(pages: Sequence[str], folder: Path, width: int = WIDTH) -> list[Shot]:
    """Renders each page in one browser; `folder` gets the pages and must hold their pictures.

    What was rendered before is in the folder $MOCKWRIGHT_SHOT_CACHE, where there is one.
    """
    cache = os.environ.get("MOCKWRIGHT_SHOT_CACHE")
    if cache is None:
        return _rendered(pages, folder, width)
    known = Path(cache) / hashlib.sha256("\0".join(pages).encode()).hexdigest()
    if not known.exists():
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_bytes(pickle.dumps(_rendered(pages, folder, width)))
    shots: list[Shot] = pickle.loads(known.read_bytes())
    return shots


def _rendered(pages: Sequence[str], folder: Path, width: int) -> list[Shot]:
    async def all_of_them() -> list[Shot]:
        renderer = Renderer(limits=Limits(seconds=120))  # a sheet of many pages, on a busy machine
        shots = []
        try:
            for i, source in enumerate(pages):
                (folder / f"{i}.html").write_text(source)
                shots.append(
                    await renderer.render(
                        folder, RenderRequest(page=f"{i}.html", width=width, height=HEIGHT)
                    )
                )
        finally:
            await renderer.close()
        return shots

    return asyncio.run(all_of_them())


def _swap(items: list[Item], texts: list[int], strength: int) -> None:
    """Exchanges the places of pairs of texts: the pairs of a lower strength, and more."""
    for first, second in zip(texts[::2][: 2 * strength], texts[1::2], strict=False):
        one, other = items[first], items[second]
        items[first] = replace(one, x=other.x, y=other.y)
        items[second] = replace(other, x=one.x, y=one.y)
