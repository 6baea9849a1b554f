"""The words of plain commands, from `lexicon.toml`, with what each means.

Of several phrases at one place the longest counts. A role says what a word does in a command:

filler              nothing
kind, kinds         one element of a kind, and all of them
every, place, two   how many: all, the second, both
page                the whole page
part                what of an element: its text, its corners
colour, shade       green, dark
action              what happens
not, measure        the opposite; a bit, a lot
"""

import tomllib
from pathlib import Path

Meaning = tuple[str, str]  # role and value

_TABLES: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("lexicon.toml").read_text("utf-8")
)
LEXICON: dict[str, Meaning] = {
    " ".join(phrase.split()): (role, value)
    for role, meanings in _TABLES.items()
    for value, phrases in meanings.items()
    for phrase in phrases.split(",")
}
LONGEST = max(phrase.count(" ") + 1 for phrase in LEXICON)  # words of a phrase
JOINS = ("and", "with", "und", "mit", "for", "gegen")  # between the two of a swap
WITH = ("with", "mit")  # before another change, or before a part
ENDS = ("and", "then", "und", "dann")  # of a clause
