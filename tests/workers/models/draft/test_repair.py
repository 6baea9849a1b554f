"""What the draft model learns from a render: offsets, missing panels, pictures."""

import json
from pathlib import Path

import numpy as np

from tests.workers.drafting.perceive.kit import perception, styled
from webapp.studio.events import ImagePart, Limits, TextPart, ToolCall
from workers.agent.protocols import Mockup, Task, ToolOutcome, Transcript, Turn
from workers.drafting.layout.paragraphs import read_paragraphs
from workers.drafting.page import Offset, Panel, Paragraph
from workers.drafting.repair.offsets import RenderedText, is_shifted, learn_offsets
from workers.drafting.repair.residual import explain_rest, unexplained
from workers.imaging import Box, Image
from workers.models.draft.observations import read_observations

NO_TEXT = np.zeros((200, 300), bool)


def blank(height: int = 200, width: int = 300) -> Image:
    return np.full((height, width, 3), 255, np.uint8)


def one_line() -> Paragraph:
    [text] = read_paragraphs([styled("Departures", 40, 60)])
    return text.paragraph


def seen(paragraph: Paragraph, dx: float = 0, dy: float = 0, wider: float = 0) -> RenderedText:
    """The paragraph's first line where a browser would put it, moved."""
    [text] = read_paragraphs(paragraph.lines[0].runs)
    width = paragraph.ink.width + wider
    return RenderedText(paragraph.text, 40 + dx, text.box.y + dy, width, text.box.height)


def nudge_of(text: RenderedText) -> Offset:
    learnt = learn_offsets([one_line()], [text], {}, blank(), blank())
    return learnt.get(one_line().ink, Offset())


def test_text_in_its_place_needs_no_nudge() -> None:
    assert nudge_of(seen(one_line())) == Offset()


def test_text_that_lies_off_is_moved_back() -> None:
    offset = nudge_of(seen(one_line(), dx=12, dy=-9))
    assert (offset.dx, offset.dy) == (-12, 9)


def test_text_that_is_too_wide_gets_tighter_letters() -> None:
    assert nudge_of(seen(one_line(), wider=5)).letter_spacing == -0.5


def test_text_elsewhere_with_the_same_words_is_not_taken_for_it() -> None:
    assert nudge_of(seen(one_line(), dy=400)) == Offset()


def test_nudges_add_up() -> None:
    learnt = learn_offsets(
        [one_line()], [seen(one_line(), dx=10)], {one_line().ink: Offset(dx=-3)}, blank(), blank()
    )
    assert learnt[one_line().ink].dx == -13


def test_a_paragraph_whose_lines_broke_elsewhere_is_broken_by_hand() -> None:
    lines = (
        "A paragraph is told from a list by the way its",
        "lines end: each is as long as the room and the",
    )
    runs = [styled(line, 20, 40 + 24 * i) for i, line in enumerate(lines)]
    [text] = read_paragraphs(runs)
    elsewhere = [RenderedText("A paragraph is told from a list by the way", 20, 20, 300, 24)]
    learnt = learn_offsets([text.paragraph], elsewhere, {}, blank(), blank())
    assert learnt[text.paragraph.ink].broken


def test_a_page_moved_as_a_whole_is_noticed() -> None:
    paragraph = one_line()
    assert not is_shifted([paragraph], [seen(paragraph)])
    assert is_shifted([paragraph], [seen(paragraph, dy=30)])


def test_equal_pictures_leave_nothing_unexplained() -> None:
    assert unexplained(blank(), blank(), NO_TEXT) == []


def test_a_flat_area_that_is_missing_becomes_a_panel() -> None:
    mockup = blank()
    mockup[40:90, 60:160] = (30, 90, 200)
    found = explain_rest(perception(size=(300, 200)), mockup, mockup, blank())
    assert found.panels == (Panel(Box(60, 40, 100, 50), (30, 90, 200)),)
    assert found.pictures == ()


def test_a_textured_area_that_is_missing_becomes_a_picture() -> None:
    mockup = blank()
    mockup[40:90, 60:160] = np.random.default_rng(5).integers(0, 200, (50, 100, 3))
    found = explain_rest(perception(size=(300, 200)), mockup, mockup, blank())
    assert [picture.box for picture in found.pictures] == [Box(60, 40, 100, 50)]


def test_text_is_never_made_a_picture() -> None:
    mockup, text = blank(), NO_TEXT.copy()
    mockup[40:60, 60:160] = 0
    text[40:60, 60:160] = True
    assert unexplained(mockup, blank(), text) == []


def test_most_of_a_page_is_never_made_a_picture() -> None:
    mockup = np.random.default_rng(5).integers(0, 200, (200, 300, 3)).astype(np.uint8)
    assert unexplained(mockup, blank(), NO_TEXT) == []


def test_a_render_of_another_height_is_compared_where_both_are() -> None:
    mockup = blank()
    mockup[40:90, 60:160] = 0
    assert unexplained(mockup, blank(120), NO_TEXT) == [Box(60, 40, 100, 50)]


def transcript(*outcomes: ToolOutcome) -> Transcript:
    mockup = Mockup("a", "0" * 64, Path("mockup.png"), 300, 200, 1.0)
    turn = Turn("", "", tuple(outcome.call for outcome in outcomes), outcomes)
    return Transcript(Task((mockup,), "html-css", "", Limits()), (turn,))


def outcome(name: str, arguments: str, report: object, ok: bool = True) -> ToolOutcome:
    call = ToolCall(id=name, name=name, arguments=arguments)
    picture = ImagePart(sha256="a" * 64, width=300, height=200)
    return ToolOutcome(call, ok, (picture, TextPart(text=json.dumps(report))))


def test_a_comparison_is_seen_with_the_texts_of_the_render_before_it() -> None:
    rendered = outcome("render", "{}", {"texts": [["Hello", 1, 2, 3, 4]], "overflow_px": 0})
    compared = outcome("compare", "{}", {"score": {"total": 0.9, "block": 1.0}, "pages": []})
    [observation] = read_observations(transcript(rendered, compared))
    assert observation.score == 0.9
    assert observation.screenshots == ("a" * 64,)
    assert observation.texts == ((RenderedText("Hello", 1, 2, 3, 4),),)


def test_a_comparison_that_failed_or_reads_oddly_is_not_seen() -> None:
    failed = outcome("compare", "{}", {"score": {"total": 0.9}}, ok=False)
    odd = outcome("compare", "{}", ["what"])
    assert read_observations(transcript(failed, odd)) == []
