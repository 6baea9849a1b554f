"""One real browser and one reading of the test page serve all tests of this package."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from tests.compare.pages import Item, distorted, html, page, photographs
from workers.compare import Sight, sight_of_mockup, sight_of_render
from workers.perceive.text import read_text

KINDS = ("shift", "recolour", "drop", "reword", "resize", "swap", "repaint")
SEEDED = [(kind, seed) for kind in KINDS for seed in range(3)]  # 21 distortions
STRENGTHS = (1, 2, 3)


@dataclass(frozen=True)
class Gallery:
    """The mockup as perceived, and renders of the page: its own, spoilt ones, cheats."""

    mockup: Sight
    own: Sight
    distorted: dict[tuple[str, int, int], Sight]
    cheats: dict[str, Sight]


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    folder = tmp_path_factory.mktemp("pages")
    _photo(folder / "photo.png")
    keys = [(kind, seed, strength) for kind, seed in SEEDED for strength in STRENGTHS]
    own = photographs([html(page())], folder)[0]
    (folder / "mockup.png").write_bytes(own.png)
    sources = [html(distorted(*key)) for key in keys] + [html(items) for items in CHEATS.values()]
    sights = [sight_of_render(shot) for shot in photographs(sources, folder)]
    seen = sight_of_render(own)
    return Gallery(
        mockup=sight_of_mockup(seen.image, 1.0, read_text(seen.image)),
        own=seen,
        distorted=dict(zip(keys, sights, strict=False)),
        cheats=dict(zip(CHEATS, sights[len(keys) :], strict=True)),
    )


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


def _photo(path: Path) -> None:
    """A picture with detail everywhere: seeded noise, blurred by enlarging it."""
    noise = np.random.default_rng(7).integers(0, 255, (24, 32, 3), dtype=np.uint8)
    picture = PIL.Image.fromarray(noise)
    picture.resize((236, 182), PIL.Image.Resampling.BICUBIC).save(path)
