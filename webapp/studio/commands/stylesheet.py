"""Style sheets as they are written: each rule and declaration with its place in the file.

Parsed by tinycss2, which gives a token's line and column. Offsets are characters of the file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import tinycss2
from tinycss2.ast import Node

LINE_END = re.compile(r"\r\n|[\n\r\f]")  # as CSS has them
STATES = re.compile(r":(?!root\b|first-child\b|last-child\b|nth-|only-child\b|not\b|is\b|where\b)")
GROUPS = {"media", "supports", "layer", "container"}  # at-rules that hold rules


@dataclass(frozen=True)
class Declaration:
    """`start` to `end`: from its name to the end of its value."""

    name: str
    value: str
    important: bool
    start: int
    end: int


@dataclass(frozen=True)
class Rule:
    """`body` and `end` are the offsets behind its `{` and of its `}`. `order` is its place among
    all rules of a page. `conditional` ones stand in an at-rule."""

    path: str
    selectors: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    start: int
    body: int
    end: int
    order: int
    conditional: bool

    def own(self, *names: str) -> Declaration | None:
        """The last declaration of one of these names."""
        found = [one for one in self.declarations if one.name in names]
        return max(found, key=lambda one: (one.important, one.start), default=None)


def rules(path: str, text: str, offset: int = 0, order: int = 0) -> list[Rule]:
    """The rules of a sheet that stands in file `path` from `offset` on, those for plain states
    alone: what `:hover` or `::before` has is not how an element looks."""
    return list(_Reader(path, text, offset, order).rules())


def declarations(text: str, offset: int = 0) -> tuple[Declaration, ...]:
    """Those of a `style` attribute."""
    return _Reader("", text, offset, 0).declarations(
        tinycss2.parse_component_value_list(text), len(text)
    )


class _Reader:
    def __init__(self, path: str, text: str, offset: int, order: int) -> None:
        self._path, self._text, self._offset, self._order = path, text, offset, order
        self._lines = [0, *(found.end() for found in LINE_END.finditer(text))]

    def rules(self) -> Iterator[Rule]:
        nodes = tinycss2.parse_stylesheet(self._text, skip_comments=True, skip_whitespace=True)
        yield from self._of(nodes, conditional=False)

    def _of(self, nodes: Sequence[Node], *, conditional: bool) -> Iterator[Rule]:
        for node in nodes:
            if node.type == "qualified-rule":
                selectors = tuple(
                    part for part in _selectors(node.prelude) if not STATES.search(part)
                )
                if selectors:
                    yield self._rule(node, selectors, conditional=conditional)
            elif node.type == "at-rule" and node.content and node.lower_at_keyword in GROUPS:
                held = tinycss2.parse_rule_list(
                    node.content, skip_comments=True, skip_whitespace=True
                )
                yield from self._of(held, conditional=True)

    def _rule(self, node: Node, selectors: tuple[str, ...], *, conditional: bool) -> Rule:
        start = self._place(node)
        last = node.prelude[-1]
        body = self._text.index("{", self._place(last) + len(last.serialize().rstrip())) + 1
        end = self._end(node.content, body)
        self._order += 1
        return Rule(
            self._path,
            selectors,
            self.declarations(node.content, end),
            start + self._offset,
            body + self._offset,
            end + self._offset,
            self._order,
            conditional,
        )

    def declarations(self, tokens: Sequence[Node], end: int) -> tuple[Declaration, ...]:
        """Those of a rule's content, which ends at `end` of the text."""
        found: list[tuple[list[Node], int]] = []
        part: list[Node] = []
        for token in tokens:
            if token.type == "literal" and token.value == ";":
                found.append((part, self._place(token)))
                part = []
            else:
                part.append(token)
        found.append((part, end))
        return tuple(
            one for part, after in found if (one := self._declaration(part, after)) is not None
        )

    def _declaration(self, tokens: Sequence[Node], after: int) -> Declaration | None:
        parsed = tinycss2.parse_one_declaration(tokens)
        if parsed.type != "declaration":
            return None
        start = self._place(next(one for one in tokens if one.type == "ident"))
        end = start + len(self._text[start:after].rstrip())
        value = tinycss2.serialize(parsed.value).strip()
        return Declaration(
            parsed.lower_name, value, parsed.important, start + self._offset, end + self._offset
        )

    def _end(self, content: Sequence[Node], body: int) -> int:
        """Of the closing brace: behind the last token."""
        last = next((one for one in reversed(content) if one.type != "whitespace"), None)
        start = self._place(last) + 1 if last is not None else body
        if last is not None and last.type in ("string", "url", "function", "() block", "comment"):
            start += len(last.serialize()) - 2
        found = self._text.find("}", start)
        return found if found >= 0 else len(self._text)

    def _place(self, node: Node) -> int:
        line, column = int(node.source_line), int(node.source_column)  # both from 1
        return self._lines[line - 1] + column - 1


def _selectors(prelude: Sequence[Node]) -> Iterator[str]:
    part: list[Node] = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield tinycss2.serialize(part).strip()
            part = []
        else:
            part.append(token)
    yield tinycss2.serialize(part).strip()


def specificity(selector: str) -> tuple[int, int, int]:
    """(ids, classes, types) of a selector, those in `:not()` and its like included; `:where()` has
    none. https://www.w3.org/TR/selectors-4/#specificity-rules"""
    return _specificity(tinycss2.parse_component_value_list(selector))


def _specificity(tokens: Sequence[Node]) -> tuple[int, int, int]:
    ids = classes = types = 0
    before = ""
    for token in tokens:
        if token.type == "hash":
            ids += 1
        elif token.type == "[] block" or (token.type == "ident" and before in (".", ":")):
            classes += 1
        elif token.type == "ident":
            types += 1
        elif token.type == "function" and token.lower_name in ("not", "is", "has"):
            inner = _specificity(token.arguments)
            ids, classes, types = ids + inner[0], classes + inner[1], types + inner[2]
        elif token.type == "function" and token.lower_name != "where":
            classes += 1
        before = token.value if token.type == "literal" else ""
    return ids, classes, types
