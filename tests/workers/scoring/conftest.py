"""One real browser and one reading of the test page serve all tests of this package."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from tests.workers.scoring.pages import (
    HEIGHT,
    WIDTH,
    Item,
    captured,
    distorted,
    html,
    page,
    part,
    side_by_side,
)  # fmt: skip
from tests.workers.scoring.small import Small, drawn
from workers.drafting.perceive.text.reader import find_text
from workers.scoring import Comparison, PageView, compare, view_of_mockup, view_of_render

KINDS = ("shift", "recolour", "drop", "reword", "resize", "swap", "repaint")
SEEDED = [(kind, seed) for kind in KINDS for seed in range(3)]  # 21 distortions
STRENGTHS = (1, 2, 3)
COLUMNS = 8  # of distorted pages side by side


@dataclass(frozen=True)
class Gallery:
    """The mockup as perceived, and renders of the page: its own, spoilt ones, cheats."""

    mockup: PageView
    own: PageView
    distorted: dict[tuple[str, int, int], PageView]
    cheats: dict[str, PageView]
    known: dict[tuple[str, int, int], Comparison] = field(default_factory=dict)

    def compared(self, kind: str, seed: int, strength: int) -> Comparison:
        """The mockup with a distorted page, reckoned once."""
        key = kind, seed, strength
        if key not in self.known:
            self.known[key] = compare(self.mockup, self.distorted[key])
        return self.known[key]


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    folder = tmp_path_factory.mktemp("pages")
    _photo(folder / "photo.png")
    keys = [(kind, seed, strength) for kind, seed in SEEDED for strength in STRENGTHS]
    own = captured([html(page())], folder)[0]
    (folder / "mockup.png").write_bytes(own.png)
    sources = [html(items) for items in CHEATS.values()]
    sources += [html(page(), PICTURE + hidden) for hidden in HIDINGS.values()]
    views = [view_of_render(shot) for shot in captured(sources, folder)]
    spoilt = side_by_side([distorted(*key) for key in keys], COLUMNS)
    whole = view_of_render(captured([spoilt], folder, COLUMNS * WIDTH)[0])
    seen = view_of_render(own)
    return Gallery(
        mockup=view_of_mockup(seen.image, 1.0, find_text(seen.image)),
        own=seen,
        distorted={key: part(whole, i, COLUMNS, WIDTH, HEIGHT) for i, key in enumerate(keys)},
        cheats=dict(zip([*CHEATS, *HIDINGS], views, strict=True)),
    )


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The small page in all its variants."""
    return Small(drawn(tmp_path_factory.mktemp("small")))


def _all_text_wrong() -> list[Item]:
    words = "Quixotic jumble|Wyvern|Xylograph|Yacht keel|Zigzag|Kumquat jam fizz|Jib"
    wrong = iter(words.split("|") * 9)
    return [
        Item(item.x, item.y, next(wrong), item.size, item.weight, item.colour)
        if item.words
        else item
        for item in page()
    ]


CHEATS: dict[str, list[Item]] = {
    "blank page": [],
    "one picture of the mockup": [Item(0, 0, width=960, height=720, picture="mockup.png")],
    "all text wrong": _all_text_wrong(),
    "all text invisible": [
        Item(item.x, item.y, item.words, item.size, item.weight, "transparent")
        if item.words
        else item
        for item in page()
    ],
}

# all the text, live, on a page that is a picture of the mockup to the eye
PICTURE = "<style>body>div>div{background:none!important}body>div>img{display:none}</style>"
BELOW = "<style>body>div{background:url(mockup.png)}</style>"
COVER = "position:absolute;inset:0;width:960px;height:720px"


def _below(css: str) -> str:
    return f"{BELOW}<style>body>div>div{{{css}}}</style>"


HIDINGS: dict[str, str] = {
    "under a picture": f'<img src="mockup.png" style="{COVER}">',
    "under a picture that a click goes through": (
        f'<img src="mockup.png" style="{COVER};pointer-events:none">'
    ),
    "under a background": f'<div style="{COVER};background:url(mockup.png)"></div>',
    "under generated content": (
        f"<style>body>div::after{{content:'';{COVER};background:url(mockup.png)}}</style>"
    ),
    "under a canvas that a script drew": (
        f'<canvas width=960 height=720 style="{COVER}"></canvas><script>onload=()=>{{'
        "const i=new Image();i.src='mockup.png';i.onload=()=>document.querySelector('canvas')"
        ".getContext('2d').drawImage(i,0,0)}</script>"
    ),
    "under a picture that goes when something changes": (
        f'<img src="mockup.png" style="{COVER}"><script>new MutationObserver(()=>'
        "document.images[document.images.length-1].remove())"
        ".observe(document,{subtree:true,attributes:true})</script>"
    ),
    "behind its parent": _below("z-index:-1"),
    "on a picture of itself": BELOW,
    "filtered out": _below("filter:opacity(0)"),
    "masked out": _below("mask:linear-gradient(#0000,#0000)"),
    "clipped out": _below("clip-path:inset(100%)"),
    "shrunk to nothing": _below("transform:scale(.001)"),
    "at size zero": _below("font-size:0!important"),
    "off the page": _below("margin-left:-3000px"),
    "nearly transparent": _below("opacity:.06"),
    "in the colour of the ground": _below("color:#fff!important;mix-blend-mode:darken"),
}


def _photo(path: Path) -> None:
    """A picture with detail everywhere: seeded noise, blurred by enlarging it."""
    noise = np.random.default_rng(7).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    picture = PIL.Image.fromarray(noise)
    picture.resize((236, 182), PIL.Image.Resampling.BICUBIC).save(path)
