"""Lines under words are drawn with them."""

from tests.workers.drafting.perceive.kit import INK, perception, styled
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.paragraphs import read_paragraphs
from workers.drafting.layout.tree import lay_out
from workers.drafting.layout.underlines import UNDERLINES, UnderlineThresholds, with_underlines
from workers.drafting.page import Divider, Rule, StyledRun, walk
from workers.imaging import Box

WORDS = styled("All of the berths", 20, 40)


def under(run: StyledRun, below: int = 3, thick: int = 1, short: int = 0) -> Rule:
    ink = run.run.ink
    return Rule(Box(ink.x + short, round(run.baseline) + below, ink.width - short, thick), INK)


RULES = {
    **{f"{thick} thick": under(WORDS, thick=thick) for thick in (1, 2, 4)},
    **{f"{short} shorter": under(WORDS, short=short) for short in (3, 5)},
    **{f"{below} below": under(WORDS, below) for below in (5, 9)},
    "above the baseline": under(WORDS, -2),
}


def underlined(thresholds: UnderlineThresholds = UNDERLINES) -> list[str]:
    found = []
    for name, rule in RULES.items():
        texts, left = with_underlines(read_paragraphs([WORDS]), [rule], thresholds)
        assert len(texts[0].paragraph.underlines) + len(left) == 1
        found += [] if left else [name]
    return found


def test_a_thin_line_just_under_a_text_and_as_wide_is_its_own() -> None:
    assert underlined() == ["1 thick", "2 thick", "3 shorter", "5 below"]


def test_a_line_under_one_word_of_a_line_is_that_words() -> None:
    word = styled("handbook", WORDS.run.ink.right + 5, 40, weight=700)
    texts, left = with_underlines(read_paragraphs([WORDS, word]), [under(word)])
    assert len(texts) == 1
    assert [line.box for line in texts[0].paragraph.underlines] == [under(word).box]
    assert left == ()


def test_an_underline_is_no_divider() -> None:
    tree = lay_out(perception(WORDS, rules=(under(WORDS), Rule(Box(20, 90, 400, 1), INK))))
    assert [node.box.y for node in walk(tree) if isinstance(node, Divider)] == [90]


@off_by_two(UNDERLINES)
def test_each_threshold_of_underlines_matters(name: str, factor: float) -> None:
    assert underlined(varied(UNDERLINES, name, factor)) != underlined()
