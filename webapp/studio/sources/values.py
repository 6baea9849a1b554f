"""Where a value comes from that an element shows: through props and lists to the text that a person
wrote.

Nothing is run. What is more than names, members, lists and objects is computed, and refused with
the line where it is.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from tree_sitter import Node

from webapp.studio.sources.elements import (
    Expression,
    Module,
    Place,
    SourceElement,
    SourceRefused,
    Value,
    Words,
)
from webapp.studio.sources.jsx import (
    FUNCTIONS,
    WRAPPERS,
    component_function,
    name_of,
    names_of,
    parameters,
)
from webapp.studio.sources.marks import UNKNOWN, Mark
from webapp.studio.sources.project import Import, Project
from webapp.studio.sources.syntax import Syntax, ancestors, descendants

MOST_STEPS = 40  # from name to name
KEEPING = {"ref", "shallowRef", "reactive", "readonly", "Object.freeze"}
CHILDREN = "children"


@dataclass(frozen=True)
class Bound:
    """A value, and the place in the marks from which on its names are meant."""

    value: Value
    at: int


class Resolver:
    """Resolves what elements show. `marks`: those of an element and of all around it, outwards."""

    def __init__(self, project: Project, marks: Sequence[Mark]) -> None:
        self._project, self._marks = project, marks
        self._steps = 0

    def words(self, value: Value, at: int) -> Words:
        """The text that a value is. Raises SourceRefused where it is computed."""
        found = self.evaluate(Bound(value, at)).value
        return found if isinstance(found, Words) else _literal(found)

    def prop(self, element: SourceElement, name: str, at: int) -> Bound | None:
        """What an element is given under a name, perhaps among others that are spread."""
        for one in reversed(element.attributes):
            if one.name and _camel(one.name) == _camel(name) and one.value is not None:
                return Bound(one.value, at)
            if not one.name and one.value is not None:
                found = self._member(self.evaluate(Bound(one.value, at)), name)
                if found is not None:
                    return found
        return self.content(element, at) if name == CHILDREN else None

    def content(self, element: SourceElement, at: int) -> Bound | None:
        """What an element holds, where that is words or an expression alone; of Vue's slot, what
        the component is given."""
        only = element.children[0] if len(element.children) == 1 else None
        if not isinstance(only, SourceElement):
            return None if only is None else Bound(only, at)
        use = self._use_of(element.path, "", at) if only.name == "slot" else None
        return None if use is None else self.content(*use)

    def item(self, element: SourceElement, at: int) -> tuple[Expression, Node]:
        """The list that an element is written for each of, and the node of the one that this is.
        Raises SourceRefused."""
        assert element.repeat is not None
        held = self.evaluate(Bound(element.repeat.source, at)).value
        if not isinstance(held, Expression) or held.node.type != "array":
            raise computed(element.repeat.source)
        items = [one for one in held.node.named_children if one.type != "comment"]
        index = self._marks[at].index
        if index == UNKNOWN:
            raise SourceRefused("Its list was changed just before", "say one change at a time")
        if index >= len(items) or any(one.type == "spread_element" for one in items):
            raise computed(element.repeat.source)
        return held, items[index]

    def evaluate(self, bound: Bound) -> Bound:
        """A value with its names followed: words, or an expression that is a literal, a list or an
        object. Raises SourceRefused."""
        self._steps += 1
        value = bound.value
        if isinstance(value, Words):
            return bound
        if self._steps > MOST_STEPS:
            raise computed(value)
        node = value.node
        if node.type in WRAPPERS and node.named_children:
            return self.evaluate(Bound(Expression(value.syntax, node.named_children[0]), bound.at))
        follow: dict[str, Callable[[Expression, int], Bound | None]] = {
            "identifier": self._named,
            "shorthand_property_identifier": self._named,
            "member_expression": self._member_of,
            "subscript_expression": self._subscript,
            "call_expression": self._kept,
        }
        if node.type not in follow:
            return bound
        found = follow[node.type](value, bound.at)
        if found is None:
            raise computed(value)
        return self.evaluate(found)

    def _member_of(self, value: Expression, at: int) -> Bound | None:
        node, syntax = value.node, value.syntax
        name, target = syntax.field(node, "property"), node.child_by_field_name("object")
        if target is None:
            return None
        if target.type == "identifier" and (use := self._props_use(value, syntax.said(target), at)):
            return self.prop(use[0], name, use[1])
        held = self.evaluate(Bound(Expression(syntax, target), at))
        return self._member(held, name) or (held if name == "value" else None)  # of a `ref`

    def _member(self, held: Bound, name: str) -> Bound | None:
        """What an object has under a name."""
        value = held.value
        if not isinstance(value, Expression) or value.node.type != "object":
            return None
        syntax = value.syntax
        for one in reversed(value.node.named_children):
            if one.type == "pair" and _key(syntax, one) == name:
                inner = one.child_by_field_name("value")
                return Bound(Expression(syntax, inner), held.at) if inner is not None else None
            if one.type == "shorthand_property_identifier" and syntax.said(one) == name:
                return Bound(Expression(syntax, one), held.at)
            if one.type == "spread_element" and one.named_children:
                spread = self.evaluate(Bound(Expression(syntax, one.named_children[0]), held.at))
                if (found := self._member(spread, name)) is not None:
                    return found
        return None

    def _subscript(self, value: Expression, at: int) -> Bound | None:
        target = value.node.child_by_field_name("object")
        index = value.syntax.field(value.node, "index")
        if target is None:
            return None
        held = self.evaluate(Bound(Expression(value.syntax, target), at))
        inner = held.value
        if not index.isdigit():
            return self._member(held, index.strip("\"'"))
        if not isinstance(inner, Expression) or inner.node.type != "array":
            return None
        items = [one for one in inner.node.named_children if one.type != "comment"]
        chosen = items[int(index)] if int(index) < len(items) else None
        return Bound(Expression(inner.syntax, chosen), held.at) if chosen is not None else None

    def _kept(self, value: Expression, at: int) -> Bound | None:
        """What a call hands on as it is: `ref([…])`."""
        called = value.syntax.field(value.node, "function")
        given = value.node.child_by_field_name("arguments")
        if called.split("<")[0] not in KEEPING or given is None or not given.named_children:
            return None
        return Bound(Expression(value.syntax, given.named_children[0]), at)

    def _named(self, value: Expression, at: int) -> Bound | None:
        """What a name stands for where it is said."""
        name = value.syntax.said(value.node)
        module = self._project.module(value.path)
        if module is None:
            return None
        if (listed := self._listed(module, value, name, at)) is not None:
            return listed
        declared = _declared(module.script, value, name)
        if declared is not None:
            return Bound(declared, at)
        if (use := self._use(module, value, at)) is not None:
            asked = _asked_name(module.script, value, name)
            if asked is not None:
                return self.prop(use[0], asked[0], use[1]) or asked[1]
        return self._imported(module, name)

    def _listed(self, module: Module, value: Expression, name: str, at: int) -> Bound | None:
        """One of a list, for each of which an element around is written."""
        for place in range(at, len(self._marks)):
            element = self._project.element(self._marks[place])
            if element is None or element.path != module.path or element.repeat is None:
                continue
            if name not in element.repeat.names or not _is_in(value, element):
                continue
            held, item = self.item(element, place)
            found = Bound(Expression(held.syntax, item), place)
            taken = len(element.repeat.names) > 1 or _is_taken_apart(element, name)
            return self._member(self.evaluate(found), name) if taken else found
        return None

    def _props_use(self, value: Expression, name: str, at: int) -> tuple[SourceElement, int] | None:
        """Where a component is used whose props are called by one name."""
        module = self._project.module(value.path)
        if module is None:
            return None
        function = _function_around(module, value)
        first = parameters(function)[:1] if function is not None else []
        is_props = any(
            one.type == "identifier" and module.script.said(one) == name for one in first
        )
        is_props |= module.path.endswith(".vue") and name in ("props", "$props")
        return self._use(module, value, at) if is_props else None

    def _use(self, module: Module, value: Expression, at: int) -> tuple[SourceElement, int] | None:
        """Where the component is used that a value is said in."""
        function = _function_around(module, value)
        name = name_of(module.script, function) if function is not None else ""
        return self._use_of(module.path, name, at)

    def _use_of(self, path: str, name: str, at: int) -> tuple[SourceElement, int] | None:
        """Where the component of a file is used that is called `name` there, of Vue as its file."""
        if path.endswith(".vue"):
            name = PurePosixPath(path).stem
        for place in range(at, len(self._marks)):
            element = self._project.element(self._marks[place])
            if element is not None and self._means(element, path, name):
                return element, place
        return None

    def _means(self, element: SourceElement, path: str, name: str) -> bool:
        """Whether an element is a use of a component of a file."""
        used = _pascal(element.name)
        if element.path == path:
            return used == name
        user = self._project.module(element.path)
        return user is not None and any(
            _pascal(one.name) == used and one.path == path
            and one.exported in (name, "default")
            for one in self._project.imports(user)
        )  # fmt: skip

    def _imported(self, module: Module, name: str) -> Bound | None:
        for one in self._project.imports(module):
            if one.name != name:
                continue
            other = self._project.module(one.path)
            if other is None:
                return Bound(_asset(module, one), len(self._marks))
            found = _top(other.script, one.exported)
            return Bound(found, len(self._marks)) if found is not None else None
        return None


def _asset(module: Module, one: Import) -> Words:
    """The picture that an import names; the name must be said once beside it."""
    script = module.script
    said = sum(script.said(each) == one.name for each in descendants(script.root)
               if each.type in ("identifier", "shorthand_property_identifier"))  # fmt: skip
    line = script.line(one.specifier)
    if said > 2:
        raise SourceRefused(f"It is imported at {module.path}:{line} for several elements")
    start, end = script.start(one.specifier) + 1, script.end(one.specifier) - 1
    return Words(one.path, Place(module.path, start, end), is_file=True)


def _is_in(value: Expression, element: SourceElement) -> bool:
    """Whether a value is said in an element, or in the function that makes it."""
    if element.scope is not None:
        function = next((one for one in ancestors(element.scope) if one.type in FUNCTIONS), None)
        return function is not None and any(one == function for one in ancestors(value.node))
    return element.start <= value.syntax.start(value.node) < element.end


def _is_taken_apart(element: SourceElement, name: str) -> bool:
    if element.scope is None:
        return False
    for around in ancestors(element.scope):
        if around.type in FUNCTIONS:
            return any(one.type == "object_pattern" for one in parameters(around)[:1])
    return False


def _function_around(module: Module, value: Expression) -> Node | None:
    return None if module.path.endswith(".vue") else component_function(module.script, value.node)


def _declared(script: Syntax, value: Expression, name: str) -> Expression | None:
    """The value of a constant that is seen from there: of the functions around, or the file's."""
    scopes = [*ancestors(value.node)] if value.syntax is script else []
    for scope in [*scopes, script.root]:
        if scope.type in ("statement_block", "program"):
            found = _in_block(script, scope, name)
            if found is not None:
                return found
        if scope.type in FUNCTIONS and name in names_of(script, scope):
            return None  # a parameter hides what is further out
    return None


def _in_block(script: Syntax, block: Node, name: str) -> Expression | None:
    for statement in block.named_children:
        held = statement
        if statement.type == "export_statement":
            held = statement.child_by_field_name("declaration") or statement
        if held.type not in ("lexical_declaration", "variable_declaration"):
            continue
        for one in held.named_children:
            inner = one.child_by_field_name("value")
            if inner is not None and script.field(one, "name") == name:
                return Expression(script, inner)
    return None


def _top(script: Syntax, exported: str) -> Expression | None:
    if exported != "default":
        return _in_block(script, script.root, exported)
    for one in script.root.named_children:
        inner = one.child_by_field_name("value") if one.type == "export_statement" else None
        if inner is not None:
            if inner.type == "identifier":
                return _in_block(script, script.root, script.said(inner))
            return Expression(script, inner)
    return None


def _asked_name(script: Syntax, value: Expression, name: str) -> tuple[str, Bound | None] | None:
    """What a component's prop is called from outside that is `name` inside, and what it is where it
    is not given."""
    if value.path.endswith(".vue"):
        return name, None
    function = component_function(script, value.node)
    for pattern in parameters(function)[:1] if function is not None else ():
        for one in pattern.named_children:
            if one.type == "shorthand_property_identifier_pattern" and script.said(one) == name:
                return name, None
            if one.type == "pair_pattern" and script.field(one, "value") == name:
                return script.field(one, "key"), None
            if one.type == "object_assignment_pattern" and script.field(one, "left") == name:
                inner = one.child_by_field_name("right")
                return name, Bound(Expression(script, inner), 0) if inner is not None else None
    return None


def _literal(value: Expression) -> Words:
    """The text of a literal. Raises SourceRefused."""
    node, syntax = value.node, value.syntax
    said, start, end = syntax.said(node), syntax.start(node), syntax.end(node)
    if node.type == "number":
        return Words(said, Place(value.path, start, end, write_number))
    if node.type == "string" or (node.type == "template_string" and "${" not in said):
        quote = said[0]

        def write(text: str) -> str:
            inner = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"')
            return inner.replace(quote, f"\\{quote}")

        return Words(_unescaped(said[1:-1]), Place(value.path, start + 1, end - 1, write))
    raise computed(value)


ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        return chr(int(code, 16)) if code else SHORT.get(found[4], found[4])

    return ESCAPE.sub(one, text)


def write_number(text: str) -> str:
    """A number as one, other words in quotes."""
    is_number = re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", text)
    return text if is_number else json.dumps(text, ensure_ascii=False)


def computed(value: Expression) -> SourceRefused:
    line = value.syntax.line(value.node)
    return SourceRefused(f"It comes from an expression at {value.path}:{line}")


def _key(syntax: Syntax, pair: Node) -> str:
    return syntax.field(pair, "key").strip("\"'")


def _camel(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _pascal(name: str) -> str:
    camel = _camel(name)
    return camel[:1].upper() + camel[1:]
