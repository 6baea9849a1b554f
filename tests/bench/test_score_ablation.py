"""Pages that are mended with and without the names of what differs."""

import asyncio
import random

import numpy as np
import pytest

from bench.distortions import pages
from bench.score_ablation import (
    KINDS,
    MOST,
    RULE,
    Attempt,
    Tried,
    damage,
    guesses,
    mend_by_differences,
    mend_by_score,
    report,
    rule_of,
)
from bench.score_bands import mockup_of
from bench.score_naming import sources_of
from bench.single_changes import Source
from tests.workers.management.kit import PRICE
from webapp.studio.events import Rect, RegionScore, Score
from workers.browser.renderer import Renderer
from workers.scoring import Comparison
from workers.shot import DomBox, DomText, Shot


@pytest.fixture(scope="module")
def source() -> Source:
    (found,) = asyncio.run(sources_of(pages("table")))
    return found


@pytest.mark.parametrize(
    ("kind", "expected", "rule"),
    [
        ("size", "34 px", "font-size: 34px"),
        ("slant", "upright", "font-style: normal"),
        ("slant", "italic", "font-style: italic"),
        ("colour", "#102030", "color: #102030"),
        ("radius", "8 px", "border-radius: 8px"),
        ("contrast", "4.5:1", None),
        ("missing", "icon", None),
    ],
)
def test_a_difference_is_mended_by_the_rule_that_it_names(
    kind: str, expected: str, rule: str | None
) -> None:
    difference = PRICE.model_copy(update={"kind": kind, "expected": expected, "selector": "p"})
    told = rule_of(difference)
    assert told == (rule and f":is(p, #a#a#a) {{ {rule} !important }}")
    assert rule_of(difference.model_copy(update={"selector": ""})) is None


def test_changes_are_of_all_kinds_to_different_elements(source: Source) -> None:
    first, second = (damage(source, 6, random.Random(seed)) for seed in (1, 2))
    assert first != second
    assert first == damage(source, 6, random.Random(1))
    assert len({rule.split(" {")[0] for rule in first.css.splitlines()}) == 6
    assert {"font-size", "font-weight", "color", "border-radius"} <= set(
        first.css.replace(":", " ").split()
    )
    assert len(KINDS) == 4


class Scripted(Attempt):
    """A page whose score is the share of the rules it needs."""

    def __init__(self, needs: dict[str, str]) -> None:
        self.needs = needs  # kind of the difference, and the rule
        self.rules: list[str] = []
        self.scores = []
        text = DomText("a", Rect(x=0, y=0, width=9, height=9), (1, 2, 3), 16, selector="p")
        box = DomBox(Rect(x=900, y=0, width=9, height=9), "div", radius=8)
        self.shot = Shot(b"", 1, texts=(text,), boxes=(box,))
        self._say()

    def _say(self) -> None:
        left = {kind: rule for kind, rule in self.needs.items() if rule not in self.rules}
        region = RegionScore(name="top", rect=Rect(x=0, y=0, width=99, height=99), score=0.5)
        differences = [
            PRICE.model_copy(update={"kind": kind, "selector": "p", "expected": rule})
            for kind, rule in left.items()
        ]
        total = 1 - len(left) / 10
        score = Score(total=total, parts={}, regions=(region,), differences=tuple(differences))
        self.comparison = Comparison(score, np.zeros((1, 1, 3), np.uint8))

    async def try_rule(self, rule: str) -> bool:
        value = rule.split(": ")[-1].removesuffix(" !important }")
        helped = value in self.needs.values() and value not in self.rules
        if helped:
            self.rules.append(value)
            self._say()
        self.scores.append(self.comparison.score.total)
        return helped


def test_who_is_told_needs_a_revision_for_each_difference() -> None:
    attempt = Scripted({"size": "16px", "weight": "400"})
    asyncio.run(mend_by_differences(attempt))
    assert attempt.scores == [0.9, 1.0]


def test_what_did_not_help_is_not_tried_again() -> None:
    attempt = Scripted({"size": "16px", "missing": "an icon"})
    asyncio.run(mend_by_differences(attempt))
    assert attempt.scores == [0.9]


def test_who_is_not_told_guesses_in_the_worst_regions_until_the_score_is_reached() -> None:
    attempt = Scripted({"weight": "400"})
    tried = list(guesses(attempt))
    assert RULE.format(selector="p", property="font-weight", value="400") in tried
    assert not any("div" in rule for rule in tried)  # it is elsewhere
    asyncio.run(mend_by_score(attempt, 1.0))
    assert attempt.scores[-1] == 1.0
    assert 1 < len(attempt.scores) <= MOST


def test_the_report_counts_revisions_to_one_score() -> None:
    one = Tried("table", 0.8, (0.85, 0.9, 0.9), (0.8, 0.82))
    two = Tried("phone", 0.8, (0.9,), (0.8, 0.8, 0.95))
    first, second = (line.split() for line in report([one, two]).splitlines()[1:])
    assert first == ["table", "0.800", "0.900", "2", ">2", "0.820"]
    assert second == ["phone", "0.800", "0.900", "1", "3", "0.950"]


def test_a_real_page_is_mended_by_what_is_named(source: Source) -> None:

    async def mend() -> tuple[float, list[float]]:
        renderer = Renderer()
        try:
            page = source.page
            png = (await renderer.render(page.folder, page.request)).png
            attempt = Attempt(
                page, damage(source, 1, random.Random(4)), mockup_of(png, page.scale), renderer
            )
            before = await attempt.start()
            await mend_by_differences(attempt)
            return before, attempt.scores
        finally:
            await renderer.close()

    before, scores = asyncio.run(mend())
    assert before < 0.99
    assert max(scores) > before
