"""How well text is read: `python -m bench.text PAGES_DIR [--limit N] [--json FILE]`.

PAGES_DIR holds pairs of a page as HTML and its screenshot, `name.html` and `name.png`. The words
of the page, as a browser lays them out, are compared with the words read from the screenshot:
recall and precision count equal words, wherever they stand; character accuracy gives a word that
was not found the similarity of its best match among the words that nothing else claims.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from difflib import SequenceMatcher
from pathlib import Path
from statistics import mean, median

from workers.browser.renderer import Renderer
from workers.drafting.perceive.fonts.matching import style_runs
from workers.drafting.perceive.text.reader import read_text
from workers.imaging import Image, read_image
from workers.shot import RenderRequest


@dataclass(frozen=True)
class Reading:
    """One page: shares in 0..1, and seconds of reading and of finding fonts."""

    page: str
    recall: float
    precision: float
    characters: float
    read_seconds: float
    style_seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--json", type=Path, help="write the table here too")
    options = parser.parse_args()
    pictures = [p for p in sorted(options.pages.glob("*.png")) if p.with_suffix(".html").exists()]
    readings = asyncio.run(measure(pictures[: options.limit]))
    for name in ("recall", "precision", "characters"):
        print(f"{name:12} {mean(getattr(r, name) for r in readings):.4f}")
    for name in ("read_seconds", "style_seconds"):
        print(f"{name:12} {median(getattr(r, name) for r in readings):.2f} median")
    if options.json:
        options.json.write_text(json.dumps([asdict(r) for r in readings], indent=1))


async def measure(pictures: Iterable[Path]) -> list[Reading]:
    """Read every picture, printing a row each."""
    print("  ".join(field.name for field in fields(Reading)))
    renderer = Renderer()
    readings = []
    try:
        for path in pictures:
            image = read_image(path)
            expected = await _words_of(renderer, path.with_suffix(".html"), image)
            readings.append(_reading(path.stem, image, expected))
            print("  ".join(_cell(value) for value in asdict(readings[-1]).values()), flush=True)
    finally:
        await renderer.close()
    return readings


async def _words_of(renderer: Renderer, page: Path, image: Image) -> Counter[str]:
    """The words a browser shows within the height of the screenshot."""
    height, width = image.shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(page, Path(folder) / "index.html")
        shot = await renderer.render(Path(folder), RenderRequest(width=width, height=height))
    inside = [text.text for text in shot.texts if 0 <= text.rect.y < height]
    return Counter(word for text in inside for word in text.split())


def _reading(page: str, image: Image, expected: Counter[str]) -> Reading:
    start = time.perf_counter()
    runs = read_text(image)
    read = time.perf_counter()
    style_runs(image, runs)
    styled = time.perf_counter()
    found = Counter(word for run in runs for word in run.text.split())
    equal = (expected & found).total()
    return Reading(
        page,
        equal / max(1, expected.total()),
        equal / max(1, found.total()),
        characters(expected, found),
        read - start,
        styled - read,
    )


def characters(expected: Counter[str], found: Counter[str]) -> float:
    """Share of the expected characters that were read, each word taking its best match."""
    total = sum(len(word) for word in expected.elements())
    right = float(sum(len(word) for word in (expected & found).elements()))
    left = list((found - expected).elements())
    for word in sorted((expected - found).elements(), key=len, reverse=True):
        best = max(left, key=lambda other: _alike(word, other), default=None)
        if best is not None and _alike(word, best) > 0.5:
            right += len(word) * _alike(word, best)
            left.remove(best)
    return right / max(1, total)


def _alike(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _cell(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.3f}"


if __name__ == "__main__":
    main()
