"""What is small on a page that a browser drew: initials, page numbers, prices, signs, icons,
underlines; and that nothing which was read is lost in silence."""

import pytest

from tests.workers.drafting.perceive.typeset import Page, typeset
from workers.drafting.page import Perception
from workers.drafting.perceive.pipeline import perceive
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import Box, Image

SEARCH = (
    '<svg style="position:absolute;left:300px;top:32px" width="18" height="18" fill="none" '
    'stroke="#111" stroke-width="2"><circle cx="8" cy="8" r="5.500"/><path d="M12 12l5 5"/></svg>'
)
PAGE = (
    "<style>div,span{font-family:Inter,sans-serif} .at,.disc,.page{position:absolute}"
    ".disc{width:36px;height:36px;border-radius:50%;background:#0e7490;color:#fff;display:grid;"
    "place-items:center;font:600 14px Inter} .page{width:32px;height:32px;border-radius:6px;"
    "border:1px solid #ccd;display:grid;place-items:center;font-size:15px;left:120px}</style>"
    + "".join(
        f'<span class=disc style="left:{40 + 50 * at}px;top:20px">{text}</span>'
        for at, text in enumerate(("L", "JD", "K"))
    )
    + SEARCH
    + "".join(
        f'<span class=page style="left:{40 + 44 * at}px;top:80px">{at + 1}</span>'
        for at in range(5)
    )
    + '<div style="top:130px"><b style="font-size:36px">$29</b>'
    + '<span style="font-size:14px">/month</span></div>'
    + '<div style="top:190px;color:#b91c1c">−12.5 %</div>'
    + '<div style="top:190px;left:200px">Oslo · Lima</div>'
    + '<div style="top:230px"><u style="color:#2457d6">Single invoices</u></div>'
    + '<div style="top:270px">Պայմանագիրը գործում է դեռ</div>'
)


@pytest.fixture(scope="module")
def drawn() -> Image:
    (page,) = typeset([Page(PAGE)])
    return page.image


@pytest.fixture(scope="module")
def seen(drawn: Image) -> Perception:
    return perceive(drawn, 1)


@pytest.mark.parametrize(
    "text", ["L", "JD", "K", "1", "2", "3", "4", "5", "$29", "/month", "−12.5 %", "Oslo · Lima"]
)
def test_it_is_read(seen: Perception, text: str) -> None:
    assert text in [styled.run.text for styled in seen.runs]


def test_two_sizes_side_by_side_keep_their_own(seen: Perception) -> None:
    sizes = {styled.run.text: styled.font.size for styled in seen.runs}
    assert sizes["$29"] == pytest.approx(36, rel=0.04)
    assert sizes["/month"] == pytest.approx(14, rel=0.04)


def test_an_icon_is_a_picture_and_no_letter(seen: Perception) -> None:
    around = Box(298, 30, 24, 24)
    assert [picture for picture in seen.pictures if around.contains(picture.box)]
    assert not [styled for styled in seen.runs if around.contains(styled.run.ink)]


def test_an_underline_is_a_line_under_its_words(seen: Perception) -> None:
    (words,) = (one.run.ink for one in seen.runs if one.run.text == "Single invoices")
    (rule,) = (each for each in seen.rules if abs(each.box.y - words.bottom) < 6)
    assert (rule.box.x, rule.box.width) == (words.x, words.width)


def test_nothing_that_was_taken_for_text_is_dropped_silently(
    drawn: Image, seen: Perception
) -> None:
    stands = [styled.run.ink for styled in seen.runs]
    stands += [picture.box for picture in seen.pictures]
    stands += [panel.box for panel in seen.panels]
    lost = [run for run in find_text(drawn) if not any(box.contains(run.ink, 3) for box in stands)]
    assert lost == []


def test_a_line_in_letters_that_are_not_known_is_a_picture_and_told(seen: Perception) -> None:
    (line,) = seen.unread
    assert 265 < line.y < 290
    assert line in [picture.box for picture in seen.pictures]
