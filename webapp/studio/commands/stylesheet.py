"""Style sheets as they are written: each rule and declaration with its place in the file.

Parsed by tinycss2, which gives a token's line and column. Offsets are characters of the file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import tinycss2
from tinycss2.ast import Node

from webapp.studio.commands.lengths import pixels

LINE_END = re.compile(r"\r\n|[\n\r\f]")  # as CSS has them
STATES = re.compile(
    r"(?<!\\):(?!root\b|first-child\b|last-child\b|nth-|only-child\b|not\b|is\b|where\b)"
)
GROUPS = {"media", "supports", "layer", "container"}  # at-rules that hold rules
THEME = "theme"  # Tailwind's at-rule for the custom properties of the whole page
FROM_WIDTH = re.compile(r"\(\s*(?:width\s*>=|min-width\s*:)\s*([\d.]+(?:px|rem|em))\s*\)")
SCOPE = re.compile(r"\[data-v-\w+\]")
LAST = re.compile(r"::?[\w-]+(?:\([^()]*\))?$")  # what a scope goes before
TAILWIND_LAYERS = ("theme", "base", "components", "utilities")
TAILWIND = re.compile(r"""@import\s+["']tailwindcss["']""")


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
    all rules of a page. `conditional` ones stand in an at-rule. `layer` is 0 for what stands in
    none, less the earlier its layer is: an earlier one counts less, whatever its selectors."""

    path: str
    selectors: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    start: int
    body: int
    end: int
    order: int
    conditional: bool
    layer: int = 0
    layer_name: str = ""

    def own(self, *names: str) -> Declaration | None:
        """The last declaration of one of these names."""
        found = [one for one in self.declarations if one.name in names]
        return max(found, key=lambda one: (one.important, one.start), default=None)


def rules(path: str, text: str, offset: int = 0, order: int = 0, wide: float = 0.0) -> list[Rule]:
    """The rules of a sheet that stands in file `path` from `offset` on, those for plain states
    alone: what `:hover` or `::before` has is not how an element looks. What a rule says for screens
    from some width on holds where they are `wide` CSS pixels, if that is given."""
    return list(_Reader(path, text, offset, order, wide).rules())


def declarations(text: str, offset: int = 0) -> tuple[Declaration, ...]:
    """Those of a `style` attribute."""
    return _Reader("", text, offset).declarations(
        tinycss2.parse_component_value_list(text), len(text)
    )


def scoped(rule: Rule, attribute: str) -> Rule:
    """A rule of a component, for the elements alone that have its attribute."""
    return replace(rule, selectors=tuple(_with(one, f"[{attribute}]") for one in rule.selectors))


def is_scoped(rule: Rule) -> bool:
    return any(map(SCOPE.search, rule.selectors))


def without_scope(selector: str) -> str:
    """A selector as its sheet says it."""
    return SCOPE.sub("", selector)


def _with(selector: str, attribute: str) -> str:
    last = LAST.search(selector)
    return f"{selector[: last.start()]}{attribute}{last[0]}" if last else selector + attribute


class _Reader:
    def __init__(
        self, path: str, text: str, offset: int = 0, order: int = 0, wide: float = 0.0
    ) -> None:
        self._path, self._text, self._offset, self._order = path, text, offset, order
        self._wide = wide
        self._lines = [0, *(found.end() for found in LINE_END.finditer(text))]
        self._layers = [*TAILWIND_LAYERS] if TAILWIND.search(text) else []

    def rules(self) -> Iterator[Rule]:
        nodes = tinycss2.parse_stylesheet(self._text, skip_comments=True, skip_whitespace=True)
        found = list(self._of(nodes, "", conditional=False))
        count = len(self._layers)
        for one in found:
            layer = self._layers.index(one.layer_name) - count if one.layer_name else 0
            yield replace(one, layer=layer)

    def _of(self, nodes: Sequence[Node], layer: str, *, conditional: bool) -> Iterator[Rule]:
        for node in nodes:
            keyword = node.lower_at_keyword if node.type == "at-rule" else ""
            names = tinycss2.serialize(node.prelude).strip() if keyword == "layer" else ""
            for name in filter(None, map(str.strip, names.split(","))):
                if name not in self._layers:
                    self._layers.append(name)
            if node.type == "qualified-rule":
                selectors = tuple(
                    part for part in _selectors(node.prelude) if not STATES.search(part)
                )
                if selectors:
                    rule = self._rule(node, selectors)
                    yield replace(rule, conditional=conditional, layer_name=layer)
            elif keyword == THEME and node.content:
                yield self._rule(node, (":root",))
            elif keyword in GROUPS and node.content:
                held = tinycss2.parse_rule_list(
                    node.content, skip_comments=True, skip_whitespace=True
                )
                inner = conditional or not (keyword == "layer" or self._holds(node))
                yield from self._of(held, names or layer, conditional=inner)

    def _rule(self, node: Node, selectors: tuple[str, ...]) -> Rule:
        start = self._place(node)
        last = node.prelude[-1] if node.prelude else node
        after = self._place(last) + (len(last.serialize().rstrip()) if last is not node else 0)
        body = self._text.index("{", after) + 1
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
            conditional=False,
        )

    def _holds(self, node: Node) -> bool:
        found = FROM_WIDTH.fullmatch(tinycss2.serialize(node.prelude).strip())
        width = pixels(found[1]) if found and node.lower_at_keyword == "media" else None
        return width is not None and width <= self._wide

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
        if last is not None and last.type == "{} block":
            start += len(last.serialize()) - 1
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
