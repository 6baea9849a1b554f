"""Draw an SVG as a PNG, shut in as every page is: `python -m workers.browser.drawing SIDE`.

An upload is drawn in this process: the file on its standard input, an answer on its standard
output as `webapp.studio.uploads.decoding` reads it. The browser takes the drawing for the picture
of a page: it runs none of its scripts and loads nothing that it names.
"""

import asyncio
import json
import sys
import tempfile
import zlib
from dataclasses import dataclass
from math import ceil, inf
from pathlib import Path
from xml.parsers import expat

from webapp.studio.errors import BadImage
from workers.browser.errors import RenderError, RenderMemory, RenderTimeout
from workers.browser.renderer import Renderer
from workers.shot import RenderRequest

SCALES = (2, 1)  # pixels a CSS pixel, the first at which the drawing is no larger than allowed
MOST_BYTES = 100 * 2**20  # of a packed drawing, unpacked
NAME = "drawing.svg"
PAGE = (
    "<!doctype html><style>html{background:#fff}body{margin:0}img{display:block}</style>"
    f'<img alt="" src="{NAME}">'
)
# of CSS, in CSS pixels; those of a font by the browser's own
UNITS = {
    "px": 1.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "q": 96 / 101.6,
    "pt": 96 / 72,
    "pc": 16.0,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
}
# which load a picture or a part of one
_LOADING = {"image", "use", "feImage"}


@dataclass(frozen=True)
class Drawing:
    """An SVG on white: `png` has `scale` pixels a CSS pixel; `notes` say what is not in it."""

    png: bytes
    scale: int
    notes: tuple[str, ...]


@dataclass
class Markup:
    """What the markup tells before it is drawn: its size in CSS pixels, and what it needs."""

    width: float = 0.0
    height: float = 0.0
    has_script: bool = False
    links_out: bool = False


def markup_of(svg: bytes) -> Markup:
    """Read `svg`. Raises BadImage where it is no XML, or tells no size."""
    markup = Markup()
    is_first = True

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_first
        if is_first:
            markup.width, markup.height = _size(attributes)
            is_first = False
        local = name.rpartition(":")[2]
        markup.has_script |= local == "script"
        if local in _LOADING:
            href = attributes.get("href", attributes.get("xlink:href", ""))
            markup.links_out |= not href.strip().startswith(("#", "data:")) and bool(href)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(svg, True)
    except expat.ExpatError as error:
        raise BadImage("image_truncated", f"{str(error).capitalize()}.") from error
    if not all(0 < length < inf for length in (markup.width, markup.height)):  # nor where it is nan
        raise BadImage("file_svg", "It has neither width and height nor a viewBox.")
    return markup


def _size(attributes: dict[str, str]) -> tuple[float, float]:
    """As the browser takes it: what is missing of width and height follows from the viewBox."""
    box = attributes.get("viewBox", "").replace(",", " ").split()
    try:
        drawn = (float(box[2]), float(box[3])) if len(box) == 4 else (0.0, 0.0)
    except ValueError:
        drawn = (0.0, 0.0)
    width, height = (_pixels(attributes.get(name, "")) for name in ("width", "height"))
    if min(drawn) <= 0:
        return width, height
    if not width and not height:
        return drawn
    return width or height * drawn[0] / drawn[1], height or width * drawn[1] / drawn[0]


def _pixels(length: str) -> float:
    """A length in CSS pixels; 0 where it is a share, or none."""
    number = length.strip().lower()
    unit = next((unit for unit in ("rem", *UNITS) if number.endswith(unit)), "")
    try:
        return float(number.removesuffix(unit)) * UNITS.get(unit, 1.0)
    except ValueError:
        return 0.0


async def draw(svg: bytes, side: int) -> Drawing:
    """`svg`, packed or not, at most `side` pixels long. Raises BadImage."""
    svg = _unpacked(svg)
    markup = markup_of(svg)
    width, height = ceil(markup.width), ceil(markup.height)
    scale = next((scale for scale in SCALES if scale * max(width, height) <= side), None)
    if scale is None:
        raise BadImage("image_too_large", f"It is {width:,} × {height:,} pixels.")
    request = RenderRequest(width, height, scale=scale, full_page=False, scripts=False)
    renderer = Renderer()
    try:
        with tempfile.TemporaryDirectory(prefix="mockwright-drawing-") as name:
            folder = Path(name)
            (folder / NAME).write_bytes(svg)
            (folder / request.page).write_text(PAGE)
            shot = await renderer.render(folder, request)
    except (RenderTimeout, RenderMemory) as error:
        raise BadImage("image_too_complex") from error
    except RenderError as error:
        raise BadImage("file_svg", str(error)) from error
    finally:
        await renderer.close()
    if not shot.pictures:
        raise BadImage("image_truncated", "No browser can draw it.")
    return Drawing(shot.png, scale, _notes(markup))


def _unpacked(svg: bytes) -> bytes:
    if not svg.startswith(b"\x1f\x8b"):
        return svg
    unpacking = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacking.decompress(svg, MOST_BYTES)
    except zlib.error as error:
        raise BadImage("image_truncated") from error
    if not unpacking.eof:
        raise BadImage("image_too_heavy" if len(unpacked) == MOST_BYTES else "image_truncated")
    return unpacked


def _notes(markup: Markup) -> tuple[str, ...]:
    notes = []
    if markup.links_out:
        notes.append("Pictures that it loads from elsewhere are not in it.")
    if markup.has_script:
        notes.append("Its scripts were not run.")
    return tuple(notes)


def main(side: str) -> None:
    """Be the process that draws."""
    told: dict[str, object]
    try:
        drawing = asyncio.run(draw(sys.stdin.buffer.read(), int(side)))
    except BadImage as refused:
        png = b""
        told = {"code": refused.code, "detail": refused.detail}
    else:
        png = drawing.png
        told = {"scale": drawing.scale, "notes": drawing.notes, "sizes": [len(png)]}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + png)


if __name__ == "__main__":
    main(sys.argv[1])
