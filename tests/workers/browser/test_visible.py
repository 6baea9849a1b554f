"""Which texts leave ink, from two pictures of a page alone."""

import numpy as np

from webapp.studio.events import Rect
from workers.browser.visible import visible
from workers.imaging import encode_png
from workers.shot import DomText

BLANK = np.full((20, 60, 3), 255, np.uint8)


def text_at(x: float, y: float) -> DomText:
    return DomText("word", Rect(x=x, y=y, width=20, height=10), (0, 0, 0), 10.0)


def test_text_is_seen_where_it_changes_the_picture() -> None:
    shown = BLANK.copy()
    shown[4:10, 2:20] = 0
    inked, blank = text_at(1, 2), text_at(35, 2)
    assert visible([inked, blank], encode_png(shown), encode_png(BLANK), 1.0) == (inked,)


def test_text_above_the_picture_is_not_seen_whatever_else_changes() -> None:
    shown = 255 - BLANK
    assert visible([text_at(1, -15)], encode_png(shown), encode_png(BLANK), 1.0) == ()
