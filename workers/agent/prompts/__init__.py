"""What a language model is told, in blocks: what always holds, one a stack, one a mode.

The system message is the same for all of a run, as servers keep what they have read. So what holds
from the first follow-up on (`FOLLOW_UP`), or once an element is selected (`EDIT_SELECTION`), comes
with the person's words.
"""

import hashlib
from pathlib import Path

from workers.agent.errors import UnknownStack

_FOLDER = Path(__file__).parent
_ALWAYS = (_FOLDER / "system.md").read_text()
_CREATE = (_FOLDER / "modes" / "create.md").read_text()
_NAMES = ("html-css", "html-tailwind", "react", "vue")
STACKS = {name: (_FOLDER / "stacks" / f"{name}.md").read_text() for name in _NAMES}
FOLLOW_UP = (_FOLDER / "modes" / "follow_up.md").read_text().strip()
EDIT_SELECTION = (_FOLDER / "modes" / "edit_selection.md").read_text().strip()

PROMPT_VERSION = hashlib.sha256(
    "\n".join((_ALWAYS, *STACKS.values(), _CREATE, FOLLOW_UP, EDIT_SELECTION)).encode()
).hexdigest()[:12]


def system_prompt(stack: str) -> str:
    """What a model reads before all else. Raises UnknownStack where nothing is written for it."""
    if stack not in STACKS:
        known = ", ".join(STACKS)
        raise UnknownStack(f"There are no instructions for {stack!r}, only for {known}.")
    return "\n".join((_ALWAYS, STACKS[stack], _CREATE))
