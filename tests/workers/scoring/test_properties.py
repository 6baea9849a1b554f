"""What holds for any two pages."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from workers.imaging import Box
from workers.scoring import PageView, beside, compare, view_of_mockup
from workers.scoring.page_view import DrawnRun


@st.composite
def views(draw: st.DrawFn) -> PageView:
    """A small page: panels of any colour, runs anywhere inside, maybe a picture."""
    width, height = draw(st.integers(40, 160)), draw(st.integers(40, 160))
    image = np.full((height, width, 3), draw(st.integers(0, 255)), dtype=np.uint8)
    runs = []
    for _ in range(draw(st.integers(0, 4))):
        x, y = draw(st.integers(0, width - 12)), draw(st.integers(0, height - 12))
        ink = Box(x, y, draw(st.integers(1, width - x)), draw(st.integers(1, 12)))
        noise = np.random.default_rng(draw(st.integers(0, 9)))
        image[y : ink.bottom, x : ink.right] = noise.integers(0, 255, (ink.height, ink.width, 3))
        text = draw(st.text("abc ", min_size=1, max_size=5))
        runs.append(DrawnRun(text, ink, (0, 0, 0), (255, 255, 255)))
    pictures = (Box(0, 0, width // 2, height),) if draw(st.booleans()) else ()
    seen = view_of_mockup(image, draw(st.sampled_from([1.0, 2.0])), tuple(runs))
    return replace(seen, pictures=pictures)


@settings(max_examples=60, deadline=None)
@given(views(), views())
def test_every_number_is_a_fraction_and_the_heat_map_fits(
    mockup: PageView, render: PageView
) -> None:
    comparison = compare(mockup, render)

    score = comparison.score
    values = [score.total, score.picture_penalty, *score.parts.values()]
    values += [region.score for region in score.regions]
    assert all(value is None or 0 <= value <= 1 for value in values)
    assert comparison.heat_map.shape == mockup.image.shape


@settings(max_examples=30, deadline=None)
@given(views())
def test_a_page_without_pictures_is_perfectly_like_itself(view: PageView) -> None:
    runs = tuple(DrawnRun(r.text, r.ink, r.colour, r.background) for r in view.runs)
    same = replace(view, pictures=(), runs=runs)

    assert compare(view, same).score.total == 1
    assert compare(view, same).differences == ()


def test_the_same_page_at_another_pixel_ratio_still_matches() -> None:
    small = np.full((200, 300, 3), 255, dtype=np.uint8)
    small[60:90, 40:200] = (30, 90, 160)
    large = small.repeat(2, axis=0).repeat(2, axis=1)

    assert compare(PageView(large, 2.0, ()), PageView(small, 1.0, ())).score.total > 0.95


def test_pictures_beside_each_other_are_shown_at_full_size() -> None:
    mockup, render, heat = (
        np.full((height, 30, 3), level, dtype=np.uint8)
        for height, level in ((50, 10), (80, 20), (50, 30))
    )

    sheet = beside([mockup, render, heat])

    assert sheet.shape[0] == 80
    assert [int(sheet[0, x, 0]) for x in (0, sheet.shape[1] // 2, sheet.shape[1] - 1)] == [
        10,
        20,
        30,
    ]
