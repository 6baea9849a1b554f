"""The steps that count: what a person would call one action is one link."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.studio.storyboard import ActionKind
from workers.imaging import Box, bounds, grow
from workers.recording.cursor import hot_spot
from workers.recording.kinds import kind_of, slid
from workers.recording.letters import typed_strip
from workers.recording.steps import Moment, Step, step_between, without_hover
from workers.recording.tracking import touch

LOADED_WITHIN = 1.5  # seconds after scrolling: what comes of itself was loaded by it
SCROLLED_ON = 0.5  # seconds of rest within one scrolling
HASTE = 0.45  # seconds of rest between letters of one word
PAUSE = 0.8  # seconds of rest between what is typed into one field as one word
NEAR = 30.0  # CSS pixels between a hover and the click that follows it


@dataclass(frozen=True)
class Link:
    """One action between two moments, told by their indices. `begins` is in seconds; `point` is
    where the cursor did it, image pixels; `strip` is the line that was typed, `knob` how wide and
    high what slides is."""

    before: int
    after: int
    kind: ActionKind
    step: Step
    begins: float
    point: tuple[float, float] | None
    strip: Box | None = None
    knob: int = 0


def chain(moments: Sequence[Moment], scale: float) -> list[Link]:
    """The links in order of time."""
    links: list[Link] = []
    for index in range(1, len(moments)):
        before, after = moments[index - 1], moments[index]
        step = step_between(before, after, after.snapshot.motions, scale)
        if not step.shift and not without_hover(before, after, step.changed, scale):
            continue
        if step.path and not step.events:
            continue  # what is left of the cursor's way
        link = _link(index, step, links[-1] if links else None)
        joined = _join(links[-1], link, moments) if links else None
        if joined is not None:
            links[-1] = joined
        else:
            links.append(link)
    return links


def _link(index: int, step: Step, last: Link | None) -> Link:
    kind = kind_of(step, last.step if last else None, last.kind if last else None)
    strip = typed_strip(step) if kind == "type" else None
    begins = step.first_change
    slide = slid(step) if kind == "drag" else None
    if slide is not None:
        x, _ = hot_spot(slide.start, step.scale)
        point = x, slide.line.y + slide.line.height / 2
        return Link(index - 1, index, kind, step, slide.began, point, knob=slide.line.height)
    if kind == "drag" and step.path:
        begun = [one for one in step.path if one.time < begins]
        point = hot_spot((begun[-1] if begun else step.path[0]).box, step.scale)
        return Link(index - 1, index, kind, step, begins, point)
    if kind == "hover" and step.after.cursor is not None:
        point = hot_spot(step.after.cursor, step.scale)
        return Link(index - 1, index, kind, step, begins, point)
    return Link(index - 1, index, kind, step, begins, step.point, strip)


def _join(first: Link, second: Link, moments: Sequence[Moment]) -> Link | None:
    """Both as one, where the first only leads to the second."""
    scale = second.step.scale
    kinds = (first.kind, second.kind)
    if (
        second.step.motions
        and second.step.motions[0].time - first.step.after.snapshot.began < HASTE
    ):
        whole = _both(first, second, moments, first.begins, "type")
        strip = typed_strip(whole.step) if kinds != ("type", "type") else None
        if strip is not None:
            return replace(whole, strip=strip, begins=second.begins)
    if kinds == ("type", "type"):
        rest = second.begins - first.step.after.snapshot.began
        if rest > PAUSE or not _one_line(first.strip, second.strip):
            return None
        return _both(first, second, moments, begins=first.begins)
    if second.kind == "type" and first.kind in ("click", "hover", "check"):
        if not _in_field(first, second.strip, scale):
            return None
        return _both(first, second, moments, begins=second.begins)
    if first.kind == "hover" and second.kind in ("click", "check", "drag"):
        if not _near(first.point, second.point, scale):
            return None
        return _both(first, second, moments, begins=second.begins)
    rest = second.begins - first.step.after.snapshot.began
    if kinds == ("scroll", "scroll") and rest < SCROLLED_ON:
        return _both(first, second, moments, begins=first.begins)
    if kinds == ("scroll", "wait") and rest < LOADED_WITHIN:
        return _both(first, second, moments, begins=first.begins, kind="scroll")
    return None


def _both(
    first: Link,
    second: Link,
    moments: Sequence[Moment],
    begins: float,
    kind: ActionKind | None = None,
) -> Link:
    before, after = moments[first.before], moments[second.after]
    motions = (*first.step.motions, *second.step.motions)
    step = step_between(before, after, motions, second.step.scale)
    if kind == "scroll" and not step.shift:
        step = replace(step, shift=first.step.shift)
    strips = [one.strip for one in (first, second) if one.strip is not None]
    strip = bounds(strips) if strips else None
    return Link(first.before, second.after, kind or second.kind, step, begins, second.point, strip)


def _one_line(first: Box | None, second: Box | None) -> bool:
    if first is None or second is None:
        return False
    level = abs((first.y + first.bottom) - (second.y + second.bottom)) < first.height
    return level and touch(first, second, 1.5 * first.height)


def _in_field(click: Link, strip: Box | None, scale: float) -> bool:
    if strip is None or click.point is None:
        return strip is not None and any(
            touch(blob.box, strip, 20 * scale) for blob in click.step.changed
        )
    field = grow(strip, round(300 * scale), round(24 * scale))
    return field.contains(Box(int(click.point[0]), int(click.point[1]), 1, 1))


def _near(
    first: tuple[float, float] | None, second: tuple[float, float] | None, scale: float
) -> bool:
    if first is None or second is None:
        return False
    return abs(first[0] - second[0]) + abs(first[1] - second[1]) < NEAR * scale
