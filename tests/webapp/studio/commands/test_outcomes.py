"""What each plain command changes, line by line: `tests/data/commands/outcomes.diff`.

The file was read by eye, command by command. UPDATE_SNAPSHOTS=1 writes it anew.
"""

import os
import re
from pathlib import Path

import pytest

from tests.webapp.studio.changed_lines import changed_lines
from webapp.studio.commands import EXAMPLES, CommandRefused, change_files

FOLDER = Path(__file__).parents[3] / "data" / "commands"
FILES = {name: (FOLDER / name).read_text() for name in ("index.html", "style.css")}
OUTCOMES = FOLDER / "outcomes.diff"
HEAD = re.compile(r"^> (?:\[(?P<selector>[^\]]*)\] )?(?P<text>.*)$")


def outcome(text: str, selector: str) -> str:
    """The lines that a command changes, those taken out before those put in."""
    return changed_lines(FILES, change_files(FILES, text, "index.html", selector))


def recorded() -> list[tuple[str, str, str]]:
    """(command, selector of what is selected, what it changes), as the file has them."""
    found = []
    for block in OUTCOMES.read_text().split("\n\n> "):
        head, _, body = block.removeprefix("> ").partition("\n")
        match = HEAD.match(f"> {head}")
        assert match is not None, head
        found.append((match["text"], match["selector"] or "", body.rstrip("\n")))
    return found


CASES = recorded()


def test_all_outcomes_are_as_they_were_read() -> None:
    if "UPDATE_SNAPSHOTS" in os.environ:
        blocks = []
        for text, selector, _ in CASES:
            chosen = f"[{selector}] " if selector else ""
            blocks.append(f"> {chosen}{text}\n{outcome(text, selector)}")
        OUTCOMES.write_text("\n\n".join(blocks) + "\n")
        return
    assert len(CASES) >= 60
    for text, selector, expected in CASES:
        assert outcome(text, selector) == expected, text


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_understood(text: str) -> None:
    """On a page that has what it names, or with an element selected."""
    page = FILES["index.html"].replace("Subscribe", "Save").replace("Choose Evening", "Cancel")
    page = page.replace("Book a visit", "Sign in")
    for selector in ("", "li.card:nth-child(2)", "a.button"):
        try:
            assert change_files(FILES | {"index.html": page}, text, "index.html", selector)
        except CommandRefused as refusal:
            assert refusal.code != "command_unknown"
        else:
            return
    pytest.fail("refused whatever is selected")


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        ("", "command_unknown", "No change is named"),
        ("!?", "command_unknown", "No change is named"),
        ("please", "command_unknown", "does not say what should change"),
        ("the second card", "command_unknown", "does not say what should change"),
        ("more like Apple", "command_unknown", "“like”|“Apple”"),
        ("make it pop", "command_unknown", "“pop”"),
        ("buton green", "command_unknown", "Is “button” meant"),
        ("headline to something exciting", "command_unknown", "“something”"),
        ("rename the headline", "command_unknown", "in quotes"),
        ("headline red blue", "command_unknown", "join them by “and”"),
        ("headline table red", "command_unknown", "join them by “and”"),
        ("button shadow green", "command_unknown", "two commands"),
        ("headline not", "command_unknown", "should not be"),
        ("more", "command_unknown", "of what"),
        ("insert a video", "command_unknown", "“insert”"),
        ("swap the first card, the second card and the last card", "command_unknown", "not more"),
        ("headline #12", "command_unknown", "is no colour|not understood"),
        ("10px", "command_target", "which element"),
        ("green", "command_target", "which element"),
        ("remove", "command_target", "which element"),
        ("button green", "command_target", "4 elements"),
        ("table red", "command_target", "no “table”"),
        ("the fourth card red", "command_target", "only 2"),
        ("“Nowhere” red", "command_target", "no “Nowhere”"),
        ("remove the page", "command_refused", "nothing would be left"),
        ("light mode", "command_refused", "light already"),
        ("the picture red", "command_refused", "no colour"),
        ("form wider", "command_refused", "Its width follows"),
        ("headline round corners", "command_refused", "no corners"),
        ("cards “New”", "command_refused", "3 pieces of text"),
        ("headline bold", "command_refused", "so already"),
        ("move the first card up", "command_refused", "nothing before"),
    ],
)
def test_what_is_refused_says_why(text: str, code: str, why: str) -> None:
    with pytest.raises(CommandRefused) as refusal:
        change_files(FILES, text, "index.html")
    assert refusal.value.code == code
    assert re.search(why, refusal.value.detail), refusal.value.detail
