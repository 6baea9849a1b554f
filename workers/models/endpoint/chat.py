"""Chat messages as they go over the wire."""

from typing import Literal, TypedDict


class ImageUrl(TypedDict):
    url: str


class TextContent(TypedDict):
    type: Literal["text"]
    text: str


class ImageContent(TypedDict):
    type: Literal["image_url"]
    image_url: ImageUrl


Content = TextContent | ImageContent


class Function(TypedDict):
    name: str
    arguments: str


class Call(TypedDict):
    id: str
    type: Literal["function"]
    function: Function


class Message(TypedDict, total=False):
    """One chat message; `reasoning_content` is Kimi's and DeepSeek's."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | list[Content]
    reasoning_content: str
    tool_calls: list[Call]
    tool_call_id: str


class FunctionSpec(TypedDict):
    name: str
    description: str
    parameters: dict[str, object]


class ToolMessage(TypedDict):
    """A tool as a request declares it."""

    type: Literal["function"]
    function: FunctionSpec
