"""Lines of text: what was read of each, and what of that is right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webapp.studio.events import Rect
from workers.drafting.page import StyledRun
from workers.drafting.perceive.fonts.installed import css_stack
from workers.scoring.text_style import class_of
from workers.shot import DomText

SAME_SIZE = 0.04  # share of the size
BOLD = 600  # CSS weight from which a text is seen to be bold
MEASURES = ("words", "size", "weight", "slant", "family")


@dataclass(frozen=True)
class Line:
    """A line of text as the browser drew it, and what was read there: nothing where it is lost."""

    page: str
    truth: DomText
    read: tuple[StyledRun, ...]

    @property
    def right(self) -> dict[str, bool]:
        """Each measure of it; the style is that of its longest run."""
        said = " ".join(one.run.text for one in self.read)
        longest = max(self.read, key=lambda one: one.run.ink.width, default=None)
        if longest is None:
            return dict.fromkeys(MEASURES, False)
        font, truth = longest.font, self.truth
        return {
            "words": _plain(said) == _plain(truth.text),
            "size": abs(font.size / truth.font_size - 1) <= SAME_SIZE,
            "weight": all((one.font.weight >= BOLD) == (truth.weight >= BOLD) for one in self.read),
            "slant": all(one.font.italic == truth.italic for one in self.read),
            "family": class_of(css_stack(font.family)) == class_of(truth.family),
        }


def lines_of(page: str, texts: Sequence[DomText], runs: Iterable[StyledRun]) -> list[Line]:
    """Each line with the runs whose middle lies in it, from the left."""
    found: list[list[StyledRun]] = [[] for _ in texts]
    for run in sorted(runs, key=lambda one: one.run.ink.x):
        ink = run.run.ink
        x, y = ink.x + ink.width / 2, ink.y + ink.height / 2
        over = [i for i, text in enumerate(texts) if holds(text.rect, x, y)]
        if over:
            found[min(over, key=lambda i: texts[i].rect.width)].append(run)
    return [Line(page, text, tuple(own)) for text, own in zip(texts, found, strict=True)]


def holds(rect: Rect, x: float, y: float) -> bool:
    return rect.x <= x <= rect.x + rect.width and rect.y <= y <= rect.y + rect.height


def _plain(text: str) -> str:
    return " ".join(text.split())


def row(name: str, lines: Sequence[Line]) -> str:
    shares = (sum(line.right[one] for line in lines) / max(len(lines), 1) for one in MEASURES)
    return f"{name:<32}{len(lines):>6}" + "".join(f"{share:>9.3f}" for share in shares)


def told(line: Line) -> str:
    """A line and what was read of it, for a person."""
    truth = line.truth
    wanted = f"{truth.font_size:g}px {truth.weight}{' italic' if truth.italic else ''}"
    got = " + ".join(
        f"{one.run.text!r} {one.font.family} {one.font.size:g}px {one.font.weight}"
        f"{' italic' if one.font.italic else ''}"
        for one in line.read
    )
    return f"{wanted} {truth.family[:30]} / {got or 'nothing'}"
