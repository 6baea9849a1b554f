"""Elements of the template of a Vue component in one file."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from tree_sitter import Node

from webapp.studio.sources.elements import (
    Attribute,
    Expression,
    Module,
    Place,
    Repeat,
    SourceElement,
    StyleBlock,
    Value,
    Words,
)
from webapp.studio.sources.jsx import SPACE
from webapp.studio.sources.syntax import HTML, TSX, Syntax

MUSTACHE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
FOR = re.compile(r"\s*(?:\(([^()]*)\)|([\w$]+|\{[^{}]*\}))\s+(?:in|of)\s+(.+)", re.DOTALL)
NAME = re.compile(r"[\w$]+")
DIRECTIVES = ("@", "v-", "#")


def read_vue(path: str, text: str) -> Module:
    syntax = Syntax(path, text, HTML)
    elements: list[SourceElement] = []
    script = Syntax(path, "", TSX)
    styles: list[StyleBlock] = []
    for node in syntax.root.named_children:
        raw = next((one for one in node.named_children if one.type == "raw_text"), None)
        if node.type == "script_element" and raw is not None:
            script = Syntax(path, syntax.said(raw), TSX, syntax.start(raw), syntax.line(raw))
        elif node.type == "style_element" and raw is not None:
            scoped = any(name == "scoped" for name, _ in _tag_attributes(syntax, node))
            styles.append(StyleBlock(syntax.start(raw), syntax.end(raw), scoped))
        elif node.type == "element" and _tag_name(syntax, node) == "template":
            elements = list(_elements(syntax, node, None))
    return Module(path, text, tuple(elements), script, tuple(styles))


def _elements(syntax: Syntax, node: Node, parent: SourceElement | None) -> Iterator[SourceElement]:
    for child in node.named_children:
        if child.type != "element":
            continue
        one = _element(syntax, child, parent)
        inner = list(_elements(syntax, child, one))
        one.children.extend(_children(syntax, child))
        yield one
        yield from inner


def _tag(node: Node) -> Node | None:
    tags = (one for one in node.named_children if one.type in ("start_tag", "self_closing_tag"))
    return next(tags, None)


def _tag_name(syntax: Syntax, node: Node) -> str:
    tag = _tag(node)
    name = tag.named_children[0] if tag is not None and tag.named_children else None
    return syntax.said(name) if name is not None else ""


def _element(syntax: Syntax, node: Node, parent: SourceElement | None) -> SourceElement:
    tag = _tag(node)
    name = tag.named_children[0] if tag is not None and tag.named_children else node
    given = list(_tag_attributes(syntax, node))
    repeat = next((_repeat(syntax, value) for key, value in given if key == "v-for"), None)
    chosen = any(key in ("v-if", "v-else", "v-else-if") for key, _ in given)
    return SourceElement(
        path=syntax.path,
        name=syntax.said(name),
        start=syntax.start(node),
        name_end=syntax.end(name),
        end=syntax.end(node),
        holding="expression" if repeat or chosen else "child" if parent is not None else "root",
        component=PurePosixPath(syntax.path).stem,
        attributes=tuple(_attribute(syntax, key, value) for key, value in given if _is_said(key)),
        repeat=repeat,
        parent=parent,
    )


def _is_said(name: str) -> bool:
    return not name.startswith(DIRECTIVES) or name == "v-bind" or name.startswith("v-bind:")


def _tag_attributes(syntax: Syntax, node: Node) -> Iterator[tuple[str, Node | None]]:
    """Each attribute's name, and where its value stands."""
    tag = _tag(node) or next((one for one in node.named_children if one.type == "start_tag"), None)
    for one in tag.named_children if tag is not None else ():
        if one.type != "attribute":
            continue
        value = one.named_children[1] if len(one.named_children) > 1 else None
        if value is not None and value.type == "quoted_attribute_value":
            value = value.named_children[0] if value.named_children else None
        yield syntax.said(one.named_children[0]), value


def _attribute(syntax: Syntax, name: str, value: Node | None) -> Attribute:
    plain = name.removeprefix("v-bind").removeprefix(":")
    if plain == name:
        return Attribute(name, None if value is None else _words(syntax, value))
    return Attribute(plain, None if value is None else _expression(syntax, value))


def _words(syntax: Syntax, node: Node) -> Words:
    place = Place(syntax.path, syntax.start(node), syntax.end(node), html.escape)
    return Words(html.unescape(syntax.said(node)), place)


def _expression(syntax: Syntax, node: Node) -> Value:
    return script_expression(syntax, syntax.start(node), syntax.end(node))


def script_expression(syntax: Syntax, start: int, end: int) -> Expression:
    """An expression of TypeScript in a template."""
    line = syntax.text.count("\n", 0, start) + 1
    script = Syntax(syntax.path, f"({syntax.text[start:end]})", TSX, start - 1, line)
    node = script.root
    while node.type in ("program", "expression_statement", "parenthesized_expression"):
        inner = [one for one in node.named_children if one.type != "comment"]
        if not inner:
            break
        node = inner[0]
    return Expression(script, node)


def _repeat(syntax: Syntax, value: Node | None) -> Repeat | None:
    found = FOR.fullmatch(syntax.said(value)) if value is not None else None
    if found is None or value is None:
        return None
    first = (found[1] or found[2]).split(",")[0] if not found[2] else found[2]
    start = syntax.start(value) + found.start(3)
    source = script_expression(syntax, start, start + len(found[3]))
    return Repeat(tuple(NAME.findall(first)), source)


def _children(syntax: Syntax, node: Node) -> Iterator[Value | SourceElement]:
    run: list[Node] = []
    for child in node.named_children:
        if child.type in ("text", "entity"):
            run.append(child)
            continue
        yield from _texts(syntax, run)
        run = []
        if child.type == "element":
            yield _element(syntax, child, None)
    yield from _texts(syntax, run)


def _texts(syntax: Syntax, run: Sequence[Node]) -> Iterator[Value]:
    if not run:
        return
    at, end = syntax.start(run[0]), syntax.end(run[-1])
    for found in MUSTACHE.finditer(syntax.text, at, end):
        yield from _plain(syntax, at, found.start())
        yield script_expression(syntax, found.start(1), found.end(1))
        at = found.end()
    yield from _plain(syntax, at, end)


def _plain(syntax: Syntax, start: int, end: int) -> Iterator[Words]:
    held = syntax.text[start:end]
    if not held.strip():
        return
    start += len(held) - len(held.lstrip())
    end -= len(held) - len(held.rstrip())
    said = SPACE.sub(" ", html.unescape(syntax.text[start:end]))
    yield Words(said, Place(syntax.path, start, end, write_text))


def write_text(text: str) -> str:
    """Words between tags of a template."""
    if "{{" in text:
        text = f"{{{{ {json.dumps(text, ensure_ascii=False)} }}}}"
    return html.escape(text, quote=False)
