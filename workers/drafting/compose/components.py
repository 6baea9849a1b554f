"""Elements become components: parts of a page by their role, and what repeats, with its data.

A component is a template in which slots stand for what differs from instance to instance.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from workers.drafting.compose.markup import Element
from workers.drafting.compose.roles import slug_of
from workers.drafting.compose.stylesheet import LAYOUTS

PARTS = frozenset({"header", "footer", "nav", "aside", "section"})
RESERVED = frozenset({"App", "Fragment", "StrictMode"})
TAKEN = frozenset(  # by frameworks, and by the language
    [
        *("key", "ref", "class", "style", "is", "arguments", "await", "break", "case", "catch"),
        *("const", "continue", "debugger", "default", "delete", "do", "else", "enum", "eval"),
        *("export", "extends", "false", "finally", "for", "function", "if", "implements", "import"),
        *("in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected"),
        *("public", "return", "static", "super", "switch", "this", "throw", "true", "try"),
        *("typeof", "var", "void", "while", "with", "yield"),
    ]
)
ENDINGS = {"a": "Link", "li": "Item", "tr": "Row", "button": "Button", "label": "Option"}
ATTRIBUTE_FIELDS = {"src": "image", "for": "id", "aria-label": "label"}
CELLS = frozenset({"td", "th", "option"})  # parts of one thing: a list of them is no component
HOLDERS = frozenset({"nav", "aside", "header", "footer", "form"})
LOOK = re.compile(r"(text|heading|link|inline-link)(-[\w-]+)?")  # classes of how words look
TEXT_FIELDS = {
    **dict.fromkeys(("a", "button"), "label"),
    **dict.fromkeys(("h1", "h2", "h3"), "title"),
    "dt": "term",
    "dd": "detail",
}


@dataclass(frozen=True)
class ComponentThresholds:
    """When elements become a component."""

    repeats: int = 3  # elements alike, side by side: fewer are written out
    large: int = 4  # elements in one of them, from which two alike are enough
    looks: int = 2  # places in which their classes may differ: more, and they are not alike
    part: int = 4  # elements that a part of a page has, at least


COMPONENTS = ComponentThresholds()


@dataclass(frozen=True)
class Slot:
    """Where a field's value goes."""

    name: str


Value = str | Slot


@dataclass(frozen=True)
class Use:
    """One instance of a component that has no fields."""

    component: str


@dataclass(frozen=True)
class Each:
    """An instance of a component for each of `rows`, a list called `name`; `key` is a field that
    tells one row from another, empty where there is none."""

    component: str
    name: str
    key: str
    rows: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Template:
    """An element of a template; its children in their order. `classes` as one value."""

    tag: str
    classes: Value = ""
    attributes: tuple[tuple[str, Value], ...] = ()
    children: tuple["Template | Value | Use | Each", ...] = ()


Child = Template | Value | Use | Each


@dataclass(frozen=True)
class Component:
    """`fields` are those that each instance gives, all of them text."""

    name: str
    root: Template
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComponentTree:
    """A page: what its body holds, and the components that it is made of."""

    children: tuple[Child, ...]
    components: tuple[Component, ...]


def componentise(
    body: Element,
    thresholds: ComponentThresholds = COMPONENTS,
    taken: frozenset[str] = RESERVED,
) -> ComponentTree:
    """The components of a page, none of which is called as one that is `taken`."""
    writer = _Writer(thresholds, set(taken))
    children = writer.children(body, is_page=True)
    return ComponentTree(children, tuple(writer.components))


@dataclass
class _Writer:
    thresholds: ComponentThresholds
    taken: set[str]
    components: list[Component] = field(default_factory=list)
    within: list[str] = field(
        default_factory=list
    )  # roles of what is being written, outermost first
    headings: tuple[str, ...] = ()  # of the table that is being written

    def children(self, parent: Element, *, is_page: bool = False) -> tuple[Child, ...]:
        """What an element holds; of a page and its main part, each part a component."""
        role = _role(parent.classes) or (parent.tag.capitalize() if parent.tag in HOLDERS else "")
        self.within.append(role)
        if parent.tag == "table":
            self.headings = tuple(_words(cell) for cell in _of_tag(parent, "th"))
        found = self._written(list(parent.children), parent, is_page=is_page)
        self.within.pop()
        return tuple(found)

    def _written(self, rest: list[Element | str], parent: Element, *, is_page: bool) -> list[Child]:
        found: list[Child] = []
        while rest:
            alike = self._run(rest)
            if len(alike) > 1:
                found += self._each(alike, parent)
                rest = rest[len(alike) :]
                continue
            child = rest.pop(0)
            if isinstance(child, str):
                found.append(child)
            elif is_page and child.tag == "main":
                found.append(_template(child, self.children(child, is_page=True)))
            elif is_page and child.tag in PARTS and _size(child) >= self.thresholds.part:
                found.append(self._part(child))
            else:
                found.append(_template(child, self.children(child)))
        return found

    def _run(self, children: Sequence[Element | str]) -> list[Element]:
        """The elements at the beginning that are instances of one component, if any are."""
        first = children[0]
        if isinstance(first, str):
            return []
        run = [first]
        for child in children[1:]:
            if isinstance(child, str) or _shape(child) != _shape(first):
                break
            if _looks_apart([*run, child]) > self.thresholds.looks:
                break
            run.append(child)
        enough = 2 if _size(first) >= self.thresholds.large else self.thresholds.repeats
        return run if len(run) >= enough and first.tag not in CELLS else []

    def _part(self, element: Element) -> Use:
        name = self._name(element, None)
        at = len(self.components)
        children = self.children(element)
        self.components.insert(at, Component(name, _template(element, children)))
        return Use(name)

    def _each(self, alike: Sequence[Element], parent: Element) -> list[Child]:
        columns = list(zip(*(list(_values(one)) for one in alike), strict=True))
        names = _field_names(alike[0], columns, self.headings)
        fields = tuple(dict.fromkeys(one for one in names if one))
        rows = tuple(
            {one: value for one, value in zip(names, values, strict=True) if one}
            for values in zip(*columns, strict=True)
        )
        root = _with_slots(alike[0], iter(names))
        name = self._known(root, fields) or self._name(alike[0], parent)
        if name not in {one.name for one in self.components}:
            self.components.append(Component(name, root, fields))
        if not fields:
            return [Use(name) for _ in alike]
        key = next((one for one in fields if len({row[one] for row in rows}) == len(rows)), "")
        return [Each(name, self._list_name(name), key, rows)]

    def _known(self, root: Template, fields: tuple[str, ...]) -> str | None:
        """The component that is such a template already."""
        return next((c.name for c in self.components if (c.root, c.fields) == (root, fields)), None)

    def _list_name(self, component: str) -> str:
        plural = _plural(component)
        names = (plural if n == 1 else f"{plural}{n}" for n in count(1))
        name = next(one for one in names if one not in self.taken)
        self.taken.add(name)
        return name

    def _name(self, element: Element, parent: Element | None) -> str:
        base = _role(element.classes)
        if not base and parent is not None:
            holder = next((role for role in reversed(self.within) if role), "")
            base = holder + ENDINGS.get(element.tag, "Item")
        base = re.sub(r"List(?=(Item|Row)$)", "", base) or element.tag.capitalize()
        names = (base if n == 1 else f"{base}{n}" for n in count(1))
        name = next(one for one in names if one not in self.taken)
        self.taken.add(name)
        return name


def _template(element: Element, children: tuple[Child, ...]) -> Template:
    return Template(element.tag, " ".join(element.classes), element.attributes, children)


def _role(classes: Sequence[str]) -> str:
    """What a class says an element is, as components are named."""
    own = [name for name in classes if name not in LAYOUTS and not LOOK.fullmatch(name)]
    words = re.findall(r"[A-Za-z][A-Za-z]*", own[-1]) if own else []
    return "".join(word.capitalize() for word in words)


def _plural(name: str) -> str:
    words = name[0].lower() + name[1:]
    if words.endswith("y") and not words.endswith(("ay", "ey", "oy")):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith(("s", "x", "ch", "sh")) else f"{words}s"


def _size(element: Element) -> int:
    return 1 + sum(_size(child) for child in element.children if isinstance(child, Element))


def _shape(element: Element) -> tuple[object, ...]:
    """What instances of one component have in common."""
    return (
        element.tag,
        bool(element.classes),
        tuple(name for name, _ in element.attributes),
        tuple(
            child.count("\n") if isinstance(child, str) else _shape(child)
            for child in element.children
        ),
    )


def _looks_apart(alike: Sequence[Element]) -> int:
    """In how many places the classes of instances differ."""
    columns = zip(*(_classes(one) for one in alike), strict=True)
    return sum(len(set(column)) > 1 for column in columns)


def _classes(element: Element) -> Iterator[str]:
    yield " ".join(element.classes)
    for child in element.children:
        if isinstance(child, Element):
            yield from _classes(child)


# A place of an element: its classes, an attribute, or a line of its text.
# They are walked in one order, by `_places`, `_values` and `_with_slots` alike.
Place = tuple[Element, str]  # the element, and what of it: "class", "text" or an attribute


def _places(element: Element) -> Iterator[Place]:
    yield element, "class"
    for name, _ in element.attributes:
        yield element, name
    for child in element.children:
        if isinstance(child, Element):
            yield from _places(child)
        else:
            yield from ((element, "text") for _ in child.split("\n"))


def _values(element: Element) -> Iterator[str]:
    yield " ".join(element.classes)
    for _, value in element.attributes:
        yield value
    for child in element.children:
        if isinstance(child, Element):
            yield from _values(child)
        else:
            yield from child.split("\n")


def _field_names(
    first: Element, columns: Sequence[tuple[str, ...]], headings: Sequence[str]
) -> list[str]:
    """The field of each place, empty where all instances have the same; places that always have
    the same value are one field. What is in a row is called as the heading of its column."""
    columns_of = _columns_of(first, headings)
    known: dict[tuple[str, ...], str] = {}
    used: set[str] = set()
    names = []
    for (element, what), column in zip(_places(first), columns, strict=True):
        if len(set(column)) == 1:
            names.append("")
            continue
        if column not in known:
            base = _field_name(element, what, first, columns_of.get(id(element), ""))
            free = (base if n == 1 else f"{base}{n}" for n in count(1))
            known[column] = next(one for one in free if one not in used)
            used.add(known[column])
        names.append(known[column])
    return names


def _columns_of(row: Element, headings: Sequence[str]) -> dict[int, str]:
    """The heading of the column that each element of a table's row is in, by its `id`."""
    cells = [child for child in row.children if isinstance(child, Element)]
    if row.tag != "tr" or len(cells) != len(headings):
        return {}
    return {
        id(element): heading
        for cell, heading in zip(cells, headings, strict=True)
        for element in _elements(cell)
    }


def _elements(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        if isinstance(child, Element):
            yield from _elements(child)


def _of_tag(element: Element, tag: str) -> list[Element]:
    return [each for each in _elements(element) if each.tag == tag]


def _words(element: Element) -> str:
    found = (c for each in _elements(element) for c in each.children if isinstance(c, str))
    words = " ".join(found)
    return slug_of(words, 2) or words


def _field_name(element: Element, what: str, item: Element, column: str) -> str:
    if what == "class":
        name = f"{column} look" if column else "look"
    elif what != "text":
        name = ATTRIBUTE_FIELDS.get(what, what)
    else:
        name = column or TEXT_FIELDS.get(element.tag) or _own_role(element, item)
    first, *rest = re.findall(r"[A-Za-z]+", name) or ["text"]
    camel = first[0].lower() + first[1:] + "".join(word.capitalize() for word in rest)
    return f"{camel}Text" if camel in TAKEN else camel


def _own_role(element: Element, item: Element) -> str:
    """What a class of an element adds to that of the item it is in."""
    base = next((one for one in reversed(item.classes) if one not in LAYOUTS), "")
    own = [one for one in element.classes if one.startswith(f"{base}-")] or element.classes
    if element is item or not own:
        return "text"
    return "label" if LOOK.fullmatch(own[-1]) else own[-1].removeprefix(f"{base}-")


def _with_slots(element: Element, names: Iterator[str]) -> Template:
    """The template of an instance, its places filled as `names` says."""
    classes = _slot(next(names), " ".join(element.classes))
    attributes = tuple((name, _slot(next(names), value)) for name, value in element.attributes)
    children: list[Child] = []
    for child in element.children:
        if isinstance(child, Element):
            children.append(_with_slots(child, names))
            continue
        for at, line in enumerate(child.split("\n")):
            children += ["\n"] if at else []
            children.append(_slot(next(names), line))
    return Template(element.tag, classes, attributes, tuple(children))


def _slot(name: str, value: str) -> Value:
    return Slot(name) if name else value
