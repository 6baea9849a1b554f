"""Looks that are hardly different, and what of a look is said."""

from collections import Counter

import pytest

from tests.workers.drafting.compose.pieces import styles_of, text
from workers.drafting.compose import merging
from workers.drafting.compose.merging import Look, merge_alike, without
from workers.drafting.compose.stylesheet import Stylesheet

ROW = (("display", "flex"), ("align-items", "center"))


def look(base: str = "text", **lengths: str) -> Look:
    return base, tuple((name.replace("_", "-"), value) for name, value in lengths.items())


def test_sizes_that_nobody_tells_apart_are_the_mean_of_those_used() -> None:
    one, other = look(font_size="14px", color="#123"), look(font_size="14.3px", color="#123")
    standing = look(font_size="14.1px", color="#123")
    assert merge_alike(Counter({one: 2, other: 1})) == {one: standing, other: standing}


@pytest.mark.parametrize(
    "other",
    [
        look("title", font_size="14.3px"),
        look(font_size="14.3px", color="#124"),
        look(font_size="15px"),
        look(line_height="14.3px"),
        look(font_size="1.43em"),
    ],
)
def test_other_names_properties_and_sizes_stay_apart(other: Look) -> None:
    assert merge_alike(Counter({look(font_size="14px"): 2, other: 1})) == {}


@pytest.mark.parametrize("name", ["margin-top", "padding", "gap", "width", "height"])
def test_what_moves_other_things_stays_as_it_was_measured(name: str) -> None:
    one, other = ("card", ((name, "14px"),)), ("card", ((name, "15px"),))
    assert merge_alike(Counter([one, other])) == {}


def test_paddings_that_put_what_they_hold_a_pixel_elsewhere_and_nothing_else_are_one() -> None:
    """A badge's words measure a pixel higher in one: all are as high and as wide."""
    usual, other = ("badge", (("padding", "3px 10px"),)), ("badge", (("padding", "4px 10px 2px"),))
    assert merge_alike(Counter({usual: 3, other: 1})) == {other: usual}


@pytest.mark.parametrize("padding", ["4px 10px 3px", "3px 10px 3px 9px", "6px 10px 0"])
def test_paddings_that_make_a_thing_larger_or_move_its_words_far_stay_apart(padding: str) -> None:
    usual, other = ("badge", (("padding", "3px 10px"),)), ("badge", (("padding", padding),))
    assert merge_alike(Counter({usual: 3, other: 1})) == {}


@pytest.mark.parametrize("name", merging.NEAR)
@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_each_threshold_of_merging_matters(
    name: str, factor: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = merging.NEAR[name]
    apart = near * (0.75 if factor < 1 else 1.5)
    looks: Counter[Look] = Counter()
    for off in (0, apart):
        sides = f"{8 + off:g}px 4px {8 - off:g}px" if name == "padding" else f"{8 + off:g}px"
        looks["text", ((name, sides),)] += 1
    before = merge_alike(looks)
    monkeypatch.setitem(merging.NEAR, name, near * factor)
    assert (before == {}) != (merge_alike(looks) == {})


def test_a_look_says_what_is_not_inherited() -> None:
    (_, own), (_, held) = look(color="#123", font_size="14px"), look(color="#123", gap="1px")
    assert without(own, held) == (("font-size", "14px"),)


def test_a_second_look_of_a_name_is_named_after_a_hint_and_then_numbered() -> None:
    sheet = Stylesheet(800)
    sizes = [(("width", f"{width}px"),) for width in (10, 20, 30)]
    names = [sheet.name("card", size, "", "tide") for size in sizes]
    assert names == ["card", "card-tide", "card-2"]
    assert sheet.name("card", sizes[1]) == "card-tide"


def test_a_common_way_of_laying_out_is_a_class_of_its_own() -> None:
    sheet = Stylesheet(800)
    assert sheet.layout("list", (*ROW, ("gap", "8px"))) == ("row", "list")
    assert sheet.layout("menu", ROW) == ("row",)
    assert sheet.layout("box", (("display", "block"),)) == ("box",)
    css = sheet.to_css(())
    assert ".row {\n  display: flex;\n  align-items: center;\n}" in css
    assert ".list {\n  gap: 8px;\n}" in css


def test_the_page_says_the_look_of_most_letters_and_texts_the_rest() -> None:
    small = text("Low tide", size=12, weight=700)
    styles = styles_of(small)
    assert dict(styles.page_look)["font-size"] == "16px"
    assert dict(styles.declarations(small.paragraph)).keys() == {
        "font-size", "font-weight", "line-height",
    }  # fmt: skip
    assert styles.declarations(small.paragraph, styles.look(small.paragraph)) == ()


def test_a_ratio_of_two_digits_is_said_where_it_gives_the_height_to_the_pixel() -> None:
    styles = styles_of()
    heights = {
        (size, lines): dict(styles.look(text("Tide", size=size, lines=lines).paragraph))
        for size, lines in ((16, 2), (19, 2), (16, 1))
    }
    said = {key: found["line-height"] for key, found in heights.items()}
    assert said == {(16, 2): "1.5", (19, 2): "28px", (16, 1): "24px"}


def test_the_ink_on_a_ground_is_of_most_letters_that_can_be_read_on_it() -> None:
    pale = text("Every berth is lit at night, " * 9, colour=(250, 250, 250))
    styles = styles_of(pale)
    assert styles.ink_on((255, 255, 255), 150) == "var(--color-dark)"
    assert styles.ink_on((20, 20, 20), 150) == "var(--color-text)"
    assert styles.ink_on((128, 128, 128), 200) == ""
