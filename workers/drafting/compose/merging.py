"""Looks that differ by less than a person sees become one: the letters of a short text measure a
little larger or smaller than those of its neighbours, which were set in one size.

What moves other things is left as it was measured: a pixel in each of a column's gaps adds up.
Paddings are one where they add up to the same across and down: only what is inside is moved.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Declarations = tuple[tuple[str, str], ...]
Look = tuple[str, Declarations]  # the name a class begins with, and what it declares

LENGTH = re.compile(r"(?<![\w.#-])-?\d+(?:\.\d+)?px")
NEAR = {  # CSS pixels
    "font-size": 0.4,
    "letter-spacing": 0.15,
    "border-radius": 1.0,
    "padding": 1.0,  # each side
}


def without(look: Declarations, inherited: Declarations) -> Declarations:
    """What a look says that is not inherited already."""
    return tuple(pair for pair in look if pair not in inherited)


def commonest_look(looks: Counter[Declarations]) -> Declarations:
    """What a holder says for its texts; how they are set is their own."""
    most = looks.most_common(1)[0][0] if looks else ()
    return tuple((name, "left" if name == "text-align" else value) for name, value in most)


@dataclass
class _Group:
    """Looks that are one, with how often each is used."""

    lengths: tuple[float, ...]  # of the commonest
    uses: Counter[Look] = field(default_factory=Counter)


def merge_alike(uses: Mapping[Look, int]) -> dict[Look, Look]:
    """For each look the one that stands for it and those near it, where that is another."""
    families: dict[tuple[object, ...], list[_Group]] = defaultdict(list)
    for look, times in Counter(uses).most_common():
        groups = families[_shape(look)]
        lengths = _lengths(look)
        home = next((each for each in groups if _near(each.lengths, lengths, look)), None)
        if home is None:
            home = _Group(lengths)
            groups.append(home)
        home.uses[look] += times
    return {
        look: standing
        for groups in families.values()
        for group in groups
        if len(group.uses) > 1
        for standing in [_mean(group.uses)]
        for look in group.uses
        if look != standing
    }


def _shape(look: Look) -> tuple[object, ...]:
    """All of a look but its lengths, and what its padding adds to a thing's size."""
    base, declarations = look
    return (base, *((name, _form(name, value)) for name, value in declarations))


def _form(name: str, value: str) -> object:
    if name != "padding":
        return LENGTH.sub("px", value)
    top, right, bottom, left = padding_sides(value)
    return left + right, top + bottom


def padding_sides(value: str) -> tuple[float, float, float, float]:
    """Top, right, bottom and left of a padding that is written in CSS pixels, or not at all."""
    sides = [float(part.removesuffix("px")) for part in value.split()] or [0.0]
    top, right = sides[0], sides[min(1, len(sides) - 1)]
    bottom = sides[2] if len(sides) > 2 else top
    return top, right, bottom, sides[3] if len(sides) > 3 else right


def _lengths(look: Look) -> tuple[float, ...]:
    return tuple(length for name, value in look[1] for length in _lengths_in(name, value))


def _lengths_in(name: str, value: str) -> tuple[float, ...]:
    if name == "padding":
        return padding_sides(value)
    return tuple(float(found[:-2]) for found in LENGTH.findall(value))


def _limits(look: Look) -> list[float]:
    return [NEAR.get(name, 0.0) for name, value in look[1] for _ in _lengths_in(name, value)]


def _near(one: Sequence[float], other: Sequence[float], look: Look) -> bool:
    return all(abs(a - b) <= most for a, b, most in zip(one, other, _limits(look), strict=True))


def _mean(uses: Counter[Look]) -> Look:
    """The commonest look, with each of its lengths but those of paddings the mean of those used."""
    (base, declarations), total = uses.most_common(1)[0][0], uses.total()
    columns = zip(*(_lengths(look) for look in uses.elements()), strict=True)
    means = iter([sum(column) / total for column in columns])

    def written(name: str, value: str) -> str:
        if name == "padding":
            for _ in padding_sides(value):
                next(means)
            return value
        return LENGTH.sub(lambda _: f"{round(next(means), 1):g}px", value)

    return base, tuple((name, written(name, value)) for name, value in declarations)
