"""A stylesheet that grows as elements are written: equal looks share a class."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from workers.drafting.compose.cascade import CLASS, simplified, with_names
from workers.drafting.compose.design_tokens import design_tokens
from workers.drafting.compose.markup import Element
from workers.drafting.compose.merging import Declarations, Look, merge_alike, padding_sides
from workers.drafting.compose.variants import with_variants


@dataclass(frozen=True)
class NarrowScreen:
    """How a page is laid out on screens narrower than its mockup. Lengths are CSS pixels."""

    relaxed: int = 240  # px: what is wider shrinks with what it is in, rather than stick out
    deep: int = 24  # margins, gaps and paddings across up to this stay: they leave room for words
    apart: int = 12  # between things in a row, which its margins no longer keep apart
    padding: int = 16  # in place of what was deeper: what phones are used to
    tall: int = 96  # margins and paddings down up to this stay: more is a screen's empty part
    lowered: int = 48  # in place of what was taller
    column: int = 160  # px of an equal column: where they would be narrower there are fewer…
    part: int = 280  # …and of one beside another that keeps its width: else they are one below it
    phone: int = 640  # px of a window up to which parts side by side are under one another


Rules = list[tuple[str, Declarations]]

NARROW = NarrowScreen()
ONE_LINE = "h1, h2, h3, a, span, button, label, th, td"
INHERITED = (("background", "none"), ("border", "0"), ("font", "inherit"), ("color", "inherit"))
COLUMN = (("display", "flex"), ("flex-direction", "column"))
LAYOUTS: dict[str, Declarations] = {
    "stack-start": (*COLUMN, ("align-items", "flex-start")),
    "stack-centred": (*COLUMN, ("align-items", "center")),
    "stack-end": (*COLUMN, ("align-items", "flex-end")),
    "stack": COLUMN,
    "row": (("display", "flex"), ("align-items", "center")),
    "row-top": (("display", "flex"), ("align-items", "flex-start")),
    "row-bottom": (("display", "flex"), ("align-items", "flex-end")),
}
HEADING = (("font", "inherit"),)
FLUID = (("max-width", "100%"),)
EQUAL = re.compile(r"repeat\(([3-9]|\d\d), 1fr\)")  # two columns stay: they are parts of a page
UNEQUAL = re.compile(r"1fr minmax\(0, (\d+)px\)|minmax\(0, (\d+)px\) 1fr")
COMPONENT = re.compile(
    r"^\.((?:avatar|badge|bar|button|card|item)(?:--[\w-]+)?)$"
)  # always classes
RESET: tuple[tuple[str, Declarations], ...] = (  # what browsers do to an element and no mockup says
    ("h1", HEADING),
    ("h2", HEADING),
    ("h3", HEADING),
    ("ul", (("list-style", "none"),)),
    ("a", (("color", "inherit"), ("display", "block"), ("text-decoration", "none"))),
    ("button", INHERITED),
    ("input", INHERITED),
    ("select", (*INHERITED, ("appearance", "none"))),
    ("textarea", (*INHERITED, ("resize", "vertical"))),
    ("table", (("border-spacing", "0"), ("table-layout", "fixed"))),
    ("th", (("font", "inherit"), ("text-align", "left"))),
    ("img", (("display", "block"),)),
    ("hr", (("border", "0"),)),
)


class Stylesheet:
    """Classes in the order they were first needed, and the tokens they use. `width` is that of
    the page as it was drawn, CSS pixels; `same` gives looks in place of those that are hardly
    other ones (`alike`)."""

    def __init__(
        self,
        width: int,
        narrow: NarrowScreen = NARROW,
        same: Mapping[Look, Look] | None = None,
    ) -> None:
        self._narrow = narrow
        self._width = width
        self._same = same or {}
        self._uses: Counter[Look] = Counter()
        self._classes: dict[Look, str] = {}
        self._wanted: dict[str, tuple[str, tuple[str, ...]]] = {}  # by the name that was given
        self._rules: dict[str, Declarations] = {}
        self._narrow_rules: dict[str, Declarations] = {}
        self._tokens: dict[str, str] = {}
        self._page: Declarations = ()

    def name(self, base: str, declarations: Declarations, *hints: str) -> str:
        """The class with these declarations, named `base`, or where that is taken with the first of
        the `hints` that is free, else a number."""
        key = self._same.get((base, declarations), (base, declarations))
        self._uses[base, declarations] += 1
        if key not in self._classes:
            taken = set(self._classes.values())
            free = (name for name in _names(base, hints) if name not in taken)
            self._classes[key] = next(free)
            self._wanted[self._classes[key]] = base, hints
            self._rules[f".{self._classes[key]}"] = key[1]
        return self._classes[key]

    def layout(self, base: str, declarations: Declarations, *hints: str) -> tuple[str, ...]:
        """The classes of a container: the common way it lays out what it holds, and the rest."""
        for name, common in LAYOUTS.items():
            if declarations[: len(common)] == common:
                rest = declarations[len(common) :]
                own = (self.name(base, rest, *hints),) if rest else ()
                return (self.name(name, common), *own)
        return (self.name(base, declarations, *hints),)

    def alike(self) -> dict[Look, Look]:
        """For each look that another of its name hardly differs from, the one to use for all."""
        return merge_alike(self._uses)

    def add(self, selector: str, declarations: Declarations) -> None:
        """A rule for what has no class of its own: parts of a table, a field's placeholder."""
        self._rules[selector] = declarations

    def add_narrow(self, selector: str, declarations: Declarations) -> None:
        """The same, for screens narrower than the mockup alone."""
        self._narrow_rules[selector] = declarations

    def tokens(self, tokens: Iterable[tuple[str, str]]) -> None:
        """Custom properties for `:root`."""
        self._tokens.update(tokens)

    def page(self, declarations: Declarations) -> None:
        """What `body` looks like."""
        self._page = declarations

    def simplify(self, body: Element) -> Element:
        """The body with fewer classes, told by fewer rules."""
        named = {name for selector in self._narrow_rules for name in CLASS.findall(selector)}
        body, rules = with_variants(body, self._rules, self._kinds(named))
        components = {name for rule in rules for name in COMPONENT.findall(rule)}
        body, rules = simplified(body, rules, LAYOUTS, named | components)
        kept = {name for selector in rules for name in CLASS.findall(selector)}
        names = self._shorter(kept | named)
        self._rules = {_renamed(selector, names): said for selector, said in rules.items()}
        self._narrow_rules = {
            _renamed(selector, names): said for selector, said in self._narrow_rules.items()
        }
        return with_names(body, names)

    def _kinds(self, named: Collection[str]) -> dict[str, list[str]]:
        """The classes that were given for the same name, but for those that other rules name."""
        kinds: dict[str, list[str]] = {}
        others = {
            name for rule in self._rules for name in CLASS.findall(rule) if rule != f".{name}"
        }
        for name, (base, _) in self._wanted.items():
            if name not in named and name not in others and self._rules[f".{name}"]:
                kinds.setdefault(base, []).append(name)
        return {base: names for base, names in kinds.items() if base in names}

    def _shorter(self, kept: set[str]) -> dict[str, str]:
        """Names for classes that had to yield to ones that are gone."""
        taken, names = set(kept), {}
        for name, (base, hints) in self._wanted.items():
            better = next(each for each in _names(base, hints) if each == name or each not in taken)
            if name in kept and better != name:
                names[name] = better
                taken = taken - {name} | {better}
        return names

    def to_css(self, tags: Collection[str]) -> str:
        """The text of the stylesheet of a page that has elements of these `tags`."""
        rules = [(selector, said) for selector, said in self._rules.items() if said]
        design = design_tokens(self._page, [said for _, said in rules])
        tokens = {**self._tokens, **design.properties()}
        resets, rules = _with_own_resets(_resets(tags), rules)
        parts = [
            _rule(":root", tuple(tokens.items())) if tokens else "",
            _rule("*", (("box-sizing", "border-box"), ("margin", "0"), ("padding", "0"))),
            _rule("body", design.written(self._page)),
            *(_rule(", ".join(held), own) for held, own in resets),
            *(_rule(selector, design.written(said)) for selector, said in rules),
            _media(f"min-width: {self._width}px", _wide(rules)),
            _media(
                f"max-width: {self._width - 1}px",
                _narrow(
                    [("body", self._page), *rules],
                    self._narrow,
                    self._narrow_rules,
                    tables="table" in tags,
                ),
            ),
            _media(f"max-width: {self._narrow.phone}px", self._stacked(rules, tags)),
        ]
        return "\n".join(part for part in parts if part)

    def _stacked(self, rules: Rules, tags: Collection[str]) -> list[str]:
        """On a phone, what is side by side on a wider screen is under one another, as high as what
        it holds; a sidebar is as wide as the screen, and what was beside it is off its edges."""
        screen, looks = self._narrow, [(selector, dict(said)) for selector, said in rules]
        grids = [s for s, look in looks if "grid-template-columns" in look]
        if self._width <= screen.phone or not grids:
            return []
        tall = [
            s
            for s, look in looks
            if _pixels(look.get("min-height", "")) > screen.tall
            and "url(" not in look.get("background", "")
        ]
        changes: list[tuple[list[str], Declarations]] = [
            (grids, (("grid-template-columns", "minmax(0, 1fr)"),)),
            (tall, (("min-height", "0"),)),
        ]
        if "aside" in tags:
            edge = f"{screen.padding}px"
            held = [f"{s}:has(> aside)" for s in grids]
            beside = [f"{s} > :not(aside)" for s in held]
            changes += [
                (held, (("padding-inline", "0"),)),
                (beside, (("padding-inline", edge),)),
                (["aside"], (("padding-bottom", edge),)),
            ]
        return [_rule(",\n  ".join(s), said, "  ") for s, said in changes if s]


def _names(base: str, hints: Iterable[str]) -> Iterator[str]:
    yield base
    for hint in hints:
        if hint:
            yield f"{base}-{hint}"
    yield from (f"{base}-{number}" for number in count(2))


def _renamed(selector: str, names: Mapping[str, str]) -> str:
    return CLASS.sub(lambda found: f".{names.get(found[1], found[1])}", selector)


def _resets(tags: Collection[str]) -> list[tuple[list[str], Declarations]]:
    """What is reset of the tags that a page has, tags that say the same together."""
    groups: dict[Declarations, list[str]] = {}
    for tag, declarations in RESET:
        if tag in tags:
            groups.setdefault(declarations, []).append(tag)
    return [(held, declarations) for declarations, held in groups.items()]


def _with_own_resets(
    resets: list[tuple[list[str], Declarations]], rules: Rules
) -> tuple[list[tuple[list[str], Declarations]], Rules]:
    """The resets and the rules, what is reset of one tag alone said in the rule that it has."""
    told = dict(rules)
    alone = {held[0]: said for held, said in resets if len(held) == 1 and held[0] in told}
    merged = []
    for selector, said in rules:
        names = {name for name, _ in said}
        before = (pair for pair in alone.get(selector, ()) if pair[0] not in names)
        merged.append((selector, (*before, *said)))
    return [reset for reset in resets if reset[0][0] not in alone], merged


def _rule(selector: str, declarations: Declarations, indent: str = "") -> str:
    body = "".join(f"{indent}  {name}: {value};\n" for name, value in declarations)
    return f"{indent}{selector} {{\n{body}{indent}}}\n"


def _wide(rules: Rules) -> list[str]:
    """Where there is room lines stay whole and rows keep their measures."""
    rows = [f"{selector} > *" for selector, found in rules if _is_row(found)]
    blocks = [_rule(f":where({ONE_LINE})", (("white-space", "nowrap"),), "  ")]
    if rows:
        blocks.append(_rule(",\n  ".join(rows), (("flex-shrink", "0"),), "  "))
    return blocks


def _gridded(rules: Rules, tracks: re.Pattern[str]) -> list[str]:
    """The selectors of grids with such columns."""
    columns = [(s, dict(found).get("grid-template-columns", "")) for s, found in rules]
    return [selector for selector, held in columns if tracks.fullmatch(held)]


def _as_many_as_fit(least: str) -> Declarations:
    """Equal columns, each so wide at least."""
    return (("grid-template-columns", f"repeat(auto-fit, minmax({least}, 1fr))"),)


def _media(condition: str, blocks: Sequence[str]) -> str:
    if not blocks:
        return ""
    return f"@media ({condition}) {{\n" + "\n".join(blocks) + "}\n"


def _narrow(
    rules: Rules, screen: NarrowScreen, more: Mapping[str, Declarations], *, tables: bool
) -> list[str]:
    """On a narrow `screen` rows wrap, wide things shrink, layers are stacked, deep offsets and
    empty parts go; and what `more` says. `tables`: whether the page has any."""
    looks = [(selector, dict(found)) for selector, found in rules]

    def beyond(name: str, most: int) -> list[str]:
        return [s for s, look in looks if _pixels(look.get(name, "")) > most]

    def padded(side: int, most: int) -> list[str]:
        return [s for s, look in looks if padding_sides(look.get("padding", ""))[side] > most]

    bars = [s for s, look in looks if s == ".bar" and {"width", "height"} <= look.keys()]
    insets: dict[str, list[str]] = {}  # by the margin: what is set in has so much less room
    for selector, look in looks:
        if 0 < _pixels(look.get("margin-left", "")) <= screen.deep:
            insets.setdefault(look["margin-left"], []).append(selector)
    layered = [s for s, look in looks if look.get("position") == "relative"]
    layouts = [s for s, look in looks if look.get("display") == "flex" and s != "body"]
    grids = [s for s, look in looks if tables and "grid-template-columns" in look]
    changes: list[tuple[list[str], Declarations]] = [
        (["body"], (("overflow-wrap", "anywhere"),)),
        (["img"], (*FLUID, ("height", "auto"))),
        (
            [s for s, found in rules if _is_row(found)],
            (("flex-wrap", "wrap"), ("column-gap", f"{screen.apart}px")),
        ),
        (_weak([*layouts, *beyond("width", screen.relaxed)]), FLUID),
        (beyond("margin-left", screen.deep), (("margin-left", "0"),)),
        *((s, (("max-width", f"calc(100% - {inset})"),)) for inset, s in insets.items()),
        (beyond("gap", screen.deep), (("gap", f"{screen.padding}px"),)),
        (beyond("margin-top", screen.tall), (("margin-top", f"{screen.lowered}px"),)),
        (_gridded(rules, EQUAL), _as_many_as_fit(f"{screen.column}px")),
        (_gridded(rules, UNEQUAL), _as_many_as_fit(f"min(100%, {screen.part}px)")),
        ([f":has(> {s})" for s in bars], (("flex-wrap", "nowrap"),)),  # a chart's shrink
        ([f"{s} > :has(table)" for s in grids], (("min-width", "0"),)),  # it scrolls there
        (layered, (*FLUID, ("height", "auto"))),
        ([f"{selector} > *" for selector in layered], (("position", "static"),)),
        *(
            (padded(side, most), ((f"padding-{name}", f"{least}px"),))
            for side, (name, most, least) in enumerate(
                (
                    ("top", screen.tall, screen.lowered),
                    ("right", screen.deep, screen.padding),
                    ("bottom", screen.tall, screen.lowered),
                    ("left", screen.deep, screen.padding),
                )
            )
        ),
        *(([selector], declarations) for selector, declarations in more.items()),
    ]
    return [_rule(",\n  ".join(s), declarations, "  ") for s, declarations in changes if s]


def _weak(selectors: Sequence[str]) -> list[str]:
    """A selector for all of these that any other wins over, a tag's too."""
    return [f":where({', '.join(dict.fromkeys(selectors))})"] if selectors else []


def _is_row(declarations: Declarations) -> bool:
    return ("display", "flex") in declarations and (
        ("flex-direction", "column") not in declarations
    )


def _pixels(value: str) -> float:
    found = re.fullmatch(r"(-?[\d.]+)px", value)
    return float(found.group(1)) if found else 0.0
