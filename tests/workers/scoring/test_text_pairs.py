"""Which text is which, on runs by hand and on the page that a browser drew."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from tests.workers.scoring.small import Small, shown
from webapp.studio.events import Rect
from workers.imaging import Box, TextRun, bounds
from workers.scoring import PageView, compare
from workers.scoring.page_view import DrawnRun
from workers.scoring.text_pairs import (
    PAIRING,
    PairingLimits,
    _lines,
    alike_letters,
    paired,
    reflowed,
    same_letters,
)
from workers.shot import DomText

INKS = ((0, 0, 0), (255, 255, 255))
Runs = Sequence[TextRun]
Told = tuple[list[tuple[str, str]], list[tuple[list[str], list[str]]], list[str], list[str]]


def run(text: str, x: int, y: int, width: int = 0, height: int = 12) -> TextRun:
    return TextRun(text, Box(x, y, width or 8 * len(text), height), *INKS)


def drawn(text: str, x: int, y: int, width: int = 0, block: str = "") -> DrawnRun:
    ink = Box(x, y, width or 8 * len(text), 12)
    rect = Rect(x=x, y=y, width=ink.width, height=12)
    dom = DomText(text, rect, (0, 0, 0), 14, selector="#one", paragraph=block or f"{x} {y}")
    return DrawnRun(text, ink, *INKS, dom=dom)


def told(ours: Runs, theirs: Runs, limits: PairingLimits = PAIRING) -> Told:
    """Pairs, paragraphs, what is missing and what is surplus, as texts."""
    image = np.full((600, 800, 3), 255, np.uint8)
    for one in (*ours, *theirs):
        image[one.ink.slices] = 0
    other = np.where(image == 0, 10, image).astype(np.uint8)  # alike, and not the very same
    mockup, render = PageView(image, 1.0, tuple(ours)), PageView(other, 1.0, tuple(theirs))
    paragraphs, pairs, missing, surplus = reflowed(*paired(mockup, render, limits), limits)
    return (
        sorted((pair.shown.text, pair.drawn.text) for pair in pairs),
        [([r.text for r in one.shown], [r.text for r in one.drawn]) for one in paragraphs],
        sorted(one.text for one in missing),
        sorted(one.text for one in surplus),
    )


def test_text_in_one_place_is_a_pair_whatever_its_letters() -> None:
    ours, theirs = [run("Northwind", 10, 10)], [drawn("Southwest", 10, 12)]
    assert told(ours, theirs) == ([("Northwind", "Southwest")], [], [], [])


def test_text_elsewhere_is_a_pair_by_its_letters() -> None:
    ours = [run("Northwind", 10, 10), run("Reports", 300, 10)]
    theirs = [drawn("Northwind", 400, 500), drawn("Quixotic", 10, 500)]
    assert told(ours, theirs) == ([("Northwind", "Northwind")], [], ["Reports"], ["Quixotic"])


def test_what_has_the_very_same_pixels_is_the_same_however_it_was_read() -> None:
    image = np.full((200, 400, 3), 255, np.uint8)
    image[10:22, 10:200:3] = 0
    ours = [run('to="', 10, 10, 40), run('kim",', 60, 10, 140)]
    theirs = [drawn("to=", 10, 10, 30), drawn('"kim"', 42, 10, 120), drawn(",", 190, 10, 8)]
    pairs, missing, surplus = paired(
        PageView(image, 1.0, tuple(ours)), PageView(image, 1.0, tuple(theirs)), PAIRING
    )
    assert [pair.shown for pair in pairs] == [pair.drawn for pair in pairs]
    assert not missing and {run.text for run in surplus} <= {","}


def test_a_block_that_went_where_other_text_stood_is_still_itself() -> None:
    """A line less above: each line stands where the one before it stood."""
    words = ["Grip for wet rock", "Free delivery", "Sixty days", "Never again"]
    ours = [run(word, 10, 40 * n) for n, word in enumerate(words, 1)]
    theirs = [drawn(word, 10, 40 * n) for n, word in enumerate(words)]
    assert told(ours, theirs) == (sorted((word, word) for word in words), [], [], [])


def test_of_two_alike_the_nearer_one_is_taken() -> None:
    ours = [run("Details", 10, 10), run("Details", 10, 400)]
    theirs = [drawn("Details", 100, 10), drawn("Details", 100, 400)]
    image = np.full((600, 800, 3), 255, np.uint8)
    views = PageView(image, 1.0, tuple(ours)), PageView(image, 1.0, tuple(theirs))
    pairs, missing, surplus = paired(*views, PAIRING)
    assert not missing and not surplus
    assert all(pair.shown.ink.y == pair.drawn.ink.y for pair in pairs)


def merged(one: TextRun, other: TextRun, between: str = "") -> TextRun:
    ink = bounds([one.ink, other.ink])
    return TextRun(f"{one.text}{between}{other.text}", ink, one.colour, one.background)


@pytest.mark.parametrize("between", ["", " "])
def test_runs_that_ocr_merged_are_cut_where_the_render_has_them(small: Small, between: str) -> None:
    own = small.views["own"]
    runs = list(shown(own).runs)
    first, second = (
        next(r for r in runs if r.text == text) for text in ("$29.50", "Quarterly revenue")
    )
    runs = [r for r in runs if r not in (first, second)]
    runs.append(replace(merged(second, first, between), text=f"Quarterly revenue{between}$29.50"))
    pairs, missing, surplus = paired(shown(own, runs), own, PAIRING)
    assert not missing and not surplus
    assert all(pair.shown.text == pair.drawn.text for pair in pairs)
    assert compare(shown(own, runs), own).score.total == 1


def test_a_line_that_ocr_split_is_one_pair_for_each_part(small: Small) -> None:
    own = small.views["own"]
    runs = list(shown(own).runs)
    line = next(r for r in runs if r.text.startswith("Every"))
    words, split = line.text.split(), round(line.ink.width * 0.35)
    left = replace(line, text=" ".join(words[:2]), ink=replace(line.ink, width=split))
    right = replace(
        line,
        text=" ".join(words[2:]),
        ink=Box(line.ink.x + split + 4, line.ink.y, line.ink.width - split - 4, line.ink.height),
    )
    read = shown(own, [r for r in runs if r is not line] + [left, right])
    mockup = replace(read, image=np.minimum(read.image, 254))  # not the very same
    pairs, missing, surplus = paired(mockup, own, PAIRING)
    assert not missing and not surplus
    assert {(p.shown.text, p.drawn.text) for p in pairs} >= {
        (left.text, left.text),
        (right.text, right.text),
    }
    assert compare(mockup, own).score.total > 0.995


def test_texts_that_changed_places_are_both_named(small: Small) -> None:
    told = small.compare("own", "exchanged").differences[:2]
    assert {(one.kind, one.expected, one.got) for one in told} == {
        ("letters", "$29.50", "per month"),
        ("letters", "per month", "$29.50"),
    }


@pytest.mark.parametrize(
    ("read", "same"),
    [
        ("Billing", True),
        ("• Billing", True),
        ("O Billing", True),  # an icon beside it
        ("Billing >", True),
        ("Bi11ing", True),  # what no OCR can tell apart
        ("BIlling", True),
        ("X O Billing", False),
        ("OBilling", False),
        ("billing", False),
        ("Billings", False),
    ],
)
def test_an_icon_read_as_a_letter_is_no_letter(read: str, same: bool) -> None:
    assert same_letters(read, "Billing") is same


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("Total 10", "TotaI lO", 1.0), ("$29.50", "$28.50", 5 / 6), ("abcd", "ABcd", 0.5)],
)
def test_letters_are_alike_by_what_ocr_can_tell(one: str, other: str, alike: float) -> None:
    assert alike_letters(one, other) == pytest.approx(alike)


LINES = ["Every parcel leaves our", "northern warehouse", "within a day"]
OTHER = ["Every parcel leaves", "our northern", "warehouse within a day"]


def block(lines: Sequence[str], x: int = 10) -> list[DrawnRun]:
    return [drawn(text, x, 10 + 20 * i, block="p") for i, text in enumerate(lines)]


def read(lines: Sequence[str], x: int = 10) -> list[TextRun]:
    return [run(text, x, 10 + 20 * i) for i, text in enumerate(lines)]


def test_a_paragraph_that_breaks_elsewhere_is_one_thing() -> None:
    assert told(read(LINES), block(OTHER)) == ([], [(LINES, OTHER)], [], [])
    assert told(read(LINES), block([" ".join(LINES)])) == ([], [(LINES, [" ".join(LINES)])], [], [])


def test_a_paragraph_that_breaks_as_it_should_is_lines() -> None:
    assert told(read(LINES), block(LINES)) == (sorted(zip(LINES, LINES, strict=True)), [], [], [])


def test_other_words_are_no_version_of_a_paragraph() -> None:
    words = ["Quixotic jumble of wyverns", "kumquat jam fizz", "xylograph zigzag"]
    assert told(read(words), block(OTHER))[1] == []


def everything_paired(limits: PairingLimits) -> list[Told]:
    """Lines and paragraphs on both sides of each threshold."""
    found = []
    for ours, theirs in (
        ("Northwind traders", "Northbank traders"),
        ("Northwind traders", "Nothing like that"),
        ("abcdefghij", "abcdexxxxx"),
        ("abcdefghij", "abcxxxxxxx"),
        ("abcdefghij", "abcdefghxx"),
        ("abcdefghij", "abcdefgxxx"),
        ("abcdefghij", "abcdxxxxxx"),
    ):
        found.append(told([run(ours, 10, 10, 100)], [drawn(theirs, 70, 10, 100)], limits))
        found.append(told([run(ours, 10, 10)], [drawn(theirs, 10, 300)], limits))
    near = [drawn("Details on", 30, 500), drawn("Details an", 10, 40)]
    found.append(told([run("Details on", 10, 10)], near, limits))
    further = [drawn("Details about XX", 30, 500), drawn("Details about XY", 10, 40)]
    found.append(told([run("Details about XX", 10, 10)], further, limits))
    for lines, other in (
        (["warm and", "dry"], ["warm", "and dry"]),  # 10 letters
        (["warm rooms", "and dry"], ["warm", "rooms and dry"]),  # 15
        (["warm rooms all over", "and dry"], ["warm rooms", "all over and dry"]),  # 22
        (LINES, OTHER),
        (["Every parcel goes out", "northern warehouse", "within a day"], OTHER),
        (["Every box left in", "northern warehouse", "within a day"], OTHER),
        (LINES[:1], OTHER),
        (LINES[:2], OTHER),
        (LINES + LINES[:1], OTHER),
        (LINES + LINES, OTHER),
        (["warehouse within"], OTHER),
    ):
        found.append(told(read(lines), block(other, 200), limits))
        found.append(told(read(lines), block(other), limits))
    for words in (["ab", "cd"], ["abc", "def"], ["abcdefg", "hijklmn"]):  # went down with a price
        for known in range(3):
            gone = [run(word, 10, 10 + 20 * i) for i, word in enumerate(words[:known])]
            went = [drawn(word, 10, 310 + 20 * i) for i, word in enumerate(words[:known])]
            price = [run("$9 a", 10, 200, 32), run("month", 50, 200, 40)]
            there = [drawn("$9", 10, 500, 16), drawn("a month", 34, 500, 56)]
            found.append(told([*gone, *price], [*went, *there], limits))
    return found


@off_by_two(PAIRING)
def test_each_threshold_of_pairing_off_by_two_pairs_others(name: str, factor: float) -> None:
    assert everything_paired(varied(PAIRING, name, factor)) != everything_paired(PAIRING)


@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize(("before", "after", "nearer"), [(110, 100, 1), (100, 110, 0)])
def test_how_near_two_lines_are_is_told_by_their_middles(
    before: int, after: int, nearer: int, down: bool
) -> None:
    """A line of 80 by 80 pixels is one of two like it, before and after it."""

    def there(middle: int) -> Box:
        return Box(100, middle - 40, 80, 80) if down else Box(middle - 40, 100, 80, 80)

    line = replace(run("Details", 0, 0), ink=there(300))
    others = [replace(drawn("Details", 0, 0), ink=there(at)) for at in (300 - before, 300 + after)]
    image = np.full((600, 600, 3), 255, np.uint8)
    views = PageView(image, 1.0, (line,)), PageView(image, 1.0, tuple(others))
    ((pair,), missing, surplus) = paired(*views, PAIRING)
    assert (pair.drawn, missing, surplus) == (others[nearer], [], [others[1 - nearer]])


def test_letters_that_were_misread_are_shared_out_between_the_parts() -> None:
    ours = [run("northXXXXwind", 100, 100, 240)]
    theirs = [drawn("north12", 100, 100, 130), drawn("34wind", 240, 100, 100)]
    assert told(ours, theirs)[0] == [("XXwind", "34wind"), ("northXX", "north12")]


@pytest.mark.parametrize(
    ("there", "same"),
    [
        (Box(100, 100, 100, 20), True),
        (Box(100, 100, 49, 20), True),  # beside it is what nobody read
        (Box(160, 100, 50, 20), True),  # four fifths of the shorter
        (Box(161, 100, 50, 20), False),
        (Box(150, 100, 100, 20), True),  # half of the longer
        (Box(151, 100, 100, 20), False),
        (Box(100, 100, 100, 40), True),  # half of the higher
        (Box(100, 100, 100, 41), False),
        (Box(100, 90, 100, 20), True),
        (Box(100, 89, 100, 20), False),
        (Box(300, 100, 100, 20), False),
    ],
)
def test_other_words_are_in_one_place_by_how_much_of_it_they_share(there: Box, same: bool) -> None:
    ours = [replace(run("Northwind", 0, 0), ink=Box(100, 100, 100, 20))]
    theirs = [replace(drawn("XYZUVK", 0, 0), ink=there)]
    assert bool(told(ours, theirs)[0]) is same


@pytest.mark.parametrize(
    ("second", "columns"),
    [
        (Box(200, 100, 80, 12), (200, 80)),  # those of the part
        (Box(240, 100, 100, 12), (200, 80)),  # too few are: five of nine letters come before
    ],
)
def test_of_a_line_that_is_two_each_has_its_own_columns(
    second: Box, columns: tuple[int, int]
) -> None:
    ours = [run("alphabeta", 100, 100, 180)]
    theirs = [drawn("alpha", 100, 100, 100), replace(drawn("beta", 0, 0), ink=second)]
    image = np.full((600, 800, 3), 255, np.uint8)
    for one in (*ours, *theirs):
        image[one.ink.slices] = 0
    other = np.minimum(image, 254)
    views = PageView(image, 1.0, tuple(ours)), PageView(other, 1.0, tuple(theirs))
    (alpha, beta), missing, surplus = paired(*views, PAIRING)
    assert (alpha.shown.text, beta.shown.text, missing, surplus) == ("alpha", "beta", [], [])
    assert (alpha.shown.ink.x, alpha.shown.ink.width) == (100, 100)
    assert (beta.shown.ink.x, beta.shown.ink.width) == columns


@pytest.mark.parametrize(
    ("tops", "lines"), [((), 0), ((0,), 1), ((0, 4, 5), 1), ((0, 6), 2), ((6, 0, 20, 21), 3)]
)
def test_boxes_stand_on_one_line_up_to_half_their_height(tops: tuple[int, ...], lines: int) -> None:
    assert _lines([Box(30 * at, top, 20, 10) for at, top in enumerate(tops)]) == lines
