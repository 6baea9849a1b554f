"""Reads the string members of a JSON object while its text is still arriving."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_STRUCTURE = re.compile(r'["{}\[\]:,]')
_PLAIN = re.compile(r'[^"\\]+')
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_HALF_UNICODE = re.compile(r"(\\(u[0-9a-fA-F]{0,3})?)?")  # what may still become `\uXXXX`
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True)
class Piece:
    """A decoded piece of the member `key`; the last one has `closed` set and may be empty."""

    key: str
    text: str
    closed: bool = False


class FieldReader:
    """Feed it the text of one JSON object in any chunks; it gives back pieces of the object's own
    string members, decoded. Deeper strings are skipped. It judges nothing: text that is no JSON
    gives pieces that mean nothing, or none.
    """

    def __init__(self) -> None:
        self._rest = ""  # received, not read yet: at most an unfinished escape
        self._depth = 0
        self._is_value = False
        self._key = ""
        self._in_string = False

    def feed(self, text: str) -> Iterator[Piece]:
        self._rest += text
        while self._rest:
            if not self._in_string:
                self._skip_to_string()
                continue
            decoded, used, closed = decode_string(self._rest)
            self._rest = self._rest[used:]
            yield from self._take(decoded, closed)
            if not closed:
                return

    def _skip_to_string(self) -> None:
        found = _STRUCTURE.search(self._rest)
        if found is None:
            self._rest = ""
            return
        self._rest = self._rest[found.end() :]
        match found.group():
            case '"':
                self._in_string = True
                if self._depth == 1 and not self._is_value:
                    self._key = ""
            case "{" | "[":
                self._depth += 1
            case "}" | "]":
                self._depth -= 1
            case ":" | "," as mark if self._depth == 1:
                self._is_value = mark == ":"

    def _take(self, decoded: str, closed: bool) -> Iterator[Piece]:
        self._in_string = not closed
        if self._depth != 1:
            return
        if not self._is_value:
            self._key += decoded
        elif decoded or closed:
            yield Piece(self._key, decoded, closed)


def decode_string(text: str) -> tuple[str, int, bool]:
    """Decode a JSON string from after its opening quote: the decoded text, how many characters of
    `text` were used, and whether the closing quote was among them. An escape that `text` holds
    only a part of is left unused."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        if plain := _PLAIN.match(text, at):
            pieces.append(plain.group())
            at = plain.end()
        elif text[at] == '"':
            return "".join(pieces), at + 1, True
        else:
            escape = _decode_escape(text, at)
            if escape is None:
                break
            pieces.append(escape[0])
            at = escape[1]
    return "".join(pieces), at, False


def _decode_escape(text: str, at: int) -> tuple[str, int] | None:
    """The character of the escape at `at`, and where it ends; None where it has not all arrived."""
    if unicode := _UNICODE.match(text, at):
        return _decode_unicode(text, int(unicode.group(1), 16), unicode.end())
    if _HALF_UNICODE.fullmatch(text, at):
        return None
    letter = text[at + 1]
    return _ESCAPES.get(letter, letter), at + 2


def _decode_unicode(text: str, code: int, end: int) -> tuple[str, int] | None:
    """The character a UTF-16 unit begins; a surrogate without its other half becomes U+FFFD."""
    if not 0xD800 <= code < 0xE000:
        return chr(code), end
    if code >= 0xDC00:
        return "\ufffd", end
    if _HALF_UNICODE.fullmatch(text, end):
        return None
    low = _UNICODE.match(text, end)
    if low is None or not 0xDC00 <= int(low.group(1), 16) < 0xE000:
        return "\ufffd", end
    return chr(0x10000 + ((code - 0xD800) << 10) + int(low.group(1), 16) - 0xDC00), low.end()
