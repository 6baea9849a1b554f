"""Each command of the page on plain commands is understood."""

import re
from pathlib import Path

import pytest

from webapp.studio.commands import CommandRefused
from webapp.studio.commands.grammar import parse
from webapp.studio.commands.targets import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "plain-commands.md").read_text()
TABLES = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
COMMANDS = re.findall(r"`([^`]+)`", TABLES)


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_is_understood(text: str) -> None:
    assert parse(text)


def test_there_are_many_of_them_and_all_kinds_are_named() -> None:
    assert len(COMMANDS) > 50
    kinds = PAGE[PAGE.index("Kinds are ") : PAGE.index("## What can change")]
    named = {kind for word in re.findall(r"\w+", kinds) for kind in [_kind(word)] if kind}
    assert named == set(KINDS)


def _kind(word: str) -> str:
    try:
        (command,) = parse(f"remove the {word}")
    except CommandRefused:  # a word of the sentence around
        return ""
    return command.target.kind
