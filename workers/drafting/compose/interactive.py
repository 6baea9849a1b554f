"""Pages with behaviour: what `html_css` writes of a layout tree, with the parts of other views."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from workers.drafting.compose.leaves import Scope, width_of
from workers.drafting.compose.markup import (
    Element,
    document,
    elements_of,
    has_words,
    replaced,
    tags_of,
    with_attributes,
)
from workers.drafting.compose.merging import Declarations
from workers.drafting.compose.native import NativeWriter
from workers.drafting.compose.page_files import Asset, FontStack, PageFiles
from workers.drafting.compose.page_styles import hex_colour
from workers.drafting.compose.placement import px
from workers.drafting.compose.roles import first_words
from workers.drafting.interactions.values import (
    Interactions,
    Part,
    Step,
    Trigger,
    key_of,
)
from workers.drafting.page import Container, Node, Text, walk
from workers.imaging import Box

BEHAVIOUR = Path(__file__).with_name("behaviour")
CLICKABLE = ("a", "button", "input", "select", "textarea", "summary")
PHRASING = frozenset({"span", "img", "b", "strong", "em", "i"})
PIECES = {  # of the script, in order, and the kinds of steps that need each
    "core": frozenset[str](),
    "click": frozenset({"click", "check", "select", "key"}),
    "type": frozenset({"type", "select"}),
    "hover": frozenset({"hover"}),
    "drag": frozenset({"drag"}),
    "start": frozenset[str](),
}
CENTRED = 2  # CSS pixels that a dialog may be off the middle of the window


def compose_interactive(pages: Sequence[Interactions], font_stack: FontStack) -> PageFiles:
    """The files of pages with behaviour, a script for each that has steps."""
    files: dict[str, str] = {}
    assets: list[Asset] = []
    for index, page in enumerate(pages):
        first = InteractiveWriter(page, font_stack, index)
        first.body()
        writer = InteractiveWriter(page, font_stack, index, first.sheet.alike())
        body = writer.body()
        number = "" if index == 0 else f"-{index + 1}"
        stem, css = ("index", "style.css") if index == 0 else (f"page{number}", f"page{number}.css")
        script = "script.js" if index == 0 else f"script{number}.js"
        steps = [step for step in page.steps if not writer.is_link(step)]
        acts = bool(steps) or page.board is not None
        files[f"{stem}.html"] = document(writer.title(), css, body, script if acts else "")
        files[css] = writer.sheet.to_css(tags_of(body))
        if acts:
            files[script] = writer.script(steps)
        assets += writer.leaves.assets
    return PageFiles(files, tuple(assets))


class InteractiveWriter(NativeWriter):
    """Writes one page, its nodes marked as what is done on them and what is hidden when."""

    def body(self) -> Element:
        """The page, and after it the parts that other views have."""
        self.leaves.mark = self._marked
        body = self.page()
        rules: list[tuple[str, Declarations]] = []
        if any(not part.is_native for part in self._page.parts):
            rules.append(("[hidden]", (("display", "none !important"),)))
        if any(part.kind == "dialog" for part in self._page.parts):
            rules.append(("dialog:not([open])", (("display", "none"),)))
        if self._hidden:
            rules.append((".away", (("visibility", "hidden"),)))
        for part in self._page.parts:
            if part.colours:
                rules.append((f'[data-theme="{part.id}"]', self._theme(part)))
        for selector, declarations in rules:
            self.sheet.add(selector, declarations)
        parts = [
            self._part(part)
            for part in self._page.parts
            if not part.inside and part.kind not in ("variant", "disclosure", "theme", "check")
        ]
        spots = [self._spot(one) for one in self._spots("")]
        return Element("body", body.classes, (), (*body.children, *parts, *spots))

    def _theme(self, part: Part) -> Declarations:
        names = self.styles.colours
        return tuple((f"--{names[one]}", hex_colour(other)) for one, other in part.colours)

    def is_link(self, step: Step) -> bool:
        """Whether a step is a link's own doing."""
        return step.target in self._used.links

    def script(self, steps: Sequence[Step]) -> str:
        """The steps as a table, and what takes them."""
        told = "".join(f"  {_told(step, self._used.ids)},\n" for step in steps)
        opening = "// What the page does: what shows and hides which of its parts."
        routed = f"const ROUTED = {json.dumps(self._page.routed)}; // whether that has an address"
        board = (BEHAVIOUR / "board.js").read_text() if self._page.board is not None else ""
        if not steps:
            return board.lstrip()
        kinds = {step.on for step in steps}
        pieces = [name for name, needs in PIECES.items() if not needs or needs & kinds]
        engine = "".join((BEHAVIOUR / f"{name}.js").read_text() for name in pieces)
        return f"{opening}\nconst STEPS = [\n{told}];\n{routed}\n{engine}{board}"

    def _node(self, node: Node, place: Declarations, scope: Scope, tag: str | None) -> Element:
        if not self._inside and any(part.slot == node for part in self._page.parts):
            assert isinstance(node, Container)
            return self._slot(node, place, scope, tag)
        under = [one for one in self._page.parts if one.disclosed and one.disclosed.under == node]
        if under and not self._inside:
            return self._details(under[0], place, scope, tag)
        element = super()._node(node, place, scope, tag)
        return element if isinstance(node, Text) else self._marked(node, element)

    def _slot(self, slot: Container, place: Declarations, scope: Scope, tag: str | None) -> Element:
        """What a place of the page shows at first, and what it shows in other views."""
        variants = [part for part in self._page.parts if part.slot == slot]
        inner = replace(scope, area=slot.box)
        look = (*width_of(slot, scope), *_reaching(slot.box, scope.area), *place)
        classes = (self.sheet.name(f"{scope.name}-views", look),) if look else ()
        first = self._container(slot, (), inner, tag="div", base=f"{scope.name}-view")
        others = " ".join(part.id for part in variants)
        first = with_attributes(self._marked(slot, first), (("data-instead", others),))
        held = [first, *(self._variant(part, slot, inner) for part in variants)]
        return Element(tag or "div", classes, (), tuple(held))

    def _variant(self, part: Part, slot: Container, scope: Scope) -> Element:
        self.leaves.state, self._inside = part.state, part.id
        box, at = part.content.box, slot.box
        width = 0 if box.width >= at.width else box.width
        off = ("margin-left", box.x - at.x), ("margin-top", box.y - at.y), ("width", width)
        place = tuple((name, px(by)) for name, by in off if by)
        base = f"{scope.name}-view"
        inner = replace(scope, area=box)
        written = self._container(part.content, place, inner, tag="div", base=base)
        written = self._marked(part.content, written)
        acted_on = dict(written.attributes).get("id")  # it is called what the part is
        renamed = {name: part.id for name, own in self._used.ids.items() if own == acted_on}
        self._used.ids.update(renamed)
        self.leaves.state, self._inside = self._own, ""
        own = (("id", part.id), ("data-part", ""), ("data-group", part.group), ("hidden", ""))
        return with_attributes(written, own)

    def _marked(self, node: Node, element: Element) -> Element:
        """The element of a node with what it does, and when it is away."""
        for trigger in self._page.triggers:
            is_new = trigger.id not in self._used.ids
            if is_new and trigger.key == key_of(node, self._inside):
                element = self._triggering(element, trigger)
        away = self._hidden.get(key_of(node, self._inside))
        if away:
            element = with_attributes(element, (("data-except", " ".join(away)),))
        return element

    def _triggering(self, element: Element, trigger: Trigger) -> Element:
        """The element, or the control in it, as what is acted on."""
        controls = [one for one in elements_of(element) if one.tag in CLICKABLE]
        if trigger.typed:
            controls = [one for one in controls if one.tag in ("input", "textarea")]
        if controls:
            own = dict(controls[0].attributes).get("id", trigger.id)
            self._used.ids[trigger.id] = own
            is_field = controls[0].tag in ("input", "textarea", "select")
            opens = () if is_field else self._controls(trigger)  # no field is said to expand
            named = () if is_field else _named(controls[0], trigger)
            added = (*opens, *named, ("id", own))
            if trigger.ring is not None:
                ring = (("border-color", self.styles.colour(trigger.ring)), ("outline", "none"))
                self.sheet.add(f"#{own}:focus", ring)
            if trigger.ink is not None:
                ink = (("color", self.styles.colour(trigger.ink)),)
                self.sheet.add(f"#{own}:not(:placeholder-shown)", ink)
            if trigger.size and not dict(controls[0].attributes).get("placeholder"):
                # an empty field tells neither its font nor where its text begins
                written = ("font-size", px(trigger.size)), ("padding-left", px(trigger.inset))
                self.sheet.add(f"#{own}", written)
            if trigger.typed:
                plain = (("display", "none"),)
                self.sheet.add("::-webkit-search-cancel-button", plain)
            page = self._goes.get(trigger.id)
            if page and controls[0].tag == "a":
                self._used.links.add(trigger.id)
                added = (*added, ("href", page))
            return replaced(element, controls[0], with_attributes(controls[0], added))
        self._used.ids[trigger.id] = trigger.id
        added = (("id", trigger.id), *self._controls(trigger))
        if any(step.on == "drag" for step in self._steps(trigger)):
            grab = (("cursor", "grab"), ("touch-action", "none"), ("user-select", "none"))
            element = replace(element, classes=(*element.classes, self.sheet.name("drag", grab)))
        if not any(step.on in ("click", "check", "select") for step in self._steps(trigger)):
            return with_attributes(element, added)
        held = element.children
        if held and all(isinstance(one, str) or one.tag in PHRASING for one in element.children):
            look = (("width", "100%"), ("text-align", "inherit"), ("cursor", "pointer"))
            name = self.sheet.name("trigger", look)
            called = (("type", "button"), *added, *_named(element, trigger))
            button = Element("button", (name,), called, element.children)
            return Element(element.tag, element.classes, element.attributes, (button,))
        role, named = (("role", "button"), ("tabindex", "0")), _named(element, trigger)
        return with_attributes(element, (*added, *role, *named))

    def _steps(self, trigger: Trigger) -> list[Step]:
        return [step for step in self._page.steps if step.target == trigger.id]

    def _controls(self, trigger: Trigger) -> tuple[tuple[str, str], ...]:
        """What a trigger opens over the page."""
        for step in self._steps(trigger):
            for part in map(self._page.part, step.shows):
                if step.on == "click" and part.kind in ("overlay", "dialog"):
                    popup = (("aria-haspopup", "dialog"),) if part.kind == "dialog" else ()
                    return (*popup, ("aria-expanded", "false"), ("aria-controls", part.id))
        return ()

    def _part(self, part: Part) -> Element:
        box = part.content.box
        self.leaves.state, self._inside = part.state, part.id
        held = [each for each in self._page.parts if each.inside == part.id]
        scope = Scope(part.kind, area=None)
        place = self._place(part, box)
        tag = "dialog" if part.kind == "dialog" else "div"
        name = first_words(part.content) or part.kind
        written = self._container(part.content, place, scope, tag=tag, base=f"{name}-{part.kind}")
        self.leaves.state, self._inside = self._own, ""
        inner = [self._part(each) for each in held]
        spots = [self._spot(one, box) for one in self._spots(part.id)]
        attributes = [("id", part.id)]
        if not part.hovered:
            attributes.append(("data-part", ""))
        if part.group:
            attributes.append(("data-group", part.group))
        if part.kind == "dialog":
            attributes.append(("aria-label", _first_text(part.content) or "Dialog"))
            self._backdrop(part)
        elif part.hovered:
            self._hover(part)
        else:
            attributes.append(("hidden", ""))
        if part.kind == "status":
            attributes.append(("role", "status"))
        clicked = any(step.on == "click" and part.id in step.shows for step in self._page.steps)
        if part.kind in ("overlay", "dialog") and clicked:
            attributes.append(("data-dismiss", ""))
        own = dict(written.attributes) | dict(attributes)
        children = (*written.children, *inner, *spots)
        return Element(written.tag, written.classes, tuple(own.items()), children)

    def _place(self, part: Part, box: Box) -> Declarations:
        """A dialog in the middle of the window stays there; all else where it was seen."""
        holder = next((each for each in self._page.parts if each.id == part.inside), None)
        if part.kind != "dialog":
            off = holder.content.box if holder is not None else Box(0, 0, 0, 0)
            fixed = "fixed" if part.kind == "status" else "absolute"
            left, top = box.x - off.x, box.y - off.y
            place = (("position", fixed), ("left", px(left)), ("top", px(top)))
            layer = "2" if part.kind == "status" else "1"
            return (*place, ("z-index", layer), *self._through(part))
        window = self.root.box
        middle = abs(2 * box.x + box.width - window.width) <= CENTRED and (
            abs(2 * box.y + box.height - window.height) <= CENTRED
        )
        look: Declarations = (("position", "fixed"), ("color", "inherit"))
        if part.content.panel is None or part.content.panel.border is None:
            look = (*look, ("border", "0"))
        if part.content.panel is None:
            look = (*look, ("background", "none"))
        if middle:
            return (*look, ("inset", "0"), ("margin", "auto"))
        return (*look, ("left", px(box.x)), ("top", px(box.y)))

    def _through(self, part: Part) -> Declarations:
        """What nothing is done on lets the pointer through to what it lies on."""
        if (part.kind == "overlay" and not part.hovered) or any(
            one.inside == part.id for one in self._page.triggers
        ):
            return ()
        return (("pointer-events", "none"),)

    def _backdrop(self, part: Part) -> None:
        if part.backdrop is None:
            return
        red, green, blue = part.backdrop.colour
        colour = f"rgb({red} {green} {blue} / {part.backdrop.alpha:g})"
        self.sheet.add(f"#{part.id}::backdrop", (("background", colour),))

    def _hover(self, part: Part) -> None:
        """What is to be seen while the pointer, or the focus, is on something."""
        ids = [self._used.ids.get(each, each) for each in part.hovered]
        over = ", ".join(f"#{one}:hover, #{one}:focus-visible" for one in ids)
        self.sheet.add(f"#{part.id}", (("visibility", "hidden"),))
        self.sheet.add(f"body:has({over}) #{part.id}", (("visibility", "visible"),))
        if part.hides:
            under = f'body:has({over}) [data-except~="{part.id}"]'
            self.sheet.add(under, (("visibility", "hidden"),))

    def _spots(self, inside: str) -> list[Trigger]:
        """What is acted on and is no node of its own, or was lost in what holds it."""
        return [
            trigger
            for trigger in self._page.triggers
            if trigger.inside == inside and trigger.id not in self._used.ids
        ]

    def _spot(self, trigger: Trigger, off: Box | None = None) -> Element:
        """A place on the page that does something, with nothing to be seen of it."""
        box, off = trigger.box, off or Box(0, 0, 0, 0)
        look = (
            ("position", "absolute"),
            ("left", px(box.x - off.x)),
            ("top", px(box.y - off.y)),
            ("width", px(box.width)),
            ("height", px(box.height)),
            ("z-index", "1"),
        )
        self._used.ids[trigger.id] = trigger.id
        name = self.sheet.name("spot", look)
        label = trigger.label or "More"
        named = (("id", trigger.id), ("aria-label", label), *self._controls(trigger))
        if trigger.typed:
            return Element("input", (name,), (("type", "text"), *named))
        return Element("button", (name,), (("type", "button"), *named))


def _named(element: Element, trigger: Trigger) -> tuple[tuple[str, str], ...]:
    """What an element without words is called."""
    if has_words(element) or "aria-label" in dict(element.attributes):
        return ()
    return (("aria-label", trigger.label or "More"),)


def _reaching(box: Box, room: Box | None) -> Declarations:
    """The padding of a place whose room reaches to what is above it, or below."""
    if room is None:
        return ()
    sides = ("padding-top", box.y - room.y), ("padding-bottom", room.bottom - box.bottom)
    return tuple((name, px(by)) for name, by in sides if by > 0)


def _told(step: Step, ids: Mapping[str, str]) -> str:
    """A step as a line of the table."""
    told: dict[str, object] = {"on": step.on}
    if step.target:
        told["target"] = ids.get(step.target, step.target)
    if step.text:
        told["text"] = step.text
    if step.page:
        told["page"] = step.page
    if step.shows:
        told["shows"] = step.shows
    if step.hides:
        told["hides"] = step.hides
    if step.seconds:
        told["seconds"] = step.seconds
    inner = ", ".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in told.items()
    )
    return f"{{ {inner} }}"


def _first_text(content: Container) -> str:
    texts = (each.paragraph.text for each in walk(content) if isinstance(each, Text))
    return next(texts, "")
