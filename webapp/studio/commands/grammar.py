"""What a plain command says: read by a small grammar, wholly or not at all.

"button green and bigger"       "remove the second card"      "swap “Save” and “Cancel”"
"Überschrift fett"              "“Sign in” → “Log in”"        "dark mode"
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from webapp.studio.commands.colours import Colour, Shade, colour, read
from webapp.studio.commands.lexicon import ENDS, JOINS, WITH
from webapp.studio.commands.tokens import Token, not_understood, split, tokens_of

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
MOST_PERCENT = 400.0  # by which something grows at once
FACTOR = 1.25  # of what becomes bigger or smaller
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


def parse(text: str) -> list[Command]:
    """The commands of a text, in order. Raises CommandRefused where any of it is not understood."""
    tokens = list(tokens_of(text))
    if not tokens:
        not_understood("No change is named.")
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
        not_understood("It does not say what should change.")
    return commands


def _clauses(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The parts that say one change each. "with" begins another where one was said before: "header
    blue with white text", but not "buttons with round corners"."""
    for clause in split(tokens, ENDS):
        parts = list(split(clause, WITH))
        said = [_SAYING & {one.role for one in part} for part in parts]
        if len(parts) == 2 and all(said) and said[1] != {"quoted"}:
            yield from parts
        else:
            yield [one for part in parts for one in part]


def _swap(tokens: Sequence[Token]) -> Command:
    rest = [one for one in tokens if (one.role, one.value) != ("action", "swap")]
    sides = [_target(side) for side in split(rest, JOINS)]
    kinds = {side.kind for side in sides if side.kind}
    if len(kinds) == 1:  # "the first and the second card"
        kind = kinds.pop()
        sides = [replace(one, kind=kind) if one.place is not None else one for one in sides]
    named = [side for side in sides if side.is_named]
    if len(named) > 2 or len(sides) > 2:
        not_understood("Two elements can be swapped, not more.")
    if len(named) == 2:
        return Command("swap", named[0], named[1])
    one = named[0] if named else Target()
    if one.kind and (one.two or one.every):  # the two of this kind that there are
        first, second = (replace(one, every=False, place=place) for place in (0, 1))
        return Command("swap", first, second)
    return Command("swap", Target(), one if one.is_named else None)


def _clause(tokens: Sequence[Token]) -> Command | None:
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
        action = _opposite(action, part)
    if said is not None:
        if "length" in one:
            not_understood(TWO_COMMANDS)
        return _of_colour(said, action, part, target)
    if "length" in one:
        if action not in ("", "more", "bigger", "smaller") or part not in _LENGTHS:
            not_understood("It is not clear what should have this length.")
        return Command(_LENGTHS[part], target, length=float(one["length"]))
    if quoted and (action == "text" or not (action or part in _SWITCHED)):
        return _of_words(quoted, action, target)
    if not action and not part and target.is_named:
        return None
    factor = _factor(one.get("measure"), one.get("percent"), smaller=action in _SMALLER)
    return _of_action(action, part, target, factor)


def _of_colour(said: Colour, action: str, part: str, target: Target) -> Command:
    if action == "more" and part == "border":
        return Command("border", target, colour=said)
    if action or part not in ("", "text", "background", "border"):
        not_understood(TWO_COMMANDS)
    meant = WORDS if part == "text" and not target.is_named else target
    return Command("colour", meant, part=part, colour=said)


def _of_words(quoted: Sequence[str], action: str, target: Target) -> Command:
    """The last of the quoted words are the new ones; any before them say where."""
    if action == "text" and len(quoted) == 1 and not target.kind:
        target = Target()
    words = quoted[0] if len(quoted) == 2 else ""
    return Command("text", replace(target, words=words), text=quoted[-1])


def _of_action(action: str, part: str, target: Target, factor: float) -> Command:
    if part in _SWITCHED and action in ("", "remove"):
        action = "less" if action else "more"
    if part == "text" and action in _TEXT_ACTIONS:
        part = ""
    if not action:
        not_understood("It does not say what should change.")
    if action == "text":
        not_understood("Put the new words in quotes.")
    if not part:
        if action in ("more", "less"):
            not_understood("It does not say of what.")
        return Command(action, target, factor=factor)
    found = _CHANGED_BY_PART.get((action, part))
    if found is None:
        not_understood("This cannot be done to that part of an element.")
    if found in ("darker", "lighter"):
        return Command(found, target, part=part, factor=factor)
    meant = WORDS if part == "text" and not target.is_named else target
    return Command(found, meant, factor=factor)


def _opposite(action: str, part: str) -> str:
    opposite = "less" if part and not action else _OPPOSITES.get(action)
    return opposite or not_understood("It does not say what should not be.")


TWO_COMMANDS = "A colour and another change are two commands: join them by “and”."
_SWITCHED = ("shadow", "border", "underline")  # parts that are there or not
_SMALLER = {"smaller", "less", "tighter", "narrower"}
_SAYING = {"colour", "hex", "shade", "action", "part", "length", "quoted"}
_SINGLE = ("action", "part", "colour", "hex", "shade", "length", "percent", "measure")


def _single(role: str, values: list[str]) -> str:
    different = list(dict.fromkeys(values))
    if role == "action" and "move" in different:  # "move it up", "schiebe die Karte nach rechts"
        ways = {"left": "earlier", "right": "later"}
        different = [ways.get(one, one) for one in different if one != "move"]
        if not different:
            not_understood("It does not say where to.")
    if role == "action" and len(different) == 2 and "more" in different:  # "more rounded"
        different.remove("more")
    if len(different) > 1:
        not_understood("It says several things at once: join them by “and”.")
    return different[0]


def _mode(action: str, shade: str, target: Target) -> str:
    """What "dark" or "light" means where no colour is named."""
    if action:
        not_understood("It does not say which colour.")
    if target.page or not target.is_named:
        return f"{shade} mode"
    return "darker" if shade == "dark" else "lighter"


def _colour(name: str | None, exact: str | None, shade: str) -> Colour | None:
    if exact is not None:
        if read(exact) is None:
            not_understood(f"{exact} is no colour.")
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


def _target(tokens: Sequence[Token]) -> Target:
    """The elements that are named among the tokens."""
    named = {
        role: [one.value for one in tokens if one.role == role]
        for role in ("kind", "kinds", "place", "quoted")
    }
    roles = {one.role for one in tokens}
    kinds = list(dict.fromkeys(named["kind"] + named["kinds"]))
    if len(kinds) > 1 or len(named["place"]) > 1 or len(named["quoted"]) > 2:
        not_understood("It names several elements: join them by “and”.")
    return Target(
        kind=kinds[0] if kinds else "",
        every=bool(named["kinds"]) or "every" in roles,
        place=int(named["place"][0]) if named["place"] else None,
        words=named["quoted"][0] if named["quoted"] else "",
        page="page" in roles and not kinds,
        two="two" in roles,
    )
