"""Who may speak after whom, for servers whose template insists on it (Mistral, Gemma)."""

from workers.models.endpoint.chat import Content, Message, TextContent

WORDLESS = "…"  # where somebody has to speak and has nothing to say


def in_strict_order(messages: list[Message]) -> list[Message]:
    """The same words, nobody but the assistant speaking after a result, and nobody twice."""
    ordered: list[Message] = []
    for message in messages:
        last = ordered[-1] if ordered else None
        if message["role"] == "user" and last is not None and last["role"] == "user":
            ordered[-1] = {**last, "content": [*parts_of(last), *parts_of(message)]}
            continue
        if message["role"] == "user" and last is not None and last["role"] == "tool":
            ordered.append(Message(role="assistant", content=WORDLESS))
        ordered.append(message)
    return ordered


def parts_of(message: Message) -> list[Content]:
    """What a message says, in parts."""
    content = message["content"]
    return [TextContent(type="text", text=content)] if isinstance(content, str) else content
