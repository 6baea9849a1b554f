"""Each threshold of the layout, on runs and panels made by hand."""

from dataclasses import replace

from tests.workers.drafting.perceive.kit import perception, styled
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.paragraphs import PARAGRAPHS, ParagraphThresholds, read_paragraphs
from workers.drafting.layout.tree import TREE, TreeThresholds, lay_out
from workers.drafting.page import Panel, Perception, Rule, StyledRun
from workers.drafting.perceive.fonts.installed import text_width
from workers.imaging import Box, Colour

FIRST = "A paragraph is told from a list by the way its"
SECOND = "lines end: each is as long as the room and the"
THIRD = "following word would let it be, save the last."


def grey(levels: int) -> Colour:
    return levels, levels, levels


def on(run: StyledRun, background: int) -> StyledRun:
    return replace(run, run=replace(run.run, background=grey(background)))


def beside(gap: float, text: str = "handbook", **changes: object) -> list[StyledRun]:
    """Two runs of one line, if their gap (em) and what else differs allow it."""
    first = styled("Read all of the", 20, 40)
    at = {"baseline": 40, **changes}
    return [first, styled(text, first.run.ink.right + round(16 * gap), **at)]  # type: ignore[arg-type]


def below(
    step: float = 24, x: int = 20, size: float = 16, text: str = SECOND, **changes: object
) -> list[StyledRun]:
    """A line under another, its text if all agrees."""
    second = styled(text, x, 0, size, **changes)  # type: ignore[arg-type]
    return [styled(FIRST, 20, 40, 16), lowered(second, 40 + step)]


def lowered(run: StyledRun, baseline: float) -> StyledRun:
    ink = replace(run.run.ink, y=round(baseline) - run.run.ink.height)
    return replace(run, run=replace(run.run, ink=ink), baseline=baseline)


def ending(text: str, right: int, step: int = 24) -> list[StyledRun]:
    """A line under another of which the right edges are `right` apart."""
    first = styled(FIRST, 20, 40)
    width = styled(text, 0, 0).run.ink.width
    return [first, styled(text, first.run.ink.right - width + right, 40 + step)]


def about(off: int) -> list[StyledRun]:
    """A line under a longer one, their middles `off` apart."""
    first = styled(FIRST, 20, 40)
    width = styled("save the very last of them", 0, 0).run.ink.width
    middle = first.run.ink.x + first.run.ink.width // 2
    return [first, styled("save the very last of them", middle - width // 2 + off, 64)]


def large(runs: list[StyledRun], size: float, other: float) -> list[StyledRun]:
    first, second = runs
    return [styled(first.run.text, 20, 100, size), styled(second.run.text, 20, 100 + 60, other)]


def small(size: float) -> list[StyledRun]:
    return [styled(FIRST, 20, 40, 10), styled(SECOND, 20, 56, size)]


def leaning(off: float) -> list[StyledRun]:
    """Two large runs of one line whose baselines are `off` apart."""
    first = styled("Read", 20, 100, 48)
    return [first, lowered(styled("handbook", first.run.ink.right + 12, 100, 48), 100 + off)]


def wrapping(first: str, second: str, pad: int = 0) -> list[StyledRun]:
    runs = [styled(first, 20, 40), styled(second, 20, 64)]
    ink = runs[1].run.ink
    wide = replace(runs[1].run, ink=replace(ink, width=ink.width + pad))
    return [runs[0], replace(runs[1], run=wide)]


def roomy(room: float) -> list[StyledRun]:
    """Two lines, the wider of which leaves `room` less than the first and the next word need."""
    first, second = styled(FIRST, 20, 40), styled(SECOND, 20, 64)
    needed = text_width(f"{FIRST} lines", first.font)
    wide = replace(second.run.ink, width=round(needed - room))
    return [first, replace(second, run=replace(second.run, ink=wide))]


def just_wrapping(by: float) -> list[StyledRun]:
    """A second line so wide that the first has `by` pixels less room than its next word needs."""
    first, second = styled(FIRST, 20, 40), styled(SECOND, 20, 64)
    word = text_width("lines", second.font)
    return wrapping(
        FIRST, SECOND, round(first.run.ink.width + 4 + word - by) - second.run.ink.width
    )


RUNS: dict[str, list[StyledRun]] = {
    **{f"a gap of {em} em": beside(em) for em in (-0.4, -0.2, -0.1, 0.25, 0.4, 0.5, 0.8, 1)},
    **{f"{by} lower": [beside(0.3)[0], lowered(beside(0.3)[1], 40 + by)] for by in (0.6, 1.3, 2)},
    **{f"large, {by} lower": leaning(by) for by in (3, 5)},
    **{f"of size {size}": beside(0.3, size=size) for size in (13, 14.5, 15, 12.5)},
    **{f"short of size {s}": beside(0.3, "key", size=s) for s in (14, 10, 6)},
    **{f"{word} of size 14": beside(0.3, word, size=12) for word in ("of", "keys", "keyring")},
    **{f"on {to}": [beside(0.3)[0], on(beside(0.3)[1], to)] for to in (239, 223)},
    **{f"a step of {step}": below(step) for step in (10, 15, 18, 30, 40)},
    **{f"below, small, of size {s}": small(s) for s in (8.9, 8.6)},
    **{f"below of size {size}": below(size=size) for size in (14.6, 14, 13)},
    **{f"below, large, {size}": large(below(), 40, size) for size in (36.5, 35, 33)},
    **{
        f"a step {by} more": [*below(), lowered(styled(THIRD, 20, 88), 88 + by)]
        for by in (2, 2.8, 5)
    },
    **{f"below on {to}": [below()[0], on(below()[1], to)] for to in (247, 239)},
    **{f"of ink {ink}": below(colour=grey(ink)) for ink in (60, 90)},
    **{f"{x} in": below(x=20 + x, text=THIRD) for x in (3, 7)},
    **{f"middle {off} off": about(off) for off in (3, 6)},
    **{f"right {off} off": ending("the very last of them is a text", off) for off in (3, 6)},
    **{f"right of {word}": ending(word, 0) for word in ("it", "them", "thereof")},
    **{f"{n} letters": wrapping("x" * n, "y" * n) for n in (12, 24)},
    **{f"{pad} wider": wrapping(FIRST, SECOND, pad) for pad in (100, 400)},
    "narrow before wide": wrapping("i" * 24, "w" * 20),
    **{f"room of {room}": roomy(room) for room in (1, 2, 4, 8)},
    **{f"a word {by} short": just_wrapping(by) for by in (-6, -4, -3, -1, 1, 3, 6)},
}
GROUNDS = {f"{by} out": [Box(0, 0, 600, 64 - by)] for by in (1, 2, 3, 4, 5)}
BULLETS = {f"{gap} from its bullet": [Box(20 - gap - 6, 55, 6, 6)] for gap in (12, 24, 40)}


def read(thresholds: ParagraphThresholds) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, runs in RUNS.items():
        found[name] = [text.paragraph for text in read_paragraphs(runs, thresholds=thresholds)]
    for name, grounds in GROUNDS.items():
        texts = read_paragraphs(below(), grounds=grounds, thresholds=thresholds)
        found[name] = len(texts)
    for name, bullets in BULLETS.items():
        found[name] = len(read_paragraphs(below(), bullets=bullets, thresholds=thresholds))
    return found


READ = read(PARAGRAPHS)


@off_by_two(PARAGRAPHS)
def test_each_threshold_of_paragraphs_matters(name: str, factor: float) -> None:
    assert read(varied(PARAGRAPHS, name, factor)) != READ


def bulleted(height: int) -> Perception:
    """Two lines of a text; the second behind a round panel, in which it reads as an item."""
    bullet = Panel(Box(8, 62 - height // 2, 10, height), grey(90), radius=5)
    return perception(
        *[styled(t, 30, 40 + 24 * i) for i, t in enumerate((FIRST, SECOND))], panels=(bullet,)
    )


def columns(count: int, gap: int) -> Perception:
    """Words in two rows 20 pixels apart and columns `gap` apart."""
    return perception(
        *(styled("Quay", 20 + (37 + gap) * i, y) for i in range(count) for y in (40, 72))
    )


def panels(*boxes: Box) -> Perception:
    return perception(panels=tuple(Panel(box, grey(90 + 20 * i)) for i, box in enumerate(boxes)))


def ruled(out: int) -> Perception:
    rule = Rule(Box(50 - out, 80, 80, 1), grey(0))
    return perception(panels=(Panel(Box(50, 50, 100, 60), grey(90)),), rules=(rule,))


def beginning(*lefts: int) -> Perception:
    """Texts one below another, each in a panel of its own."""
    boxes = [Box(10, 20 + 60 * i, 200, 40) for i in range(len(lefts))]
    return perception(
        *(styled("Berth", x, 40 + 60 * i) for i, x in enumerate(lefts)),
        panels=tuple(Panel(box, grey(200)) for box in boxes),
    )


def article(gutter: int = 20, lines: int = 6, off: int = 8, level: int = 0) -> Perception:
    """Ten lines, and at their left some that lie `off` lower, but for `level` ones."""
    tops = [40 + 30 * i + 90 * (i > 2) for i in range(10)]
    left = 300 - gutter - round(text_width("Quay", styled("Quay", 0, 0).font))
    few = [top + (0 if i < level else off) for i, top in enumerate(tops[:lines])]
    return perception(
        *(styled("Boats", 300, top) for top in tops),
        *(styled("Quay", left, top) for top in few),
    )


def parts(
    step: int = 200, last: int = 200, words: str = "Berths and quays", rows: int = 3
) -> Perception:
    """A line across the page, and under it columns of a title and links that begin at even
    distances, but for the last."""
    lefts = (40, 40 + step, 40 + step + last)
    return perception(
        styled("Everything about the harbour and its boats, in a line across the page", 40, 40),
        *(
            styled(words if row else "Harbour", left, 140 + 30 * row)
            for row in range(rows)
            for left in lefts
        ),
    )


def beside_part(height: int) -> Perception:
    """Four lines beside a panel whose top is level with one of them, two others with texts."""
    tops = (40, 80, 120, 160)
    return perception(
        *(styled("Quay", 20, top) for top in tops),
        *(styled("Boats", 90, top) for top in tops[:2]),
        panels=(Panel(Box(90, 108, 200, height), grey(200)),),
    )


PAGES = {
    **{f"parts {last - 200} px off": parts(last=last) for last in (200, 204, 209)},
    **{
        f"parts of {words}": parts(words=words)
        for words in ("Berth 12 of 12 at quay", "Berth no. 12 at quay")
    },
    **{f"a part {height} px high": beside_part(height) for height in (60, 100, 300)},
    **{f"a left {off} off": beginning(20, 20, 20 + off) for off in (1, 2)},
    **{f"a bullet of {height}": bulleted(height) for height in (8, 15, 30)},
    **{
        f"corners {by} off": panels(Box(40, 40, 80, 60), Box(40, 40, 80 + by, 60))
        for by in (1, 3, 5)
    },
    **{
        f"{out} out": panels(Box(40, 40, 80, 60), Box(40 - out, 60, 60, 20)) for out in (1, 2, 3, 5)
    },
    **{f"a line {out} out": ruled(out) for out in (1, 2, 3, 4)},
    **{
        f"overlapping by {by}": panels(Box(40, 40, 80, 60), Box(60, 100 - by, 80, 60))
        for by in (1, 2, 4)
    },
    **{f"an article at {gutter}": article(gutter) for gutter in (8, 16)},
    **{f"an article beside {lines}": article(lines=lines) for lines in (3, 6)},
    **{f"an article {off} off": article(off=off) for off in (3, 5)},
    **{f"an article, {level} level": article(level=level) for level in (2, 5)},
    **{f"a gutter of {gap}": columns(2, gap) for gap in (20, 30, 45, 80)},
    **{f"{count} columns": columns(count, 90) for count in (2, 3, 4, 5, 6)},
}


@off_by_two(TREE)
def test_each_threshold_of_the_tree_matters(name: str, factor: float) -> None:
    once = {page: lay_out(found) for page, found in PAGES.items()}
    off: TreeThresholds = varied(TREE, name, factor)
    assert {page: lay_out(found, None, off) for page, found in PAGES.items()} != once
