"""What a text may be taken for: signs that a reader of letters confuses, told apart by their looks.

A hyphen, a dash and a minus differ by their width, and a space beside a dot is hard to see.
"""

import re
from collections.abc import Iterator

DASHES = "-–−"
SIGNED = re.compile(rf"(?<!\w)[{DASHES}](?=[\d$€£¥.])")  # before a number
BETWEEN = re.compile(rf"(?<=\s)[{DASHES}](?=\s)")  # between words: there no minus stands
SPACED = re.compile(r"\s*([·•|])\s*")
POUND = re.compile(r"(?<![A-Za-z])[fEL](?=\d)")  # a pound sign, as it is read


def readings_of(text: str) -> tuple[str, ...]:
    """The text first, then what else may stand there."""
    return tuple(dict.fromkeys([text, *_others(text)]))


def _others(text: str) -> Iterator[str]:
    pounds = [text, POUND.sub("£", text)]
    for said in pounds:
        yield said
        yield from (SIGNED.sub(dash, said) for dash in DASHES)
    yield from (BETWEEN.sub(dash, text) for dash in DASHES[:2])
    yield SPACED.sub(r" \1 ", text).strip()
    yield SPACED.sub(r"\1", text)
