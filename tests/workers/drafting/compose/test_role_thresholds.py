"""What things are: each threshold told from half and twice of it, on trees made by hand."""

from tests.workers.drafting.compose.pieces import column, panel, styles_of, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.compose.roles import (
    ROLES,
    RoleThresholds,
    is_avatar,
    is_button,
    is_menu,
    is_one_of,
    is_short,
    is_sidebar,
    landmarks,
    repeats,
    section_name,
    sections,
    with_menu,
)
from workers.drafting.page import Container, Crop
from workers.imaging import Box

PAGE = Box(0, 0, 1000, 1000)


def framed(header: int, footer: tuple[int, int]) -> Container:
    """A page whose first part ends at `header` and whose last is from one row to another."""
    top, bottom = footer
    parts = [panel(Box(0, y, 1000, end - y)) for y, end in ((0, header), (400, 450), (top, bottom))]
    return column(*parts, box=PAGE)


FRAMES = {
    **{f"a header of {end}": framed(end, (500, 1000)) for end in (120, 250)},
    **{f"a footer of {high}": framed(300, (1000 - high, 1000)) for high in (250, 500)},
    **{f"a footer down to {end}": framed(300, (end - 100, end)) for end in (700, 950)},
}


def button(width: int, height: int, off: int = 0, size: float = 16) -> Container:
    label = text("Book", size=size)
    inner = text("Book", (width - label.box.width) // 2 + off, size=size)
    return panel(Box(0, 0, width, height), inner)


BUTTONS = {
    **{f"{height} high": button(140, height) for height in (15, 30, 60, 100)},
    "15 high of small letters": button(140, 15, size=8),
    "24 high of small letters": button(140, 24, size=12),
    "24 high": button(140, 24),
    **{f"{width} wide": button(width, 40) for width in (300, 800)},
    **{f"{off} off its middle": button(140, 40, off) for off in (3, 6)},
}
SIDEBARS = {
    box: panel(box)
    for box in (
        *(Box(x, 0, 160, 1000) for x in (70, 150, 690, 770)),
        *(Box(0, 0, width, 1000) for width in (200, 400)),
        *(Box(0, 0, 200, height) for height in (200, 400, 800)),
    )
}
WORDS = ("Ships", "Quays", "Tides", "Boats", "Berths", "Prices")
LISTS = {
    **{f"{count} words": column(*(text(WORDS[i], 0, 40 * i) for i in range(count)))
       for count in (2, 3, 5)},
    **{f"words {gap} apart": column(*(text(WORDS[i], 0, (24 + gap) * i) for i in range(3)))
       for gap in (70, 150)},
}  # fmt: skip


def initials(words: str, width: int = 44, radius: int = 22) -> Container:
    box = Box(0, 0, width, 44)
    label = text(words, size=15)
    across = (width - label.box.width) // 2
    return panel(box, text(words, across, 11, 15), radius=radius)


AVATARS = {
    "M": initials("M"),
    "ML": initials("ML"),
    "Map": initials("Map"),
    "7": initials("7"),
    "a square": initials("M", radius=4),
    "3 px wider": initials("M", 47),
    "7 px wider": initials("M", 51),
}


def row_of_panels(off: int) -> Container:
    return Container(
        Box(0, 0, 700, 900), "row", (panel(Box(0, 0, 200, 800)), panel(Box(220, 0, 200, 800 - off)))
    )


def behind_icon(index: int) -> Container:
    box = Box(0, 40 * index, 120, 24)
    return Container(box, "row", (Crop(Box(0, box.y, 20, 20)), text(WORDS[index], 30, box.y)))


def resized(more: float) -> Container:
    """Words, one of them so much larger."""
    sizes = (16, 16 + more, 16)
    return column(*(text(WORDS[i], 0, 40 * i, size) for i, size in enumerate(sizes)))


MENUS = {
    "a word 0.7 px larger": resized(0.7),
    "a word 1.5 px larger": resized(1.5),
    "icons before words": column(*(behind_icon(i) for i in range(3))),
}
HEADINGS = ("Map", "Quays", "Berths beside harbour walls")


def outlined() -> Container:
    """Three headings, each smaller than the one before, with a text under each."""
    nodes = []
    for level, size in enumerate((40, 32, 24)):
        nodes += [text("Berths", 0, 200 * level, size), text("for boats", 0, 200 * level + 100)]
    return column(*nodes)


def found(thresholds: RoleThresholds = ROLES) -> dict[str, object]:
    page, styles = outlined(), styles_of(outlined())
    logo = panel(Box(0, -60, 40, 40))
    named = [text(words, size=32) for words in HEADINGS]
    return {
        "frames": {n: [len(part) for part in landmarks(f, thresholds)] for n, f in FRAMES.items()},
        "buttons": [name for name, each in BUTTONS.items() if is_button(each, thresholds)],
        "sidebars": [box for box, each in SIDEBARS.items() if is_sidebar(each, PAGE, thresholds)],
        "menus": [name for name, each in LISTS.items() if is_menu(each, thresholds)],
        "lists": [name for name, each in LISTS.items() if repeats(each, styles, thresholds)],
        "gathered": [
            name
            for name, each in LISTS.items()
            if len(with_menu(column(logo, *each.children), thresholds).children) == 2
        ],
        "avatars": [name for name, each in AVATARS.items() if is_avatar(each, thresholds)],
        "among": [
            h
            for h in (20, 24, 30, 40, 60)
            if is_button(button(140, h, size=11), thresholds, among=True)
        ],
        "cards": [
            off
            for off in (0, 3, 6)
            if is_one_of(row_of_panels(off).children[0], row_of_panels(off), thresholds)
        ],
        "entries": [name for name, each in MENUS.items() if is_menu(each, thresholds)],
        "labels": [n for n in (20, 45) if is_short(text("n" * n).paragraph, thresholds)],
        "names": [section_name(each, styles_of(each), 1, thresholds) for each in named],
        "sections": len(sections(page, styles, thresholds).children),
    }


def test_things_are_told_by_their_size_and_place() -> None:
    assert found() == {
        "frames": {
            "a header of 120": [1, 2, 0],
            "a header of 250": [0, 3, 0],
            "a footer of 250": [0, 2, 1],
            "a footer of 500": [0, 3, 0],
            "a footer down to 700": [0, 3, 0],
            "a footer down to 950": [0, 2, 1],
        },
        "buttons": [
            "30 high",
            "60 high",
            "24 high of small letters",
            "300 wide",
            "3 off its middle",
        ],
        "sidebars": [
            *(Box(x, 0, 160, 1000) for x in (70, 770)),
            Box(0, 0, 200, 1000),
            *(Box(0, 0, 200, height) for height in (400, 800)),
        ],
        "menus": ["3 words", "5 words", "words 70 apart"],
        "lists": ["3 words", "5 words", "words 70 apart", "words 150 apart"],
        "gathered": ["3 words", "5 words", "words 70 apart"],
        "avatars": ["M", "ML", "3 px wider"],
        "among": [30, 40, 60],
        "cards": [0, 3],
        "entries": ["a word 0.7 px larger", "icons before words"],
        "labels": [20],
        "names": ["section-1", "quays", "berths-beside"],
        "sections": 2,
    }


@off_by_two(ROLES)
def test_each_threshold_of_roles_matters(name: str, factor: float) -> None:
    assert found(varied(ROLES, name, factor)) != found()
