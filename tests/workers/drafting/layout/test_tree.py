"""The layout tree, from perceptions made by hand."""

from dataclasses import replace

import pytest

from tests.workers.drafting.perceive.kit import PAPER, perception, styled
from workers.drafting.layout.paragraphs import read_paragraphs
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import (
    Container,
    Crop,
    Divider,
    Node,
    Offset,
    Panel,
    Perception,
    Picture,
    Rule,
    StyledRun,
    Text,
    paragraphs,
    walk,
)
from workers.drafting.perceive.fonts.unify import unify_fonts
from workers.imaging import Box

WORDS = "the quick brown fox jumps over the lazy dog and goes on to the next line of it"


def wrapped(x: int, baseline: int, step: int, count: int = 3) -> list[StyledRun]:
    """Lines of one paragraph, each nearly as wide as the next word allows."""
    lines = [
        "A paragraph is told from a list by the way its",
        "lines end: each is as long as the room and the",
        "following word would let it be, save the last.",
    ]
    return [styled(line, x, baseline + step * i) for i, line in enumerate(lines[:count])]


def texts(node: Node) -> list[str]:
    return [each.text for each in paragraphs(node)]


def test_things_under_one_another_are_a_column() -> None:
    root = lay_out(perception(styled("One", 20, 40), styled("Two", 20, 140)))
    assert root.flow == "column"
    assert texts(root) == ["One", "Two"]


def test_things_beside_one_another_are_a_row() -> None:
    root = lay_out(perception(styled("Left", 20, 40), styled("Right", 400, 40)))
    assert root.flow == "row"


def test_two_texts_with_lines_level_are_two_columns_and_no_table() -> None:
    left, right = wrapped(20, 40, 24), wrapped(460, 40, 24)
    root = lay_out(perception(*left, *right))
    assert root.flow == "row"
    assert len(root.children) == 2


def test_lists_beside_one_another_are_columns_where_the_gutter_is_wide() -> None:
    lists = [
        styled(word, x, baseline)
        for x, words in ((20, ("Ships", "Quays")), (400, ("Tides", "Rates")))
        for word, baseline in zip(words, (40, 80), strict=True)
    ]
    root = lay_out(perception(*lists))
    assert root.flow == "row"
    assert [texts(column) for column in root.children] == [["Ships", "Quays"], ["Tides", "Rates"]]


def test_cells_beside_one_another_are_rows_where_the_rows_are_far_apart() -> None:
    cells = [styled(w, x, y) for w, x, y in (("A", 20, 40), ("B", 90, 40), ("C", 20, 240))]
    root = lay_out(perception(*cells, styled("D", 90, 240)))
    assert root.flow == "column"
    assert [texts(row) for row in root.children] == [["A", "B"], ["C", "D"]]


def test_overlapping_things_are_layers_largest_at_the_back() -> None:
    panels = (Panel(Box(0, 0, 200, 200), (9, 9, 9)), Panel(Box(150, 150, 100, 100), (99, 9, 9)))
    root = lay_out(perception(panels=panels))
    assert root.flow == "layers"
    assert [child.box.width for child in root.children] == [200, 100]


def test_a_text_belongs_to_the_smallest_panel_around_it() -> None:
    outer, inner = Panel(Box(10, 10, 400, 300), (9, 9, 9)), Panel(Box(50, 50, 200, 60), (90, 0, 0))
    root = lay_out(perception(styled("Inside", 70, 85), panels=(outer, inner)))
    containers = [
        node for node in walk(root) if isinstance(node, Container) and node.panel == inner
    ]
    assert [texts(container) for container in containers] == [["Inside"]]


def test_a_panel_that_looks_like_its_ground_is_left_out() -> None:
    root = lay_out(perception(styled("Text", 70, 85), panels=(Panel(Box(50, 50, 200, 60), PAPER),)))
    assert not any(isinstance(n, Container) and n.panel and n.box.width == 200 for n in walk(root))


def test_text_over_a_photo_stays_text_over_a_background() -> None:
    photo = Picture(Box(0, 0, 800, 400))
    root = lay_out(perception(styled("Welcome", 300, 200, 40), pictures=(photo,)))
    [container] = [node for node in walk(root) if isinstance(node, Container) and node.picture]
    assert texts(container) == ["Welcome"]


def test_pictures_and_rules_are_leaves() -> None:
    found = perception(
        rules=(Rule(Box(10, 50, 300, 1), (9, 9, 9)),), pictures=(Picture(Box(10, 80, 40, 40)),)
    )
    kinds = {type(node) for node in walk(lay_out(found))}
    assert {Crop, Divider} <= kinds


def test_a_rule_set_against_a_panel_is_beside_it() -> None:
    ground = Panel(Box(20, 100, 500, 40), (240, 240, 240))
    line = Rule(Box(20, 99, 500, 1), (9, 9, 9))
    root = lay_out(perception(styled("Berths", 40, 126), panels=(ground,), rules=(line,)))
    assert [type(child) for child in root.children] == [Divider, Container]


def test_no_text_goes_on_across_a_rule() -> None:
    lines = wrapped(40, 40, 24, count=2)
    assert len(read_paragraphs(lines, rules=[Box(20, 48, 500, 1)])) == 2
    assert len(read_paragraphs(lines, rules=[Box(20, 48, 60, 1), Box(20, 90, 500, 1)])) == 1


def test_an_empty_mockup_is_an_empty_frame() -> None:
    assert lay_out(perception()).children == ()


def test_wrapped_lines_are_one_paragraph() -> None:
    [text] = read_paragraphs(wrapped(20, 40, 24))
    assert len(text.paragraph.lines) == 3
    assert text.paragraph.line_height == 24


@pytest.mark.parametrize(("baselines", "height"), [((40, 64, 90), 25.0), ((40, 70, 100), 30.0)])
def test_the_line_height_is_the_mean_step_between_baselines(
    baselines: tuple[int, ...], height: float
) -> None:
    lines = wrapped(20, 0, 24)
    placed = [styled(run.run.text, 20, at) for run, at in zip(lines, baselines, strict=True)]
    [text] = read_paragraphs(placed)
    assert text.paragraph.line_height == height
    assert text.box.height == 3 * height


def test_a_line_at_another_step_begins_a_text() -> None:
    first, second, third = wrapped(20, 40, 24)
    assert len(read_paragraphs([first, second, styled(third.run.text, 20, 64 + 24 + 5)])) == 2


def test_a_paragraph_knows_a_width_at_which_it_breaks_alike() -> None:
    [text] = read_paragraphs(wrapped(20, 40, 24))
    widest = max(line.ink.width for line in text.paragraph.lines)
    assert text.paragraph.wrap_width is not None
    assert widest <= text.paragraph.wrap_width < widest + 40


def test_a_bullet_or_a_number_begins_a_text() -> None:
    lines = wrapped(40, 40, 24, count=2)
    assert len(read_paragraphs(lines, bullets=[Box(22, 56, 6, 6)])) == 2
    numbered = styled(f"2. {lines[1].run.text}", 40, 64)
    assert len(read_paragraphs([lines[0], numbered])) == 2


def test_no_text_goes_on_from_one_panel_to_the_next() -> None:
    lines = wrapped(40, 40, 24, count=2)
    rows = [Box(20, 24, 500, 23), Box(20, 48, 500, 24)]
    assert len(read_paragraphs(lines, grounds=rows)) == 2


def test_text_lies_over_the_panels_it_overlaps() -> None:
    rows = (Panel(Box(20, 20, 300, 18), (220, 9, 9)), Panel(Box(20, 38, 300, 30), (9, 220, 9)))
    root = lay_out(perception(styled("Astride", 40, 50, 30), panels=rows))
    assert root.flow == "layers"
    assert isinstance(root.children[-1], Text)


def test_short_lines_under_one_another_stay_apart() -> None:
    lines = [styled(word, 20, 40 + 24 * i) for i, word in enumerate(("Home", "About us", "Prices"))]
    assert len(read_paragraphs(lines)) == 3


def test_lines_of_other_size_stay_apart() -> None:
    title = styled("The title of this text is as long as it", 20, 40, 24)
    body = styled("the text below it is set smaller than that", 20, 76, 16)
    assert len(read_paragraphs([title, body])) == 2


def test_lines_about_one_middle_are_centred() -> None:
    lines = wrapped(0, 40, 24)
    centred = [
        styled(line.run.text, 400 - line.run.ink.width // 2, 40 + 24 * i)
        for i, line in enumerate([*lines[:2], styled("and its last is short.", 0, 0)])
    ]
    [text] = read_paragraphs(centred)
    assert text.paragraph.alignment == "center"


def test_runs_a_space_apart_share_a_line() -> None:
    start = styled("Read the", 20, 40)
    link = styled("handbook", start.run.ink.right + 5, 40, colour=(20, 80, 220))
    [text] = read_paragraphs([start, link])
    assert text.paragraph.text == "Read the handbook"
    assert len(text.paragraph.lines[0].runs) == 2


def test_a_nudge_moves_a_paragraph() -> None:
    run = styled("Text", 20, 40)
    [before] = read_paragraphs([run])
    [after] = read_paragraphs([run], {run.run.ink: Offset(dx=3, dy=-2)})
    assert (after.box.x - before.box.x, after.box.y - before.box.y) == (3, -2)


def test_an_offset_stays_with_its_heading_when_a_panel_splits_the_text_before_it() -> None:
    heading = styled("Departures", 40, 300, 28)
    found = perception(*wrapped(40, 40, 24, count=2), heading)
    known = {heading.run.ink: Offset(dx=7, dy=-5)}
    split = replace(found, panels=(Panel(Box(20, 48, 500, 24), (240, 240, 240)),))

    def place(seen: Perception) -> tuple[int, int]:
        return next(
            (node.box.x, node.box.y)
            for node in walk(lay_out(seen, known))
            if isinstance(node, Text) and node.paragraph.text == "Departures"
        )

    assert len(paragraphs(lay_out(split))) == len(paragraphs(lay_out(found))) + 1
    assert place(split) == place(found)


def test_a_paragraph_that_broke_elsewhere_is_broken_by_hand() -> None:
    [before] = read_paragraphs(wrapped(20, 40, 24))
    [text] = read_paragraphs(wrapped(20, 40, 24), {before.paragraph.ink: Offset(broken=True)})
    assert text.paragraph.wrap_width is None


@pytest.mark.parametrize("measured", [15.5, 15.8, 16.4])
def test_a_short_run_takes_the_size_of_the_long_ones(measured: float) -> None:
    long, short = styled(WORDS, 20, 40, 16), styled("Home", 20, 80, measured)
    assert [run.font.size for run in unify_fonts([long, short])] == [16, 16]


def test_colours_a_few_levels_apart_become_one() -> None:
    long, short = styled(WORDS, 20, 40), styled("Home", 20, 80, colour=(36, 33, 28))
    assert {run.run.colour for run in unify_fonts([long, short])} == {(30, 30, 30)}


def test_a_text_takes_up_its_line_boxes() -> None:
    [text] = read_paragraphs([styled("Text", 20, 40, 16)])
    assert isinstance(text, Text)
    assert text.box.y < 40 - 12 < 40 < text.box.bottom
