"""Lines that OCR could not read: nothing of them is forgiven, and nothing is held against them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from tests.workers.scoring.pages import captured
from webapp.studio.events import Difference
from workers.drafting.perceive.text import languages
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import Box, TextRun
from workers.scoring import Comparison, PageView, compare, view_of_mockup, view_of_render
from workers.scoring.glyphs import Look, look_of
from workers.scoring.line_shape import LINES, LineLimits, in_lines, is_line
from workers.scoring.page_view import DrawnRun
from workers.scoring.unread import UNREAD, UnreadLimits, is_pictured, matched, other_letters

CYRILLIC = ("Настройки профиля", "Введите адрес электронной почты", "Подписка активна до 12 мая")
GREEK = ("Ρυθμίσεις προφίλ", "Εισαγάγετε τη διεύθυνση", "Η συνδρομή είναι ενεργή έως 12 Μαΐου")
HEBREW = ("הגדרות פרופיל", "הזן את כתובת הדואר", "המנוי פעיל עד 12 במאי")
MIXED = ("Profile settings", "Введите адрес электронной почты", "Active until 12 May")
LATIN = ("Profile settings", "Enter your e-mail address", "Active until 12 May")
LOOK_ALIKE = ("HacTpoNku npoqwuJIR", "BBeAuTe aApec eJIeKTpoHHoN no4TbI", "rIoAnucka Ao 12 MaR")
WORDS = {"Cyrillic": CYRILLIC, "Greek": GREEK, "Hebrew": HEBREW, "mixed": MIXED, "Latin": LATIN}
FONT = "font-family:Inter,DejaVu Sans"


@pytest.fixture(scope="module", autouse=True)
def no_languages() -> Iterator[None]:
    """A machine without the data of other scripts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "CODES", ())
        yield


def page(words: tuple[str, ...], css: str = FONT, more: str = "") -> str:
    """A heading, a line of text and a button."""
    title, text, button = words
    return (
        '<!doctype html><meta charset="utf-8"><body style="margin:0;background:#fff;color:#111">'
        "<style>div{position:absolute;left:40px;white-space:nowrap}</style>"
        f'<main style="{css}">'
        f'<div style="top:30px;font-size:28px;font-weight:700">{title}</div>'
        f'<div style="top:100px;font-size:15px">{text}</div>'
        '<div style="top:150px;font-size:15px;line-height:36px;padding:0 16px;background:#2563eb;'
        f'color:#fff;border-radius:6px">{button}</div>{more}</main></body>'
    )


@dataclass(frozen=True)
class Drawn:
    """Pages by name, as mockups and as renders."""

    mockups: Mapping[str, PageView]
    views: Mapping[str, PageView]

    def compare(self, mockup: str, render: str) -> Comparison:
        return compare(self.mockups[mockup], self.views[render])

    def look(self, name: str, at: int) -> Look:
        """A line as the browser drew it."""
        found = look_of(self.views[name].image, self.run(name, at).ink)
        assert found is not None
        return found

    def run(self, name: str, at: int) -> DrawnRun:
        runs = [run for run in self.views[name].runs if isinstance(run, DrawnRun)]
        return sorted(runs, key=lambda run: run.ink.y)[at]


SHIFTED = "margin:.4px 0 0 .4px"
CAPITALS = ("СОСНА РОСТ", "Все сор", "ТЕМА")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    folder = tmp_path_factory.mktemp("unread")
    sources = {name: page(words) for name, words in WORDS.items()}
    sources |= {f"{name} moved": page(words, f"{FONT};{SHIFTED}") for name, words in WORDS.items()}
    for name, css in (
        ("Liberation", "font-family:Liberation Sans,DejaVu Sans"),
        ("serif", "font-family:Liberation Serif"),
        ("mono", "font-family:DejaVu Sans Mono"),
    ):
        sources[f"Cyrillic {name}"] = page(CYRILLIC, css)
    sources["look-alike"] = page(LOOK_ALIKE)
    sources["other Cyrillic"] = page(("Другие слова", "Стоят на этом самом месте", "И кнопка тут"))
    sources["capitals"] = page(CAPITALS)
    sources["capitals Liberation"] = page(CAPITALS, "font-family:Liberation Sans")
    sources["digits alone"] = page(("", "", f'<i style="color:#2563eb">{CYRILLIC[2][:19]}</i>12'))
    sources["blank"] = page(("", "", ""))
    own = captured(list(sources.values()), folder)
    views = dict(zip(sources, map(view_of_render, own), strict=True))
    for name, shot in zip(sources, own, strict=True):
        (folder / f"{name}.png".replace(" ", "-")).write_bytes(shot.png)
    pictured = {name: _pictured(name) for name in WORDS}
    shots = captured(list(pictured.values()), folder)
    for name, shot in zip(pictured, shots, strict=True):
        views[f"{name} pictured"] = view_of_render(shot)
    mockups = {
        name: view_of_mockup(views[name].image, 1.0, find_text(views[name].image))
        for name in (*WORDS, "capitals")
    }
    return Drawn(mockups, views)


def _pictured(name: str) -> str:
    """The page with its line of text cut out of the mockup."""
    cut = f"background:url({name}.png) -30px -95px;left:30px;top:95px;width:320px;height:32px"
    title, _, button = WORDS[name]
    return page((title, "", button), more=f'<div style="{cut}"></div>')


def told(found: Comparison) -> list[Difference]:
    return list(found.differences)


@pytest.mark.parametrize(
    ("name", "lines"), [("Cyrillic", 3), ("Greek", 3), ("Hebrew", 3), ("mixed", 1), ("Latin", 0)]
)
def test_the_lines_that_could_not_be_read_are_counted(drawn: Drawn, name: str, lines: int) -> None:
    assert drawn.compare(name, name).score.unread_lines == lines


@pytest.mark.parametrize("moved", ["", " moved"])
@pytest.mark.parametrize("name", WORDS)
def test_the_right_words_are_not_held_against_what_was_misread(
    drawn: Drawn, name: str, moved: str
) -> None:
    score = drawn.compare(name, name + moved).score
    assert score.total >= (0.95 if moved else 0.99)  # half a pixel rounds corners otherwise
    assert score.parts["text"] == score.parts["block"] == 1


@pytest.mark.parametrize("name", WORDS)
def test_a_picture_of_a_line_is_missing_text_whoever_can_read_it(drawn: Drawn, name: str) -> None:
    found = drawn.compare(name, f"{name} pictured")
    assert told(found)[0].kind == "missing"
    assert told(found)[0].rect.y == pytest.approx(103, abs=4)
    assert found.score.total < 0.8
    assert found.score.picture_penalty > 0


def test_a_line_that_is_nowhere_is_missing(drawn: Drawn) -> None:
    found = drawn.compare("Cyrillic", "blank")
    missing = [one.item for one in told(found) if one.kind == "missing"]
    assert missing.count("text that could not be read") == 3
    assert found.score.total < 0.4


@pytest.mark.parametrize(
    ("render", "most"),
    [("look-alike", 0.8), ("Latin", 0.4), ("Greek", 0.4), ("other Cyrillic", 0.4)],
)
def test_other_letters_are_seen_though_nobody_could_read(
    drawn: Drawn, render: str, most: float
) -> None:
    found = drawn.compare("Cyrillic", render)
    letters = [one for one in told(found) if one.kind == "letters"]
    assert len(letters) >= 2
    assert {one.expected for one in letters} == {""}
    assert found.score.total < most


@pytest.mark.parametrize("font", ["Liberation", "serif"])
def test_the_same_words_in_another_font_are_no_other_words(drawn: Drawn, font: str) -> None:
    found = drawn.compare("Cyrillic", f"Cyrillic {font}")
    assert not {one.kind for one in told(found)} & {"letters", "missing", "extra"}
    assert found.score.total > 0.7


def test_letters_of_one_shape_are_one_letter_whatever_script_they_are_of(drawn: Drawn) -> None:
    assert drawn.mockups["capitals"].runs[0].text == "COCHA POCT"
    found = drawn.compare("capitals", "capitals Liberation")
    assert "letters" not in {one.kind for one in told(found)}


def test_digits_alone_do_not_stand_for_their_line(drawn: Drawn) -> None:
    found = drawn.compare("Cyrillic", "digits alone")
    missing = [one for one in told(found) if one.kind == "missing"]
    assert any(one.rect.y > 150 and one.rect.width > 100 for one in missing)


def test_what_the_elements_draw_themselves_is_no_text(drawn: Drawn) -> None:
    """Five bars, side by side: as like a line as anything."""
    image = drawn.views["blank"].image.copy()
    for x in range(50, 150, 20):
        image[200:216, x : x + 10] = 60
    bars = TextRun("", Box(50, 200, 90, 16), (0, 0, 0), (255, 255, 255), 0.2)
    mockup = view_of_mockup(image, 1.0, (bars,))
    assert len(mockup.unread) == 1
    render = replace(drawn.views["blank"], image=image)
    score = compare(mockup, render).score
    assert (score.total, score.unread_lines) == (1, 0)
    pictured = replace(render, pictures=(Box(40, 190, 110, 36),))
    score = compare(mockup, pictured).score
    assert score.unread_lines == 1
    assert score.total < 0.6


def test_a_little_that_could_not_be_read_may_be_a_picture_as_a_logo_may(drawn: Drawn) -> None:
    """It was drawn anew, so its pixels are others."""
    own = drawn.views["Latin"]
    mark = Box(500, 30, 40, 9)
    image, redrawn = own.image.copy(), own.image.copy()
    for x in range(500, 540, 8):
        image[30:39, x : x + 4] = 60
        redrawn[31:38, x : x + 5] = 90
    runs = (*drawn.mockups["Latin"].runs, TextRun("", mark, (0, 0, 0), (255, 255, 255), 0.2))
    mockup = view_of_mockup(image, 1.0, runs)
    render = replace(own, image=redrawn, pictures=(mark,))
    score = compare(mockup, render).score
    assert score.unread_lines == 1
    assert score.parts["block"] == 1


def bars(height: int, columns: int, width: int = 6, grey: int = 0) -> tuple[np.ndarray, Box]:
    """A picture with so many upright strokes, and the bounds of them."""
    image = np.full((80, 200, 3), 255, np.uint8)
    for column in range(columns):
        x = 20 + 2 * width * column
        image[20 : 20 + height, x : x + width] = grey
    return image, Box(20, 20, 2 * width * columns - width, height)


def shapes(limits: LineLimits) -> dict[str, bool]:
    cases = {
        "letters": bars(12, 8),
        "dots": bars(4, 8),
        "small letters": bars(8, 8),
        "two letters": bars(12, 2),
        "four letters": bars(12, 4),
        "an icon": bars(40, 4),
        "a narrow line": bars(20, 4, 5),
        "a wide icon": bars(24, 4),
    }
    found = {name: is_line(image, box, 1.0, limits) for name, (image, box) in cases.items()}
    image, box = bars(12, 8)
    image[20:32, 20:110][image[20:32, 20:110, 0] == 255] = 140  # grey between the strokes
    found["joined by half their ink"] = is_line(image, box, 1.0, limits)
    image[20:32, 20:110][image[20:32, 20:110, 0] == 140] = 200
    found["joined by little ink"] = is_line(image, box, 1.0, limits)
    half = Box(20, 20, 42, 12)
    for gap in (2, 4, 8, 16):
        parts = [half, replace(half, x=half.right + gap)]
        found[f"{gap} px apart"] = len(in_lines(parts, limits)) == 1
    for confidence in (0.3, 0.7, 0.9):
        run = TextRun("words", box, (0, 0, 0), (255, 255, 255), confidence)
        unread = view_of_mockup(bars(12, 8)[0], 1.0, (run,), limits).unread
        found[f"confidence {confidence}"] = bool(unread)
    return found


def test_a_line_is_told_from_icons_rules_and_dots() -> None:
    assert shapes(LINES) == {
        "letters": True,
        "dots": False,
        "small letters": True,
        "two letters": False,
        "four letters": True,
        "an icon": False,
        "a narrow line": True,
        "a wide icon": True,
        "joined by half their ink": False,
        "joined by little ink": True,
        "2 px apart": True,
        "4 px apart": True,
        "8 px apart": False,
        "16 px apart": False,
        "confidence 0.3": True,
        "confidence 0.7": True,
        "confidence 0.9": False,
    }


@off_by_two(LINES)
def test_each_limit_of_a_line_off_by_two_says_something_else(name: str, factor: float) -> None:
    assert shapes(varied(LINES, name, factor)) != shapes(LINES)


def judged(drawn: Drawn, limits: UnreadLimits) -> list[object]:
    """Lines as their letters look, and as they lie: on both sides of each limit."""
    found: list[object] = []
    names = ("Cyrillic Liberation", "Cyrillic serif", "Cyrillic mono", "look-alike", "Greek")
    for name in (*names, "other Cyrillic"):
        for at in range(3):
            one, other = drawn.look("Cyrillic", at), drawn.look(name, at)
            found.append(round(other_letters(one, other, limits), 3))
    mockup = drawn.mockups["Cyrillic"]
    line, *_ = mockup.unread
    for share in (0.2, 0.4, 0.6, 0.8):
        part = Box(line.x, line.y, round(share * line.width), line.height)
        render = replace(drawn.views["blank"], pictures=(part,))
        found.append(is_pictured(render, TextRun("", line, (0, 0, 0), (0, 0, 0)), limits))
    whole = drawn.run("Cyrillic", 0)
    for width in (80, 120, 160, 220):
        run = replace(whole, ink=Box(line.x, line.y, width, line.height))
        parts = matched(mockup, [run], limits)
        found.append([pair.shown.ink.width for pair in parts.pairs])
    for gap in (8, 15, 30, 50, 70):
        half = (line.width - gap) // 2
        left = replace(whole, ink=Box(line.x, line.y, half, line.height))
        right = replace(whole, ink=Box(line.right - half, line.y, half, line.height))
        found.append(len(matched(mockup, [left, right], limits).absent))
    return found


@off_by_two(UNREAD)
def test_each_limit_of_the_unread_off_by_two_says_something_else(
    drawn: Drawn, name: str, factor: float
) -> None:
    assert judged(drawn, varied(UNREAD, name, factor)) != judged(drawn, UNREAD)
