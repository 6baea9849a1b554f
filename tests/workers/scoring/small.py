"""One small page in many variants, drawn side by side by the browser and cut apart again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.workers.scoring.pages import captured, part
from webapp.studio.events import Difference
from workers.imaging import Image, TextRun
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


def icon(markup: str, size: int = 24) -> str:
    return f'<svg width="{size}" height="{size}" style="display:block">{markup}</svg>'


RING = icon('<circle cx="12" cy="12" r="9" fill="none" stroke="#0f6e4f" stroke-width="3"/>')
RED_TICK = icon('<path d="M3 12l7 7L21 4" fill="none" stroke="#b02a37" stroke-width="3"/>')
DASHES = "repeating-linear-gradient(90deg,#aab2c2 0 6px,#fff 6px 12px)"
SPOT = '<div class="spot" style="left:240px;top:190px;width:40px;height:40px;background:#2f6fed'
PANEL = '<div class="panel" style="left:240px;top:200px;width:40px;height:30px;background:#b02a37">'
SERIF, MONO = "font-family:DejaVu Serif", "font-family:DejaVu Sans Mono"
DARK = (
    '<i class="dark"></i><style>section:has(.dark){background:#12161f}'
    "section:has(.dark) div{color:#e8ecf4!important;border-color:#3a4458!important}"
    "section:has(.dark) :is(.card,.field,.rule){background:#232b3b!important}</style>"
)

VARIANTS: dict[str, Spoilt] = {
    "own": Spoilt(),
    "title of 24 px": style("title", "font-size:24px"),
    "note of 16 px": style("note", "font-size:16px"),
    "price of 18 px": style("price", "font-size:18px"),
    "label of 12 px": style("label", "font-size:12px"),
    "title of weight 400": style("title", "font-weight:400"),
    "note of weight 800": style("note", "font-weight:800"),
    "button of weight 400": style("buy", "font-weight:400"),
    "italic title": style("title", "font-style:italic"),
    "italic note": style("note", "font-style:italic"),
    "italic text": style("text", "font-style:italic"),
    "italic button": style("buy", "font-style:italic"),
    "spaced price": style("price", "letter-spacing:3px"),
    "spaced label": style("label", "letter-spacing:2px"),
    "spaced title": style("title", "letter-spacing:2px"),
    "serif note": style("note", SERIF),
    "serif title": style("title", SERIF),
    "mono note": style("note", MONO),
    "mono label": style("label", MONO),
    "red price": style("price", "color:#b02a37"),
    "faint note": style("note", "color:#eef0f4"),
    "pale note": style("note", "color:#6b7a94"),
    "other digit": words("price", "$28.50"),
    "other case": words("title", "Quarterly Revenue"),
    "other word": words("buy", "Start new"),
    "other note": words("note", "Nothing like those words"),
    "no title": Spoilt(without=["title"]),
    "more text": Spoilt(
        more='<div class="more" style="left:300px;top:70px;font:400 15px Inter">Not there</div>'
    ),
    "label 8 px right": style("label", "margin-left:8px"),
    "label 1 px right": style("label", "margin-left:1px"),
    "label far off": style("label", "margin:-60px 0 0 20px"),
    "narrow text": style("text", "width:200px"),
    "narrow large text": style("text", "width:200px;font-size:18px"),
    "exchanged": Spoilt(words={"price": "per month", "unit": "$29.50"}),
    "no icon": Spoilt(without=["icon"]),
    "other icon": words("icon", RING),
    "red icon": words("icon", RED_TICK),
    "no rule": Spoilt(without=["rule"]),
    "dashed rule": style("rule", f"background:{DASHES}"),
    "faint rule": style("rule", "background:#eaedf2"),
    "rule 6 px down": style("rule", "margin-top:6px"),
    "field 8 px down": style("field", "margin-top:8px"),
    "round spot": Spoilt(more=f'{SPOT};border-radius:20px"></div>'),
    "square spot": Spoilt(more=f'{SPOT};border-radius:8px"></div>'),
    "more panel": Spoilt(more=f"{PANEL}</div>"),
    "no border": style("field", "border-color:#fff"),
    "pink card": style("card", "background:#fbe3e3"),
    "nearly the card": style("card", "background:#ecf0fa"),
    "green button": style("buy", "background:#0f6e4f"),
    "green bar": style("bar", "background:linear-gradient(90deg,#22c55e,#a855f7)"),
    "flat bar": style("bar", "background:#7a6df6"),
    "card of radius 16": style("card", "border-radius:16px"),
    "button of radius 0": style("buy", "border-radius:0"),
    "button of radius 4": style("buy", "border-radius:4px"),
    "button of radius 14": style("buy", "border-radius:14px"),
    "field of radius 12": style("field", "border-radius:12px"),
    "hard shadow": style("buy", "box-shadow:0 4px 0 #8a5a00"),
    "card without border": style("card", "border-color:#eef2fb"),
    "no shadow": style("card", "box-shadow:none"),
    "dark": Spoilt(more=DARK),
    "dark, other word": Spoilt(words={"label": "Delayed"}, more=DARK),
    "dark, title of 24 px": Spoilt({"title": "font-size:24px"}, more=DARK),
}


def drawn(folder: Path, variants: Mapping[str, Spoilt] = VARIANTS) -> dict[str, PageView]:
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
    whole = view_of_render(captured([page], folder, COLUMNS * WIDTH)[0])
    return {name: part(whole, i, COLUMNS, WIDTH, HEIGHT) for i, name in enumerate(variants)}


def shown(view: PageView, runs: Sequence[TextRun] | None = None) -> PageView:
    """The variant as a mockup: read without a slip, or as `runs` say."""
    plain = [TextRun(r.text, r.ink, r.colour, r.background) for r in view.runs]
    return view_of_mockup(view.image, 1.0, tuple(plain if runs is None else runs))


@dataclass(frozen=True)
class Small:
    """All variants as drawn."""

    views: Mapping[str, PageView]
    known: dict[tuple[str, str], Comparison] = field(default_factory=dict)

    def compare(self, mockup: str, render: str) -> Comparison:
        """One variant as the mockup, without a slip of reading; reckoned once."""
        if (mockup, render) not in self.known:
            self.known[mockup, render] = compare(shown(self.views[mockup]), self.views[render])
        return self.known[mockup, render]

    def first(self, mockup: str, render: str) -> Difference:
        """What is worst."""
        return self.compare(mockup, render).differences[0]

    def total(self, mockup: str, render: str) -> float:
        return self.compare(mockup, render).score.total

    def run(self, name: str, text: str) -> DrawnRun:
        """The line of a variant with such words."""
        runs = self.views[name].runs
        return next(run for run in runs if isinstance(run, DrawnRun) and text in run.text)

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
