"""Answers small questions that come without a mockup, as those of a test of the connection."""

import re
from collections.abc import Mapping

import numpy as np
from PIL import ImageColor

from workers.imaging import decode_png
from workers.models.simulated.seeing.conversation import JSON, parts_of, tools_of
from workers.models.simulated.seeing.pictures import BadPicture, read_data_url
from workers.models.simulated.seeing.policy import Answer

# fmt: off
NUMBERS = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty",
]
# fmt: on

_COUNT = re.compile(rf"\bcount from ({'|'.join(NUMBERS)}) to ({'|'.join(NUMBERS)})\b", re.I)
_CALL = re.compile(r"\bcall the tool (\w+) with the (\w+) (\w+)", re.I)
_COLOUR = re.compile(r"\bwhich colou?r\b", re.I)


def answer_question(request: JSON) -> Answer | None:
    """None where the last message asks nothing that is understood. Raises BadPicture."""
    messages = request.get("messages")
    last = messages[-1] if isinstance(messages, list) else {}
    parts = list(parts_of(last)) if isinstance(last, Mapping) else []
    text = " ".join(value for kind, value in parts if kind == "text")
    pictures = [value for kind, value in parts if kind == "picture"]
    if pictures and _COLOUR.search(text):
        return Answer(text=_colour_of(read_data_url(pictures[-1]), text))
    if (call := _CALL.search(text)) and call[1] in set(tools_of(request)):
        return Answer(calls=((call[1], {call[2].lower(): call[3]}),))
    if count := _COUNT.search(text):
        first, last_number = (NUMBERS.index(one.lower()) for one in count.groups())
        return Answer(text=" ".join(NUMBERS[first : last_number + 1]))
    return None


def _colour_of(png: bytes, question: str) -> str:
    """Which of the colours that the question names is most like the picture's."""
    try:
        seen = decode_png(png).reshape(-1, 3).mean(axis=0)
    except OSError:
        raise BadPicture("the picture is none that can be decoded") from None
    named = [
        word for word in re.findall(r"[a-z]+", question.lower()) if word in ImageColor.colormap
    ]
    far = {word: np.abs(seen - np.array(ImageColor.getrgb(word)[:3])).sum() for word in named}
    return min(far, key=lambda word: far[word]) if far else "I do not know its name."
