"""Properties that an element has by a utility of Tailwind: its class is what is changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from justhtml.dom import Element

from webapp.studio.commands.site import ONE_CLASS, Page, classes, is_built, unescaped
from webapp.studio.commands.stylesheet import Rule
from webapp.studio.tailwind import Theme, utilities

LAYER = "utilities"
LINES = {"font-size": {"line-height"}}  # a named size brings one along
GROUPS = {
    "background": re.compile(r"background(-color|-image)?"),
    "background-color": re.compile(r"background(-color)?"),
    "border": re.compile(r"border(-(?!.*radius)[\w-]+)?"),
    "border-radius": re.compile(r"border(-[\w-]+)?-radius"),
    "gap": re.compile(r"(row-|column-)?gap"),
    "text-decoration": re.compile(r"text-decoration(-line)?"),
}
VARIANT = re.compile(r"(?:[\w*@/-]+:)+")
BOXES = ("padding", "margin")
KINDS = {"colours": "--color-", "families": "--font-", "sizes": "--text-", "radii": "--radius-"}


@dataclass(frozen=True)
class _Token:
    """A class of an element, and the rule that was built of it."""

    name: str
    rule: Rule


def is_utility(rule: Rule) -> bool:
    return is_built(rule.path) and rule.layer_name == LAYER and _class_of(rule) != ""


def _class_of(rule: Rule) -> str:
    alone = ONE_CLASS.fullmatch(rule.selectors[0]) if len(rule.selectors) == 1 else None
    return unescaped(alone[1]) if alone else ""


def theme_of(page: Page) -> Theme:
    """The names of the page's own colours, families, sizes and radii."""
    named: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for variable, value in page.variables.items():
        kind = next((one for one, start in KINDS.items() if variable.startswith(start)), None)
        if kind is not None and "--" not in variable[2:]:
            name = variable.removeprefix(KINDS[kind])
            named[kind].setdefault(page.resolved(value), name)
            named[kind][f"var({variable})"] = name
    return Theme(**named)


def with_utility(
    page: Page, element: Element, now: Sequence[str], name: str, value: str
) -> list[str]:
    """The classes of an element, `now`, with a property; with `value` empty, without it."""
    covered = [one for one in _tokens(page, element) if _is_covered(one.rule, name)]
    variant = _variant(covered[-1].name) if covered else ""  # of the one that counts
    held = {one.name for one in covered if _variant(one.name) == variant}
    added = _classes_for(name, value, theme_of(page)) if value else []
    added = [f"{variant}{one}" for one in added]
    at = next((number for number, one in enumerate(now) if one in held), len(now))
    kept = [one for one in now if one not in held and one not in added]
    at = min(at, len(kept))
    return [*kept[:at], *added, *kept[at:]]


def _tokens(page: Page, element: Element) -> Iterable[_Token]:
    for rule in page.rules:
        if is_utility(rule) and not rule.conditional and id(element) in page.matched_by(rule):
            yield _Token(_class_of(rule), rule)


def _variant(name: str) -> str:
    """When a class holds, `md:` of `md:p-4`: what stands in brackets has colons of its own."""
    found = VARIANT.match(name)
    return found[0] if found else ""


def _is_covered(rule: Rule, name: str) -> bool:
    """Whether all that a utility says is said anew with a property."""
    said = {one.name for one in rule.declarations if not one.name.startswith("--")}
    return bool(said) and all(_covers(name, one) for one in said)


def _covers(name: str, other: str) -> bool:
    if name in GROUPS:
        return GROUPS[name].fullmatch(other) is not None
    if name in BOXES:
        return other == name or other.startswith(f"{name}-")
    return other == name or other in LINES.get(name, ())


def _classes_for(name: str, value: str, theme: Theme) -> list[str]:
    parts = value.split()
    if name not in BOXES or "(" in value:
        return utilities(((name, value),), theme)
    if len(parts) == 1:
        return [one.replace("t-", "-", 1) for one in utilities(((f"{name}-top", value),), theme)]
    if len(parts) == 2:
        pair = ((f"{name}-inline", parts[1]), (f"{name}-block", parts[0]))
        return utilities(pair, theme)
    return utilities(((name, value),), theme)


def alike(page: Page, element: Element) -> list[Element]:
    """The elements of a page with the very same classes."""
    wanted = (element.name, sorted(classes(element)))
    return [
        one
        for one in page.source.query("body, body *")
        if (one.name, sorted(classes(one))) == wanted
    ]
