"""What axe found, as differences: what it says, what the mockup shows there, and no cost."""

from dataclasses import replace

import pytest

from tests.workers.scoring.small import Small, shown
from webapp.studio.events import Deviation, Difference, Rect
from webapp.studio.values import Aspect
from workers.scoring import PageView, compare
from workers.scoring.accessibility import MOST_FINDINGS
from workers.shot import AccessibilityCheck, AccessibilityFinding, Contrast

NOWHERE = Rect(x=0, y=0, width=0, height=0)
PLACE = Rect(x=24, y=64, width=150, height=20)
ALT = AccessibilityFinding("Images must have alternative text", "img", PLACE, "img", count=3)
LANG = AccessibilityFinding("The page must have a language", "html", NOWHERE)


def told(small: Small, mockup: str, render: PageView, *meant: Deviation) -> list[Difference]:
    found = compare(shown(small.views[mockup]), render, meant).differences
    return [one for one in found if one.kind in {"accessibility", "low_contrast"}]


def pale(small: Small, render: str, measured: float, words: str = "Reviewed") -> PageView:
    """A render of which axe says that the contrast of a line is low."""
    dom = small.run(render, words).dom
    assert dom is not None
    low = Contrast(measured, 4.5, "#6b7a94", "#ffffff")
    finding = AccessibilityFinding(
        "Contrast", dom.selector, PLACE, "div", "Reviewed by Helen Marsh", 2, low
    )
    return replace(small.views[render], accessibility=AccessibilityCheck((finding,)))


def test_a_broken_rule_is_a_difference_that_costs_nothing(small: Small) -> None:
    check = AccessibilityCheck((ALT, LANG))
    render = replace(small.views["own"], accessibility=check)
    image, page = told(small, "own", render)
    assert image == Difference(
        item="img", kind="accessibility", expected="", got="Images must have alternative text",
        rect=PLACE, selector="img", cost=0, count=3,
    )  # fmt: skip
    assert (page.item, page.rect, page.count) == ("page", NOWHERE, 1)
    assert compare(shown(small.views["own"]), render).score.total == small.total("own", "own")


def test_an_element_with_words_is_named_by_them(small: Small) -> None:
    finding = replace(ALT, tag="h4", text="four")
    render = replace(small.views["own"], accessibility=AccessibilityCheck((finding,)))
    assert told(small, "own", render)[0].item == "h4 ‘four’"


def test_it_has_the_line_of_the_page_that_writes_the_element(small: Small) -> None:
    html = "<!doctype html>\n<body>\n<img>"
    render = replace(small.views["own"], accessibility=AccessibilityCheck((ALT,)), html=html)
    assert told(small, "own", render)[0].line == 3


def test_a_page_that_could_not_be_checked_is_told_in_one_line(small: Small) -> None:
    check = AccessibilityCheck(failure="it has 9 elements")
    (only,) = told(small, "own", replace(small.views["own"], accessibility=check))
    assert (only.item, only.kind, only.selector) == ("page", "accessibility", "")
    assert only.got == "could not be checked: it has 9 elements"


def test_so_many_findings_are_told_the_gravest_first(small: Small) -> None:
    findings = tuple(replace(LANG, rule=f"rule {n}") for n in range(MOST_FINDINGS + 1))
    render = replace(small.views["own"], accessibility=AccessibilityCheck(findings))
    names = [one.got for one in told(small, "own", render)]
    assert names == [f"rule {n}" for n in range(20)]


@pytest.mark.parametrize(
    ("mockup", "render", "measured", "expected"),
    [
        ("own", "own", 3.1, "4.5 : 1, or the mockup’s: about 3.1 : 1"),
        ("pale note", "pale note", 4.29, "4.5 : 1, or the mockup’s: about 4.3 : 1"),
        ("own", "pale note", 4.29, "4.5 : 1; the mockup has about 6.8 : 1"),
        ("pale note", "own", 4.4, "4.5 : 1, or the mockup’s: about 2.8 : 1"),
    ],
)
def test_low_contrast_is_told_with_what_the_mockup_has(
    small: Small, mockup: str, render: str, measured: float, expected: str
) -> None:
    (only,) = told(small, mockup, pale(small, render, measured))
    assert only.expected == expected
    assert only.got == f"{measured} : 1, #6b7a94 on #ffffff"
    assert (only.kind, only.item) == ("low_contrast", "text ‘Reviewed by Helen Marsh’")
    assert (only.rect, only.cost, only.count) == (PLACE, 0, 2)


@pytest.mark.parametrize(
    ("aspect", "region", "expected"),
    [
        ("colours", None, "4.5 : 1"),
        (None, Rect(x=0, y=0, width=300, height=100), "4.5 : 1"),
        ("type", None, "4.5 : 1, or the mockup’s: about 3.1 : 1"),
        ("colours", Rect(x=0, y=200, width=9, height=9), "4.5 : 1, or the mockup’s: about 3.1 : 1"),
    ],
)
def test_where_colours_are_meant_otherwise_the_mockup_is_no_excuse(
    small: Small, aspect: Aspect | None, region: Rect | None, expected: str
) -> None:
    meant = Deviation(reason="Meant", aspect=aspect, region=region)
    (only,) = told(small, "own", pale(small, "own", 3.1), meant)
    assert only.expected == expected


def test_a_text_that_the_mockup_lacks_is_only_told_what_is_wanted(small: Small) -> None:
    (only,) = told(small, "own", pale(small, "more text", 3.1, words="Not there"))
    assert only.expected == "4.5 : 1"


def test_of_a_text_that_was_not_compared_nobody_knows_what_the_mockup_has(small: Small) -> None:
    render = pale(small, "own", 3.05)
    assert render.accessibility is not None
    elsewhere = replace(render.accessibility.findings[0], selector="#elsewhere")
    check = AccessibilityCheck((elsewhere,))
    (only,) = told(small, "own", replace(render, accessibility=check))
    assert only.expected == "4.5 : 1"
