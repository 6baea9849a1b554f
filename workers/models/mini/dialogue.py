"""What Kimi mini is asked about one mockup, and what its answer stands for.

The request is the picture and where the lines of text stand. The answer names lines by their marks
and always writes `index.html` and `style.css`; of a further mockup they become `page-2.html` and
`style-2.css`.
"""

import html
import json
from collections.abc import Iterator

from webapp.studio.events import ToolCall
from workers.agent.protocols import (
    Blobs,
    CallChunk,
    Chunk,
    FileChunk,
    ToolSpec,
    Transcript,
)
from workers.models.endpoint.chat import Content, ImageContent, ImageUrl, Message, TextContent
from workers.models.endpoint.conversation import Conversation
from workers.models.endpoint.messages import write_tools
from workers.models.endpoint.pictures import as_picture
from workers.models.endpoint.style import Style
from workers.models.mini.placeholders import MarkWriter, replace
from workers.models.mini.read_lines import read_lines
from workers.models.mini.text_lines import describe, mark

VERSION = "1"  # of requests and marks
TOOLS = ("write_file", "finish")  # in the order that the model knows
MARKS = 100  # numbers of two digits; those without a line become nothing


def converse(
    transcript: Transcript, tools: tuple[ToolSpec, ...], blobs: Blobs, style: Style
) -> Conversation:
    """The request for the next mockup, which is a conversation of its own. Reads the mockup's
    text: slow, so run it in a thread."""
    index = len(transcript.turns)
    mockups = transcript.task.mockups
    lines = read_lines(mockups[index])
    picture = as_picture(mockups[index].path.read_bytes())
    content: list[Content] = [
        ImageContent(type="image_url", image_url=ImageUrl(url=picture.url)),
        TextContent(type="text", text=describe(lines)),
    ]
    known = {tool.name: tool for tool in tools}
    wanted = tuple(known[name] for name in TOOLS if name in known)
    names = _names_of(index, transcript.task.page_of(index))
    reading = Reading([line.words for line in lines], names, is_last=index == len(mockups) - 1)
    return Conversation(
        [Message(role="user", content=content)], write_tools(wanted), reading.revise
    )


class Reading:
    """One answer read: words for marks, files of the right page, `finish` only with the last."""

    def __init__(self, words: list[str], names: dict[str, str], *, is_last: bool) -> None:
        self._is_last = is_last
        self._names = names
        self._texts = self._names | _words_of(words)
        self._arguments = {mark: _in_json(text) for mark, text in self._texts.items()}
        self._writer = MarkWriter(self._texts)
        self._path = ""

    def revise(self, chunks: Iterator[Chunk]) -> Iterator[Chunk]:
        for chunk in chunks:
            match chunk:
                case FileChunk():
                    yield self._show(chunk)
                case CallChunk(call) if call.name == "write_file":
                    if rest := self._writer.close():
                        yield FileChunk(self._path, rest)
                    arguments = replace(call.arguments, self._arguments)
                    yield CallChunk(call.model_copy(update={"arguments": arguments}))
                case CallChunk(ToolCall(name="finish")) if not self._is_last:
                    pass
                case _:
                    yield chunk

    def _show(self, chunk: FileChunk) -> FileChunk:
        if chunk.start:
            self._writer.close()
            self._path = self._names.get(chunk.path, chunk.path)
        return FileChunk(self._path, self._writer.feed(chunk.text), chunk.start)


def _names_of(index: int, page: str) -> dict[str, str]:
    """The files of mockup `index` by the names that the model gives them."""
    if index == 0:
        return {}
    return {"index.html": page, "style.css": f"style-{index + 1}.css"}


def _words_of(words: list[str]) -> dict[str, str]:
    """What stands for each mark in HTML. Marks stand in text, never in attributes."""
    shown = [html.escape(text, quote=False) for text in words]
    return {mark(number): shown[number] if number < len(shown) else "" for number in range(MARKS)}


def _in_json(text: str) -> str:
    """`text` as it stands inside a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
