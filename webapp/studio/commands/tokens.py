"""A plain command cut into the phrases that the lexicon knows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from rapidfuzz import fuzz, process

from webapp.studio.commands.colours import read
from webapp.studio.commands.lexicon import ENDS, JOINS, LEXICON, LONGEST, Meaning
from webapp.studio.commands.refusal import CommandRefused

LIKE = 78  # of 100: two words as alike as this may be the same, misspelt
QUOTES = ('""', "“”", "„“", "„”", "«»", "»«", "‘’", "‚‘", "''")
_QUOTED = "|".join(f"{a}[^{a}{b}]+{b}" for a, b in map(tuple, QUOTES))
_TOKEN = re.compile(
    rf"(?P<quoted>{_QUOTED})"
    r"|(?P<hex>\#[0-9a-fA-F]{3,8}\b)"
    r"|(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>px|pixels?|%|prozent|percent)?"
    r"|(?P<end>[,;])|(?P<skip>[\s.!?:…]+|->|→|=>|=)"
    r"|(?P<word>[^\W\d_][\w'’-]*)|(?P<other>.)"
)  # fmt: skip
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Token:
    role: str  # of the lexicon; or quoted, hex, length, percent, end
    value: str
    shown: str  # as the person wrote it


def tokens_of(text: str) -> Iterator[Token]:
    """The text by the longest phrases that the lexicon has. Raises CommandRefused."""
    parts = [one for one in _TOKEN.finditer(text) if one.lastgroup != "skip"]
    at = 0
    while at < len(parts):
        part = parts[at]
        if part["word"] is None:
            yield _other(part)
            at += 1
            continue
        words = [one["word"] for one in parts[at : at + LONGEST]]
        known = None
        for length in range(len(words), 0, -1):
            if None in words[:length]:
                continue
            shown = " ".join(words[:length])
            phrase = _folded(shown)
            known = ("end", phrase) if phrase in {*JOINS, *ENDS} else _FOLDED.get(phrase)
            if known is None and length == 1:
                known = _css_name(phrase)
                if known is None and (found := _SHADED.fullmatch(phrase)) is not None:
                    yield Token("shade", _FOLDED[found[1]][1], found[1])
                    known = _FOLDED[found[2]]
            if known is not None:
                yield Token(known[0], known[1], shown)
                at += length
                break
        else:
            _misspelt(part["word"])


def _other(part: re.Match[str]) -> Token:
    if part["quoted"] is not None:
        return Token("quoted", part["quoted"][1:-1].strip(), part[0])
    if part["hex"] is not None:
        return Token("hex", part["hex"], part[0])
    if part["number"] is not None:
        is_share = part["unit"] in ("%", "prozent", "percent")
        return Token("percent" if is_share else "length", part["number"].replace(",", "."), part[0])
    if part["end"] is not None:
        return Token("end", "and", part[0])
    raise CommandRefused("command_unknown", f"“{part[0]}” is not understood.")


def _css_name(word: str) -> Meaning | None:
    """A colour of CSS that has no other meaning here: tomato, navy."""
    return ("colour", word) if word.isascii() and word.isalpha() and read(word) else None


def split(tokens: Sequence[Token], ends: Sequence[str]) -> Iterator[list[Token]]:
    """The parts between the words that end one; those that end none here say nothing."""
    part: list[Token] = []
    for token in tokens:
        if token.role == "end" and token.value in ends:
            if part:
                yield part
            part = []
        elif token.role != "filler":
            part.append(token)
    if part:
        yield part


def _folded(text: str) -> str:
    return text.casefold().translate(_FOLD).replace("’", "'")


def not_understood(why: str) -> NoReturn:
    raise CommandRefused("command_unknown", why)


def _misspelt(word: str) -> NoReturn:
    like = process.extractOne(_folded(word), _LONG, scorer=fuzz.ratio, score_cutoff=LIKE)
    meant = f" Is “{like[0]}” meant?" if like is not None else ""
    not_understood(f"“{word}” is not a word of plain commands.{meant}")


_FOLDED = {_folded(phrase): meaning for phrase, meaning in LEXICON.items()}
_LONG = [phrase for phrase in _FOLDED if len(phrase) > 3]  # those that may be misspelt


def _of_role(role: str) -> str:
    return "|".join(phrase for phrase, meaning in _FOLDED.items() if meaning[0] == role)


_SHADED = re.compile(f"({_of_role('shade')})({_of_role('colour')})")  # hellblau, dunkelgrüne
