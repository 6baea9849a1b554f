"""Changes a property in the rule that owns it, as a person would.

Where the rule holds for nothing but what is meant, its declaration is changed; where it holds for
more, one that holds for these alone gets the property; where there is none, the elements get a
class that says what is special about them.
"""

import re
from collections.abc import Sequence

from justhtml.dom import Element

from webapp.studio.commands.refusal import CommandRefused
from webapp.studio.commands.site import (
    Page,
    Site,
    Style,
    classes,
    is_built,
    is_written,
    refusing,
)
from webapp.studio.commands.stylesheet import Rule, is_scoped, specificity
from webapp.studio.commands.utility import is_utility, with_utility


class Writer:
    """Writes to one page and its sheets. `modifier` is what the classes that it makes end in, or,
    with `is_whole_name`, are called."""

    def __init__(
        self, site: Site, page: Page, modifier: str, *, is_whole_name: bool = False
    ) -> None:
        self.modifier = modifier
        self._site, self._page, self._is_whole_name = site, page, is_whole_name
        self._utilities: dict[int, tuple[Element, list[str]]] = {}
        self._made: dict[frozenset[int], tuple[str, dict[str, list[str]]]] = {}

    def set(
        self, elements: Sequence[Element], name: str, value: str, aliases: Sequence[str] = ()
    ) -> None:
        """Give elements a property. `aliases` are its shorthands and longhands: the one that counts
        now is replaced."""
        groups: dict[tuple[object, ...], tuple[Style | None, list[Element]]] = {}
        for element in elements:
            styles = self._page.styles(element, name, *aliases)
            winner = styles[-1] if styles else None
            key = (winner.path, winner.declaration.start) if winner else ()
            groups.setdefault(key, (winner, []))[1].append(element)
        special: list[Element] = []  # those that need a class of their own
        strongest: Style | None = None
        for winner, members in groups.values():
            if self._is_set_in_place(members, winner, name, value):
                continue
            special += members
            if strongest is None or (winner is not None and winner.weight > strongest.weight):
                strongest = winner
        if special:
            self._add_class(special, strongest, name, value)

    def _is_set_in_place(
        self, members: Sequence[Element], winner: Style | None, name: str, value: str
    ) -> bool:
        """Whether a rule that there is could be changed."""
        if winner is not None and winner.rule is not None and is_utility(winner.rule):
            self.set_utility(members, name, value)
            return True
        if winner is not None and (winner.rule is None or self._is_only_for(winner.rule, members)):
            replace_declaration(self._site, self._page, members[0], winner, value)
            return True
        own = self._rule_for(members, winner)
        if own is not None:
            self.add(own, name, value)
        return own is not None

    def set_utility(self, members: Sequence[Element], name: str, value: str) -> None:
        """Give elements a property by their classes. Raises CommandRefused."""
        written = self._page.written
        for element in members:
            if written is not None:
                with refusing():
                    written.alone(element, members)
            names = with_utility(self._page, element, self._classes_of(element), name, value)
            self._utilities[id(element)] = (element, names)

    def _classes_of(self, element: Element) -> list[str]:
        """As they are with what was set already."""
        known = self._utilities.get(id(element))
        return known[1] if known else classes(element)

    def _is_only_for(self, rule: Rule, members: Sequence[Element]) -> bool:
        """Whether a rule holds for these elements and nothing else of the whole site."""
        if is_built(rule.path):
            return False
        meant = {id(one) for one in members}
        return self._page.matched_by(rule) <= meant and not self._site.matched_elsewhere(
            rule, self._page
        )

    def _rule_for(self, members: Sequence[Element], winner: Style | None) -> Rule | None:
        """A rule for all these and nothing else, that counts more than the winner."""
        meant = {id(one) for one in members}
        for rule in reversed(self._page.rules):
            if rule.conditional or len(rule.selectors) > 1 or is_built(rule.path):
                continue
            if self._page.matched_by(rule) != meant:
                continue
            weight = (False, (rule.layer, *specificity(rule.selectors[0])), rule.order, 0)
            if self._is_only_for(rule, members) and (winner is None or weight > winner.weight):
                return rule
        return None

    def add(self, rule: Rule, name: str, value: str) -> None:
        """Write a declaration behind those that a rule has."""
        text = self._site.files[rule.path]
        if not rule.declarations:
            self._site.edit(rule.path, rule.body, rule.body, f" {name}: {value};")
            return
        last = rule.declarations[-1]
        begin = text.rfind("\n", 0, rule.declarations[0].start) + 1
        indent = text[begin : rule.declarations[0].start]
        on_lines = begin > rule.body and not indent.strip()
        after = text[last.end : rule.end]
        end = last.end + after.index(";") + 1 if ";" in after else last.end
        start = "" if ";" in after else ";"
        lead = f"\n{indent}" if on_lines else " "
        self._site.edit(rule.path, end, end, f"{start}{lead}{name}: {value};")

    def _add_class(
        self, members: Sequence[Element], winner: Style | None, name: str, value: str
    ) -> None:
        """A class of their own for these elements, with a rule behind those for wide screens.
        Raises CommandRefused where one has no tag that could have it."""
        key = frozenset(map(id, members))
        if self._page.has_utilities and all(map(is_written, members)):
            self.set_utility(members, name, value)
            return
        if [one.name for one in members] == ["body"]:
            self._made.setdefault(key, ("body", {}))[1].setdefault("body", []).append(
                f"{name}: {value};"
            )
            return
        if not all(map(is_written, members)):
            raise CommandRefused("command_refused", "A part of it has no tag in the file.")
        if key not in self._made:
            own = self._own_class(members)
            self._made[key] = (own or self._new_name(members), {})
            for element in () if own else members:
                if self._page.written is not None:
                    with refusing():
                        self._page.written.alone(element, members)
                self._give_class(element, self._made[key][0])
        made, rules = self._made[key]
        selector, is_enough = self._selector(made, members, winner)
        rules.setdefault(selector, []).append(
            f"{name}: {value}{'' if is_enough else ' !important'};"
        )

    def _own_class(self, members: Sequence[Element]) -> str | None:
        """A class that these elements have and no other of the site, and that no rule is for."""
        meant = {id(one) for one in members}
        named = " ".join(part for rule in self._page.rules for part in rule.selectors)
        others = [one for one in self._site.pages.values() if one is not self._page]
        return next(
            (
                one
                for one in classes(members[0])
                if self._page.matches(f".{one}") == meant
                and not re.search(rf"\.{re.escape(one)}(?![\w-])", named)
                and not any(other.matches(f".{one}") for other in others)
            ),
            None,
        )

    def _selector(
        self, made: str, members: Sequence[Element], winner: Style | None
    ) -> tuple[str, bool]:
        """The shortest selector of a class that counts more than the winner, and whether it does:
        where that has `!important`, or is an element's own, none can."""
        if winner is None:
            return f".{made}", True
        shared = set.intersection(*(set(classes(one)) for one in members))
        wider = [f".{one}.{made}" for one in classes(members[0]) if one in shared]
        if winner.rule is not None:
            meant = {id(one) for one in members}
            wider += [
                f"{one}.{made}" for one in winner.rule.selectors if meant <= self._page.matches(one)
            ]
        needed = winner.weight[1][1:]
        found = next((one for one in (f".{made}", *wider) if specificity(one) >= needed), None)
        can = not winner.declaration.important and winner.rule is not None
        return found or f".{made}", can and found is not None

    def finish(self) -> None:
        """Write the rules of the classes that were made."""
        for element, names in self._utilities.values():
            self._site.set_classes(self._page, element, names)
        wanted = [
            f"{selector} {{\n" + "".join(f"  {line}\n" for line in lines) + "}"
            for _, rules in self._made.values()
            for selector, lines in rules.items()
        ]
        if wanted:
            add_rules(self._site, self._page, "\n\n".join(wanted))

    def _new_name(self, members: Sequence[Element]) -> str:
        """`card--round` for cards, `is-round` for elements of several kinds."""
        named = {classes(one)[-1] if classes(one) else one.name for one in members}
        start = f"{named.pop()}--" if len(named) == 1 else "is-"
        name = free = self.modifier if self._is_whole_name else f"{start}{self.modifier}"
        taken = "\n".join(self._site.files.values())
        number = 2
        while free in taken or any(free == one for one, _ in self._made.values()):
            free, number = f"{name}-{number}", number + 1
        return free

    def _give_class(self, element: Element, name: str) -> None:
        self._site.set_classes(self._page, element, [*classes(element), name])


def replace_declaration(site: Site, page: Page, element: Element, style: Style, value: str) -> None:
    """Give a declaration another value where it stands; `element` is one that has it. Raises
    CommandRefused."""
    now = style.declaration
    text = f"{now.name}: {value}{' !important' if now.important else ''}" if value else ""
    if style.rule is None and page.written is not None:
        place = page.attribute(element, "style")
        assert place is not None
        held = page.source.html
        changed = f"{held[place[0] : now.start]}{text}{held[now.end : place[1]]}"
        site.set_attribute(page, element, "style", changed)
        return
    site.edit(style.path, now.start, now.end, text)


def add_rules(site: Site, page: Page, text: str) -> None:
    """Write rules behind those that are for any screen. Raises CommandRefused."""
    plain = [
        one
        for one in page.rules
        if not (one.conditional or one.layer or is_built(one.path) or is_scoped(one))
    ]
    sheets = [one for one in page.sheets if one.path.endswith(".css")]
    if plain:
        place = plain[-1].end + 1
        site.edit(plain[-1].path, place, place, f"\n\n{text}")
    elif sheets:
        end = len(sheets[-1].text.rstrip())
        site.edit(sheets[-1].path, end, end, f"\n\n{text}")
    elif page.written is not None:
        raise CommandRefused("command_refused", "The page has no style sheet to write to.")
    else:
        place = max(page.source.html.lower().find("</head>"), 0)
        site.edit(page.path, place, place, f"<style>\n{text}\n</style>\n")
