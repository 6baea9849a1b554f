"""Dark mode and light mode: every colour of a page turned over.

Grounds and lines without a hue have their lightness turned; what has a hue stays. Words keep their
colour where they can be read on their new ground, else theirs is turned as well. A variable becomes
what most of its uses need; the others have the colour written out.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from justhtml.dom import Element

from webapp.studio.commands import colours
from webapp.studio.commands.colours import RGB
from webapp.studio.commands.refusal import CommandRefused
from webapp.studio.commands.site import VARIABLE, Page, Site, bearers, is_built, lineage
from webapp.studio.commands.stylesheet import Declaration, Rule
from webapp.studio.commands.utility import is_utility
from webapp.studio.commands.work import ground_of
from webapp.studio.commands.writing import Writer, add_rules

GROUNDS = ("background", "background-color")
DARKEST, LIGHTEST = 0.2, 0.95  # of Oklab's lightness, what white and black become
PAPER = 0.97  # of it, what the darkest ground becomes
GROUND_SPREAD = 0.75  # of it, how far grounds and lines stay apart
INK_SPREAD = 0.4  # of it, between what the darkest and the lightest words become
STEP = 0.04  # of it, by which they are moved until they can be read
COLOUR = re.compile(
    r"var\(\s*--[\w-]+\s*\)|#[0-9a-fA-F]{3,8}\b|(?:rgb|hsl)a?\([^()]*\)|\b[a-zA-Z]+\b"
)


def set_theme(site: Site, page: Page, mode: str) -> None:
    """Make a page dark or light. Raises CommandRefused where it is so already."""
    body = page.source.query("body")
    ground = page.value(body[0], "background-color") if body else None
    now = colours.read(ground or "") or (1.0, 1.0, 1.0)
    if (colours.lightness(now) < 0.5) == (mode == "dark mode"):
        raise CommandRefused("command_refused", f"The page is {mode[:-5]} already.")
    _Theme(site, page, dark=mode == "dark mode").write(has_ground=ground is not None)


@dataclass(frozen=True)
class _Use:
    """A colour of a declaration, as it is `written` there and as it is `wanted`."""

    rule: Rule | None  # None: of an element's own `style`
    path: str
    declaration: Declaration
    written: str
    wanted: str


class _Theme:
    def __init__(self, site: Site, page: Page, *, dark: bool) -> None:
        self._site, self._page, self._dark = site, page, dark
        self._writer = Writer(site, page, "theme")  # of what elements have by their classes
        self._paper: RGB = (1.0, 1.0, 1.0)  # what a page without a ground stands on
        self._grounds: dict[int, RGB] = {}  # of an element, as it will be
        self._uses: dict[str, list[_Use]] = defaultdict(list)  # of a variable

    def write(self, *, has_ground: bool) -> None:
        for rule in self._page.rules:
            for declaration in rule.declarations:
                self._turn(rule, rule.path, declaration)
        for element in self._page.source.query("[style]"):
            for declaration in self._page.inline(element):
                self._turn(None, self._page.file, declaration)
        definitions = self._definitions()
        for name, uses in self._uses.items():
            usual = Counter(use.wanted for use in uses).most_common(1)[0][0]
            if name in definitions:
                one, path = definitions[name]
                self._site.edit(path, one.start, one.end, f"{name}: {usual}")
            for use in uses:
                if use.wanted != usual or name not in definitions:
                    self._replace(use)
        self._writer.finish()
        if not has_ground:
            self._give_body_a_ground()

    def _turned(self, rgb: RGB) -> RGB:
        """A ground or a line as it will be: what is as light or dark as wanted already stays."""
        lightness = colours.lightness(rgb)
        if not colours.is_neutral(rgb) or (lightness < 0.5) == self._dark:
            return rgb
        if self._dark:
            return colours.with_lightness(rgb, DARKEST + GROUND_SPREAD * (1 - lightness))
        return colours.with_lightness(rgb, PAPER - GROUND_SPREAD * (lightness - DARKEST))

    def _definitions(self) -> dict[str, tuple[Declaration, str]]:
        return {
            one.name: (one, rule.path)
            for rule in self._page.rules
            if not rule.conditional and not is_built(rule.path)
            for one in rule.declarations
            if one.name.startswith("--") and colours.read(self._page.resolved(one.value))
        }

    def _turn(self, rule: Rule | None, path: str, declaration: Declaration) -> None:
        name = declaration.name
        if rule is not None and is_built(path) and not is_utility(rule):
            return
        is_text = name in ("color", "fill", "stroke", "caret-color")
        if not (is_text or name in GROUNDS or name.startswith(("border", "outline"))):
            return
        for found in COLOUR.finditer(declaration.value):
            rgb = colours.read(self._page.resolved(found[0]))
            if rgb is None:
                continue
            new = self._ink(path, declaration, rgb) if is_text else self._turned(rgb)
            use = _Use(rule, path, declaration, found[0], colours.to_css(new))
            variable = VARIABLE.fullmatch(found[0])
            if variable is not None:
                self._uses[variable[1]].append(use)
            elif new != rgb:
                self._replace(use)

    def _replace(self, use: "_Use") -> None:
        if use.rule is not None and is_built(use.path):
            now = colours.read(self._page.resolved(use.written))
            if now is not None and colours.to_css(now) == use.wanted:
                return
            meant = self._page.matched_by(use.rule)
            members = [one for one in self._page.source.query("*") if id(one) in meant]
            self._writer.set_utility(members, use.declaration.name, use.wanted)
            return
        after = use.declaration.start + len(use.declaration.name)
        start = self._site.files[use.path].index(use.written, after)
        self._site.edit(use.path, start, start + len(use.written), use.wanted)

    def _ink(self, path: str, declaration: Declaration, rgb: RGB) -> RGB:
        """The colour of words, on whatever they will stand on."""
        place = (path, declaration.start)
        paper = (self._paper, self._turned(self._paper))
        was = rgb
        for before, ground in self._under.get(place, [paper]):
            # words that were faint on a ground that stays are as the page has them
            enough = min(colours.READABLE, colours.contrast(was, before))
            if colours.contrast(rgb, ground) < enough:
                rgb = _read_on(ground, rgb)
        return rgb

    @cached_property
    def _under(self) -> dict[tuple[str, int], list[tuple[RGB, RGB]]]:
        """What words stand on, now and then, by the declaration that gives them their colour."""
        found: dict[tuple[str, int], list[tuple[RGB, RGB]]] = defaultdict(list)
        for one in bearers(self._page.source.query("body")):
            styles = (self._page.styles(around, "color") for around in lineage(one))
            own = next((each[-1] for each in styles if each), None)
            if own is not None:
                grounds = (ground_of(self._page, one), self._ground(one))
                found[own.path, own.declaration.start].append(grounds)
        return found

    def _ground(self, element: Element) -> RGB:
        if id(element) not in self._grounds:
            value = self._page.value(element, "background-color")
            rgb = colours.read(value) if value else None
            parent = element.parent
            if rgb is not None:
                found = self._turned(rgb)
            elif isinstance(parent, Element):
                found = self._ground(parent)
            else:
                found = self._turned(self._paper)
            self._grounds[id(element)] = found
        return self._grounds[id(element)]

    def _give_body_a_ground(self) -> None:
        css = colours.to_css(self._turned(self._paper))
        ink = colours.readable_on(colours.read(css) or (0.0, 0.0, 0.0))
        for rule in self._page.rules:
            if not rule.conditional and "body" in rule.selectors and not is_built(rule.path):
                text = f"\n  background: {css};" + (
                    "" if rule.own("color") else f"\n  color: {ink};"
                )
                self._site.edit(rule.path, rule.body, rule.body, text)
                return
        text = f"body {{\n  background: {css};\n  color: {ink};\n}}"
        add_rules(self._site, self._page, text)


def _read_on(ground: RGB, rgb: RGB) -> RGB:
    """A colour with its lightness turned, and moved on until it can be read."""
    light = colours.lightness(ground) < 0.5
    spread = INK_SPREAD * colours.lightness(rgb)
    wanted = LIGHTEST - spread if light else DARKEST + INK_SPREAD - spread
    turned = colours.with_lightness(rgb, wanted)
    while colours.contrast(turned, ground) < colours.READABLE and 0 < wanted < 1:
        wanted += STEP if light else -STEP
        turned = colours.with_lightness(rgb, wanted)
    return turned
