"""Carries plain commands out on the files of a revision."""

import re
from collections.abc import Mapping

from webapp.studio.commands.actions import ACTIONS
from webapp.studio.commands.grammar import Command, parse
from webapp.studio.commands.refusal import CommandRefused
from webapp.studio.commands.site import Site, is_built, is_written, lineage
from webapp.studio.commands.targets import Selected, distinct, find
from webapp.studio.commands.theme import set_theme
from webapp.studio.commands.work import Work
from webapp.studio.commands.writing import Writer

THEMES = ("dark mode", "light mode")
NOT_NAME = re.compile(r"[^a-z0-9]+")


def change_files(
    files: Mapping[str, str], text: str, page: str, selector: str = ""
) -> dict[str, str]:
    """The files that a text changes, by their paths; `selector` names what is selected on `page`.

    Raises CommandRefused where any of it cannot be done: then nothing is.
    """
    commands = parse(text)
    now = dict(files)
    for command in commands:
        now = _carry_out(command, now, page, selector)
    changed = {
        path: after for path, after in now.items() if after != files[path] and not is_built(path)
    }
    if not changed:
        raise CommandRefused("command_refused", "That is so already.")
    return changed


def changes_all_colours(text: str) -> bool:
    """Whether a text, that has been carried out, was about the colours of the whole page."""
    try:
        commands = parse(text)
    except CommandRefused:  # by a version that knew other words
        return False
    return any(
        one.action in THEMES or (one.colour is not None and one.target.page) for one in commands
    )


def _carry_out(
    command: Command, files: Mapping[str, str], page: str, selector: str
) -> dict[str, str]:
    site = Site(files)
    if page not in site.pages:
        raise CommandRefused("command_target", f"There is no page {page!r}.")
    shown = site.pages[page]
    found = shown.source.query(selector) if selector else []
    chosen = next(filter(is_written, lineage(found[0])), None) if len(found) == 1 else None
    selected = Selected(shown, chosen)
    if command.action in THEMES:
        set_theme(site, shown, command.action)
        return site.after()
    target = command.target
    if not target.is_named and selected.element is None and command.part == "background":
        elements = shown.source.query("body")  # "background blue"
    else:
        elements = find(target, selected)
    others = find(command.other, selected) if command.other else []
    writer = Writer(site, shown, _modifier(command))
    ACTIONS[command.action](Work(site, shown, writer, command, distinct(elements), others))
    writer.finish()
    return site.after()


def _modifier(command: Command) -> str:
    """What a class is called that has this change."""
    name = command.colour.name if command.colour else command.action
    return NOT_NAME.sub("-", name.lower()).strip("-") or "special"
