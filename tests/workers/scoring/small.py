"""One small page in many variants, drawn side by side by the browser and cut apart again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.workers.scoring.pages import photographs
from webapp.studio.events import Difference, Rect
from workers.imaging import Box, Image, TextRun, crop
from workers.scoring import Comparison, PageView, compare, view_of_mockup, view_of_render
from workers.scoring.page_view import DrawnRun

WIDTH, HEIGHT, COLUMNS = 480, 360, 6

# class, style and content of what stands on the page
THINGS: dict[str, tuple[str, str]] = {
    "title": ("left:24px;top:20px;font:700 28px/34px Inter", "Quarterly revenue"),
    "note": (
        "left:24px;top:64px;font:400 14px/20px Inter;color:#44506a",
        "Reviewed by Helen Marsh",
    ),
    "price": ("left:360px;top:24px;font:600 22px/28px Inter;color:#0b5cad", "$29.50"),
    "unit": ("left:360px;top:56px;font:400 14px/20px Inter", "per month"),
    "text": (
        "left:24px;top:100px;width:250px;font:400 15px/22px Inter",
        "Every parcel leaves our northern warehouse within a day and arrives before the weekend",
    ),
    "card": (
        "left:300px;top:100px;width:150px;height:84px;box-sizing:border-box;background:#eef2fb;"
        "border:1px solid #9fb0d0;border-radius:10px;box-shadow:0 4px 12px rgba(0,0,0,.3)",
        "",
    ),
    "field": (
        "left:24px;top:196px;width:200px;height:36px;box-sizing:border-box;background:#fff;"
        "border:1px solid #8892a6;border-radius:6px",
        "",
    ),
    "buy": (
        "left:300px;top:208px;width:150px;height:40px;background:#16326b;border-radius:8px;"
        "font:600 15px/40px Inter;color:#fff;text-align:center",
        "Start now",
    ),
    "rule": ("left:24px;top:262px;width:426px;height:1px;background:#aab2c2", ""),
    "icon": (
        "left:24px;top:284px;width:24px;height:24px",
        '<svg width="24" height="24" style="display:block"><path d="M3 12l7 7L21 4" fill="none"'
        ' stroke="#0f6e4f" stroke-width="3"/></svg>',
    ),
    "label": ("left:60px;top:285px;font:500 15px/22px Inter", "Delivered"),
    "bar": (
        "left:180px;top:280px;width:270px;height:60px;"
        "background:linear-gradient(90deg,#3b82f6,#a855f7)",
        "",
    ),
}


@dataclass(frozen=True)
class Spoilt:
    """What one variant does to the page: styles added, words or markup put in, things left out."""

    styles: Mapping[str, str] | None = None
    words: Mapping[str, str] | None = None
    without: Sequence[str] = ()
    more: str = ""


def style(thing: str, css: str) -> Spoilt:
    return Spoilt({thing: css})


def words(thing: str, text: str) -> Spoilt:
    return Spoilt(words={thing: text})


VARIANTS: dict[str, Spoilt] = {"own": Spoilt()}


def variant(name: str, spoilt: Spoilt) -> str:
    """Has the page drawn in one more variant."""
    assert VARIANTS.setdefault(name, spoilt) == spoilt
    return name


def drawn(folder: Path, variants: Mapping[str, Spoilt]) -> dict[str, PageView]:
    """All variants by one page of one browser, which is as many pages side by side."""
    rows = -(-len(variants) // COLUMNS)
    inside = "".join(_section(i, spoilt) for i, spoilt in enumerate(variants.values()))
    page = (
        '<!doctype html><meta charset="utf-8"><body style="margin:0;background:#fff">'
        f"<style>section{{position:absolute;width:{WIDTH}px;height:{HEIGHT}px;overflow:hidden}}"
        "section>div{position:absolute;color:#1f2430;white-space:nowrap}"
        ".text{white-space:normal!important}</style>"
        f'<main style="position:relative;width:{COLUMNS * WIDTH}px;height:{rows * HEIGHT}px">'
        f"{inside}</main></body>"
    )
    whole = view_of_render(photographs([page], folder, COLUMNS * WIDTH)[0])
    return {name: _part(whole, i) for i, name in enumerate(variants)}


def shown(view: PageView, runs: Sequence[TextRun] | None = None) -> PageView:
    """The variant as a mockup: read without a slip, or as `runs` say."""
    plain = [TextRun(r.text, r.ink, r.colour, r.background) for r in view.runs]
    return view_of_mockup(view.image, 1.0, tuple(plain if runs is None else runs))


@dataclass(frozen=True)
class Small:
    """All variants as drawn."""

    views: Mapping[str, PageView]

    def compare(self, mockup: str, render: str) -> Comparison:
        return compare(shown(self.views[mockup]), self.views[render])

    def first(self, mockup: str, render: str) -> Difference:
        """What is worst."""
        return self.compare(mockup, render).differences[0]

    def run(self, name: str, text: str) -> DrawnRun:
        """The line of a variant with such words."""
        return next(r for r in self.views[name].runs if isinstance(r, DrawnRun) and text in r.text)

    def image(self, name: str) -> Image:
        return self.views[name].image


def _section(index: int, spoilt: Spoilt) -> str:
    left, top = index % COLUMNS * WIDTH, index // COLUMNS * HEIGHT
    inside = ""
    for name, (css, content) in THINGS.items():
        if name not in spoilt.without:
            css = f"{css};{(spoilt.styles or {}).get(name, '')}"
            content = (spoilt.words or {}).get(name, content)
            inside += f'<div class="{name}" style="{css}">{content}</div>'
    inside += spoilt.more
    return f'<section id="v{index}" style="left:{left}px;top:{top}px">{inside}</section>'


def _part(view: PageView, index: int) -> PageView:
    left, top = index % COLUMNS * WIDTH, index // COLUMNS * HEIGHT
    place = Box(left, top, WIDTH, HEIGHT)

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
