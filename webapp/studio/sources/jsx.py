"""Elements of TypeScript and JavaScript with JSX."""

import html
import json
import re
from collections.abc import Iterator

from tree_sitter import Node

from webapp.studio.sources.elements import (
    Attribute,
    Expression,
    Holding,
    Module,
    Place,
    Repeat,
    SourceElement,
    Value,
    Words,
)
from webapp.studio.sources.syntax import TSX, Syntax, ancestors

ELEMENTS = {"jsx_element", "jsx_self_closing_element"}
FUNCTIONS = {"arrow_function", "function_expression", "function_declaration", "method_definition"}
TEXTS = {"jsx_text", "html_character_reference"}
WRAPPERS = {"parenthesized_expression", "as_expression", "satisfies_expression"}
WRAPPERS |= {"non_null_expression"}
SPACE = re.compile(r"\s+")
SPECIAL = re.compile(r"[{}<>]|&[#\w]+;")
# as HTML has them
RENAMED = {
    "className": "class",
    "htmlFor": "for",
    "defaultValue": "value",
    "defaultChecked": "checked",
}


def read_jsx(path: str, text: str) -> Module:
    syntax = Syntax(path, text, TSX)
    return Module(path, text, tuple(_elements(syntax, syntax.root, None)), syntax)


def written_name(path: str, name: str) -> str:
    """What an attribute of HTML is called in a file."""
    if path.endswith((".vue", ".html", ".htm")):
        return name
    return next((key for key, meant in RENAMED.items() if meant == name), name)


def _elements(syntax: Syntax, node: Node, parent: SourceElement | None) -> Iterator[SourceElement]:
    for child in node.children:
        if child.type not in ELEMENTS:
            yield from _elements(syntax, child, parent)
            continue
        one = _element(syntax, child, parent)
        yield one
        yield from _elements(syntax, child, one)
        if child.type == "jsx_element":
            held = _children(syntax, child)
            one.children.extend(held)


def _element(syntax: Syntax, node: Node, parent: SourceElement | None) -> SourceElement:
    tag = node.child_by_field_name("open_tag") or node
    name = tag.child_by_field_name("name")
    holding, repeat = _held(syntax, node)
    return SourceElement(
        path=syntax.path,
        name=syntax.said(name) if name is not None else "",
        start=syntax.start(node),
        name_end=syntax.end(name) if name is not None else syntax.start(node) + 1,
        end=syntax.end(node),
        holding=holding,
        component=_component(syntax, node),
        attributes=tuple(_attributes(syntax, tag)),
        repeat=repeat,
        parent=parent,
        scope=node,
    )


def _attributes(syntax: Syntax, tag: Node) -> Iterator[Attribute]:
    for node in tag.children_by_field_name("attribute"):
        if node.type == "jsx_expression":
            spread = next(
                (one for one in node.named_children if one.type == "spread_element"), None
            )
            if spread is not None:
                yield Attribute("", Expression(syntax, spread.named_children[0]))
            continue
        parts = node.named_children
        name = syntax.said(parts[0])
        name = RENAMED.get(name, name)
        yield Attribute(name, _attribute_value(syntax, parts[1]) if len(parts) > 1 else None)


def _attribute_value(syntax: Syntax, node: Node) -> Value | None:
    if node.type == "jsx_expression":
        return _in_braces(syntax, node)
    start, end = syntax.start(node) + 1, syntax.end(node) - 1
    quote = syntax.said(node)[:1]

    def write(text: str) -> str:
        return text.replace("&", "&amp;").replace(quote, "&quot;" if quote == '"' else "&#39;")

    held = html.unescape(syntax.said(node)[1:-1])
    return Words(held, Place(syntax.path, start, end, write))


def _in_braces(syntax: Syntax, node: Node) -> Value | None:
    inner = [one for one in node.named_children if one.type != "comment"]
    return Expression(syntax, inner[0]) if len(inner) == 1 else None


def _children(syntax: Syntax, node: Node) -> Iterator[Value | SourceElement]:
    run: list[Node] = []
    for child in node.named_children:
        if child.type in TEXTS:
            run.append(child)
            continue
        yield from _words(syntax, run)
        run = []
        if child.type == "jsx_expression" and (value := _in_braces(syntax, child)) is not None:
            yield value
        elif child.type in ELEMENTS:
            yield _stub(syntax, child)
    yield from _words(syntax, run)


def _stub(syntax: Syntax, node: Node) -> SourceElement:
    """An element as one of several children: where it is, and no more."""
    return _element(syntax, node, None)


def _words(syntax: Syntax, run: list[Node]) -> Iterator[Words]:
    """Words that stand together, without the blanks around them."""
    if not run:
        return
    text = syntax.text
    start, end = syntax.start(run[0]) - syntax.base, syntax.end(run[-1]) - syntax.base
    held = text[start:end]
    if not held.strip():
        return
    start += len(held) - len(held.lstrip())
    end -= len(held) - len(held.rstrip())
    said = SPACE.sub(" ", html.unescape(text[start:end]))
    place = Place(syntax.path, start + syntax.base, end + syntax.base, write_text)
    yield Words(said, place)


def write_text(text: str) -> str:
    """Words between tags of JSX."""
    return f"{{{json.dumps(text, ensure_ascii=False)}}}" if SPECIAL.search(text) else text


def _held(syntax: Syntax, node: Node) -> tuple[Holding, Repeat | None]:
    inner = node
    for around in ancestors(node):
        if around.type in WRAPPERS:
            inner = around
            continue
        if around.type == "jsx_element":
            return "child", None
        if around.type == "return_statement":
            body = around.parent
            function = body.parent if body is not None else None
            return _of_function(syntax, function) if function is not None else ("root", None)
        if around.type == "arrow_function" and around.child_by_field_name("body") == inner:
            return _of_function(syntax, around)
        break
    return "expression", None


def _of_function(syntax: Syntax, function: Node) -> tuple[Holding, Repeat | None]:
    """What a function returns: one for each of a list, or a component."""
    given = function.parent
    call = given.parent if given is not None and given.type == "arguments" else None
    if call is None or call.type != "call_expression":
        return ("root" if function.type in FUNCTIONS else "expression"), None
    called = call.child_by_field_name("function")
    if called is None or called.type != "member_expression":
        return "root", None  # memo(() => …)
    if syntax.field(called, "property") != "map":
        return "expression", None
    source = called.child_by_field_name("object")
    return "expression", (
        Repeat(tuple(names_of(syntax, function)), Expression(syntax, source)) if source else None
    )


def parameters(function: Node) -> list[Node]:
    """The patterns of what a function is given."""
    one = function.child_by_field_name("parameter")
    if one is not None:
        return [one]
    held = function.child_by_field_name("parameters")
    given = held.named_children if held is not None else []
    patterns = (each.child_by_field_name("pattern") or each for each in given)
    return [each for each in patterns if each.type != "comment"]


def names_of(syntax: Syntax, function: Node) -> Iterator[str]:
    """The name of the first that a function is given, or those that it is taken apart into."""
    first = parameters(function)[:1]
    for pattern in first:
        if pattern.type == "identifier":
            yield syntax.said(pattern)
        for one in pattern.named_children:
            if one.type == "shorthand_property_identifier_pattern":
                yield syntax.said(one)
            elif one.type == "pair_pattern":
                yield syntax.field(one, "value")


def component_function(syntax: Syntax, node: Node) -> Node | None:
    """The function of the component that a node is in: the innermost with a capital."""
    return next(
        (one for one in ancestors(node) if one.type in FUNCTIONS and name_of(syntax, one)), None
    )


def name_of(syntax: Syntax, function: Node) -> str:
    """What a component's function is called; empty where it is none's."""
    name = syntax.field(function, "name")
    if not name:
        for around in ancestors(function):
            if around.type == "variable_declarator":
                name = syntax.field(around, "name")
            if around.type not in (*WRAPPERS, "arguments", "call_expression"):
                break
    if not name and function.parent is not None and function.parent.type == "export_statement":
        return "default"
    return name if name[:1].isupper() else ""


def _component(syntax: Syntax, node: Node) -> str:
    function = component_function(syntax, node)
    return name_of(syntax, function) if function is not None else ""
