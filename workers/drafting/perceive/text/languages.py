"""Scripts that the networks of `ocr` do not know, read by Tesseract: Cyrillic, Greek with its
accents, Vietnamese, Hebrew, Arabic, and what else there is data for.

The data of a language are its `<code>.traineddata`, which `install_languages` fetches. Without any,
nothing is read here. All lengths are image pixels.
"""

import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from threading import Lock

import cv2
from PIL import Image as Pillow
from tesserocr import OEM, PSM, RIL, PyTessBaseAPI, iterate_level

from workers.drafting.perceive.text.ocr import known_characters, recognise_lines
from workers.imaging import Image

# Tesseract's codes of the languages that are tried on a picture: the first of equals is taken
CODES = ("rus", "ukr", "bul", "srp", "ell", "vie", "heb", "ara", "fas", "kor", "hin", "tha", "kat")
FETCHED = Path(sys.prefix) / "share" / "tessdata"  # with the packages that read it
ON_SYSTEM = ("tesseract-ocr/*/tessdata", "tessdata")  # below /usr/share
Reading = tuple[str, float]  # a text, and how surely it is all that stands there, 0..1

_one_at_a_time = Lock()  # Tesseract is called by several threads of a worker


@dataclass(frozen=True)
class LanguageLimits:
    """When another script is read, and how. Confidence and shares are 0..1."""

    small_px: int = 28  # rows that a line is scaled to: best for joined letters,…
    middle_px: int = 36  # …for accents…
    large_px: int = 56  # …and for bold ones
    sure: float = 0.9  # confidence of a reading in plain letters that is not doubted
    tried: int = 12  # lines, the widest of the doubtful ones, that a language is tried on
    certain: float = 0.75  # confidence of a word that speaks for a language
    spoken: float = 0.4  # share of a line's letters that have to be in such words
    surer: float = 0.2  # confidence that they have over the networks'
    fewest: int = 6  # letters of such lines: a logo might be Russian
    agreed: float = 0.7  # confidence, at least, of a word that two sizes say
    word: float = 0.85  # confidence of a word below which the networks are asked for it, too
    letters: float = 0.7  # …which must see so many of its letters


LIMITS = LanguageLimits()


@dataclass(frozen=True)
class Word:
    """A word on a line, and its columns, right outside."""

    text: str
    confidence: float
    left: int
    right: int


def installed_languages() -> dict[str, Path]:
    """The folder with the data of each language of CODES that there are data for."""
    folders = [FETCHED, *(found for each in ON_SYSTEM for found in Path("/usr/share").glob(each))]
    held = {code: [f for f in folders if (f / f"{code}.traineddata").is_file()] for code in CODES}
    return {code: found[0] for code, found in held.items() if found}


def read_other_scripts(
    lines: Sequence[Image], readings: Sequence[Reading], limits: LanguageLimits = LIMITS
) -> list[Reading | None]:
    """How a picture's lines read in the language that doubtful ones are in; None for those that
    stay as the networks read them."""
    both = list(zip(lines, readings, strict=True))
    doubtful = [
        (line, reading)
        for line, reading in both
        if reading[1] < limits.sure or not reading[0].isascii()
    ]
    widest = sorted(doubtful, key=lambda each: -each[0].shape[1] / each[0].shape[0])
    code = _language_of(widest[: limits.tried], limits)
    if code is None:
        return [None] * len(lines)
    return [_read_again(line, reading, code, limits) for line, reading in both]


def _language_of(doubtful: Sequence[tuple[Image, Reading]], limits: LanguageLimits) -> str | None:
    """The language that most letters of doubtful lines are surely in; None where that is none."""
    votes: dict[str, float] = {}
    for code in installed_languages():
        read = [_recognise(line, code, limits.small_px) for line, _ in doubtful]
        tried = zip(read, (reading for _, reading in doubtful), strict=True)
        spoken = [words for words, reading in tried if _is_in_language(words, reading, limits)]
        if sum(len(word.text) for words in spoken for word in words) >= limits.fewest:
            votes[code] = sum(map(_sure_of, spoken))
    return max(votes, key=lambda code: votes[code], default=None)


def _is_in_language(words: Sequence[Word], reading: Reading, limits: LanguageLimits) -> bool:
    """Whether a line's words have letters that the networks do not know, and are surer than what
    those read."""
    letters = sum(len(word.text) for word in words)
    certain = [word for word in words if word.confidence >= limits.certain and _is_foreign(word)]
    if not letters or sum(len(word.text) for word in certain) < limits.spoken * letters:
        return False
    text, sure = reading
    return _same_script(text, words) or _sure_of(words) / letters >= sure + limits.surer


def _same_script(text: str, words: Sequence[Word]) -> bool:
    """Whether a reading has accents that a language has, too: else it is of another script."""
    accented = {letter for letter in text if letter.isalpha() and not letter.isascii()}
    return not accented.isdisjoint("".join(word.text for word in words))


def _is_foreign(word: Word) -> bool:
    return any(letter.isalpha() and letter not in known_characters() for letter in word.text)


def _read_again(line: Image, reading: Reading, code: str, limits: LanguageLimits) -> Reading | None:
    """A line in a language; digits, signs and what is in another script as the networks read it."""
    text, sure = reading
    if text and sure >= limits.sure and not any(letter.isalpha() for letter in text):
        return None
    words = _words(line, code, limits)
    letters = sum(len(word.text) for word in words)
    stays = sure >= limits.sure and not _same_script(text, words)
    if not letters or (stays and sure >= _sure_of(words) / letters):
        return None
    parts = [_plain_or_own(line, word, limits) for word in words]
    letters = sum(len(text) for text, _ in parts)
    return " ".join(text for text, _ in parts), sum(len(t) * s for t, s in parts) / letters


def _plain_or_own(line: Image, word: Word, limits: LanguageLimits) -> Reading:
    """A word as the networks read it, where they are sure and see no letters but Latin ones."""
    is_number = any(c.isdigit() for c in word.text) and not _is_foreign(word)
    if word.confidence >= limits.word and not is_number:
        return word.text, word.confidence
    ((text, sure),) = recognise_lines([line[:, word.left : word.right]])
    whole = text.isdigit() or len(text) >= limits.letters * len(word.text)
    is_plain = text.isascii() and whole
    if is_plain and sure >= limits.sure and (is_number or sure > word.confidence):
        return text, sure
    return word.text, word.confidence


def _words(line: Image, code: str, limits: LanguageLimits) -> list[Word]:
    """The words of a line, in the order in which they are read, as most of three sizes have the
    line, or the surest. A word that two have is believed."""
    sizes = (limits.small_px, limits.middle_px, limits.large_px)
    readings = [_recognise(line, code, size) for size in sizes]
    said = [[word.text for word in words] for words in readings]
    best = max(
        readings,
        key=lambda words: (words != [], said.count([w.text for w in words]), _sure_of(words)),
    )
    return [
        replace(word, confidence=max(word.confidence, limits.agreed))
        if sum(word.text in texts for texts in said) > 1
        else word
        for word in best
    ]


def _sure_of(words: Sequence[Word]) -> float:
    return sum(len(word.text) * word.confidence for word in words)


def _recognise(line: Image, code: str, height: int) -> list[Word]:
    """The words of a line, in the order in which they are read, scaled to a height."""
    times = height / line.shape[0]
    grey = cv2.cvtColor(line, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    with _one_at_a_time:
        reader = _reader(code)
        reader.SetImage(Pillow.fromarray(grey))
        reader.Recognize()
        found = reader.GetIterator()
        each_word = iterate_level(found, RIL.WORD) if found else ()
        seen = [
            (word.GetUTF8Text(RIL.WORD), word.Confidence(RIL.WORD), word.BoundingBox(RIL.WORD))
            for word in each_word
            if not word.Empty(RIL.WORD)
        ]
        as_read = reader.GetUTF8Text().split()  # a word alone has its letters as they are seen
    if len(as_read) != len(seen):
        as_read = [text for text, _, _ in seen]
    words = []
    for text, (_, percent, box) in zip(as_read, seen, strict=True):
        left, right = (round(at / times) for at in (box[0], box[2]))
        words.append(Word(_written(text), percent / 100, left, max(right, left + 1)))
    return words


@cache
def _reader(code: str) -> PyTessBaseAPI:
    folder = str(installed_languages()[code])
    return PyTessBaseAPI(path=folder, lang=code, psm=PSM.SINGLE_LINE, oem=OEM.LSTM_ONLY)


def _written(text: str) -> str:
    """A word in the characters a page would use: Greek with the one accent it has today, and a µ
    of its own."""
    parts = unicodedata.normalize("NFD", text.replace("\u00b5", "\u03bc"))
    return unicodedata.normalize("NFC", parts.replace("\u0313", "\u0301"))
