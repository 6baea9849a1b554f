"""From a storyboard to pages with behaviour: which states are one page, and what differs in each.

A state is told by what it shows beyond another of its page, the one that it differs from least: so
nothing that stays is written twice.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from webapp.studio.storyboard import Action, Storyboard
from workers.drafting.interactions.changes import changed_boxes, changed_mask, dimming, overlap
from workers.drafting.interactions.parts import SLACK, Content, Region, as_parts, extent, regions_of
from workers.drafting.interactions.targets import find_trigger
from workers.drafting.interactions.values import (
    Interactions,
    NodeKey,
    Part,
    Step,
    Trigger,
)
from workers.drafting.page import Container, Perception
from workers.imaging import Box, Colour, Image, grow, nearest_box

NEW_PAGE = 0.5  # share of the window: where more has changed, it is another page
TYPED_EDGE = 6  # CSS pixels around a field that change as it is typed in: its ring
LEAST_WAIT = 1.5  # seconds that what goes by itself can be read


@dataclass(frozen=True)
class Scene:
    """A state as it was seen: its picture at one pixel a CSS pixel, what is on it, and how far
    down its page the window was."""

    id: str
    image: Image
    perception: Perception
    down: int = 0


@dataclass
class _View:
    """What is shown in one state of a page, by the ids of parts, and what is hidden."""

    scene: Scene
    parts: list[str] = field(default_factory=list)
    hidden: list[NodeKey] = field(default_factory=list)


@dataclass
class _Page:
    root: Container
    views: dict[str, _View]
    parts: dict[str, Part] = field(default_factory=dict)
    triggers: list[Trigger] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    routed: bool = False

    @property
    def base(self) -> str:
        return next(iter(self.views))


TreeOf = Callable[[str], Container]


def plan_pages(
    board: Storyboard, scenes: Mapping[str, Scene], tree_of: TreeOf
) -> tuple[Interactions, ...]:
    """The pages of a storyboard, the first state's first. `tree_of` lays out a state that a page
    begins with."""
    first = board.states[0].id
    pages = [_Page(tree_of(first), {first: _View(scenes[first])})]
    page_of = {first: pages[0]}
    ends_alone = {action.from_state for action in board.actions if action.kind == "wait"}
    for action in board.actions:
        if action.to_state in page_of:
            continue
        page = page_of.get(action.from_state)
        scene = scenes[action.to_state]
        if page is None or not _take_in(page, scene, action, ends_alone):
            page = _Page(tree_of(scene.id), {scene.id: _View(scene)})
            pages.append(page)
        page_of[scene.id] = page
    _add_steps(board, pages, page_of)
    names = _names(board)
    return tuple(_finished(page, names) for page in pages)


def _take_in(page: _Page, scene: Scene, action: Action, ends_alone: set[str]) -> bool:
    """Note what a state shows beyond another of the page; False where it is a page of its own."""
    if action.kind == "scroll":
        before = page.views[action.from_state]
        page.views[scene.id] = _View(scene, list(before.parts), list(before.hidden))
        return True
    near = _nearest(page, scene, action)
    if near is None:
        return False
    reference, regions = near
    view = _View(scene, list(reference.parts), list(reference.hidden))
    content = Content(page.root, scene.perception, scene.down)
    shown = [page.parts[each] for each in reference.parts]
    found = as_parts(content, scene.id, regions, shown, goes=scene.id in ends_alone)
    for part, place, hides in found:
        known = _known(page, part, scene)
        name = known.id if known else f"{part.id}-{len(page.parts) + 1}"
        if not known:
            page.parts[name] = Part(
                name, part.kind, part.state, part.content, (), part.inside, part.backdrop
            )
        view.parts = [each for each in view.parts if not _is_under(page.parts[each], part, place)]
        view.parts.append(name)
        view.hidden += [key for key in hides if key not in view.hidden]
    page.views[scene.id] = view
    return True


def _is_under(old: Part, new: Part, box: Box) -> bool:
    """Whether a part gives way to another in its place."""
    both = "dialog" not in (old.kind, new.kind)
    return both and grow(box, SLACK).contains(extent(old.content))


def _nearest(page: _Page, scene: Scene, action: Action) -> tuple[_View, tuple[Region, ...]] | None:
    """The view that a scene differs from least, and where; None where all of it is other."""
    best: tuple[int, _View, tuple[Region, ...]] | None = None
    height, width = scene.image.shape[:2]
    for view in page.views.values():
        if view.scene.down != scene.down:
            continue
        dimmed = dimming(view.scene.image, scene.image)
        if dimmed is not None:
            regions: tuple[Region, ...] = (Region(dimmed[1], dimmed[0]),)
            if _is_known_dialog(page, dimmed[1], scene):
                return view, regions
        else:
            mask = changed_mask(view.scene.image, scene.image)
            boxes = [box for box in changed_boxes(mask) if not _is_typing(box, action)]
            regions = regions_of(boxes, page.root, scene.perception, scene.down)
        area = sum(region.box.area for region in regions)
        if best is None or area < best[0]:
            best = area, view, regions
    if best is None or best[0] > NEW_PAGE * width * height:
        return None
    return best[1], best[2]


def _is_known_dialog(page: _Page, box: Box, scene: Scene) -> bool:
    """Whether a dialog looks as it did before."""
    before = [page.views[part.state].scene for part in page.parts.values() if part.kind == "dialog"]
    return any(
        not changed_mask(one.image[box.slices], scene.image[box.slices]).any() for one in before
    )


def _is_typing(box: Box, action: Action) -> bool:
    """Whether a change is what was typed, which the field shows by itself."""
    if action.kind != "type" or action.target is None:
        return False
    return grow(nearest_box(action.target), TYPED_EDGE).contains(box)


def _known(page: _Page, part: Part, scene: Scene) -> Part | None:
    """A part of the same look in the same place."""
    box = part.content.box
    for other in page.parts.values():
        if other.kind != part.kind or not other.content.box.contains(box, 2):
            continue
        if not box.contains(other.content.box, 2):
            continue
        place = Box(box.x, box.y - scene.down, box.width, box.height).slices
        old = page.views[other.state].scene.image
        if not changed_mask(old[place], scene.image[place]).any():
            return other
    return None


def _add_steps(board: Storyboard, pages: list[_Page], page_of: Mapping[str, _Page]) -> None:
    before: Action | None = None
    for action in board.actions:
        page, goal = page_of[action.from_state], page_of[action.to_state]
        file = "" if goal is page else _file(pages.index(goal))
        seconds = 0.0
        if action.kind == "wait" and before is not None:
            rested = before.begins + before.seconds
            seconds = max(LEAST_WAIT, action.begins + action.seconds - rested)
        before = action
        page.routed = page.routed or (action.kind == "back" and goal is page)
        if action.kind in ("scroll", "back"):
            continue
        trigger = ""
        if action.target is not None:
            trigger = _trigger(page, action, goal.views[action.to_state].scene.perception).id
        page.steps.append(
            Step(
                action.kind, action.from_state, action.to_state, trigger, action.text,
                seconds=round(seconds, 1), page=file,
            )
        )  # fmt: skip


def _file(number: int) -> str:
    return "index.html" if number == 0 else f"page-{number + 1}.html"


def _trigger(page: _Page, action: Action, after: Perception) -> Trigger:
    view = page.views[action.from_state]
    parts = [page.parts[each] for each in view.parts]
    found = find_trigger(action, page.root, parts, view.hidden, view.scene.down)
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
    ink = _ink(action, after) if found.typed else None
    trigger = replace(found, id=name, ring=ring, ink=ink)
    page.triggers.append(trigger)
    return trigger


def _ring(action: Action, after: Perception) -> Colour | None:
    """The colour of a field's border while it is typed in."""
    assert action.target is not None
    place = grow(nearest_box(action.target), SLACK)
    borders = [one.border for one in after.panels if one.border and place.contains(one.box)]
    return borders[0].colour if borders else None


def _ink(action: Action, after: Perception) -> Colour | None:
    """The colour of what was typed."""
    assert action.target is not None
    place = nearest_box(action.target)
    runs = [run.run for run in after.runs if place.contains(run.run.ink)]
    return runs[0].colour if runs and action.text else None


def _names(board: Storyboard) -> dict[str, str]:
    """A word or two for each state, no two the same."""
    names: dict[str, str] = {}
    for state in board.states:
        slug = re.sub(r"[^a-z0-9]+", "-", state.name.lower()).strip("-")[:24] or state.id
        names[state.id] = slug if slug not in names.values() else f"{slug}-{state.id}"
    return names


def _finished(page: _Page, names: Mapping[str, str]) -> Interactions:
    shown = {
        name: tuple(names[one] for one, view in page.views.items() if name in view.parts)
        for name in page.parts
    }
    hidden: dict[NodeKey, list[str]] = {}
    for state, view in page.views.items():
        for key in view.hidden:
            hidden.setdefault(key, []).append(names[state])
    return Interactions(
        view=names[page.base],
        state=page.base,
        root=page.root,
        parts=tuple(
            Part(
                part.id, part.kind, part.state, part.content, shown[part.id], part.inside,
                part.backdrop,
            )
            for part in page.parts.values()
        ),
        hidden={key: tuple(views) for key, views in hidden.items()},
        triggers=tuple(page.triggers),
        routed=page.routed,
        steps=tuple(
            Step(
                step.on, names[step.source], names[step.view], step.target, step.text, step.drop,
                step.seconds, step.page,
            )
            for step in page.steps
        ),
    )  # fmt: skip
