"""What a model server answers to the questions of a connection test."""

import base64
import io

from PIL import Image, ImageColor

from tests.workers.models.stand_in import JSON, Reply, calls, says
from webapp.studio.catalog.check_results import COLOURS, TOOL, WORD

NUMBERS = ("one ", "two ", "three ", "four ", "five ", "six ", "seven ", "eight ", "nine ", "ten ")


def able(body: JSON) -> Reply:
    """As a model that sees pictures and calls tools."""
    if body.get("tools"):
        return calls((TOOL, {"word": WORD}))
    if colour := colour_asked(body):
        return says(f"{colour.capitalize()}.")
    return says(*NUMBERS)


def colour_asked(body: JSON) -> str:
    """Of the picture in the question; empty where there is none."""
    content = body["messages"][-1]["content"]
    if isinstance(content, str):
        return ""
    data = next(part["image_url"]["url"] for part in content if part["type"] == "image_url")
    picture = Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2])))
    pixel = picture.getpixel((0, 0))
    return next(one for one in COLOURS if ImageColor.getrgb(one) == pixel)


def question(body: JSON) -> str:
    """Which of the questions a request asks."""
    return "tools" if body.get("tools") else "pictures" if colour_asked(body) else "words"
