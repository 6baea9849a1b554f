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
