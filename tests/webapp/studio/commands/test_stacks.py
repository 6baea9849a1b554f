"""What plain commands change in the sources of a page that is built:
`tests/data/editing/commands.diff`, read command by command.

UPDATE_SNAPSHOTS=1 writes it anew.
"""

import os

import pytest

from tests.webapp.studio.changed_lines import changed_lines
from tests.webapp.studio.projects import FOLDER, STACKS, files
from webapp.studio.commands import CommandRefused, change_files

RECORDED = FOLDER / "commands.diff"
SECOND = "li.card:nth-of-type(2)"
COMMANDS = [
    ("headline green", ""),
    ("headline bigger", ""),
    ("headline “Welcome back”", ""),
    ("“Vase” → “Jug”", ""),
    ("remove the last card", ""),
    ("duplicate the first card", ""),
    ("move up", SECOND),
    ("swap “Bowl” and “Vase”", ""),
    ("cards with a shadow", ""),
    ("cards with round corners", ""),
    ("more space", "h1"),
    ("background light blue", ""),
    ("dark mode", ""),
    ("headline green and bigger", ""),
    ("duplicate", "h1"),
    ("remove", "img"),
    ("headline “Hello” and remove the first card", ""),
]
REFUSED = {
    "react": [
        ("more space", SECOND, "PlanCard.tsx:5 writes 3 elements at once: change them all alike"),
        ("remove", f"{SECOND} h2", "PlanCard.tsx:6 writes 3 elements at once: change it in Code"),
        ("“A”", ".note", "put together at src/App.tsx:62: change it in Code"),
        ("remove the first card and remove the first card", "", "say one change at a time"),
    ],
    "vue": [
        ("more space", SECOND, "PlanCard.vue:6 writes 3 elements at once: change them all alike"),
        ("remove", f"{SECOND} h2", "PlanCard.vue:7 writes 3 elements at once: change it in Code"),
        ("remove", ".many", "An expression at src/App.vue:39 says whether it is there"),
        ("“A”", ".count", "put together at src/App.vue:38: change it in Code"),
        ("remove the first card and remove the first card", "", "say one change at a time"),
    ],
    "html-tailwind": [("light mode", "", "is light already")],
}


def outcome(stack: str, text: str, selector: str) -> str:
    now = files(stack)
    return changed_lines(now, change_files(now, text, "index.html", selector))


def test_commands_change_what_was_read_by_eye() -> None:
    blocks = []
    for stack in STACKS:
        for text, selector in COMMANDS:
            chosen = f"[{selector}] " if selector else ""
            blocks.append(f"> {stack} {chosen}{text}\n{outcome(stack, text, selector)}")
    now = "\n\n".join(blocks) + "\n"
    if "UPDATE_SNAPSHOTS" in os.environ:
        RECORDED.write_text(now)
    assert now == RECORDED.read_text()


@pytest.mark.parametrize(
    ("stack", "text", "selector", "why"),
    [(stack, *one) for stack, several in REFUSED.items() for one in several],
)
def test_what_does_not_apply_says_why(stack: str, text: str, selector: str, why: str) -> None:
    with pytest.raises(CommandRefused) as refusal:
        change_files(files(stack), text, "index.html", selector)
    assert why in refusal.value.detail


def test_words_that_a_component_says_for_several_are_not_changed_for_one() -> None:
    path = "src/components/PlanCard.tsx"
    now = files("react")
    now[path] = now[path].replace("<p>{props.text}</p>", "<p>Book</p>")
    for words in ("Two evenings", "Four evenings", 'Six "long" evenings'):
        now["dist/index.html"] = now["dist/index.html"].replace(f">{words}<", ">Book<")
    with pytest.raises(CommandRefused, match=r"PlanCard\.tsx:8 writes 3 elements at once"):
        change_files(now, "“Order”", "index.html", f"{SECOND} p:nth-of-type(2)")
