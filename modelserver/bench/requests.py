"""Requests as the service sends them to Kimi mini, from a seed: a picture and its text lines."""

import base64
import io
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

from modelserver.mini.lines import LineBox, line_tokens, reading_order
from modelserver.mini.pages import HEIGHT, WIDTH
from modelserver.mini.vocabulary import PALETTE

COUNT = 14  # text lines, as many as a page has on average


@dataclass(frozen=True)
class Request:
    image: Image.Image
    text: str

    @property
    def url(self) -> str:
        out = io.BytesIO()
        self.image.save(out, "PNG")
        return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def make_request(seed: int) -> Request:
    """Coloured boxes with bars for text; no two seeds share more than the size."""
    dice = random.Random(seed)  # noqa: S311
    colours = [colour for colour, _ in PALETTE.values()]
    image = Image.new("RGB", (WIDTH, HEIGHT), "#ffffff")
    draw = ImageDraw.Draw(image)
    boxes = []
    for number in range(COUNT):
        x, y = dice.randrange(8, 250), 20 + number * 42
        box = LineBox(x, y, dice.randrange(40, 180), dice.randrange(9, 16))
        draw.rectangle((x - 8, y - 8, x + box.width + 8, y + 24), fill=dice.choice(colours))
        draw.rectangle((x, y, x + box.width, y + box.height), fill="#101014")
        boxes.append(box)
    ordered = [boxes[index] for index in reading_order(boxes)]
    text = "".join(token for i, box in enumerate(ordered) for token in line_tokens(i, box))
    return Request(image, text)
