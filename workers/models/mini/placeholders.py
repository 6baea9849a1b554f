"""Puts texts where marks stand, in text that is still arriving."""

import re
from collections.abc import Mapping


class MarkWriter:
    """Feed it text in any pieces: joined, what it gives back has each mark replaced."""

    def __init__(self, replacements: Mapping[str, str]) -> None:
        """`replacements`: text by mark. No mark may be the beginning of another."""
        self._replacements = replacements
        self._marks = re.compile("|".join(map(re.escape, replacements)) or r"(?!)")
        self._beginnings = frozenset(
            mark[:size] for mark in replacements for size in range(1, len(mark))
        )
        self._longest = max(map(len, replacements), default=0)
        self._rest = ""  # the beginning of a mark, perhaps

    def feed(self, text: str) -> str:
        """As much as can be told now."""
        text = self._rest + text
        done = 0
        written = []
        for found in self._marks.finditer(text):
            written += [text[done : found.start()], self._replacements[found.group()]]
            done = found.end()
        kept = self._unfinished(text[done:])
        self._rest = text[len(text) - kept :]
        return "".join([*written, text[done : len(text) - kept]])

    def close(self) -> str:
        """What was held back, once no more comes."""
        rest, self._rest = self._rest, ""
        return rest

    def _unfinished(self, text: str) -> int:
        """How many characters at the end may be the beginning of a mark."""
        for size in range(min(len(text), self._longest - 1), 0, -1):
            if text[-size:] in self._beginnings:
                return size
        return 0


def replace(text: str, replacements: Mapping[str, str]) -> str:
    """`text` with each mark replaced."""
    writer = MarkWriter(replacements)
    return writer.feed(text) + writer.close()
