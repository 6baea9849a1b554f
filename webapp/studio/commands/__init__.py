"""Plain commands: a few words that change a page by rule, without any language model.

text ─ grammar ─→ Command ─ targets ─→ elements ─ actions ─→ edits of HTML and CSS
"""

from webapp.studio.commands.apply import change_files, changes_all_colours
from webapp.studio.commands.grammar import EXAMPLES
from webapp.studio.commands.refusal import CommandRefused

__all__ = ["EXAMPLES", "CommandRefused", "change_files", "changes_all_colours"]
