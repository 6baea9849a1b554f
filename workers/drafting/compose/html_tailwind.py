"""The stack `html-tailwind`: one HTML page of utilities and a theme, built with Vite.

It says what the stylesheet of `html-css` says: what a rule says of a class alone is written as
utilities where the class stood. What is said of tags, or of how elements stand to one another,
stays in the sheet.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import tinycss2

from webapp.studio.tailwind import Theme, utilities, with_sides
from workers.drafting.compose.html_css import WrittenPage, write_pages
from workers.drafting.compose.markup import Element, document, tags_of
from workers.drafting.compose.merging import Declarations
from workers.drafting.compose.page_files import Asset, FontStack, PageFiles
from workers.drafting.compose.project import SOURCES, project_files
from workers.drafting.page import Container

PUBLIC = "public/"
MOST = re.compile(r"max-width: (\d+)px\)")
CLASS = re.compile(r"\.([\w-]+)( > \*)?")
WIDE, NARROW = "desktop:", "max-desktop:"  # from the width of the mockup on, and below
PHONE = "max-phone:"  # where parts side by side are under one another
SMALLER = ("sm", "xs", "2xs", "3xs")
LARGER = ("lg", "xl", "2xl", "3xl", "4xl", "5xl", "6xl", "7xl", "8xl", "9xl")
RADII = ("xs", "sm", "md", "lg", "xl", "2xl", "3xl", "4xl")
LENGTH_TOKEN = re.compile(r"^  (--(?:text|space|radius)-\w+): ([\d.]+px);\n", re.MULTILINE)
INSTEAD = frozenset({"*", ":root"})  # Tailwind's own reset and the theme say it


@dataclass(frozen=True)
class Rule:
    """What a stylesheet says of a selector: `variant` is when, empty for always."""

    variant: str
    selector: str
    declarations: Declarations


@dataclass
class _Sheet:
    """A stylesheet taken apart: what becomes utilities, by class, and what stays: of tags in
    Tailwind's base layer, of classes above all utilities, as its selectors outdo a class."""

    tokens: Declarations
    by_class: dict[str, list[tuple[str, Declarations]]]
    base: list[Rule]
    components: list[Rule]
    kept: set[str] = field(default_factory=set)  # classes that the sheet still names


def compose(roots: Sequence[Container], font_stack: FontStack) -> PageFiles:
    """A project with a page and a stylesheet for each mockup."""
    pages = list(write_pages(roots, font_stack))
    files = project_files("html-tailwind", [(page.stem, page.title) for page in pages])
    assets: list[Asset] = []
    for page in pages:
        css = f"{SOURCES}{page.stem if page.index else 'style'}.css"
        body, sheet = _written(page)
        files[f"{page.stem}.html"] = document(page.title, f"/{css}", body)
        files[css] = sheet
        assets += [replace(one, path=f"{PUBLIC}{one.path}") for one in page.assets]
    return PageFiles(files, tuple(assets))


def _written(page: WrittenPage) -> tuple[Element, str]:
    """The page's body in utilities, and its sheet."""
    css = _renamed(page.sheet.to_css(tags_of(page.body)))
    sheet = _taken_apart(css)
    theme, tokens = _theme(sheet)
    width = re.search(r"min-width: (\d+px)", css)
    tokens += [("--breakpoint-desktop", width[1])] if width else []
    if (phone := min(map(int, MOST.findall(css)), default=0)) and len(MOST.findall(css)) > 1:
        tokens += [("--breakpoint-phone", f"{phone + 1}px")]
    body = _in_utilities(page.body, sheet, theme)
    return body, _sheet_text(sheet, tokens)


def _taken_apart(css: str) -> _Sheet:
    found = _Sheet((), defaultdict(list), [], [])
    for rule in _rules(css):
        alone = CLASS.fullmatch(rule.selector)
        if rule.selector == ":root":
            found.tokens = rule.declarations
        elif alone:
            variant = f"{rule.variant}*:" if alone[2] else rule.variant
            found.by_class[alone[1]].append((variant, rule.declarations))
        elif "." in rule.selector:
            found.components.append(rule)
            found.kept.update(re.findall(r"\.([\w-]+)", rule.selector))
        elif rule.selector not in INSTEAD:
            found.base.append(_as_browsers_do(rule))
    return found


def _as_browsers_do(rule: Rule) -> Rule:
    """A rule of the page with the line height that it has where no reset says another."""
    named = {name for name, _ in rule.declarations}
    if rule.selector != "body" or rule.variant or "line-height" in named:
        return rule
    return replace(rule, declarations=(*rule.declarations, ("line-height", "normal")))


def _rules(css: str) -> Iterator[Rule]:
    """The rules of a sheet in order, one for each selector of a list."""
    bounds = [int(most) for most in MOST.findall(css)]
    for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if node.type == "qualified-rule":
            yield from _of_rule(node, "")
        elif node.type == "at-rule" and node.content is not None:
            variant = _variant(tinycss2.serialize(node.prelude), bounds)
            for inner in tinycss2.parse_rule_list(node.content, True, True):
                if inner.type == "qualified-rule":
                    yield from _of_rule(inner, variant)


def _variant(condition: str, bounds: Sequence[int]) -> str:
    """When the rules in a media query hold; `bounds` are the widths up to which some do."""
    most = MOST.search(condition)
    if most is None:
        return WIDE
    return NARROW if int(most[1]) == max(bounds) else PHONE


def _of_rule(node: tinycss2.ast.QualifiedRule, variant: str) -> Iterator[Rule]:
    declared = tuple(
        (one.name, tinycss2.serialize(one.value).strip())
        for one in tinycss2.parse_blocks_contents(node.content, True, True)
        if one.type == "declaration"
    )
    selectors: list[list[tinycss2.ast.Node]] = [[]]
    for part in node.prelude:  # a comma in `:where(a, b)` is in a block of its own
        if part == ",":
            selectors.append([])
        else:
            selectors[-1].append(part)
    for selector in selectors:
        yield Rule(variant, tinycss2.serialize(selector).strip(), declared)


def _theme(sheet: _Sheet) -> tuple[Theme, list[tuple[str, str]]]:
    """What the page's colours, families, sizes and radii are called, and the tokens that say so."""
    colours = [name for name, _ in sheet.tokens if name.startswith("--color-")]
    families = [name for name, _ in sheet.tokens if name.startswith("--font-")]
    said = [pair for looks in sheet.by_class.values() for _, look in looks for pair in look]
    body_look = next((dict(r.declarations) for r in sheet.base if r.selector == "body"), {})
    sizes = _sizes({v for name, v in said if name == "font-size"}, body_look.get("font-size", ""))
    radii = {v for name, v in said if name == "border-radius" and v.endswith("px")}
    radius_names = dict(zip(sorted(radii, key=_number), RADII, strict=False))
    theme = Theme(
        {f"var({name})": name.removeprefix("--color-") for name in colours},
        {f"var({name})": name.removeprefix("--font-") for name in families},
        sizes,
        radius_names,
    )
    tokens = [
        *sheet.tokens,
        *((f"--text-{name}", value) for value, name in sizes.items()),
        *((f"--radius-{name}", value) for value, name in radius_names.items()),
    ]
    return theme, tokens


def _sizes(sizes: Iterable[str], body: str) -> dict[str, str]:
    """A name for each font size, by how it stands to that of the body."""
    below = sorted((one for one in sizes if _number(one) < _number(body)), key=_number)[::-1]
    above = sorted((one for one in sizes if _number(one) > _number(body)), key=_number)
    return {
        **dict(zip(below, SMALLER, strict=False)),
        **({body: "base"} if body else {}),
        **dict(zip(above, LARGER, strict=False)),
    }


def _number(length: str) -> float:
    found = re.match(r"[\d.]+", length)
    return float(found[0]) if found else 0.0


def _in_utilities(element: Element, sheet: _Sheet, theme: Theme) -> Element:
    """The element with utilities for its classes. Where two say of one thing, the later rule of the
    sheet holds, as it did."""
    looks: dict[str, dict[str, str]] = defaultdict(dict)
    order = [name for name in sheet.by_class if name in element.classes]
    for name in order:
        for variant, declarations in sheet.by_class[name]:
            for declared, value in with_sides(declarations):
                looks[variant].pop(declared, None)
                looks[variant][declared] = value
    classes = [name for name in element.classes if name in sheet.kept]
    for variant, look in looks.items():
        classes += [f"{variant}{one}" for one in utilities(tuple(look.items()), theme)]
    children = tuple(
        _in_utilities(child, sheet, theme) if isinstance(child, Element) else child
        for child in element.children
    )
    attributes = tuple(
        (name, f"/{value}" if name == "src" and value.startswith("assets/") else value)
        for name, value in element.attributes
    )
    return Element(element.tag, tuple(classes), attributes, children)


def _sheet_text(sheet: _Sheet, tokens: Sequence[tuple[str, str]]) -> str:
    theme = [("--text-*", "initial"), ("--radius-*", "initial"), ("--breakpoint-*", "initial")]
    parts = ['@import "tailwindcss";\n', _block("@theme", [*theme, *tokens])]
    parts.append("@layer base {\n" + "\n".join(_rule_text(sheet.base, "  ")) + "}\n")
    return "\n".join([*parts, *_rule_text(sheet.components)])


def _rule_text(rules: Iterable[Rule], indent: str = "") -> Iterator[str]:
    """Rules that say the same at the same time together."""
    groups: dict[tuple[str, Declarations], list[str]] = {}
    for rule in rules:
        groups.setdefault((rule.variant, rule.declarations), []).append(rule.selector)
    for (variant, declarations), selectors in groups.items():
        selector = ", ".join(selectors)
        if variant:
            inner = _block(f"@variant {variant.rstrip(':')}", declarations, f"{indent}  ")
            yield f"{indent}{selector} {{\n{inner}{indent}}}\n"
        else:
            yield _block(selector, declarations, indent)


def _renamed(css: str) -> str:
    """The sheet with families called as a theme's are, lengths as they are, as Tailwind has scales
    of its own, and pictures named from the root."""
    lengths = dict(LENGTH_TOKEN.findall(css))
    css = LENGTH_TOKEN.sub("", css).replace("url(assets/", "url(/assets/")
    css = re.sub(r"var\((--[\w-]+)\)", lambda found: lengths.get(found[1], found[0]), css)
    return re.sub(r"--font(?=[\w-]*\s*[:)])", "--font-text", css)


def _block(head: str, declarations: Iterable[tuple[str, str]], indent: str = "") -> str:
    body = "".join(f"{indent}  {name}: {value};\n" for name, value in declarations)
    return f"{indent}{head} {{\n{body}{indent}}}\n"
