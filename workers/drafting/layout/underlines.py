"""Underlined words: a thin line just under a run and as wide is drawn with it, and no divider."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from workers.drafting.page import Divider, Paragraph, Rule, StyledRun, Text


@dataclass(frozen=True)
class UnderlineThresholds:
    """Where a line under words is theirs. Px are CSS pixels, em the words' font size."""

    thick: int = 3  # px that it is thinner than: thicker lines are borders
    ends: int = 3  # px that its ends may be off those of the ink, which has side bearings
    below: float = 0.4  # em under the baseline that it is at most: farther ones divide


UNDERLINES = UnderlineThresholds()


def with_underlines(
    texts: Iterable[Text],
    rules: Iterable[Rule],
    thresholds: UnderlineThresholds = UNDERLINES,
) -> tuple[tuple[Text, ...], tuple[Rule, ...]]:
    """The texts with the lines that underline them, and the lines that are left."""
    left = list(rules)
    found = []
    for text in texts:
        own = [rule for rule in left if _underlines(rule, text.paragraph, thresholds)]
        left = [rule for rule in left if rule not in own]
        lines = tuple(Divider(rule.box, rule.colour) for rule in own)
        paragraph = replace(text.paragraph, underlines=lines) if lines else text.paragraph
        found.append(replace(text, paragraph=paragraph))
    return tuple(found), tuple(left)


def _underlines(rule: Rule, text: Paragraph, thresholds: UnderlineThresholds) -> bool:
    box = rule.box
    if box.height >= thresholds.thick or box.width <= box.height:
        return False
    return any(
        _is_under(rule, runs, thresholds)
        for line in text.lines
        for runs in (line.runs, *((run,) for run in line.runs))
    )


def _is_under(rule: Rule, runs: Sequence[StyledRun], thresholds: UnderlineThresholds) -> bool:
    """Whether a line is just under words side by side and begins and ends with them."""
    box, first, last = rule.box, runs[0], runs[-1]
    under = 0 <= box.y - first.baseline <= thresholds.below * first.font.size
    begins = abs(box.x - first.run.ink.x) <= thresholds.ends
    return under and begins and abs(box.right - last.run.ink.right) <= thresholds.ends
