"""Other scripts than the networks know, on lines drawn in an installed font."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.perceive.fonts.installed import FontFace, installed_faces
from workers.drafting.perceive.fonts.matching import style_runs
from workers.drafting.perceive.text import languages
from workers.drafting.perceive.text.ink import find_ink
from workers.drafting.perceive.text.languages import (
    LIMITS,
    LanguageLimits,
    Reading,
    read_other_scripts,
)
from workers.drafting.perceive.text.ocr import recognise_lines
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import Box, Image, TextRun

BLACK, WHITE = (20, 24, 32), (255, 255, 255)
TEXTS = {
    "rus": ("Настройки уведомлений", "Показывать цены с НДС до 12 мая", "Москва (UTC+3)"),
    "ukr": ("Оформити замовлення", "Чашка з їжаком і смородиною"),
    "ell": ("Ειδοποιήσεις", "Οι αλλαγές ισχύουν από αύριο", "Ζώνη ώρας"),
    "vie": ("Cài đặt tài khoản", "Hiển thị giá đã gồm thuế", "Hủy bỏ"),
    "heb": ("הגדרות", "המנוי בתוקף עד 12 במאי", "ירושלים (UTC+2)"),
    "ara": ("الإعدادات", "الاشتراك ساري المفعول", "القاهرة (UTC+2)"),
}


@cache
def face(family: str, *, bold: bool) -> FontFace:
    look = (family, 700 if bold else 400, False)
    return next(f for f in installed_faces() if (f.family, f.weight, f.italic) == look)


def line(text: str, size: int = 16, family: str = "DejaVu Sans", *, bold: bool = False) -> Image:
    font = face(family, bold=bold).at(size)
    left, top, right, bottom = font.getbbox(text)
    sheet = Pillow.new("RGB", (round(right - left) + 6, round(bottom - top) + 6), WHITE)
    ImageDraw.Draw(sheet).text((3 - left, 3 - top), text, fill=BLACK, font=font)
    return np.asarray(sheet)


def page(*texts: str, size: int = 16) -> Image:
    """Lines below each other."""
    sheet = np.full((40 * len(texts) + 20, 560, 3), 255, np.uint8)
    for place, text in enumerate(texts):
        drawn = line(text, size)
        sheet[20 + 40 * place :][: len(drawn), 30 : 30 + drawn.shape[1]] = drawn
    return sheet


@pytest.mark.parametrize("language", TEXTS)
def test_lines_are_read_in_their_own_script(language: str) -> None:
    runs = find_text(page(*TEXTS[language]))
    read = " ".join(run.text for run in runs).split()
    assert read == " ".join(TEXTS[language]).split()


def test_of_a_page_one_line_may_be_in_another_script() -> None:
    words = ("Sprache für die Oberfläche", "Deutsch", "Русский язык", "anna@primer.ru", "12 345")
    assert [run.text for run in find_text(page(*words))] == [*words]


def test_a_page_in_latin_letters_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ("Account settings", "Your plan renews on May 12", "Café Größe naïve", "A PAGE")
    assert [run.text for run in find_text(page(*texts))] == [*texts]


def test_without_data_nothing_is_read_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.drafting.perceive.text.languages.installed_languages", dict)
    drawn = [line(text) for text in TEXTS["heb"]]
    assert read_other_scripts(drawn, recognise_lines(drawn)) == [None] * 3


def lines(*texts: str) -> list[Image]:
    return [line(text) for text in texts]


DASHES = "—  —  —  —  —  —  —"  # wide, and in no language
RUSSIAN = ("Имя", "Язык", "Почта", "Отмена", "Войти", "Цена", "Сумма", "Оплата")


@cache
def corpus() -> dict[str, tuple[list[Image], list[Reading]]]:
    """Lines, and how the networks are taken to read them."""
    found = {
        "russian": as_read(*lines(*TEXTS["rus"], "anna@primer.ru", "12 345")),
        "greek": as_read(*lines(*TEXTS["ell"]), line("Ρυθμίσεις", 26, family="Inter", bold=True)),
        "arabic": as_read(*lines(*TEXTS["ara"])),
        "hebrew": as_read(*lines(*TEXTS["heb"])),
        "vietnamese": as_read(*lines(*TEXTS["vie"])),
    }
    for name, sure, texts in (
        ("half doubted", 0.6, ["Москва и область"]),
        ("hardly doubted", 0.85, ["Москва и область"]),
        ("latin", 0.1, ["quick brown fox jumps"]),
        ("a third of a line", 0.1, ["Привет, quick brown fox"]),
        ("a logo", 0.1, ["Имя"]),
        ("a button", 0.1, ["Отмена"]),
        ("after six others", 0.1, [*[DASHES] * 6, *RUSSIAN]),
        ("after thirteen others", 0.1, [*[DASHES] * 13, *RUSSIAN]),
    ):
        found[name] = lines(*texts), [("x", sure)] * len(texts)
    return found


def as_read(*drawn: Image) -> tuple[list[Image], list[Reading]]:
    readings = [(text, sure if text.strip() else 0.0) for text, sure in recognise_lines(drawn)]
    return [*drawn], readings


def outcome(limits: LanguageLimits) -> dict[str, Any]:
    return {
        name: [each and (each[0], round(each[1], 3)) for each in read_other_scripts(*sheet, limits)]
        for name, sheet in corpus().items()
    }


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is read twice in the same way."""
    monkeypatch.setattr(languages, "_recognise", once(languages._recognise))
    monkeypatch.setattr(languages, "recognise_lines", once(recognise_lines))


_read: dict[Any, Any] = {}


def once(read: Callable[..., Any]) -> Callable[..., Any]:
    def remembered(lines: Any, *how: Any) -> Any:
        pixels = [(line.shape, line.tobytes()) for line in ([lines] if how else lines)]
        key = (read.__name__, *pixels, *how)
        if key not in _read:
            _read[key] = read(lines, *how)
        return _read[key]

    return remembered


@pytest.mark.usefixtures("quick")
@off_by_two(LIMITS, {"letters": 2})
def test_each_limit_of_languages_matters(name: str, factor: float) -> None:
    assert outcome(varied(LIMITS, name, factor)) != usual()


@cache
def usual() -> dict[str, Any]:
    return outcome(LIMITS)


@pytest.mark.parametrize("text", [TEXTS["heb"][0], TEXTS["heb"][2], TEXTS["ara"][0]])
@pytest.mark.parametrize("bold", [False, True])
def test_a_line_that_reads_from_the_right_has_its_font(text: str, bold: bool) -> None:
    drawn = np.pad(line(text, 18, bold=bold), ((20, 20), (20, 20), (0, 0)), constant_values=255)
    ink = find_ink(drawn, Box(0, 0, drawn.shape[1], drawn.shape[0]))
    assert ink is not None
    (styled,) = style_runs(drawn, [TextRun(text, ink.box, ink.colour, ink.background)])
    assert (styled.font.family, styled.font.weight) == ("DejaVu Sans", 700 if bold else 400)
    assert not styled.font.italic
    assert abs(styled.font.size - 18) <= 0.2
