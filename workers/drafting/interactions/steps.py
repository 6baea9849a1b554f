"""The steps of a page: what each action is done on, and what that shows and hides."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from webapp.studio.storyboard import Action, Storyboard
from workers.drafting.interactions.changes import overlap
from workers.drafting.interactions.disclosures import (
    pushed,
)
from workers.drafting.interactions.parts import (
    SLACK,
)
from workers.drafting.interactions.targets import find_trigger
from workers.drafting.interactions.values import (
    Part,
    Step,
    Trigger,
    key_of,
)
from workers.drafting.interactions.views import Page
from workers.drafting.page import Border, Perception, StyledRun
from workers.imaging import Colour, grow, nearest_box

WHOLE = 0.6  # share of a page that what lies behind a dialog has, at least
LEAST_WAIT = 1.5  # seconds that what goes by itself can be read


def add_steps(board: Storyboard, pages: list[Page], page_of: Mapping[str, Page]) -> None:
    before: Action | None = None
    for action in board.actions:
        page, goal = page_of[action.from_state], page_of[action.to_state]
        old, new = page.names(action.from_state), goal.names(action.to_state)
        address = "" if goal is page else _address(pages.index(goal), new)
        seconds = 0.0
        if action.kind == "wait" and before is not None:
            rested = before.begins + before.seconds
            seconds = round(max(LEAST_WAIT, action.begins + action.seconds - rested), 1)
        before = action
        page.routed = page.routed or (action.kind == "back" and goal is page)
        if action.kind in ("scroll", "back") or _is_beside_dialog(page, action):
            continue
        trigger = ""
        if action.target is not None:
            toggled_now = set(old) ^ set(new)
            control = next(
                (page.parts[o] for o in toggled_now if o in page.parts and page.parts[o].checked),
                None,
            )
            trigger = _trigger(
                page, action, goal.views[action.to_state].scene.perception, control
            ).id
        shows = () if address else tuple(each for each in new if each not in old)
        hides = () if address else tuple(each for each in old if each not in new)
        step = Step(action.kind, trigger, action.text, shows, hides, seconds, address)
        if (address or shows or hides) and step not in page.steps:
            page.steps.append(step)


def _is_beside_dialog(page: Page, action: Action) -> bool:
    """Whether a dialog was left by a click beside it, which every dialog is."""
    has_dialog = any(part.kind == "dialog" for part in page.shown(action.from_state))
    if not has_dialog or action.kind != "click" or action.target is None:
        return False
    return action.target.width * action.target.height >= WHOLE * page.root.box.area


def _control(page: Page, old: Sequence[str], new: Sequence[str]) -> Part | None:
    """The box or the switch that is in another state."""
    parts = (page.parts.get(name) for name in set(old) ^ set(new))
    return next((part for part in parts if part is not None and part.checked), None)


def _address(number: int, shown: Sequence[str]) -> str:
    return _file(number) + (f"#{'+'.join(shown)}" if shown else "")


def _file(number: int) -> str:
    return "index.html" if number == 0 else f"page-{number + 1}.html"


def _trigger(page: Page, action: Action, after: Perception, control: Part | None) -> Trigger:
    view = page.views[action.from_state]
    shown = page.shown(action.from_state)
    moved = [*page.slots.moved(view.tree), *pushed(shown, page.root.box.width)]
    if control is not None and control.checked is not None:
        node = control.checked.node
        found = Trigger(control.id, node.box, control.checked.words, key_of(node))
    else:
        found = find_trigger(action, page.root, shown, moved, view.scene.down)
    for known in page.triggers:
        same = (known.key, known.inside) == (found.key, found.inside)
        if same and (known.key is not None or overlap(known.box, found.box)):
            return known
    taken = {each.id for each in page.triggers}
    name, number = found.id, 1
    while name in taken:
        number += 1
        name = f"{found.id}-{number}"
    ring = _ring(action, after) if found.typed else None
    trigger = replace(found, id=name, ring=ring)
    written = _written(action, after) if found.typed else None
    if written is not None:
        inset = max(0, round(written.origin_x - found.box.x) - _border(action, after))
        ink, size = written.run.colour, written.font.size
        trigger = replace(trigger, ink=ink, size=size, inset=inset)
    page.triggers.append(trigger)
    return trigger


def _ring(action: Action, after: Perception) -> Colour | None:
    """The colour of a field's border while it is typed in."""
    borders = _borders(action, after)
    return borders[0].colour if borders else None


def _border(action: Action, after: Perception) -> int:
    borders = _borders(action, after)
    return borders[0].width if borders else 0


def _borders(action: Action, after: Perception) -> list[Border]:
    assert action.target is not None
    place = grow(nearest_box(action.target), SLACK)
    return [one.border for one in after.panels if one.border and place.contains(one.box)]


def _written(action: Action, after: Perception) -> StyledRun | None:
    """What was typed, as it was seen."""
    assert action.target is not None
    place = nearest_box(action.target)
    runs = [run for run in after.runs if place.contains(run.run.ink)]
    return runs[0] if runs and action.text else None
