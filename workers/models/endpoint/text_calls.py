"""Tool calls that stand in an answer's text, as servers leave them that have no parser for them.

Hermes and Qwen write `<tool_call>{"name": …, "arguments": …}</tool_call>`, others the bare JSON;
models that know no tools write the page in a fence.
"""

import json
import re
from collections.abc import Container

_TAGGED = re.compile(r"<tool_call>\s*(\{.*?\})\s*</tool_call>", re.DOTALL)
_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
_PAGES = re.compile(r"```html?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)

TextCall = tuple[str, str]  # a tool's name, and its arguments as JSON
_TAG = "<tool_call>"


class HeldText:
    """Holds back what may be a call, from where it begins; feed it text in any chunks."""

    def __init__(self) -> None:
        self.held = ""
        self._has_spoken = False

    def feed(self, text: str) -> str:
        """What is no call for certain."""
        self.held += text
        at = self._call_begins()
        said, self.held = self.held[:at], self.held[at:]
        self._has_spoken = self._has_spoken or bool(said.strip())
        return said

    def _call_begins(self) -> int:
        if not self._has_spoken and self.held.lstrip()[:1] in {"", "{", "`"}:
            return 0
        tag = self.held.find(_TAG)
        if tag >= 0:
            return tag
        sizes = range(min(len(_TAG), len(self.held)), 0, -1)
        part = next((size for size in sizes if _TAG.startswith(self.held[-size:])), 0)
        return len(self.held) - part


def calls_in(text: str, offered: Container[str], *, with_page: bool) -> list[TextCall]:
    """The calls of `offered` tools in a text that is nothing else, or that tags them.

    `with_page`: the only page in a fence counts as a call that writes index.html.
    """
    tagged = _TAGGED.findall(text)
    whole = _FENCED.fullmatch(text.strip())
    candidates = tagged or [whole[1] if whole else text.strip()]
    calls = [call for one in candidates if (call := _call_of(one, offered)) is not None]
    pages = _PAGES.findall(text) if with_page and not calls and "write_file" in offered else []
    if len(pages) == 1 and "<" in pages[0]:
        return [("write_file", json.dumps({"path": "index.html", "content": pages[0]}))]
    return calls


def without_calls(text: str) -> str:
    """What a text with calls in it says beside them."""
    rest = _TAGGED.sub("", text).strip()
    return "" if _FENCED.fullmatch(rest) or rest.startswith("{") else rest


def _call_of(text: str, offered: Container[str]) -> TextCall | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match value:
        case {"name": str(name), "arguments": dict(arguments)} if name in offered:
            return name, json.dumps(arguments)
        case {"name": str(name), "parameters": dict(arguments)} if name in offered:  # Llama
            return name, json.dumps(arguments)
    return None
