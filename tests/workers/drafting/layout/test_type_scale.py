"""The type scale: texts that were measured apart are set in a few sizes and weights."""

from dataclasses import replace

from tests.workers.drafting.compose.pieces import text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.type_scale import SCALE, ScaleThresholds, on_scale
from workers.drafting.page import Paragraph
from workers.drafting.perceive.fonts.installed import natural_line_height

BODY = "Every berth is lit at night, and every boat is counted"


def plain(size: float, lines: int = 1, weight: int = 400, words: str = "Berths") -> Paragraph:
    return text(words, size=size, lines=lines, weight=weight).paragraph


def leaded(height: float) -> Paragraph:
    return replace(plain(16), line_height=height)


PAGES = {
    **{f"{size} beside 13.33": [plain(13.33, 2, words=BODY), plain(size)] for size in (13.7, 14)},
    **{f"{size} beside 8.33": [plain(8.33, 2, words=BODY), plain(size)] for size in (8.7,)},
    **{f"{size} beside 7.33": [plain(7.33, 2, words=BODY), plain(size)] for size in (6.9,)},
    **{f"{size} beside 30": [plain(30, words=BODY), plain(size)] for size in (30.4, 30.7)},
    **{f"lines of {size}": [plain(size, 2)] for size in (13.1, 13.33)},
    **{
        f"a {weight} beside a {other}": [plain(16, weight=weight), plain(14, 2, other, BODY)]
        for weight, other in ((500, 400), (800, 700), (800, 600), (600, 700))
    },
    **{
        f"{letters} of 500 beside 100 of 400": [
            plain(16, weight=500, words="n" * letters),
            plain(16, words="n" * 100),
        ]
        for letters in (40, 80)
    },
    **{f"{high} beside 20 high": [*[leaded(20)] * 2, leaded(high)] for high in (21, 22)},
}


def scaled(thresholds: ScaleThresholds = SCALE) -> dict[str, list[tuple[float, int, float]]]:
    """Size, weight and line height of the texts of each page."""
    return {
        name: [(t.font.size, t.font.weight, t.line_height) for t in on_scale(page, thresholds)]
        for name, page in PAGES.items()
    }


def sizes(*page: Paragraph) -> list[float]:
    return [one.font.size for one in on_scale(page)]


def test_a_short_text_takes_the_size_that_most_letters_near_it_have() -> None:
    assert sizes(plain(14, words=BODY), plain(13.6), plain(18)) == [14, 14, 18]


def test_a_size_is_of_whole_pixels_unless_lines_would_break_elsewhere() -> None:
    assert sizes(plain(17.6)) == [18]
    assert sizes(plain(13.33, lines=3)) == [13.33]


def test_a_weight_that_is_often_misread_is_the_usual_one_beside_it() -> None:
    found = scaled()
    assert [weight for _, weight, _ in found["a 800 beside a 700"]] == [700, 700]
    assert [weight for _, weight, _ in found["a 600 beside a 700"]] == [600, 700]


def test_a_resized_line_is_as_high_as_its_font() -> None:
    (one,) = on_scale([plain(17.6)])
    assert one.line_height == natural_line_height(one.font)


@off_by_two(SCALE)
def test_each_threshold_of_the_scale_matters(name: str, factor: float) -> None:
    assert scaled(varied(SCALE, name, factor)) != scaled()
