"""How things are written: each threshold told from half and twice of it."""

import re
from dataclasses import replace

from tests.workers.drafting.compose.pieces import column, panel, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.compose.html_css import compose
from workers.drafting.compose.leaves import WRITING, WritingThresholds
from workers.drafting.page import Container, Crop, Node, Text
from workers.drafting.perceive.fonts.installed import css_stack
from workers.imaging import Box

PANELS = {
    **{
        f"{width} × {height}, radius {radius}": panel(Box(0, 0, width, height), radius=radius)
        for width, height, radius in ((41, 40, 20), (42, 40, 20), (44, 40, 20), (39, 39, 19))
    },
    "40 × 40, radius 19": panel(Box(0, 0, 40, 40), radius=19),
}


def page(*nodes: Node) -> Container:
    return column(*nodes, box=Box(0, 0, 800, 600))


def spaced(words: str, letters: float) -> Text:
    plain = text(words, 0, 100)
    return replace(plain, paragraph=replace(plain.paragraph, letter_spacing=letters))


def wrapping(least: float, most: float) -> Text:
    """A text of two lines that break alike in a room from `least` to `most` wide."""
    plain = text("Berths", lines=2)
    wraps = replace(plain.paragraph, wrap_width=320, wraps=(least, most))
    return replace(plain, paragraph=wraps)


def written(thresholds: WritingThresholds = WRITING) -> dict[str, object]:
    """Width and radius of panels, the space between letters, how long titles are, and assets."""
    found: dict[str, object] = {}
    for name, each in PANELS.items():
        files = compose([page(text("Berths", 0, 100), each)], css_stack, thresholds).files
        found[name] = re.findall(r"^  (?:width|border-radius): (.*);", files["style.css"], re.M)
    for letters in (60, 120):
        html = compose([page(text("n" * letters))], css_stack, thresholds).files["index.html"]
        found[f"{letters} letters"] = len(html.partition("<title>")[2].partition("<")[0])
    for words, spacing in (
        ("Berths", 0.5),
        ("Berths", 0.66),
        ("Ferry", 0.7),
        ("Boats", 1.0),
        ("n" * 30, 0.1),
        ("n" * 30, 0.2),
    ):
        css = compose([page(spaced(words, spacing))], css_stack, thresholds).files["style.css"]
        found[f"{len(words)} letters {spacing} apart"] = "letter-spacing" in css
    for count in (15, 30):
        css = compose([page(spaced("n" * count, 0.424))], css_stack, thresholds).files["style.css"]
        found[f"{count} letters"] = re.findall("letter-spacing: (.*);", css)
    for room in (301, 302):
        held = panel(Box(0, 0, room, 60), wrapping(300, 340))
        css = compose([page(held, text("Berths", 0, 100))], css_stack, thresholds).files[
            "style.css"
        ]
        found[f"a room of {room}"] = "max-width: 320px" in css
    crops = [Crop(Box(0, 0, side, 20)) for side in (50, 100)]
    found["assets"] = [a.path for a in compose([page(*crops)], css_stack, thresholds).assets]
    return found


def test_a_measure_is_written_by_what_it_means() -> None:
    assert written() == {
        "41 × 40, radius 20": ["41px", "50%"],
        "42 × 40, radius 20": ["42px", "50%"],
        "44 × 40, radius 20": ["44px", "20px"],
        "39 × 39, radius 19": ["39px", "50%"],
        "40 × 40, radius 19": ["40px", "19px"],
        "60 letters": 60,
        "120 letters": 80,
        "6 letters 0.5 apart": False,
        "6 letters 0.66 apart": True,
        "5 letters 0.7 apart": True,
        "5 letters 1.0 apart": True,
        "15 letters": ["0.03em"],
        "30 letters": ["0.025em"],
        "30 letters 0.1 apart": False,
        "30 letters 0.2 apart": True,
        "a room of 301": True,
        "a room of 302": False,
        "assets": ["assets/icon-1.png", "assets/picture-1.png"],
    }


@off_by_two(WRITING)
def test_each_threshold_of_writing_matters(name: str, factor: float) -> None:
    assert written(varied(WRITING, name, factor)) != written()
