"""Measures and looks that things of one kind share, on trees made by hand."""

from dataclasses import replace

import pytest

from tests.workers.drafting.compose.pieces import panel, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.regular import LOOKS, LookThresholds, one_look, regular
from workers.drafting.page import Container, Crop, Node, Text
from workers.imaging import Box

NEAR = 3
WORDS = ("Maria Lopez", "Jonas Weber", "Priya Nair", "Tom Baker")


def items(*held: Node) -> list[Container]:
    """Items 60 high, a thing in each."""
    return [Container(Box(0, 60 * i, 400, 60), "row", (node,)) for i, node in enumerate(held)]


def places(made: tuple[Container, ...]) -> list[tuple[int, int]]:
    held = [(item, item.children[0].box) for item in made]
    return [(box.x, box.y - item.box.y) for item, box in held]


@pytest.mark.parametrize(("off", "left"), [(2, 40), (8, 48)])
def test_what_nearly_begins_at_one_place_does(off: int, left: int) -> None:
    texts = [text(w, 40 + (off if i == 1 else 0), 60 * i + 10) for i, w in enumerate(WORDS)]
    made = regular(items(*texts), NEAR)
    assert places(made)[1] == (left, 10)


def test_what_nearly_ends_at_one_place_does() -> None:
    texts = []
    for index, words in enumerate(WORDS):
        made = text(words, 0, 60 * index + 10)
        x = 300 - made.box.width + index % 2
        texts.append(replace(made, box=replace(made.box, x=x)))
    rights = {item.children[0].box.right for item in regular(items(*texts), NEAR)}
    assert len(rights) == 1


def test_heights_in_their_items_are_one() -> None:
    texts = [text(w, 40, 60 * i + 10 + i % 2) for i, w in enumerate(WORDS)]
    assert {down for _, down in places(regular(items(*texts), NEAR))} <= {10, 11}
    assert len({down for _, down in places(regular(items(*texts), NEAR))}) == 1


def test_a_panel_takes_what_it_holds_along_and_a_picture_stays() -> None:
    panels = [
        panel(Box(20, 60 * i + 10 + (i == 1), 44, 44), text("M", 30, 60 * i + 20 + (i == 1)))
        for i in range(3)
    ]
    made = regular(items(*panels), NEAR)[1].children[0]
    assert isinstance(made, Container)
    assert made.box.y == 70
    assert made.panel is not None
    assert made.panel.box == made.box
    assert made.children[0].box.y == 80
    crops = [Crop(Box(20, 60 * i + 10 + (i == 1), 44, 44)) for i in range(3)]
    assert regular(items(*crops), NEAR)[1].children[0] == crops[1]


LOOK_ALIKE = {
    "0.7 px larger": text("Baker", size=15.7),
    "1.5 px larger": text("Baker", size=16.5),
    "150 bolder": text("Baker", size=15, weight=550),
    "300 bolder": text("Baker", size=15, weight=700),
    "18 levels paler": text("Baker", size=15, colour=(48, 48, 48)),
    "36 levels paler": text("Baker", size=15, colour=(66, 66, 66)),
    "two lines": text("Baker", size=15.2, lines=2),
}


def found(limits: LookThresholds = LOOKS) -> list[str]:
    most = [text(words, size=15).paragraph for words in WORDS]
    return [
        name
        for name, other in LOOK_ALIKE.items()
        if one_look([*most, other.paragraph], limits)[-1] != other.paragraph
    ]


def test_looks_hardly_apart_are_one() -> None:
    assert found() == ["0.7 px larger", "150 bolder", "18 levels paler"]


@off_by_two(LOOKS)
def test_each_threshold_of_looks_matters(name: str, factor: float) -> None:
    assert found(varied(LOOKS, name, factor)) != found()


def test_a_text_in_its_place_is_moved_to_no_fraction() -> None:
    texts = [replace(text(w, 40, 60 * i + 10), shift=(0.5, 0.5)) for i, w in enumerate(WORDS)]
    shifts = {
        item.children[0].shift
        for item in regular(items(*texts), NEAR)
        if isinstance(item.children[0], Text)
    }
    assert shifts == {(0.0, 0.0)}
