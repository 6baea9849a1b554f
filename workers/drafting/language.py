"""The language that a text is in, and which way it is read."""

import unicodedata
from collections.abc import Iterable
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "en"  # what most pages are in
SURE = 0.6  # probability below which a few words may be in any language
RIGHT_TO_LEFT = {"R", "AL"}
STRONG = RIGHT_TO_LEFT | {"L"}


def language_of(texts: Iterable[str]) -> str:
    """The BCP 47 code of the language that most of the texts are in; English where few tell."""
    language, probability = _identifier().classify(" ".join(texts))
    return language if probability >= SURE else UNKNOWN


def is_right_to_left(text: str) -> bool:
    """Whether a text is written from right to left: its first letter says so (UAX 9, P2)."""
    ways = (unicodedata.bidirectional(letter) for letter in text)
    return next((way for way in ways if way in STRONG), "L") in RIGHT_TO_LEFT


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
