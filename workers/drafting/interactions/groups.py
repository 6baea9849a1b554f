"""Which parts take one another's place: of a group one is shown at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workers.drafting.interactions.changes import overlap
from workers.drafting.interactions.values import Part, Step

ALIKE = 4  # CSS pixels by which the sides of two parts differ that are the same of two things


def grouped(
    parts: Mapping[str, Part], steps: Iterable[Step], views: Sequence[Sequence[str]]
) -> dict[str, str]:
    """The group of each part that has one, by the ids of parts. `views` are the ids that were seen
    together: what was is in no group."""
    group_of = {name: {name} for name in parts}
    for step in steps:
        for old in step.hides:
            for new in step.shows:
                both = group_of[old] | group_of[new]
                apart = all(len(both & set(view)) < 2 for view in views)
                if _is_exchanged(parts[old], parts[new]) and apart:
                    for name in both:
                        group_of[name] = both
    return {name: f"group-{min(both)}" for name, both in group_of.items() if len(both) > 1}


def _is_exchanged(old: Part, new: Part) -> bool:
    if old.kind != new.kind or old.kind in ("check", "theme"):
        return False
    one, other = old.content.box, new.content.box
    alike = abs(one.width - other.width) <= ALIKE and abs(one.height - other.height) <= ALIKE
    return old.kind in ("overlay", "disclosure") or alike or overlap(one, other) > 0


def hovered(parts: Mapping[str, Part], steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """The triggers of each part that is there while a pointer is over one of them, and at no other
    time."""
    found: dict[str, tuple[str, ...]] = {}
    for name, part in parts.items():
        shows = [step for step in steps if name in step.shows]
        over = shows and all(step.on == "hover" for step in shows)
        if over and part.kind not in ("variant", "dialog"):
            found[name] = tuple(dict.fromkeys(step.target for step in shows))
    return found


def without_own(parts: Mapping[str, Part], steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps without what elements do by themselves: what unfolds needs no script, nor what is
    there while a pointer is over something."""
    left: dict[Step, None] = {}

    def others(names: Iterable[str]) -> tuple[str, ...]:
        held = (parts[name] for name in names)
        return tuple(
            part.id for part in held if not (part.disclosed or part.hovered or part.checked)
        )

    for step in steps:
        step = replace(step, shows=others(step.shows), hides=others(step.hides))
        if step.shows or step.hides or step.page:
            left[step] = None
    return tuple(left)
