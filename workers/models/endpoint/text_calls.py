"""Tool calls that stand in an answer's text, as servers leave them that have no parser for them.

Every family of models has a form of its own: Hermes and Qwen write
`<tool_call>{"name": …, "arguments": …}</tool_call>`, Qwen Coder `<function=…>` with a tag for each
parameter, Llama `<|python_tag|>`, Mistral `[TOOL_CALLS]`, others the bare JSON; models that know no
tools write the page in a fence.
"""

import json
import re
from collections.abc import Container, Iterator

_FORMS = (
    r"<tool_call>(?P<tagged>.*?)(?:</tool_call>|\Z)",
    r"<\w+:tool_call>(?P<spaced>.*?)(?:</\w+:tool_call>|\Z)",  # MiniMax
    r"(?P<function><function=.*?)(?:</function>|\Z)",
    r"(?:<｜tool▁calls▁begin｜>)?<｜tool▁call▁begin｜>(?P<deepseek>.*?)(?:<｜tool▁call▁end｜>|\Z)"
    r"\s*(?:<｜tool▁calls▁end｜>)?",
    r"(?:<\|python_tag\|>|<\|tool_call\|>|\[TOOL_CALLS\]|functools(?=\[))"
    r"(?P<rest>.*?)(?:<\|eo[mt]_id\|>|(?=\[TOOL_CALLS\])|\Z)",
    r"^[ \t]*```(?:json|tool_calls?|tool_code)?[ \t]*\n(?P<fenced>.*?)(?:^[ \t]*```[ \t]*$|\Z)",
    r"\A\s*```(?:json)?\s*(?P<whole>\{.*\})\s*```\s*\Z",
    r"\A\s*(?P<bare>[{\[].*)\Z",
)
_FORM = re.compile("|".join(_FORMS), re.DOTALL | re.MULTILINE)
_PAGES = re.compile(r"```html?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)

# within a form: a tool's name, and what follows it
_FUNCTION = re.compile(
    r'<(?:function=|invoke\s+name=")([\w.-]+)"?>(.*?)(?:</invoke>|\Z)', re.DOTALL
)
_NAMED = re.compile(
    r"(?:function)?\s*([\w.-]+)\s*(?:\[ARGS\]|```json)?\s*(\{.*|<arg_key>.*)", re.DOTALL
)
_MEMBERS = (
    re.compile(r'<parameter(?:=|\s+name=")([\w-]+)"?>\n?(.*?)\n?(?:</parameter>|\Z)', re.DOTALL),
    re.compile(
        r"<arg_key>([^<]*)</arg_key>\s*<arg_value>(.*?)(?:</arg_value>|\Z)", re.DOTALL
    ),  # GLM
)
_TAGGED = re.compile(r"<(?:parameter|arg_key)")
_BETWEEN = tuple(" \n\r\t,;")  # calls that follow one another
_DECODER = json.JSONDecoder(strict=False)  # small models break lines within strings
_SEPARATOR = "<｜tool▁sep｜>"  # of DeepSeek

TextCall = tuple[str, str]  # a tool's name, and its arguments as JSON
_TAGS = (
    *("<tool_call>", "<minimax:tool_call>", "<function=", "<｜tool▁call", "<|python_tag|>"),
    *("<|tool_call|>", "[TOOL_CALLS]", "functools[", "```json", "```tool_c"),
)
_TAG = re.compile("|".join(map(re.escape, _TAGS)))
_BEGINNINGS = frozenset(tag[:size] for tag in _TAGS for size in range(1, len(tag)))
_LONGEST = max(map(len, _TAGS))


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
        if not self._has_spoken and self.held.lstrip()[:1] in {"", "{", "[", "`"}:
            return 0
        if (tag := _TAG.search(self.held)) is not None:
            return tag.start()
        sizes = range(min(_LONGEST, len(self.held)), 0, -1)
        part = next((size for size in sizes if self.held[-size:] in _BEGINNINGS), 0)
        return len(self.held) - part


def calls_in(text: str, offered: Container[str], *, with_page: bool) -> list[TextCall]:
    """The calls of `offered` tools in a text that is nothing else, or that tags or fences them.

    `with_page`: the only page in a fence counts as a call that writes index.html.
    """
    calls = [call for form in _FORM.finditer(text) for call in _calls_of(form, offered)]
    pages = _PAGES.findall(text) if with_page and not calls and "write_file" in offered else []
    if len(pages) == 1 and "<" in pages[0]:
        return [("write_file", json.dumps({"path": "index.html", "content": pages[0]}))]
    return calls


def without_calls(text: str, offered: Container[str]) -> str:
    """What a text with calls in it says beside them."""
    return _FORM.sub(lambda form: "" if any(_calls_of(form, offered)) else form[0], text).strip()


def _calls_of(form: re.Match[str], offered: Container[str]) -> Iterator[TextCall]:
    body = (form[form.lastgroup or 0] or "").strip().replace(_SEPARATOR, "\n")
    functions = _FUNCTION.findall(body)
    if not functions and (named := _NAMED.match(body)):
        functions = [named.groups()]
    for name, text in functions:
        members = _members_of(text)
        if name in offered and members is not None:
            yield name, json.dumps(members)
    for value in () if functions else values_in(body):
        yield from _calls_from(value, offered)


def _members_of(text: str) -> object:
    """The arguments behind a tool's name, as JSON or in tags of their own; None for others."""
    text = text.strip().removesuffix("```")
    if text.startswith("{"):
        return next(iter(values_in(text)), None)
    found = (form.findall(text) for form in _MEMBERS)
    return None if text and not _TAGGED.search(text) else dict(next(filter(None, found), []))


def values_in(text: str) -> list[object]:
    """JSON values that follow one another, and nothing else."""
    values, at = [], 0
    while at < len(text):
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        values.append(value)
        while text[at : at + 1] in _BETWEEN:
            at += 1
    return values


def _calls_from(value: object, offered: Container[str]) -> Iterator[TextCall]:
    match value:
        case [*values] | {"tool_calls": [*values]}:
            for one in values:
                yield from _calls_from(one, offered)
        case {"function": dict(function)}:
            yield from _calls_from(function, offered)
        case {"name": str(name), "arguments": dict() | str() as arguments} if name in offered:
            yield name, arguments if isinstance(arguments, str) else json.dumps(arguments)
        case {"name": str(name), "parameters": dict(arguments)} if name in offered:  # Llama
            yield name, json.dumps(arguments)
