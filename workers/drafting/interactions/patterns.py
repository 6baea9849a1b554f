"""What an action did that pages do by themselves: unfold, switch, drag, change colours."""

from dataclasses import replace

from webapp.studio.storyboard import Action
from workers.drafting.interactions.boards import board_at, is_moved
from workers.drafting.interactions.changes import changed_boxes, changed_mask
from workers.drafting.interactions.checks import (
    checked_at,
    checked_part,
    is_control,
    places_of,
    toggled,
    with_label,
)
from workers.drafting.interactions.disclosures import (
    disclosed,
    is_at,
    is_of,
    pushed_box,
    unpushed,
)
from workers.drafting.interactions.insertions import insertion
from workers.drafting.interactions.parts import (
    SLACK,
    Content,
    as_parts,
    extent,
    regions_of,
)
from workers.drafting.interactions.themes import is_darker, is_same_theme, theme_of
from workers.drafting.interactions.values import (
    Part,
)
from workers.drafting.interactions.views import Page, Scene, View, add_part
from workers.drafting.page import Container
from workers.imaging import Box, grow, nearest_box


def unfolds(page: Page, scene: Scene, action: Action) -> bool:
    """Note what a click has unfolded, or folded, if that is all that it did."""
    before, first = page.views[action.from_state], page.views[page.base]
    if action.target is None or before.scene.down or scene.down:
        return False
    shown = [page.parts[each] for each in before.parts]
    at = unpushed(nearest_box(action.target), shown)
    content = Content(page.root, scene.perception, 0)
    for view in (before, first):  # or another is folded, so that one is open at a time
        held = [page.parts[each] for each in view.parts]
        target = pushed_box(at, held)
        found = insertion(view.scene.image, scene.image, target)
        part = disclosed(content, scene.id, found, target, held) if found else None
        if part is not None:
            known = next((one for one in page.parts.values() if is_of(one, part)), None)
            name = known.id if known else f"answer-{len(page.parts) + 1}"
            page.parts.setdefault(name, replace(part, id=name))
            page.views[scene.id] = View(scene, [*view.parts, name], view.tree)
            return True
    folded = next((one for one in shown if is_at(one, at)), None)
    if folded is None or not insertion(scene.image, before.scene.image, nearest_box(action.target)):
        return False
    left = [each for each in before.parts if each != folded.id]
    page.views[scene.id] = View(scene, left, before.tree)
    return True


def is_checked(page: Page, scene: Scene, action: Action) -> bool:
    """Note that a box or a switch was acted on, and what else has changed."""
    before, first = page.views[action.from_state], page.views[page.base]
    if action.target is None or before.scene.down or scene.down:
        return False
    shown = [page.parts[each] for each in before.parts]
    at = unpushed(nearest_box(action.target), shown)
    node = checked_at(page.root, at)
    if node is None:
        return False
    name = next((one.id for one in page.parts.values() if is_control(one, node)), "")
    if not name:
        name, down = f"check-{len(page.parts) + 1}", pushed_box(at, shown).y - at.y
        pictures = first.scene.image, scene.image
        part = checked_part(name, scene.id, node, action.words, pictures, down)
        page.parts[name] = with_label(part, scene.perception, down)
    view = page.views[scene.id] = View(scene, toggled(before.parts, name), before.tree)
    if is_themed(page, view, before):
        return True
    is_plain = all(page.parts[each].kind in ("check", "swap", "overlay") for each in before.parts)
    reference = first if is_plain and before.tree == page.base else before
    held = [page.parts[each] for each in (*before.parts, name) if page.parts[each].checked]
    own = [grow(pushed_box(box, shown), SLACK) for part in held for box in places_of(part)]
    mask = changed_mask(reference.scene.image, scene.image)
    boxes = [box for box in changed_boxes(mask) if not any(one.contains(box) for one in own)]
    content = Content(page.root, scene.perception, 0)
    for box in boxes:
        regions = regions_of([box], page.root, scene.perception, 0)
        view.parts = [one for one in view.parts if not _lies_in(page.parts[one], box)]
        for part, place in as_parts(content, scene.id, regions, (), goes=False):
            add_part(page, view, part, place)
    if reference is first:
        view.parts = [
            each for each in view.parts if page.parts[each].checked or _is_there(page, each, scene)
        ]
    return True


def _is_there(page: Page, name: str, scene: Scene) -> bool:
    """Whether a part is to be seen in a state."""
    part = page.parts[name]
    box = extent(part.content)
    seen = page.views[part.state].scene.image
    return not changed_mask(seen[box.slices], scene.image[box.slices]).any()


def _lies_in(part: Part, box: Box) -> bool:
    placed = part.kind in ("swap", "overlay", "status")
    return placed and grow(box, SLACK).contains(extent(part.content))


def is_themed(page: Page, view: View, before: View) -> bool:
    """Note that a view has other colours than the one before, where that is all."""
    had = next((one for one in before.parts if page.parts[one].kind == "theme"), None)
    old, new = (before, view) if had is None else (view, before)
    pairs = [(one.scene.image, one.scene.perception) for one in (old, new)]
    colours = theme_of(page.root, pairs[0], pairs[1])
    if not colours:
        return False
    if had is not None:
        view.parts = [each for each in view.parts if each != had]
        return True
    known = [one for one in page.parts.values() if is_same_theme(one.colours, colours)]
    name = f"theme-{'dark' if is_darker(colours) else 'light'}"
    if not known:
        name = name if name not in page.parts else f"{name}-{len(page.parts) + 1}"
        content = Container(page.root.box, "column")
        page.parts[name] = Part(name, "theme", view.scene.id, content, colours=colours)
    view.parts.append(known[0].id if known else name)
    return True


def is_dragged(page: Page, scene: Scene, action: Action) -> bool:
    """Note that a card was dragged to another column."""
    board = page.board or board_at(page.root, action)
    if board is None or board_at(page.root, action) != board:
        return False
    if not is_moved(action, board, scene.perception):
        return False
    before = page.views[action.from_state]
    page.board = board
    page.views[scene.id] = View(scene, list(before.parts), before.tree)
    return True
