"""What a page lacks of its mockup, as elements to write: taken from what is seen on the mockup."""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import TypeVar

from workers.drafting.page import Panel, Perception, Picture, Rule, StyledRun
from workers.drafting.perceive.fonts.installed import css_stack
from workers.imaging import Box
from workers.models.simulated.seeing.fix import ADD, Fix
from workers.models.simulated.seeing.reports import Rect, Told, away

Thing = TypeVar("Thing")
NEAR = 24  # CSS pixels that the sides of a thing and of its difference may be apart, together


def additions(told: Told, mockup: Perception) -> Iterator[Fix]:
    """The element that is missing, at most one; none where nothing is seen at its place."""
    for kind in (_text, _picture, _rule, _box):
        fix = kind(told, mockup)
        if fix is not None:
            yield fix
            return


def _text(told: Told, mockup: Perception) -> Fix | None:
    run = _at(mockup.runs, lambda run: run.run.ink, told.rect)
    if run is None or not told.item.startswith("text"):
        return None
    family = css_stack(run.font.family)
    style = (
        f"font: {'italic ' if run.font.italic else ''}{run.font.weight} {run.font.size:g}px"
        f"/{_line(run)}px {family}; color: {_hex(run.run.colour)}; white-space: nowrap;"
    )
    place = f"left: {run.origin_x:g}px; top: {round(run.baseline - 0.8 * _line(run))}px;"
    words = escape(told.expected or run.run.text)
    return _fix(told, f'<p style="position: absolute; {place} {escape(style)}">{words}</p>')


def _picture(told: Told, mockup: Perception) -> Fix | None:
    picture: Picture | None = _at(mockup.pictures, lambda one: one.box, told.rect)
    if picture is None:
        return None
    box = picture.box
    path = f"assets/missing-{box.x}-{box.y}.png"
    crop = (box.x, box.y, box.width, box.height)
    return _fix(told, f'<img src="{path}" alt="" style="{_placed(box)}">', crop)


def _rule(told: Told, mockup: Perception) -> Fix | None:
    rule: Rule | None = _at(mockup.rules, lambda one: one.box, told.rect)
    if rule is None:
        return None
    return _fix(told, f'<div style="{_placed(rule.box)} background: {_hex(rule.colour)};"></div>')


def _box(told: Told, mockup: Perception) -> Fix | None:
    panel: Panel | None = _at(mockup.panels, lambda one: one.box, told.rect)
    if panel is None:
        return None
    style = f"{_placed(panel.box)} box-sizing: border-box; border-radius: {panel.radius}px;"
    if isinstance(panel.fill, tuple):
        style += f" background: {_hex(panel.fill)};"
    if panel.border is not None:
        style += f" border: {panel.border.width}px solid {_hex(panel.border.colour)};"
    return _fix(told, f'<div style="{style} z-index: -1;"></div>')


def _fix(told: Told, html: str, crop: tuple[int, int, int, int] | None = None) -> Fix:
    return Fix(told.page, "body", ADD, html, crop=crop)


def _at(things: Sequence[Thing], box_of: Callable[[Thing], Box], rect: Rect) -> Thing | None:
    """The thing in the very place of a difference."""
    near = [(far, thing) for thing in things if (far := away(box_of(thing), rect)) <= NEAR]
    return min(near, key=lambda one: one[0])[1] if near else None


def _line(run: StyledRun) -> int:
    return round(1.25 * run.font.size)


def _placed(box: Box) -> str:
    return (
        f"position: absolute; left: {box.x}px; top: {box.y}px;"
        f" width: {box.width}px; height: {box.height}px;"
    )


def _hex(colour: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
