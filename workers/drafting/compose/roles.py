"""What things are, by rule: header, footer, sections, lists, buttons, fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from anyascii import anyascii

from workers.drafting.compose.page_styles import PageStyles
from workers.drafting.page import (
    Check,
    Container,
    Crop,
    Field,
    Flow,
    Items,
    Node,
    Panel,
    Paragraph,
    Table,
    Text,
    paragraphs,
    parts,
    walk,
)
from workers.imaging import Box, bounds

STOP_WORDS = frozenset(  # they say nothing of what a thing is about
    [
        *("a", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can"),
        *("do", "does", "for", "from", "get", "had", "has", "have", "here", "how", "if", "in"),
        *("into", "is", "it", "its", "just", "let", "me", "my", "not", "of", "on", "one", "or"),
        *("our", "so", "than", "that", "the", "their", "them", "then", "there", "these", "they"),
        *("this", "those", "to", "us", "was", "we", "were", "what", "when", "where", "which"),
        *("who", "why", "will", "with", "you", "your"),
    ]
)
LEAVES = re.compile(r"(cancel|back|reset|close|abbrechen|zurück|schließen)\b", re.IGNORECASE)


@dataclass(frozen=True)
class RoleThresholds:
    """What a thing is by its size and place. Px are CSS pixels, shares of the page's side."""

    header: int = 170  # px: a header ends no lower; two rows of a name and a menu have room
    footer: float = 0.35  # share that a footer is less tall than: a taller one is a section
    footer_end: float = 0.9  # share below which a footer ends: only a margin may follow
    lowest_button: int = 20  # px: lower panels are badges
    button_leading: float = 1.8  # times its font's size that it is high: lower panels are badges
    tallest_button: int = 72  # px: taller ones are cards
    widest_button: int = 520  # px: wider ones are bands; a form's button is as wide as its fields
    button_centred: int = 4  # px a button's text may be off its middle: an icon is beside it
    alike: int = 4  # px by which the sides of two cards of a row differ
    side: float = 0.1  # share between a sidebar and a side of the page
    sidebar_width: float = 0.3  # share that a sidebar is less wide than: a wider one is a column
    sidebar_height: float = 0.3  # share that it is taller than: a lower one is a card
    items: int = 3  # things alike that are a list or a menu: two may be so by chance
    initials: int = 2  # letters in a circle that is a person's picture and no button
    lowest_in_cell: int = 26  # px of a button in a table or a list: lower panels are badges there
    entry_size: float = 1.0  # px between the sizes of two entries of a menu: each is measured
    next_entry: float = 6  # em between two entries of a menu: farther ones are columns
    label: int = 30  # letters of a label: longer texts are sentences
    name_words: int = 2  # words of a heading that name its section: a class name is no sentence
    shortest_name: int = 4  # letters: shorter names say too little
    section_level: int = 2  # of a heading that begins a section: lower ones are in one


ROLES = RoleThresholds()


def bare(flow: Flow, nodes: Sequence[Node]) -> Container:
    """A container just around its children."""
    return Container(bounds(node.box for node in nodes), flow, tuple(nodes))


def landmarks(
    root: Container, thresholds: RoleThresholds = ROLES
) -> tuple[list[Node], list[Node], list[Node]]:
    """The root's children as (header, main, footer)."""
    if root.flow != "column" or len(root.children) < 2:
        return [], list(root.children), []
    children = list(root.children)
    header: list[Node] = []
    footer: list[Node] = []
    first, last = children[0], children[-1]
    if first.box.bottom <= thresholds.header and isinstance(first, Container):
        header = [children.pop(0)]
    if (
        len(children) > 1
        and isinstance(last, Container)
        and not is_button(last)
        and last.box.height < thresholds.footer * root.box.height
        and last.box.bottom > thresholds.footer_end * root.box.height
    ):
        footer = [children.pop()]
    return header, children, footer


def section_name(
    node: Node, styles: PageStyles, index: int, thresholds: RoleThresholds = ROLES
) -> str:
    """A name after the largest heading inside, or the first words, or the section's number."""
    texts = [each.paragraph for each in walk(node) if isinstance(each, Text)]
    headings = [text for text in texts if styles.heading_level(text)]
    for text in sorted(headings, key=lambda text: -text.font.size):
        slug = slug_of(text.text, thresholds.name_words)
        if len(slug) >= thresholds.shortest_name:
            return slug
    words = first_words(node, thresholds)
    return words if len(words) >= thresholds.shortest_name else f"section-{index}"


def first_words(node: Node, thresholds: RoleThresholds = ROLES) -> str:
    """A name after the first text inside; empty where there is none."""
    texts = (each.paragraph.text for each in walk(node) if isinstance(each, Text))
    return slug_of(next(texts, ""), thresholds.name_words)


def slug_of(text: str, most: int) -> str:
    """The first words of a text, in Latin letters, as a class name, `most` of them; empty where it
    has none."""
    plain = "".join(anyascii(each) if each.isalpha() else each for each in text).lower()
    words = [w for w in re.findall(r"[a-z][a-z0-9]*", plain) if w not in STOP_WORDS]
    return "-".join(words[:most])


def is_avatar(container: Container, thresholds: RoleThresholds = ROLES) -> bool:
    """A circle around nothing or a person's initials."""
    box, panel = container.box, container.panel
    if panel is None or abs(box.width - box.height) > thresholds.button_centred:
        return False
    held = container.children[0] if len(container.children) == 1 else None
    letters = held.paragraph.text if isinstance(held, Text) else ""
    is_round = 2 * panel.radius >= min(box.width, box.height) - 2 * thresholds.button_centred
    return is_round and letters.isalpha() and len(letters) <= thresholds.initials


def is_button(
    container: Container, thresholds: RoleThresholds = ROLES, *, among: bool = False
) -> bool:
    """A panel the size of a button around one line in its middle. `among`: in a cell or an item,
    where it may be a badge."""
    if container.panel is None or len(container.children) != 1:
        return False
    if is_avatar(container, thresholds):
        return False
    text, box = container.children[0], container.box
    if among and box.height < thresholds.lowest_in_cell:
        return False
    if not isinstance(text, Text) or len(text.paragraph.lines) != 1:
        return False
    lowest = max(thresholds.lowest_button, thresholds.button_leading * text.paragraph.font.size)
    if not lowest <= box.height <= thresholds.tallest_button:
        return False
    off = abs(2 * text.box.x + text.box.width - 2 * box.x - box.width) / 2
    return box.width <= thresholds.widest_button and off <= thresholds.button_centred


def is_badge(container: Container, thresholds: RoleThresholds = ROLES) -> bool:
    """A panel close around one line, lower than a button."""
    if container.panel is None or len(container.children) != 1 or is_avatar(container, thresholds):
        return False
    (text,), box = container.children, container.box
    if not isinstance(text, Text) or len(text.paragraph.lines) != 1:
        return False
    off = abs(2 * text.box.x + text.box.width - 2 * box.x - box.width) / 2
    low = box.height < thresholds.lowest_in_cell
    return low and off <= thresholds.button_centred and box.width <= thresholds.widest_button


def manner(container: Container, styles: PageStyles) -> str:
    """What sets a button or a badge apart from others by its look; empty for other things."""
    panel = container.panel
    if panel is None or not (is_button(container) or is_badge(container)):
        return ""
    tone = styles.tone(panel)
    if not is_button(container):
        return tone
    return "primary" if tone else "outline" if panel.border else ""


def leaves_form(button: Container) -> bool:
    """Whether a button does not send the form it is in, by its words."""
    return bool(LEAVES.match(" ".join(text.text for text in paragraphs(button))))


def is_on_panel(part: Container) -> bool:
    """Whether all of a part of the page is one panel, or a picture."""
    only = part.children[0] if len(part.children) == 1 else None
    return isinstance(only, Container) and (only.panel is not None or only.picture)


def is_form(container: Container) -> bool:
    """A part of a page with fields, itself or in its rows, and a button among or below them."""
    near = [node for child in container.children for node in (child, *parts(child))]
    fields = any(isinstance(node, Field | Check) for node in near)
    return fields and any(isinstance(node, Container) and is_button(node) for node in near)


def is_sidebar(node: Node, page: Box, thresholds: RoleThresholds = ROLES) -> bool:
    """A tall, narrow part at one side of the page, and no form."""
    box, side = node.box, thresholds.side
    at_side = box.x < side * page.width or box.right > (1 - side) * page.width
    narrow = box.width < thresholds.sidebar_width * page.width
    tall = box.height > thresholds.sidebar_height * page.height
    return isinstance(node, Container) and at_side and narrow and tall and not is_form(node)


def is_one_of(node: Node, holder: Container, thresholds: RoleThresholds = ROLES) -> bool:
    """Whether others like it in size stand beside a panel: it is one of a row of cards."""
    alike = [
        other
        for other in holder.children
        if isinstance(other, Container)
        and other.panel is not None
        and abs(other.box.width - node.box.width) <= thresholds.alike
        and abs(other.box.height - node.box.height) <= thresholds.alike
    ]
    return holder.flow == "row" and len(alike) > 1


def is_filled_table(node: Node) -> bool:
    """Whether a table ends in rows with grounds, which would cover the round corners around it."""
    return isinstance(node, Table) and any(row.fill for row in (node.rows[0], node.rows[-1]))


def signature(node: Node, styles: PageStyles) -> tuple[object, ...]:
    """What repeated things have in common: kinds and looks, not texts and sizes."""
    if isinstance(node, Text):
        return ("text", styles.face(node.paragraph))
    if isinstance(node, Container):
        kind = "container" if node.panel is None else "panel"
        return (kind, node.flow, *(signature(child, styles)[0] for child in node.children))
    if isinstance(node, Items):
        return ("items", node.terms)
    return ("picture",) if isinstance(node, Crop) else ("divider",)


def repeats(container: Container, styles: PageStyles, thresholds: RoleThresholds = ROLES) -> bool:
    """Whether the children are one thing several times: a list, a menu, a row of cards."""
    if len(container.children) < thresholds.items or container.flow == "layers":
        return False
    first = signature(container.children[0], styles)
    return all(signature(child, styles) == first for child in container.children[1:])


def with_menu(container: Container, thresholds: RoleThresholds = ROLES) -> Container:
    """A row or column with its labels of one size gathered into a menu, beside the rest."""
    if container.flow == "layers":
        return container
    container = replace(container, children=_with_entries(container.children, thresholds))
    if is_menu(container, thresholds):
        return replace(container, children=_with_room(container, thresholds))
    groups: list[list[Node]] = []
    for child in container.children:
        if groups and _are_entries(groups[-1][-1], child, thresholds):
            groups[-1].append(child)
        else:
            groups.append([child])
    nodes = [bare(container.flow, g) if len(g) >= thresholds.items else g for g in groups]
    flat = [node for each in nodes for node in (each if isinstance(each, list) else [each])]
    return replace(container, children=tuple(flat))


def _with_entries(nodes: Sequence[Node], thresholds: RoleThresholds) -> tuple[Node, ...]:
    """The nodes, a list of labels as its items: in a menu's place they are its entries."""
    found: list[Node] = []
    for node in nodes:
        items = node.items if isinstance(node, Items) and not (node.rule or node.terms) else ()
        labels = bool(items) and all(_label(item, thresholds) for item in items)
        found += items if labels else (node,)
    return tuple(found)


def _with_room(menu: Container, thresholds: RoleThresholds) -> tuple[Node, ...]:
    """The entries of a menu, bare ones with as much room around them as the current one has on its
    panel."""
    panels = [node for node in menu.children if isinstance(node, Container) and node.panel]
    if menu.flow != "column" or len(panels) != 1 or len(menu.children) < thresholds.items:
        return menu.children
    (current,) = panels
    tall = current.box.height
    first, last = menu.children[0].box, menu.children[-1].box
    pitch = (last.y + last.height / 2 - first.y - first.height / 2) / (len(menu.children) - 1)
    if pitch < tall - 1:
        return menu.children
    found: list[Node] = []
    for at, node in enumerate(menu.children):
        middle = first.y + first.height / 2 + at * pitch
        box = replace(current.box, y=round(middle - tall / 2))
        off = abs(node.box.y + node.box.height / 2 - middle)
        if node is current or off > thresholds.alike or not box.contains(node.box, 1):
            found.append(node)
        else:
            own = replace(node.box, y=round(middle - node.box.height / 2))
            held = replace(node, box=own) if isinstance(node, Text) else node
            found.append(Container(box, "column", (held,), Panel(box, None)))
    return tuple(found)


def is_menu(container: Container, thresholds: RoleThresholds = ROLES) -> bool:
    """Whether the children are the entries of a menu; the current one may stand on a panel."""
    entries = container.children
    near = all(_are_entries(a, b, thresholds) for a, b in pairwise(entries))
    return len(entries) >= thresholds.items and near


def _are_entries(first: Node, second: Node, thresholds: RoleThresholds) -> bool:
    """Whether two labels are of one size and near each other."""
    one, other = _label(first, thresholds), _label(second, thresholds)
    if one is None or other is None:
        return False
    if abs(one.font.size - other.font.size) > thresholds.entry_size:
        return False
    apart = max(second.box.x - first.box.right, second.box.y - first.box.bottom)
    return apart <= thresholds.next_entry * one.font.size


def _label(node: Node, thresholds: RoleThresholds) -> Paragraph | None:
    """The one short text that a node is, bare or on a panel, perhaps behind an icon."""
    if isinstance(node, Container) and len(node.children) == 1:
        return _label(node.children[0], thresholds)
    if isinstance(node, Container) and node.flow == "row" and len(node.children) == 2:
        icon, words = node.children
        return _label(words, thresholds) if isinstance(icon, Crop) else None
    text = node.paragraph if isinstance(node, Text) else None
    return text if text is not None and is_short(text, thresholds) else None


def is_short(text: Paragraph, thresholds: RoleThresholds = ROLES) -> bool:
    """Whether a text is a label and not a sentence."""
    return len(text.lines) == 1 and len(text.text) <= thresholds.label


def sections(main: Container, styles: PageStyles, thresholds: RoleThresholds = ROLES) -> Container:
    """`main` with what follows each heading gathered into one group, and a form into one."""
    groups: list[list[Node]] = []
    for node in main.children:
        level = styles.heading_level(node.paragraph) if isinstance(node, Text) else None
        heading = level is not None and level <= thresholds.section_level
        if not groups or heading or _is_band(node) or _is_band(groups[-1][0]):
            groups.append([node])
        else:
            groups[-1].append(node)
    if main.flow != "column":
        return main
    if len(groups) < 2:
        inner = (bare("column", main.children),)
        return replace(main, children=inner) if is_form(main) else main
    nodes = [group[0] if len(group) == 1 else bare("column", group) for group in groups]
    return Container(main.box, "column", tuple(nodes))


def _is_band(node: Node) -> bool:
    return isinstance(node, Container) and node.panel is not None and not is_button(node)
