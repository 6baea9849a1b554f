"""Files of a page as data URIs, and the style sheets and scripts that name them.

A `Folder` remembers what it could not embed, in sentences.
"""

import base64
import posixpath
import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from webapp.studio.page_types import type_of

_STRING = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
_URL = rf"url\(\s*(?:{_STRING}|(?:[^'\"()\\\s]|\\.)*)\s*\)"
_CSS = re.compile(
    r"(?P<comment>/\*.*?(?:\*/|\Z))"
    rf"|(?P<imported>@import\s+(?:{_STRING}|{_URL}))"
    rf"|(?P<set>image-set\((?:[^()\"']|{_STRING}|\([^()]*\))*\))"
    rf"|(?P<url>{_URL})"
    rf"|(?P<string>{_STRING})",
    re.DOTALL | re.IGNORECASE,
)
_IN_SET = re.compile(rf"type\([^)]*\)|{_URL}|{_STRING}", re.IGNORECASE)
_MODULE = re.compile(
    r"(?P<before>(?:^|[;}\s])(?:import\s*(?:[\w$*{}\s,]+?\bfrom\s*)?"
    r"|export\s*[\w$*{}\s,]+?\bfrom\s*))"
    r"(?P<quote>[\"'])(?P<name>\.{0,2}/[^\"']+)(?P=quote)"
)
_IMPORTED_LATER = re.compile(r"\bimport\(|\bfetch\(|\bnew\s+(?:Shared)?Worker\(")
_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6}\s?|.)", re.DOTALL)
_SHEET = "text/css"


class Folder:
    """The files of a page by their paths."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._known: dict[str, str] = {}  # data URIs by path
        self._open: list[str] = []  # the files that are being written, from the outermost
        self.left_out: dict[str, None] = {}  # sentences, in order

    def text(self, path: str) -> str:
        """A file as it is served: UTF-8, unless its first bytes say UTF-16."""
        data = self._files[path]
        is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return data.decode("utf-16" if is_wide else "utf-8-sig", "replace")

    def find(self, address: str, beside: str) -> str | None:
        """The path of the file that `address` names in the file `beside`; None where it is none of
        the page, which is noted."""
        parts = urlsplit(address.strip())
        if parts.scheme == "data" or not parts.path:
            return None
        if parts.scheme or parts.netloc:
            self.left_out[f"{address.strip()} is still loaded from the network."] = None
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(beside), unquote(parts.path)))
        if path not in self._files:
            self.left_out[f"{address.strip()}, which {beside} names, is not there."] = None
            return None
        return path

    def embedded(self, address: str, beside: str) -> str | None:
        """The data URI of the file that `address` names; None where it stays as it is."""
        path = self.find(address, beside)
        if path is None:
            return None
        if path in self._open:
            self.left_out[f"{path} names itself by way of {beside}: that stays a link."] = None
            return None
        fragment = urlsplit(address.strip()).fragment
        if path not in self._known:
            self._known[path] = self._data_uri(path)
        return self._known[path] + (f"#{fragment}" if fragment else "")

    def style(self, css: str, beside: str) -> str:
        """A style sheet, all that it names embedded."""
        return _CSS.sub(lambda found: self._in_style(found, beside), css)

    def module(self, code: str, beside: str) -> str:
        """A module of JavaScript, the modules embedded that it imports."""
        if _IMPORTED_LATER.search(code):
            self.left_out[f"What {beside} loads while it runs stays outside."] = None

        def replaced(found: re.Match[str]) -> str:
            uri = self.embedded(found["name"], beside)
            return found[0] if uri is None else f'{found["before"]}"{uri}"'

        return _MODULE.sub(replaced, code)

    def _data_uri(self, path: str) -> str:
        kind = type_of(path).replace(" ", "")
        data = self._files[path]
        self._open.append(path)
        if kind.startswith(_SHEET):
            data = self.style(self.text(path), path).encode()
        elif path.endswith((".js", ".mjs")):
            data = self.module(self.text(path), path).encode()
        self._open.pop()
        return f"data:{kind};base64,{base64.b64encode(data).decode()}"

    def _in_style(self, found: re.Match[str], beside: str) -> str:
        whole = found[0]
        if found["imported"]:
            named = whole[len("@import") :].strip()
            return f"@import {self._reference(named, beside)}"
        if found["set"]:
            return _IN_SET.sub(self._referring(beside), whole)
        return self._reference(whole, beside) if found["url"] else whole

    def _referring(self, beside: str) -> Callable[[re.Match[str]], str]:
        def refer(found: re.Match[str]) -> str:
            is_type = found[0].lower().startswith("type(")
            return found[0] if is_type else self._reference(found[0], beside)

        return refer

    def _reference(self, written: str, beside: str) -> str:
        """`url(…)` or a string, with the file that it names in its place."""
        bare = written
        if bare[:4].lower() == "url(":
            bare = bare[4:-1].strip()
        if bare[:1] in {'"', "'"}:
            bare = bare[1:-1]
        uri = self.embedded(_ESCAPE.sub(_unescaped, bare), beside)
        return written if uri is None else f'url("{uri}")'


def _unescaped(found: re.Match[str]) -> str:
    code = found[1].strip()
    return chr(int(code, 16)) if re.fullmatch("[0-9a-fA-F]+", code) else found[1]
