"""Requests as the client sends them, written by hand."""

import base64
import json
from functools import cache

import numpy as np

from tests.workers.agent.kit import draw_mockup
from tests.workers.models.stand_in import JSON
from workers.agent.protocols import PersonMessage
from workers.imaging import decode_png, encode_png
from workers.models.endpoint.compaction import words_of
from workers.models.simulated.seeing.conversation import read_conversation
from workers.models.simulated.seeing.policy import Answer, Behaviour, next_answer

PAGE = """<!doctype html>
<html>
<head>
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <h1 class="title">Hello</h1>
  <p class="text">Sign in to your farm</p>
  <p class="text note">New here?</p>
  <button class="button" type="button">
    <span class="label">Sign in</span>
  </button>
</body>
</html>
"""
SHEET = """body {
  background: #ffffff;
}

.title {
  font-size: 20px;
  line-height: 24px;
  color: #101010;
}

.text {
  font-size: 14px;
  color: #333333;
}

.button {
  background: #2f5bd0;
}

.label {
  font-weight: 700;
}
"""
TOOLS = ("write_file", "edit_file", "read_file", "crop_asset", "compare", "finish", "ask")


@cache
def url_of(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


class Talk:
    """A conversation that is being had; `request` is what the model would be sent now."""

    def __init__(
        self, words: str = "", tools: tuple[str, ...] = TOOLS, mockup: bytes | None = None
    ) -> None:
        self.tools = tools
        told = "Mockup 0: 320×200 image pixels, drawn at scale 1, so its page index.html is 320×200"
        content = [
            text(f"{told} CSS pixels."),
            picture(mockup or draw_mockup()),
            text("Stack: html-css."),
        ]
        content += [text(f"The person adds:\n{words}")] if words else []
        self.messages: list[JSON] = [
            {"role": "system", "content": "You turn mockups into code."},
            {"role": "user", "content": content},
        ]
        self._calls = 0

    def written(self, score: float = 0.7, notes: str = "") -> "Talk":
        """A page was written and compared."""
        self.did("write_file", {"path": "index.html", "content": PAGE}, "Wrote index.html.")
        self.did("write_file", {"path": "style.css", "content": SHEET}, "Wrote style.css.")
        return self.compared(score, notes=notes)

    def compared(
        self, score: float, *differences: JSON, notes: str = "", png: bytes | None = None
    ) -> "Talk":
        page = {"page": "index.html", "differences": differences, "worst_regions": []}
        body = json.dumps({"score": {"total": score}, "pages": [page]})
        self.did("compare", {}, f"{body}\n{notes}" if notes else body)
        if png is not None:
            images = text(f"Images of compare (call_{self._calls}):")
            self.messages.append({"role": "user", "content": [images, picture(png)]})
        return self

    def did(self, name: str, arguments: JSON, result: str, said: str = "") -> "Talk":
        self._calls += 1
        identity = f"call_{self._calls}"
        function = {"name": name, "arguments": json.dumps(arguments)}
        call = {"id": identity, "type": "function", "function": function}
        self.messages.append({"role": "assistant", "content": said, "tool_calls": [call]})
        self.messages.append({"role": "tool", "tool_call_id": identity, "content": result})
        return self

    def acted(self, answer: Answer) -> "Talk":
        """The calls of an answer, all of them done, but for the comparison."""
        for name, arguments in answer.calls:
            if name != "compare":
                self.did(name, dict(arguments), "Done.", answer.text)
        return self

    def says(self, words: str, revision: int | None = None) -> "Talk":
        told = words_of(PersonMessage(0, words, revision))
        self.messages.append({"role": "user", "content": [text(told)]})
        return self

    @property
    def request(self) -> JSON:
        tools = [{"type": "function", "function": {"name": name}} for name in self.tools]
        return {"model": "seeing", "messages": self.messages, "tools": tools}

    def answer(self, *hidden: str, mistakes: int = 0) -> Answer:
        return next_answer(read_conversation(self.request), Behaviour(frozenset(hidden), mistakes))


@cache
def with_photo() -> bytes:
    """The mockup with a picture at (200, 70), 96 × 100, that no box of CSS could draw."""
    image = decode_png(draw_mockup()).copy()
    noise = np.random.default_rng(1).integers(0, 255, (25, 24, 3), np.uint8)
    image[70:170, 200:296] = noise.repeat(4, axis=0).repeat(4, axis=1)
    return encode_png(image)


def difference(kind: str, expected: str, got: str, selector: str, rect: object = None) -> JSON:
    return {
        "item": f"text of {selector}",
        "kind": kind,
        "expected": expected,
        "got": got,
        "selector": selector,
        "line": 7,
        "rect": rect or [16, 80, 70, 30],
        "cost": 0.02,
    }


def text(words: str) -> JSON:
    return {"type": "text", "text": words}


def picture(png: bytes) -> JSON:
    return {"type": "image_url", "image_url": {"url": url_of(png)}}


def names(answer: Answer) -> list[str]:
    return [name for name, _ in answer.calls]
