"""Looks that differ by less than a person sees become one: the letters of a short text measure a
little larger or smaller than those of its neighbours, which were set in one size.

What moves other things is left as it was measured: a pixel in each of a column's gaps adds up.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Declarations = tuple[tuple[str, str], ...]
Look = tuple[str, Declarations]  # the name a class begins with, and what it declares

LENGTH = re.compile(r"(?<![\w.#-])-?\d+(?:\.\d+)?px")
NEAR = {"font-size": 0.4, "letter-spacing": 0.15, "border-radius": 1.0}  # CSS pixels


def without(look: Declarations, inherited: Declarations) -> Declarations:
    """What a look says that is not inherited already."""
    return tuple(pair for pair in look if pair not in inherited)


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
    """All of a look but its lengths."""
    base, declarations = look
    return (base, *((name, LENGTH.sub("px", value)) for name, value in declarations))


def _lengths(look: Look) -> tuple[float, ...]:
    return tuple(float(found[:-2]) for _, value in look[1] for found in LENGTH.findall(value))


def _limits(look: Look) -> list[float]:
    return [NEAR.get(name, 0.0) for name, value in look[1] for _ in LENGTH.findall(value)]


def _near(one: Sequence[float], other: Sequence[float], look: Look) -> bool:
    return all(abs(a - b) <= most for a, b, most in zip(one, other, _limits(look), strict=True))


def _mean(uses: Counter[Look]) -> Look:
    """The commonest look, with each of its lengths the mean of those used."""
    (base, declarations), total = uses.most_common(1)[0][0], uses.total()
    columns = zip(*(_lengths(look) for look in uses.elements()), strict=True)
    means = iter([sum(column) / total for column in columns])

    def written(value: str) -> str:
        return LENGTH.sub(lambda _: f"{round(next(means), 1):g}px", value)

    return base, tuple((name, written(value)) for name, value in declarations)
