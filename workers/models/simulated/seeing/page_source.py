"""A page's source: its elements by their places in the text, and the rules of its stylesheet."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass(frozen=True)
class Element:
    """`start` to `end` is all of it in the source, `inner` to `inner_end` what it holds."""

    tag: str
    classes: tuple[str, ...]
    text: str
    start: int
    inner: int
    inner_end: int
    end: int

    @property
    def selector(self) -> str:
        return self.tag + "".join(f".{name}" for name in self.classes)


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [0, *(found.end() for found in re.finditer("\n", source))]
        self._source = source
        self._open: list[tuple[str, tuple[str, ...], int, int, list[str]]] = []
        self.found: list[Element] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        classes = tuple((dict(attrs).get("class") or "").split())
        start = self._place()
        inner = start + len(self.get_starttag_text() or "")
        self._open.append((tag, classes, start, inner, []))

    def handle_data(self, data: str) -> None:
        for _, _, _, _, texts in self._open:
            texts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in (name for name, *_ in self._open):
            return
        at = self._place()
        while self._open:
            name, classes, start, inner, texts = self._open.pop()
            end = self._source.find(">", at) + 1 if name == tag else at
            text = " ".join("".join(texts).split())
            self.found.append(Element(name, classes, text, start, inner, at, end))
            if name == tag:
                return

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def elements_of(source: str) -> list[Element]:
    """The elements of a page's body, inner ones before those around them."""
    found = _Reader(source).found
    return [one for one in found if one.tag not in ("html", "head", "title", "style", "script")]


@dataclass(frozen=True)
class Rule:
    """A rule outside any @ block: `start` to `end` in the sheet, its body within the braces."""

    selector: str
    start: int
    end: int
    body: str
    body_start: int

    def value(self, name: str) -> str | None:
        found = _declaration(name).search(self.body)
        return found["value"].strip() if found else None


def rules_of(css: str) -> Iterator[Rule]:
    """The rules outside @ blocks, in their order."""
    at = 0
    while (brace := css.find("{", at)) >= 0:
        start = at + len(css[at:brace]) - len(css[at:brace].lstrip())
        selector = css[start:brace].strip()
        depth, end = 1, brace + 1
        while end < len(css) and depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        if not selector.startswith("@"):
            yield Rule(selector, start, end, css[brace + 1 : end - 1], brace + 1)
        at = end


def with_declaration(css: str, selector: str, name: str, value: str) -> str:
    """The sheet with a declaration in the rule of that very selector, which is added at the end
    where there is none."""
    for rule in rules_of(css):
        if rule.selector != selector:
            continue
        if found := _declaration(name).search(rule.body):
            start, end = found.span("value")
            body = f"{rule.body[:start]} {value}{rule.body[end:]}"
        else:
            body = f"{rule.body.rstrip()}\n  {name}: {value};\n"
        return css[: rule.body_start] + body + css[rule.body_start + len(rule.body) :]
    return f"{css.rstrip()}\n\n{selector} {{\n  {name}: {value};\n}}\n"


def _declaration(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[;\s])(?<![-\w]){re.escape(name)}\s*:(?P<value>[^;}}]*)")


def sheet_of(files: Mapping[str, str], page: str) -> str | None:
    """The path of the first stylesheet that a page links to and whose text is known."""
    for tag in re.findall(r"<link\b[^>]*>", files.get(page, "")):
        found = re.search(r"href=[\"']([^\"']+)[\"']", tag)
        if found and "stylesheet" in tag and found[1] in files:
            return found[1]
    return None


def selector_for(page: str, css: str, selector: str, name: str) -> str:
    """The selector of the rule in which a declaration is best changed: that of a class which no
    other element has, so that a person finds it there, or else the element's own."""
    classes = re.findall(r"\.([\w-]+)", re.split(r"[ >+~]", selector)[-1])
    held = [one for element in elements_of(page) for one in element.classes]
    own = [f".{one}" for one in classes if held.count(one) == 1]
    ruled = [rule for rule in rules_of(css) if rule.selector in own]
    saying = [rule.selector for rule in ruled if rule.value(name) is not None]
    return next(reversed(saying or [rule.selector for rule in ruled]), selector)


def missing_sheets(files: Mapping[str, str]) -> list[str]:
    """The stylesheets that pages link to and whose text is not known."""
    pages = [text for path, text in files.items() if path.endswith(".html")]
    linked = re.findall(r"<link\b[^>]*href=[\"']([^\"':]+\.css)[\"']", "\n".join(pages))
    return [path for path in dict.fromkeys(linked) if path not in files]
