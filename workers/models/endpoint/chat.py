"""Chat messages as they go over the wire: the client library's types, but for Kimi's reasoning."""

from typing import Literal, TypedDict

from openai.types.chat import (
    ChatCompletionContentPartImageParam,
    ChatCompletionContentPartTextParam,
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageFunctionToolCallParam,
)
from openai.types.chat.chat_completion_content_part_image_param import ImageURL

TextContent = ChatCompletionContentPartTextParam
ImageContent = ChatCompletionContentPartImageParam
ImageUrl = ImageURL
Content = TextContent | ImageContent
Call = ChatCompletionMessageFunctionToolCallParam
ToolMessage = ChatCompletionFunctionToolParam


class Message(TypedDict, total=False):
    """One chat message; `reasoning_content` is Kimi's and DeepSeek's."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | list[Content]
    reasoning_content: str
    tool_calls: list[Call]
    tool_call_id: str
