"""Form controls as HTML has them: typed, labelled, with what stands in them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from workers.drafting.compose.leaves import Leaves, Scope
from workers.drafting.compose.markup import Element
from workers.drafting.compose.merging import Declarations
from workers.drafting.compose.placement import column, px, row
from workers.drafting.compose.roles import slug_of
from workers.drafting.page import Check, Field, Panel, Paragraph, Text
from workers.drafting.perceive.shapes.fills import distance, mean_colour

NAME_WORDS = 2  # of a label that name its field
HINT = 150  # levels off the field's ground below which a text says what to type: such text is grey
TYPES = {  # of an input, by the words beside or in it
    "email": r"e-?mail|@",
    "password": r"pass(word|wort|code)",
    "search": r"search|suche",
    "tel": r"phone|mobile|telefon",
    "url": r"website|url|https?:",
    "date": r"\bdate\b|\bdatum\b|[dmy]{2}[/.-][dmy]{2}[/.-]",
}
HINTS = ("email", "password", "search", "tel", "url")  # a date field shows its own words

Paint = Callable[[Panel], Declarations]


@dataclass
class ControlWriter:
    """Writes controls; `paint` is asked for what a panel looks like."""

    leaves: Leaves
    paint: Paint
    ids: set[str] = field(default_factory=set)

    def field(self, node: Field, place: Declarations, scope: Scope) -> Element:
        """The control, in a group with its label where it has one."""
        name = self._id(node.label or node.text)
        if node.label is None:
            text = node.text.paragraph.text if node.text is not None else ""
            named = (("aria-label", text),) if text else ()
            return self._control(node, place, name, named, full=scope.area is not None)
        boxes = [node.label.box, node.control]
        above = node.label.box.bottom <= node.control.y
        arranged = (column if above else row)(node.box, boxes, padded=False)
        known = scope.area is not None
        sized = (("width", px(node.box.width)),) if above and not known else ()
        own = [pair for pair in arranged.container if not (known and pair[0] == "width")]
        group = self.leaves.sheet.layout("form-field", (*own, *sized, *place))
        label = self.leaves.text(node.label, arranged.children[0], Scope("form"), "label")
        label = Element("label", label.classes, (("for", name),), label.children)
        fills = above and node.control.width == node.box.width
        control = self._control(node, arranged.children[1], name, (), full=fills)
        return Element("div", group, (), (label, control))

    def check(self, node: Check, place: Declarations, scope: Scope) -> Element:
        """A label around the box to mark and its text; or the box alone, called what it is for."""
        if node.label is None:
            named = (("aria-label", node.name),) if node.name else ()
            block = (("display", "block"), *place)
            return self._mark(node, block, (*self._called(node, scope), *named))
        arranged = row(node.box, [node.panel.box, node.label.box], padded=False)
        group = self.leaves.sheet.layout("check", (*arranged.container, *place))
        control = self._mark(node, arranged.children[0], self._called(node, scope))
        text = self.leaves.text(node.label, arranged.children[1], Scope("check"), "span")
        return Element("label", group, (), (control, text))

    def _called(self, node: Check, scope: Scope) -> tuple[tuple[str, str], ...]:
        """The name it is sent by: radios of one part of the page exclude one another."""
        if node.kind == "radio":
            return (("name", scope.name),)
        return (("name", self._id(node.label)),)

    def _mark(
        self, node: Check, place: Declarations, named: tuple[tuple[str, str], ...]
    ) -> Element:
        size = (("width", px(node.panel.box.width)), ("height", px(node.panel.box.height)))
        look = (*size, ("flex-shrink", "0"), ("appearance", "none"), *self.paint(node.panel))
        if node.mark is not None:
            path = self.leaves.asset(node.mark.box)
            look = (*look, ("background-image", f"url({path})"))
        name = self.leaves.sheet.name(node.kind, (*look, *place))
        marked = (("checked", "checked"),) if node.mark is not None else ()
        return Element("input", (name,), (("type", node.kind), *named, *marked))

    def _control(
        self,
        node: Field,
        place: Declarations,
        name: str,
        named: tuple[tuple[str, str], ...],
        *,
        full: bool,
    ) -> Element:
        text = node.text.paragraph if node.text is not None else None
        look, colour = self._look(text, node.panel)
        own = (
            ("width", "100%" if full else px(node.control.width)),
            ("height", px(node.control.height)),
            ("padding", self._padding(node)),
            *self.paint(node.panel),
            *self._icon(node),
            *look,
            *place,
        )
        base = {"input": "field", "select": "select", "textarea": "textarea"}[node.kind]
        class_name = self.leaves.sheet.name(base, own, name)
        if colour:
            self.leaves.sheet.add("::placeholder", (("color", "var(--hint)"), ("opacity", "1")))
        attributes = (("id", name), ("name", name), *named)
        return _element(node, text, class_name, attributes, is_hint=bool(colour))

    def _look(self, text: Paragraph | None, panel: Panel) -> tuple[Declarations, str]:
        """What is typed looks like the text that stands there, or where that is a hint, in the ink
        that the page has on such a ground; and the hint's colour, empty where it is none."""
        if text is None:
            return (), ""
        look = self.leaves.styles.declarations(text)
        colour = dict(self.leaves.styles.look(text))["color"]
        if panel.fill is not None and distance(text.colour, mean_colour(panel.fill)) >= HINT:
            return look, ""
        typed = self.leaves.styles.ink_on(mean_colour(panel.fill), HINT) if panel.fill else ""
        plain = tuple(pair for pair in look if pair[0] != "color")
        return (*plain, ("color", typed or colour), ("--hint", colour)), colour

    def _padding(self, node: Field) -> str:
        """What keeps the text in its place, with as much room at the other side."""
        border = node.panel.border.width if node.panel.border else 0
        left = node.text.box.x - node.control.x - border if node.text is not None else 12
        down = node.text.box.y - node.control.y - border if node.text is not None else 0
        first = f"{px(down)} " if node.kind == "textarea" else "0 "
        icon = node.icon.box if node.icon is not None else None
        if icon is None:
            return first + px(left)
        right = node.control.right - icon.x if icon.x > node.control.x + left else left
        return f"{first}{px(right)} {first}{px(left)}" if right != left else first + px(left)

    def _icon(self, node: Field) -> Declarations:
        if node.icon is None:
            return ()
        border = node.panel.border.width if node.panel.border else 0
        box, control = node.icon.box, node.control
        before, after = box.x - control.x - border, control.right - border - box.right
        side = f"left {px(before)}" if before <= after else f"right {px(after)}"
        path = self.leaves.asset(box)
        return (
            ("background-image", f"url({path})"),
            ("background-repeat", "no-repeat"),
            ("background-position", f"{side} center"),
        )

    def _id(self, text: Text | None) -> str:
        base = slug_of(text.paragraph.text, NAME_WORDS) if text is not None else ""
        base = base or "field"
        name, number = base, 1
        while name in self.ids:
            number += 1
            name = f"{base}-{number}"
        self.ids.add(name)
        return name


def _element(
    node: Field,
    text: Paragraph | None,
    class_name: str,
    attributes: tuple[tuple[str, str], ...],
    *,
    is_hint: bool,
) -> Element:
    words = text.text if text is not None else ""
    if node.kind == "select":
        return Element("select", (class_name,), attributes, (Element("option", (), (), (words,)),))
    hint = (("placeholder", words),) if is_hint else ()
    if node.kind == "textarea":
        held = (words,) if words and not is_hint else ()
        return Element("textarea", (class_name,), (*attributes, *hint), held)
    value = (("value", words),) if words and not is_hint else ()
    kind = _type(node, words, is_hint=is_hint)
    return Element("input", (class_name,), (("type", kind), *attributes, *hint, *value))


def _type(node: Field, words: str, *, is_hint: bool) -> str:
    """An input's type: one that would not show the words in it is none."""
    label = node.label.paragraph.text if node.label is not None else ""
    found = next(
        (kind for kind, told in TYPES.items() if re.search(told, f"{label} {words}", re.I)), "text"
    )
    if words and (found == "date" or (found == "password" and not is_hint)):
        return "text"
    return found
