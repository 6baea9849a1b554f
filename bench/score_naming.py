"""Whether a comparison's first difference names what was changed: part of `make bench-score`.

Single changes to the base pages of `tests/data/distortions`, drawn by a seed: of size, weight,
colour, a word, removed, moved, swapped, an icon, border, shadow, radius.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

from bench.distortions import Page, page_options, pages, write_spoilt
from bench.page_items import items_of
from bench.score_bands import mockup_of
from bench.single_changes import NAMES, NUMBER, Change, Source, draw, rgb, shows_alone
from webapp.studio.events import Difference, Rect
from workers.browser.chromium import start
from workers.browser.find import find_browser
from workers.browser.isolation import probe
from workers.browser.renderer import Renderer
from workers.imaging import decode_png
from workers.scoring import compare, view_of_render
from workers.shot import Shot

TOLERANCE = 0.05  # of a size, a radius, or of the range of a colour's channel
LEAST_SLACK = 0.5  # CSS pixels that every length may be off
WEIGHT_SLACK = 100
OVERLAP = 0.5  # of the smaller of two boxes, from where they are of one item


@dataclass(frozen=True)
class Named:
    """A difference as the comparison named it, in a form that goes between processes."""

    kind: str
    expected: str
    got: str
    box: Rect
    selector: str
    cost: float


@dataclass(frozen=True)
class Verdict:
    """Whether the first difference is that of the change. `values` is None where there are none
    to judge, or where the item or the kind is wrong already."""

    change: Change
    first: Named | None
    item: bool
    kind: bool
    values: bool | None

    @property
    def right(self) -> bool:
        return self.item and self.kind


def differences_of(mockup_png: bytes, shot: Shot) -> list[Named]:
    """The comparison's differences, worst first."""
    comparison = compare(mockup_of(mockup_png, shot.scale), view_of_render(shot))
    return [_named(one) for one in comparison.differences]


def _named(one: Difference) -> Named:
    return Named(one.kind, one.expected, one.got, one.rect, one.selector, one.cost)


def same_place(one: Rect, other: Rect) -> bool:
    """Whether two boxes overlap by half of the smaller."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    along = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    if across <= 0 or along <= 0:
        return False
    return across * along >= OVERLAP * min(one.width * one.height, other.width * other.height)


def values_fit(change: Change, first: Named) -> bool | None:
    """Whether expected and got are what the change was; None where the kind says all."""
    pairs = ((change.expected, first.expected), (change.got, first.got))
    match change.kind:
        case "size" | "radius" | "weight":
            slack = WEIGHT_SLACK if change.kind == "weight" else LEAST_SLACK
            return all(_near(float(wanted), told, slack) for wanted, told in pairs)
        case "colour":
            return all(_same_colour(wanted, told) for wanted, told in pairs)
        case "word":
            return all(wanted.casefold() in told.casefold() for wanted, told in pairs)
        case _:
            return None


def _near(wanted: float, told: str, slack: float) -> bool:
    found = NUMBER.search(told)
    if found is None:
        return wanted == 0
    return abs(float(found[0]) - wanted) <= max(slack, TOLERANCE * wanted)


def _same_colour(wanted: str, told: str) -> bool:
    one, other = rgb(wanted), rgb(told)
    if one is None or other is None:
        return False
    return all(abs(a - b) <= TOLERANCE * 255 for a, b in zip(one, other, strict=True))


def judge(change: Change, named: Sequence[Named]) -> Verdict:
    """What the first difference has right."""
    if not named:
        return Verdict(change, None, False, False, None)
    first = named[0]
    places = [change.item.box, *([change.other] if change.other else [])]
    item = any(same_place(first.box, place) for place in places)
    names = NAMES[change.kind]
    if change.item.what == "icon" and change.kind == "removed":
        names |= {"icon", "picture"}
    kind = first.kind in names
    values = values_fit(change, first) if item and kind else None
    return Verdict(change, first, item, kind, values)


async def sources_of(chosen: Sequence[Page]) -> list[Source]:
    """The base pages with their items, read in a browser of their own."""
    chromium = await start(find_browser(), await asyncio.to_thread(probe))
    try:
        return [
            Source(
                page,
                (page.folder / "index.html").read_text(),
                await items_of(chromium.browser, page),
            )
            for page in chosen
        ]
    finally:
        await chromium.close()


async def measure(sources: Sequence[Source], count: int, seed: int, workers: int) -> list[Verdict]:
    """Verdicts on `count` changes, each kind as often as the others."""
    chance = random.Random(seed)  # noqa: S311  repeatable
    renderer = Renderer()
    mockups: dict[str, bytes] = {}
    waiting: list[tuple[Change, Future[list[Named]]]] = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        try:
            for source in sources:
                page = source.page
                mockups[page.name] = (await renderer.render(page.folder, page.request)).png
            for kind in islice(cycle(NAMES), count):
                change, shot = await _visible_change(renderer, sources, mockups, kind, chance)
                named = pool.submit(differences_of, mockups[change.page], shot)
                waiting.append((change, named))
        finally:
            await renderer.close()
        return [judge(change, future.result()) for change, future in waiting]


async def _visible_change(
    renderer: Renderer,
    sources: Sequence[Source],
    mockups: Mapping[str, bytes],
    kind: str,
    chance: random.Random,
) -> tuple[Change, Shot]:
    """The first one drawn that can be seen and leaves the rest of the page where it is."""
    by_name = {source.page.name: source.page for source in sources}
    while True:
        change = draw(sources, kind, chance)
        shot = await _changed(renderer, by_name[change.page], change)
        mockup = decode_png(mockups[change.page])
        if shows_alone(change, mockup, decode_png(shot.png), shot.scale):
            return change, shot


async def _changed(renderer: Renderer, page: Page, change: Change) -> Shot:
    with tempfile.TemporaryDirectory(prefix="mockwright-naming-") as folder:
        write_spoilt(page, change.edit, Path(folder))
        return await renderer.render(Path(folder), page.request)


def report(verdicts: Sequence[Verdict]) -> str:
    """Shares by kind and over all, then what was named wrongly."""
    lines = [f"{'change':10} {'count':>5} {'item':>6} {'kind':>6} {'both':>6} {'values':>7}"]
    for kind in (*NAMES, "all"):
        here = [one for one in verdicts if kind in (one.change.kind, "all")]
        if not here:
            continue
        valued = [one.values for one in here if one.values is not None]
        shares = (
            sum(one.item for one in here) / len(here),
            sum(one.kind for one in here) / len(here),
            sum(one.right for one in here) / len(here),
        )
        values = f"{sum(valued) / len(valued):.0%}" if valued else "–"
        told = " ".join(f"{share:6.0%}" for share in shares)
        lines.append(f"{kind:10} {len(here):5} {told} {values:>7}")
    wrong = [one for one in verdicts if not one.right or one.values is False]
    return "\n".join([*lines, *(_told(one) for one in wrong)])


def _told(one: Verdict) -> str:
    change, first = one.change, one.first
    what = f"{change.item.text or change.item.selector!r}"[:60]
    values = f" {change.expected} → {change.got}" if change.got else ""
    named = f"{first.kind} {first.expected} → {first.got}" if first else "nothing"
    place = "" if one.item or first is None else ", elsewhere"
    return f"  {change.page} {change.kind}{values} of {what}: named {named}{place}"


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = page_options("bench.score_naming", "Names of differences")
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


async def _run(arguments: argparse.Namespace) -> list[Verdict]:
    sources = await sources_of(pages(arguments.page))
    return await measure(sources, arguments.changes, arguments.seed, arguments.workers)


def main(given: list[str] | None = None) -> int:
    arguments = parse(given)
    verdicts = asyncio.run(_run(arguments))
    print(report(verdicts))
    if arguments.json:
        found: list[Mapping[str, object]] = [_plain(one) for one in verdicts]
        arguments.json.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    return 0


def _plain(one: Verdict) -> Mapping[str, object]:
    change = one.change
    first = one.first and {**asdict(one.first), "box": one.first.box.model_dump()}
    return {
        "page": change.page,
        "change": change.kind,
        "selector": change.item.selector,
        "box": change.item.box.model_dump(),
        "expected": change.expected,
        "got": change.got,
        "first": first,
        "item": one.item,
        "kind": one.kind,
        "values": one.values,
    }


if __name__ == "__main__":
    sys.exit(main())
