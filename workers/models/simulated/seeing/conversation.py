"""Reads a request's messages: mockups, the person's words, and each call with what came of it.

A request is all that there is to know, so everything is read anew each time.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workers.models.simulated.seeing.pictures import BadPicture, Part, joined, read_data_url

JSON = Mapping[str, object]

_MOCKUP = re.compile(r"Mockup (\d+):.*?scale ([\d.]+)[^.]*?page (\S+) is (\d+)×(\d+) CSS")
_UNSHOWN = "It is not shown here"
_TILE = re.compile(
    r"^(Mockup|Of the image above).*?(rows|columns) (\d+)–(\d+) of \d+, image pixels"
)
_STACK = re.compile(r"^Stack: ([\w-]+)\.")
_WORDS = re.compile(r"^The person (?:adds|says):\n(.*)", re.DOTALL)
_EARLIER_WORDS = re.compile(r"^The person wrote:\n", re.MULTILINE)
_SELECTED = re.compile(
    r"^They selected this element of (\S+), lines (\d+)–\d+, `(.*)`:((?:\n> .*)*)$", re.MULTILINE
)
_SET_BACK = re.compile(r"^The files are those of revision (\d+) again\.$", re.MULTILINE)
_IMAGES_OF = re.compile(r"^Images of \w+ \(([^)]*)\).*:$")
_IN_SHORT = re.compile(r"turns are told in short here")
_SHORT_CALL = re.compile(r"^- (\w+): (failed: )?(?:Wrote (\S+),|.*?(?:, revision (\d+))?$)")
_BASE = "The person gives a page to start from."
_LEFT_OUT = "(An older image"


@dataclass(frozen=True)
class SeenMockup:
    """A mockup as it came: its bytes, those of its parts where it is long, and what the words
    beside it say of its page."""

    png: bytes
    scale: float
    page: str
    css_width: int
    css_height: int
    parts: tuple[Part, ...] = ()

    @property
    def picture(self) -> bytes:
        """All that is seen of it, as large as it is seen. Raises BadPicture."""
        return joined(self.parts) if self.parts else self.png


@dataclass(frozen=True)
class Selected:
    """The element that words are about, by its selector and its source in the file `page`."""

    page: str
    line: int
    selector: str
    source: str


@dataclass(frozen=True)
class Words:
    """What the person said; `first` with the task, not later."""

    text: str
    first: bool = False
    selected: Selected | None = None


@dataclass(frozen=True)
class SetBack:
    """The files are those of an earlier revision again."""

    revision: int


@dataclass(frozen=True)
class Done:
    """A call and what came of it; of a picture that is no longer sent None. `said` are the words of
    the turn that made it."""

    identity: str
    name: str
    arguments: JSON
    result: str = ""
    said: str = ""
    pictures: tuple[bytes | None, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.result.startswith(("Error:", "This call was not run"))


@dataclass(frozen=True)
class Conversation:
    """What a request says, in its order. `tools` are the names of those that may be called;
    `has_base`: there is a page to start from."""

    mockups: tuple[SeenMockup, ...]
    stack: str
    entries: tuple[Words | SetBack | Done, ...]
    tools: frozenset[str]
    has_base: bool = False


@dataclass
class _Reader:
    mockups: list[SeenMockup] = field(default_factory=list)
    stack: str = "html-css"
    has_base: bool = False
    entries: list[Words | SetBack | Done] = field(default_factory=list)
    _at: dict[str, int] = field(default_factory=dict)  # where a call's entry is, by its id
    _told: tuple[float, str, int, int] | None = None  # of the mockup whose picture comes next
    _tile: re.Match[str] | None = None  # of the mockup or page shown last, whose picture comes next
    _looks_at: str = ""  # the call whose pictures come

    def read(self, message: JSON) -> None:
        if message.get("role") == "assistant":
            for identity, name, arguments in _calls_of(message):
                self._at[identity] = len(self.entries)
                said = message.get("content")
                spoken = said if isinstance(said, str) else ""
                self.entries.append(Done(identity, name, arguments, said=spoken))
        elif message.get("role") == "tool":
            identity = str(message.get("tool_call_id"))
            texts = [value for kind, value in parts_of(message) if kind == "text"]
            own = [text for text in texts if not _IMAGES_OF.match(text)]
            self._note(identity, own[0] if own else "")
            self._read_parts(message, known=own[:1])
        elif message.get("role") == "user":
            self._read_parts(message)

    def _read_parts(self, message: JSON, known: Sequence[str] = ()) -> None:
        for kind, value in parts_of(message):
            if kind == "picture":
                self._see(value)
            elif value not in known:
                self._read_text(value)

    def _read_text(self, text: str) -> None:
        if tile := _TILE.match(text):
            self._tile = tile
        elif told := _MOCKUP.search(text):
            if _UNSHOWN in text:
                return
            _, scale, page, width, height = told.groups()
            self._told = (float(scale), page, int(width), int(height))
        elif stack := _STACK.match(text):
            self.stack = stack[1]
        elif text.startswith(_BASE):
            self.has_base = True
        elif _IN_SHORT.search(text):
            self._read_in_short(text)
        elif words := _WORDS.match(text):
            self._read_words(words[1], first="adds" in text[:16])
        elif len(earlier := _EARLIER_WORDS.split(text)) > 1:
            for one in earlier[1:]:
                self._read_words(one.strip(), first=True)
        elif images := _IMAGES_OF.match(text):
            self._looks_at = images[1]
        elif text.startswith(_LEFT_OUT):
            self._show(self._looks_at, None)

    def _read_words(self, text: str, *, first: bool = False) -> None:
        back, chosen = _SET_BACK.search(text), _SELECTED.search(text)
        ends = [found.start() for found in (back, chosen) if found]
        words = text[: min(ends)].strip() if ends else text
        self.entries.append(Words(words, first, _selected_in(chosen) if chosen else None))
        if back:
            self.entries.append(SetBack(int(back[1])))

    def _read_in_short(self, text: str) -> None:
        """Older turns: a line a call, and the person's words between them. What the files hold is
        not told."""
        words: list[str] | None = None  # that are being read
        for line in (*text.splitlines(), ""):
            call = _SHORT_CALL.match(line)
            begins = line == "The person says:" or line.startswith("You: ") or not line
            if words is not None and (call or begins):
                self._read_words("\n".join(words))
                words = None
            if call:
                name, failed, path, revision = call.groups()
                result = "Error:" if failed else f"This is revision {revision}." if revision else ""
                arguments = {"path": path} if path else {}
                self.entries.append(Done("", name, arguments, result))
            elif line == "The person says:":
                words = []
            elif words is not None:
                words.append(line)

    def _see(self, url: str) -> None:
        png = read_data_url(url)
        if self._tile is not None:
            self._see_tile(png, self._tile)
            self._tile = None
        elif self._told is not None:
            self.mockups.append(SeenMockup(png, *self._told))
            self._told = None
        else:
            self._show(self._looks_at, png)

    def _see_tile(self, png: bytes, tile: re.Match[str]) -> None:
        """A part of the mockup shown last; of pages the whole is enough."""
        if tile[1] == "Mockup":
            part = Part(png, int(tile[3]), int(tile[4]), is_rows=tile[2] == "rows")
            last = self.mockups[-1]
            self.mockups[-1] = replace(last, parts=(*last.parts, part))

    def _note(self, identity: str, result: str) -> None:
        if (at := self._at.get(identity)) is not None:
            self.entries[at] = replace(self._call(at), result=result)

    def _show(self, identity: str, picture: bytes | None) -> None:
        if (at := self._at.get(identity)) is not None:
            done = self._call(at)
            self.entries[at] = replace(done, pictures=(*done.pictures, picture))

    def _call(self, at: int) -> Done:
        entry = self.entries[at]
        assert isinstance(entry, Done)
        return entry


def _selected_in(found: re.Match[str]) -> Selected:
    page, line, selector, quoted = found.groups()
    source = "\n".join(one.removeprefix("> ") for one in quoted.strip("\n").split("\n"))
    return Selected(page, int(line), selector, source)


def read_conversation(request: JSON) -> Conversation:
    """Raises BadPicture."""
    reader = _Reader()
    messages = request.get("messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, dict):
            reader.read(message)
    entries, names = tuple(reader.entries), frozenset(tools_of(request))
    return Conversation(tuple(reader.mockups), reader.stack, entries, names, reader.has_base)


def parts_of(message: JSON) -> Iterator[tuple[str, str]]:
    """Texts and the addresses of pictures, in their order."""
    content = message.get("content")
    if isinstance(content, str):
        yield "text", content
    for part in content if isinstance(content, list) else ():
        match part:
            case {"type": "text", "text": str(text)}:
                yield "text", text
            case {"type": "image_url", "image_url": {"url": str(url)}}:
                yield "picture", url
            case {"type": str(kind)}:
                raise BadPicture(f"content of type {kind!r} is not understood")


def _calls_of(message: JSON) -> Iterator[tuple[str, str, JSON]]:
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        match call:
            case {"id": str(identity), "function": {"name": str(name), "arguments": str(given)}}:
                yield identity, name, _object_in(given)


def tools_of(request: JSON) -> Iterator[str]:
    tools = request.get("tools")
    for tool in tools if isinstance(tools, list) else ():
        match tool:
            case {"function": {"name": str(name)}}:
                yield name


def _object_in(text: str) -> JSON:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
