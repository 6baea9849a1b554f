"""Who may speak after whom, for servers whose template insists on it (Mistral, Gemma)."""

from workers.models.endpoint.chat import Content, Message, TextContent

WORDLESS = "…"  # where somebody has to speak and has nothing to say


def in_strict_order(messages: list[Message]) -> list[Message]:
    """The same words, nobody but the assistant speaking after a result, and nobody twice.

    Pictures go into the result that they belong to.
    """
    ordered: list[Message] = []
    for message in messages:
        last = ordered[-1] if ordered else None
        if message["role"] != "user" or last is None or last["role"] not in {"user", "tool"}:
            ordered.append(message)
        elif last["role"] == "user" or _has_picture(message):
            ordered[-1] = {**last, "content": [*_parts(last), *_parts(message)]}
        else:
            ordered += [Message(role="assistant", content=WORDLESS), message]
    return ordered


def _has_picture(message: Message) -> bool:
    return any(part["type"] == "image_url" for part in _parts(message))


def _parts(message: Message) -> list[Content]:
    content = message["content"]
    return [TextContent(type="text", text=content)] if isinstance(content, str) else content
