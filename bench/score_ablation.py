"""What the named differences are worth to who mends a page: part of `make bench-score`.

Each base page of `tests/data/distortions` is spoilt in several places, and then mended by a
repairer that knows CSS and has no eyes: once from the differences, once without them, from the
score and the worst regions alone. What counts is how many revisions each takes to the same score.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

from bench.distortions import Edit, Page, page_options, pages, write_spoilt
from bench.score_bands import mockup_of
from bench.score_naming import sources_of
from bench.single_changes import Source, draw
from webapp.studio.events import Difference, Rect
from workers.browser.renderer import Renderer
from workers.scoring import Comparison, PageView, compare, view_of_render
from workers.shot import DomBox, DomText, Shot

KINDS = ("size", "weight", "colour", "radius")  # of the changes: what a rule of CSS mends
PROPERTIES = {
    "size": "font-size",
    "weight": "font-weight",
    "slant": "font-style",
    "colour": "color",
    "contrast": "color",
    "tracking": "letter-spacing",
    "fill": "background-color",
    "radius": "border-radius",
}
MOST = 40  # revisions of a repairer
# a rule for an element that wins over the changes, which are more specific than most rules
RULE = ":is({selector}, #a#a#a) {{ {property}: {value} !important }}"


@dataclass(frozen=True)
class Tried:
    """A page's score as it was spoilt, and the best after each revision of both repairers."""

    page: str
    spoilt: float
    shown: tuple[float, ...]
    hidden: tuple[float, ...]

    @property
    def target(self) -> float:
        return max((self.spoilt, *self.shown))

    def revisions(self, scores: Sequence[float]) -> int | None:
        """How many it took to the score that the differences led to; None where it never came."""
        return next((n for n, score in enumerate(scores, 1) if score >= self.target), None)


class Attempt:
    """A spoilt page under repair: rules are tried one at a time, and those that help stay."""

    def __init__(self, page: Page, edit: Edit, mockup: PageView, renderer: Renderer) -> None:
        self._page, self._edit, self._mockup, self._renderer = page, edit, mockup, renderer
        self._rules: list[str] = []
        self.scores: list[float] = []  # the best after each revision
        self.shot: Shot
        self.comparison: Comparison

    async def start(self) -> float:
        self.shot, self.comparison = await self._measure(self._rules)
        return self.comparison.score.total

    async def try_rule(self, rule: str) -> bool:
        """Whether it helped."""
        shot, comparison = await self._measure([*self._rules, rule])
        helped = comparison.score.total > self.comparison.score.total
        if helped:
            self._rules.append(rule)
            self.shot, self.comparison = shot, comparison
        self.scores.append(self.comparison.score.total)
        return helped

    async def _measure(self, rules: Sequence[str]) -> tuple[Shot, Comparison]:
        edit = replace(self._edit, css="\n".join([self._edit.css, *rules]))
        with tempfile.TemporaryDirectory(prefix="mockwright-ablation-") as folder:
            write_spoilt(self._page, edit, Path(folder))
            shot = await self._renderer.render(Path(folder), self._page.request)
        return shot, await asyncio.to_thread(compare, self._mockup, view_of_render(shot))


async def mend_by_differences(attempt: Attempt) -> None:
    """Does what the worst difference says, until none says what was not tried."""
    tried: set[str] = set()
    while len(attempt.scores) < MOST:
        rules = (rule_of(one) for one in attempt.comparison.differences)
        rule = next((rule for rule in rules if rule and rule not in tried), None)
        if rule is None:
            return
        tried.add(rule)
        await attempt.try_rule(rule)


async def mend_by_score(attempt: Attempt, target: float) -> None:
    """Tries what the page itself uses on the elements of the worst regions, until `target`."""
    tried: set[str] = set()
    while len(attempt.scores) < MOST and attempt.comparison.score.total < target:
        rules = (rule for rule in guesses(attempt) if rule not in tried)
        rule = next(rules, None)
        if rule is None:
            return
        tried.add(rule)
        await attempt.try_rule(rule)


def rule_of(difference: Difference) -> str | None:
    """The rule that does what a difference says; None where no rule of CSS does."""
    named = PROPERTIES.get(difference.kind)
    value = {"upright": "normal"}.get(difference.expected, difference.expected).replace(" px", "px")
    if named is None or not difference.selector or ":1" in value:  # 4.5:1, a contrast
        return None
    return RULE.format(selector=difference.selector, property=named, value=value)


def guesses(attempt: Attempt) -> Iterator[str]:
    """Rules for the elements of the worst regions, with the values that others of the page have."""
    shot = attempt.shot
    sizes = {f"{text.font_size:g}px" for text in shot.texts}
    weights = {f"{text.weight}" for text in shot.texts}
    colours = {f"rgb{text.colour}" for text in shot.texts}
    radii = {f"{box.radius:g}px" for box in shot.boxes}
    of_texts = {"font-size": sizes, "font-weight": weights, "color": colours}
    for region in attempt.comparison.score.regions:
        for one in _inside(shot, region.rect):
            values = of_texts if isinstance(one, DomText) else {"border-radius": radii}
            for name, known in values.items():
                for value in sorted(known):
                    yield RULE.format(selector=one.selector, property=name, value=value)


def _inside(shot: Shot, rect: Rect) -> Iterator[DomText | DomBox]:
    everything: tuple[DomText | DomBox, ...] = (*shot.texts, *shot.boxes)
    for one in everything:
        x, y = one.rect.x + one.rect.width / 2, one.rect.y + one.rect.height / 2
        if rect.x <= x < rect.x + rect.width and rect.y <= y < rect.y + rect.height:
            yield one


def damage(source: Source, changes: int, chance: random.Random) -> Edit:
    """So many changes to different items of a page, of each kind as many as of the others."""
    rules: dict[str, str] = {}
    for kind in islice(cycle(KINDS), changes):
        change = draw([source], kind, chance)
        while change.item.selector in rules:
            change = draw([source], kind, chance)
        rules[change.item.selector] = change.edit.css
    return Edit(css="\n".join(rules.values()))


def mend(page: Page, changes: int, seed: int) -> Tried:
    """Both repairs of one page, in this process."""
    return asyncio.run(_mend(page, changes, seed))


async def _mend(page: Page, changes: int, seed: int) -> Tried:
    (source,) = await sources_of([page])
    edit = damage(source, changes, random.Random(f"{seed} {page.name}"))  # noqa: S311  repeatable
    renderer = Renderer()
    try:
        png = (await renderer.render(page.folder, page.request)).png
        mockup = await asyncio.to_thread(mockup_of, png, page.scale)
        shown, hidden = (Attempt(page, edit, mockup, renderer) for _ in range(2))
        before = await shown.start()
        await mend_by_differences(shown)
        await hidden.start()
        await mend_by_score(hidden, max((before, *shown.scores)))
    finally:
        await renderer.close()
    return Tried(page.name, before, tuple(shown.scores), tuple(hidden.scores))


def report(tried: Sequence[Tried]) -> str:
    """A row a page: revisions to the score that the differences led to, with and without them."""
    lines = [f"{'page':10} {'spoilt':>7} {'target':>7} {'shown':>6} {'hidden':>7} {'reached':>8}"]
    for one in tried:
        shown, hidden = one.revisions(one.shown) or 0, one.revisions(one.hidden)
        blind = f"{hidden}" if hidden else f">{len(one.hidden)}"
        reached = max((one.spoilt, *one.hidden))
        lines.append(
            f"{one.page:10} {one.spoilt:7.3f} {one.target:7.3f} {shown:6} {blind:>7} {reached:8.3f}"
        )
    return "\n".join(lines)


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = page_options("bench.score_ablation", "What named differences are worth")
    parser.add_argument("--changes", type=int, default=6, help="to each page")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def main(given: list[str] | None = None) -> int:
    arguments = parse(given)
    chosen = pages(arguments.page)
    with ProcessPoolExecutor(arguments.workers, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(mend, page, arguments.changes, arguments.seed) for page in chosen]
        tried = [job.result() for job in jobs]
    print(report(tried))
    if arguments.json:
        found: list[Mapping[str, object]] = [asdict(one) for one in tried]
        arguments.json.write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
