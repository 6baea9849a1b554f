"""How much of a comparison is told, on pages drawn by hand, and means of scores."""

import numpy as np
import pytest

from webapp.studio.events import Difference, Rect, Score
from workers.imaging import Image
from workers.scoring import compare, mean_score
from workers.scoring.page_view import PageView

SIDE = 1200


def squares(count: int, scale: int = 1) -> Image:
    """So many black squares on white, each far from the others."""
    image = np.full((SIDE, SIDE, 3), 255, np.uint8)
    for number in range(count):
        x, y = 40 + number % 10 * 110, 40 + number // 10 * 110
        image[y : y + 20, x : x + 20] = 0
    return image.repeat(scale, axis=0).repeat(scale, axis=1)


def test_sixty_differences_are_told_and_every_complaint_of_the_browser() -> None:
    nowhere = Rect(x=0, y=0, width=0, height=0)
    complaint = Difference(
        item="page", kind="overflow", expected="", got="", rect=nowhere, selector="", cost=0
    )
    render = PageView(squares(70), 1.0, (), problems=(complaint, complaint))
    told = compare(PageView(squares(0), 1.0, ()), render).differences
    assert [one.kind for one in told] == ["extra"] * 60 + ["overflow"] * 2


@pytest.mark.parametrize("scale", [1, 2])
def test_the_eight_worst_regions_are_told_in_css_pixels_and_numbered_from_the_top(
    scale: int,
) -> None:
    full, empty = (PageView(squares(count, scale), float(scale), ()) for count in (100, 0))
    told = compare(full, empty).score.regions
    assert len(told) == 8
    assert [one.score for one in told] == sorted(one.score for one in told)
    assert all(one.rect.x + one.rect.width <= SIDE for one in told)
    for place in {one.name.rstrip(" 123456789") for one in told}:
        there = [one for one in told if one.name.startswith(f"{place} ")]
        there.sort(key=lambda one: (one.rect.y, one.rect.x))
        numbers = [one.name.removeprefix(f"{place} ") for one in there if one.name[-1].isdigit()]
        assert numbers == [str(number + 1) for number in range(len(numbers))]


def blocks(*tops: int) -> PageView:
    """Stripes of 100 pixels at the left, above a lower part that is the same on every page."""
    image = squares(0)
    image[400:1180:2, 20:1180] = 0
    for top in tops:
        image[top : top + 100 : 2, 20:380] = 0
    return PageView(image, 1.0, ())


@pytest.mark.parametrize(
    ("tops", "names"),
    [
        ((20,), {"top left": (0, 139)}),
        ((160,), {"top left": (139, 190)}),
        ((20, 160), {"top left 1": (0, 139), "top left 2": (139, 190)}),
    ],
)
def test_a_fault_is_in_the_region_of_its_middle_and_regions_of_one_place_are_numbered(
    tops: tuple[int, ...], names: dict[str, tuple[int, int]]
) -> None:
    both = blocks(20, 160)
    left = blocks(*{20, 160}.difference(tops))
    told = compare(both, left).score.regions
    assert {one.name: (one.rect.y, one.rect.height) for one in told} == names


def score(total: float, unread: int, penalty: float, text: float | None) -> Score:
    return Score(
        total=total, parts={"text": text}, picture_penalty=penalty, unread_lines=unread
    )  # fmt: skip


def test_a_mean_is_over_pages_and_lines_that_nobody_read_are_added() -> None:
    mean = mean_score([score(0.4, 1, 0.1, 0.5), score(0.6, 2, 0.3, None), score(0.8, 4, 0.2, 0.7)])
    assert mean.total == pytest.approx(0.6)
    assert mean.unread_lines == 7
    assert mean.picture_penalty == pytest.approx(0.2)
    assert mean.parts["text"] == pytest.approx(0.6)
    assert mean.parts["structure"] is None


def test_the_mean_of_one_page_is_its_own_score() -> None:
    one = compare(PageView(squares(3), 1.0, ()), PageView(squares(0), 1.0, ())).score
    assert mean_score([one]) is one
