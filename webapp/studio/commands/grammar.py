"""What a plain command says: read by a small grammar, wholly or not at all.

"button green and bigger"       "remove the second card"      "swap “Save” and “Cancel”"
"Überschrift fett"              "“Sign in” → “Log in”"        "dark mode"
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NoReturn

from rapidfuzz import fuzz, process

from webapp.studio.commands.colours import Colour, Shade, colour, read
from webapp.studio.commands.lexicon import ENDS, JOINS, LEXICON, LONGEST, WITH
from webapp.studio.commands.refusal import CommandRefused

# shown while a person types; each is carried out by a test
EXAMPLES = (
    "button green",
    "headline bigger",
    "headline “Welcome back”",
    "“Sign in” → “Log in”",
    "remove the last card",
    "duplicate the first card",
    "swap “Save” and “Cancel”",
    "buttons with round corners",
    "cards with a shadow",
    "no border",
    "background light blue",
    "text dark grey",
    "move up",
    "center the headline",
    "more space",
    "headings not bold",
    "dark mode",
)
LIKE = 78  # of 100: two words as alike as this may be the same, misspelt
MOST_PERCENT = 400.0  # by which something grows at once
FACTOR = 1.25  # of what becomes bigger or smaller
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
_CHANGED_BY_PART = {
    ("more", "shadow"): "shadow", ("less", "shadow"): "no shadow",
    ("more", "border"): "border", ("less", "border"): "no border",
    ("more", "underline"): "underlined", ("less", "underline"): "no underline",
    ("more", "space"): "airier", ("less", "space"): "tighter",
    ("bigger", "space"): "airier", ("smaller", "space"): "tighter",
    ("more", "width"): "wider", ("less", "width"): "narrower",
    ("bigger", "width"): "wider", ("smaller", "width"): "narrower",
    ("more", "size"): "bigger", ("less", "size"): "smaller",
    ("bigger", "size"): "bigger", ("smaller", "size"): "smaller",
    ("bigger", "text"): "bigger", ("smaller", "text"): "smaller",
    ("round", "corners"): "round", ("pill", "corners"): "pill", ("square", "corners"): "square",
    ("more", "corners"): "round", ("bigger", "corners"): "round", ("less", "corners"): "square",
    ("darker", "background"): "darker", ("lighter", "background"): "lighter",
    ("darker", "text"): "darker", ("lighter", "text"): "lighter",
    ("darker", "border"): "darker", ("lighter", "border"): "lighter",
}  # fmt: skip
_OPPOSITES = {
    "round": "square", "bold": "regular", "italic": "upright", "underlined": "no underline",
    "more": "less",
}  # fmt: skip
_TEXT_ACTIONS = {
    "bold", "regular", "italic", "upright", "underlined", "no underline", "uppercase", "centre",
    "left", "right",
}  # fmt: skip
_LENGTHS = {
    "": "size",
    "size": "size",
    "text": "size",
    "corners": "corners",
    "width": "width",
    "space": "space",
}


@dataclass(frozen=True)
class Target:
    """What is meant: elements of a `kind`, with certain `words`, the whole `page`; nothing of these
    is what the person has selected. `place` counts from 0, -1 is the last."""

    kind: str = ""
    every: bool = False
    place: int | None = None
    words: str = ""
    page: bool = False
    two: bool = False

    @property
    def is_named(self) -> bool:
        return bool(self.kind or self.words or self.page)


WORDS = Target("paragraph", every=True)  # "text bigger": what is selected, or else all paragraphs


@dataclass(frozen=True)
class Command:
    """One change. `length` is in CSS pixels, `factor` how many times as large."""

    action: str
    target: Target
    other: Target | None = None
    part: str = ""
    colour: Colour | None = None
    factor: float = FACTOR
    length: float | None = None
    text: str = ""


@dataclass(frozen=True)
class _Token:
    role: str  # of the lexicon; or quoted, hex, length, percent, end
    value: str
    shown: str  # as the person wrote it


def parse(text: str) -> list[Command]:
    """The commands of a text, in order. Raises CommandRefused where any of it is not understood."""
    tokens = list(_tokens(text))
    if not tokens:
        raise CommandRefused("command_unknown", "No change is named.")
    if any((one.role, one.value) == ("action", "swap") for one in tokens):
        return [_swap(tokens)]
    commands: list[Command] = []
    waiting: list[Target] = []  # named before it is said what happens to them
    target = Target()
    for clause in _clauses(tokens):
        found = _clause(clause)
        if found is None:
            waiting.append(_target(clause))
            continue
        if not commands or (found.target.is_named and found.target != WORDS):
            target = found.target
        commands += [replace(found, target=one) for one in (*waiting, target)]
        waiting = []
    if waiting or not commands:
        _unknown("It does not say what should change.")
    return commands


def _clauses(tokens: Sequence[_Token]) -> Iterator[list[_Token]]:
    """The parts that say one change each. "with" begins another where one was said before: "header
    blue with white text", but not "buttons with round corners"."""
    for clause in _split(tokens, ENDS):
        parts = list(_split(clause, WITH))
        said = [_SAYING & {one.role for one in part} for part in parts]
        if len(parts) == 2 and all(said) and said[1] != {"quoted"}:
            yield from parts
        else:
            yield [one for part in parts for one in part]


def _swap(tokens: Sequence[_Token]) -> Command:
    rest = [one for one in tokens if (one.role, one.value) != ("action", "swap")]
    sides = [_target(side) for side in _split(rest, JOINS)]
    kinds = {side.kind for side in sides if side.kind}
    if len(kinds) == 1:  # "the first and the second card"
        kind = kinds.pop()
        sides = [replace(one, kind=kind) if one.place is not None else one for one in sides]
    named = [side for side in sides if side.is_named]
    if len(named) > 2 or len(sides) > 2:
        _unknown("Two elements can be swapped, not more.")
    if len(named) == 2:
        return Command("swap", named[0], named[1])
    one = named[0] if named else Target()
    if one.kind and (one.two or one.every):  # the two of this kind that there are
        first, second = (replace(one, every=False, place=place) for place in (0, 1))
        return Command("swap", first, second)
    return Command("swap", Target(), one if one.is_named else None)


def _clause(tokens: Sequence[_Token]) -> Command | None:
    """What a clause says; None where it names elements alone."""
    by_role: dict[str, list[str]] = defaultdict(list)
    for token in tokens:
        by_role[token.role].append(token.value)
    one = {role: _single(role, values) for role, values in by_role.items() if role in _SINGLE}
    action, part, shade = one.get("action", ""), one.get("part", ""), one.get("shade", "")
    quoted, target = by_role["quoted"], _target(tokens)
    said = _colour(one.get("colour"), one.get("hex"), shade)
    if shade and said is None:
        action = _mode(action, shade, target)
    if "not" in by_role:
        action = "less" if part and not action else _OPPOSITES.get(action, "")
        if not action:
            _unknown("It does not say what should not be.")
    length = float(one["length"]) if "length" in one else None
    factor = _factor(one.get("measure"), one.get("percent"), smaller=action in _SMALLER)
    if said is not None:
        if action == "more" and part == "border":
            return Command("border", target, colour=said)
        if action or part not in ("", "text", "background", "border") or length is not None:
            _unknown("A colour and another change are two commands: join them by “and”.")
        if part == "text" and not target.is_named:
            target = WORDS
        return Command("colour", target, part=part, colour=said)
    if length is not None:
        if action not in ("", "more", "bigger", "smaller") or part not in _LENGTHS:
            _unknown("It is not clear what should have this length.")
        return Command(_LENGTHS[part], target, length=length)
    if quoted and (action == "text" or not (action or part in ("shadow", "border", "underline"))):
        if action == "text" and len(quoted) == 1 and not target.kind:
            target = Target()
        return Command(
            "text", replace(target, words=quoted[0] if len(quoted) == 2 else ""), text=quoted[-1]
        )
    if action == "remove" and part in ("shadow", "border", "underline"):
        action = "less"
    if not action and part in ("shadow", "border", "underline"):
        action = "more"
    if not action:
        if target.is_named and not part:
            return None
        _unknown("It does not say what should change.")
    if part == "text" and action in _TEXT_ACTIONS:
        part = ""
    if part:
        found = _CHANGED_BY_PART.get((action, part))
        if found is None:
            _unknown("This cannot be done to that part of an element.")
        keeps_part = found in ("darker", "lighter")
        if part == "text" and not target.is_named and not keeps_part:
            target = WORDS
        return Command(found, target, part=part if keeps_part else "", factor=factor)
    if action in ("more", "less", "text"):
        _unknown("It does not say of what." if action != "text" else "Put the new words in quotes.")
    return Command(action, target, factor=factor)


_SMALLER = {"smaller", "less", "tighter", "narrower"}
_SAYING = {"colour", "hex", "shade", "action", "part", "length", "quoted"}
_SINGLE = ("action", "part", "colour", "hex", "shade", "length", "percent", "measure")


def _single(role: str, values: list[str]) -> str:
    different = list(dict.fromkeys(values))
    if role == "action" and "move" in different:  # "move it up", "schiebe die Karte nach rechts"
        ways = {"left": "earlier", "right": "later"}
        different = [ways.get(one, one) for one in different if one != "move"]
        if not different:
            _unknown("It does not say where to.")
    if role == "action" and len(different) == 2 and "more" in different:  # "more rounded"
        different.remove("more")
    if len(different) > 1:
        _unknown("It says several things at once: join them by “and”.")
    return different[0]


def _mode(action: str, shade: str, target: Target) -> str:
    """What "dark" or "light" means where no colour is named."""
    if action:
        _unknown("It does not say which colour.")
    if target.page or not target.is_named:
        return f"{shade} mode"
    return "darker" if shade == "dark" else "lighter"


def _colour(name: str | None, exact: str | None, shade: str) -> Colour | None:
    if exact is not None:
        if read(exact) is None:
            _unknown(f"{exact} is no colour.")
        return Colour(exact, exact=exact)
    if name is None:
        return None
    shades: dict[str, Shade] = {"dark": "dark", "light": "light"}
    return colour(name, shades.get(shade, ""))


def _factor(measure: str | None, percent: str | None, *, smaller: bool) -> float:
    """How many times as large, or as small, something becomes."""
    if percent is not None:
        share = min(float(percent), MOST_PERCENT) / 100
        return 1 / (1 - min(share, 0.9)) if smaller else 1 + share
    return 1 + (FACTOR - 1) * float(measure or 1)


def _target(tokens: Sequence[_Token]) -> Target:
    """The elements that are named among the tokens."""
    named = {
        role: [one.value for one in tokens if one.role == role]
        for role in ("kind", "kinds", "place", "quoted")
    }
    roles = {one.role for one in tokens}
    kinds = list(dict.fromkeys(named["kind"] + named["kinds"]))
    if len(kinds) > 1 or len(named["place"]) > 1 or len(named["quoted"]) > 2:
        _unknown("It names several elements: join them by “and”.")
    return Target(
        kind=kinds[0] if kinds else "",
        every=bool(named["kinds"]) or "every" in roles,
        place=int(named["place"][0]) if named["place"] else None,
        words=named["quoted"][0] if named["quoted"] else "",
        page="page" in roles and not kinds,
        two="two" in roles,
    )


def _tokens(text: str) -> Iterator[_Token]:
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
                    yield _Token("shade", _FOLDED[found[1]][1], found[1])
                    known = _FOLDED[found[2]]
            if known is not None:
                yield _Token(known[0], known[1], shown)
                at += length
                break
        else:
            _misspelt(part["word"])


def _other(part: re.Match[str]) -> _Token:
    if part["quoted"] is not None:
        return _Token("quoted", part["quoted"][1:-1].strip(), part[0])
    if part["hex"] is not None:
        return _Token("hex", part["hex"], part[0])
    if part["number"] is not None:
        is_share = part["unit"] in ("%", "prozent", "percent")
        return _Token(
            "percent" if is_share else "length", part["number"].replace(",", "."), part[0]
        )
    if part["end"] is not None:
        return _Token("end", "and", part[0])
    raise CommandRefused("command_unknown", f"“{part[0]}” is not understood.")


def _css_name(word: str) -> tuple[Literal["colour"], str] | None:
    """A colour of CSS that has no other meaning here: tomato, navy."""
    return ("colour", word) if word.isascii() and word.isalpha() and read(word) else None


def _split(tokens: Sequence[_Token], ends: Sequence[str]) -> Iterator[list[_Token]]:
    """The parts between the words that end one; those that end none here say nothing."""
    part: list[_Token] = []
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


def _unknown(why: str) -> NoReturn:
    raise CommandRefused("command_unknown", why)


def _misspelt(word: str) -> NoReturn:
    like = process.extractOne(_folded(word), _LONG, scorer=fuzz.ratio, score_cutoff=LIKE)
    meant = f" Is “{like[0]}” meant?" if like is not None else ""
    _unknown(f"“{word}” is not a word of plain commands.{meant}")


_FOLDED = {_folded(phrase): meaning for phrase, meaning in LEXICON.items()}
_LONG = [phrase for phrase in _FOLDED if len(phrase) > 3]  # those that may be misspelt


def _of_role(role: str) -> str:
    return "|".join(phrase for phrase, meaning in _FOLDED.items() if meaning[0] == role)


_SHADED = re.compile(f"({_of_role('shade')})({_of_role('colour')})")  # hellblau, dunkelgrüne
