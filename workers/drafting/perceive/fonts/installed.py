"""The fonts installed on this machine that a web page would use, and how CSS asks for them."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import floor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Sheet
from PIL import ImageDraw, ImageFont

from workers.drafting.language import is_right_to_left
from workers.drafting.page import Font

SANS, SERIF, MONO = "sans-serif", "serif", "monospace"

# Installed family → what a page writes to get it. Metric-compatible names come first, so that the
# page looks the same where the original is installed.
STACKS = {
    "Liberation Sans": f'Arial, Helvetica, "Liberation Sans", {SANS}',
    "Liberation Serif": f'"Times New Roman", Times, "Liberation Serif", {SERIF}',
    "Liberation Mono": f'"Courier New", Courier, "Liberation Mono", {MONO}',
    "Arial": f'Arial, Helvetica, "Liberation Sans", {SANS}',
    "Times New Roman": f'"Times New Roman", Times, "Liberation Serif", {SERIF}',
    "Courier New": f'"Courier New", Courier, "Liberation Mono", {MONO}',
    "Inter": f"Inter, {SANS}",
    "Roboto": f"Roboto, {SANS}",
    "Open Sans": f'"Open Sans", {SANS}',
    "Lato": f"Lato, {SANS}",
    "DejaVu Sans": f'Verdana, "DejaVu Sans", {SANS}',
    "DejaVu Serif": f'"DejaVu Serif", {SERIF}',
    "DejaVu Sans Mono": f'"DejaVu Sans Mono", {MONO}',
    "Verdana": f'Verdana, "DejaVu Sans", {SANS}',
    "Georgia": f"Georgia, {SERIF}",
    "Segoe UI": f'"Segoe UI", {SANS}',
    "Helvetica Neue": f'"Helvetica Neue", Helvetica, Arial, {SANS}',
    "Noto Sans": f'"Noto Sans", {SANS}',
    "Noto Serif": f'"Noto Serif", {SERIF}',
    "Ubuntu": f"Ubuntu, {SANS}",
    "Montserrat": f"Montserrat, {SANS}",
    "Poppins": f"Poppins, {SANS}",
    "Source Sans 3": f'"Source Sans 3", {SANS}',
    "IBM Plex Sans": f'"IBM Plex Sans", {SANS}',
}

# fontconfig's weights → CSS's (fcWeight, in fontconfig.h)
CSS_WEIGHTS = {0: 100, 40: 200, 50: 300, 80: 400, 100: 500, 180: 600, 200: 700, 205: 800, 210: 900}
PLAIN_WEIGHTS = (400, 700)  # regular and bold, which nearly every page sets nearly all its text in
FALLBACK = "sans-serif"  # family of the font PIL carries, where nothing else is installed


@dataclass(frozen=True)
class GlyphMeasuring:
    """How outlines are measured: on glyphs drawn large."""

    em_px: int = 100  # pixels per em of the glyphs
    bleed_px: int = 24  # pixels left for ink that leans out of its advance
    size_step_px: float = 0.25  # pixels per em between the sizes a file is opened at
    least_px: float = 4  # pixels per em that FreeType still draws letters at


GLYPHS = GlyphMeasuring()
NO_LETTER = "\U0010ffff"  # which every font draws as the sign for what it lacks
PRECISE_PX = 4096  # pixels per em at which lines are measured: FreeType rounds them up


@dataclass(frozen=True)
class FontFace:
    """One font file. `path` None is the font PIL carries."""

    family: str
    weight: int
    italic: bool
    path: Path | None

    def at(self, size: float, measuring: GlyphMeasuring = GLYPHS) -> ImageFont.FreeTypeFont:
        """The face at `size` pixels per em."""
        step = measuring.size_step_px
        return _open(self.path, max(measuring.least_px, round(size / step) * step))


@dataclass(frozen=True)
class TextExtents:
    """Ink of a text set at one pixel per em: offsets from its origin on the baseline, y down."""

    left: float
    top: float
    right: float
    bottom: float
    advance: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


@cache
def installed_faces() -> tuple[FontFace, ...]:
    """Every usable face, families in the order of STACKS; never empty."""
    order = list(STACKS)
    found = {(f.family, f.weight, f.italic): f for f in _listed() if f.family in STACKS}
    if not found:
        return (FontFace(FALLBACK, 400, False, None),)
    return tuple(sorted(found.values(), key=lambda f: (order.index(f.family), f.italic, f.weight)))


def plain_of(faces: Sequence[FontFace]) -> Sequence[FontFace]:
    """The upright regular and bold ones, or all where there are none."""
    return [f for f in faces if not f.italic and f.weight in PLAIN_WEIGHTS] or faces


def with_letters_of(faces: Sequence[FontFace], text: str) -> Sequence[FontFace]:
    """Those of the faces that can draw a text, or all where none can."""
    return [face for face in faces if can_draw(face, text)] or faces


def can_draw(face: FontFace, text: str) -> bool:
    """Whether a face has every letter of a text."""
    return text.isascii() or all(_has(face, letter) for letter in set(text) if letter.isalpha())


@lru_cache(maxsize=20_000)
def _has(face: FontFace, letter: str) -> bool:
    font = face.at(GLYPHS.em_px)
    return not np.array_equal(rasterise(font, letter), rasterise(font, NO_LETTER))


def nearest_face(font: Font) -> FontFace:
    """The installed face nearest to `font`: family first, then slope, then weight."""
    return min(
        installed_faces(),
        key=lambda f: (
            f.family != font.family,
            f.italic != font.italic,
            abs(f.weight - font.weight),
        ),
    )


def css_stack(family: str) -> str:
    """The value of `font-family` for an installed family."""
    return STACKS.get(family, SANS)


def text_width(text: str, font: Font) -> float:
    """The advance of `text` in CSS pixels, without letter spacing."""
    return text_extents(nearest_face(font), text).advance * font.size


def metrics(font: Font) -> tuple[float, float]:
    """Ascent and descent of the face at `font.size`, both positive, in CSS pixels."""
    ascent, descent = nearest_face(font).at(PRECISE_PX).getmetrics()
    return ascent / PRECISE_PX * font.size, descent / PRECISE_PX * font.size


def natural_line_height(font: Font) -> int:
    """What CSS calls `normal`, CSS pixels: ascent, descent and the gap between lines that the font
    asks for, each rounded, as Chromium does."""
    face = nearest_face(font).at(PRECISE_PX)
    ascent, descent = face.getmetrics()
    gap = max(0, face.font.height - ascent - descent)
    return sum(floor(each / PRECISE_PX * font.size + 0.5) for each in (ascent, descent, gap))


@lru_cache(maxsize=100_000)
def text_extents(face: FontFace, text: str, measuring: GlyphMeasuring = GLYPHS) -> TextExtents:
    """Where the ink of `text` lies. Advances are kerned as the browser kerns."""
    if not text:
        return TextExtents(0, 0, 0, 0, 0)
    em_px = measuring.em_px
    font = face.at(em_px)
    _, top, _, bottom = (v / em_px for v in font.getbbox(text, anchor="ls"))
    advance = font.getlength(text) / em_px
    left, right = text[0], text[-1]
    if is_right_to_left(text):
        left, right = right, left
    before, _ = _side_bearings(face, left, measuring)
    _, after = _side_bearings(face, right, measuring)
    return TextExtents(before, top, advance - after, bottom, advance)


@lru_cache(maxsize=20_000)
def _side_bearings(
    face: FontFace, character: str, measuring: GlyphMeasuring
) -> tuple[float, float]:
    """Blank space before and after the ink of a character, in em."""
    em_px, bleed_px = measuring.em_px, measuring.bleed_px
    font = face.at(em_px)
    columns = np.flatnonzero(rasterise(font, character, bleed_px).max(axis=0, initial=0))
    if not columns.size:
        return 0.0, 0.0
    left, right = int(columns[0]) - bleed_px, int(columns[-1]) + 1 - bleed_px
    return left / em_px, (font.getlength(character) - right) / em_px


def rasterise(
    font: ImageFont.FreeTypeFont, text: str, bleed_px: int = GLYPHS.bleed_px
) -> NDArray[np.uint8]:
    """Coverage of `text`, 0..255, its origin `bleed_px` columns from the left."""
    _, top, right, bottom = (round(v) for v in font.getbbox(text, anchor="ls"))
    sheet = Sheet.new("L", (right + 2 * bleed_px, max(1, bottom - top)))
    ImageDraw.Draw(sheet).text((bleed_px, -top), text, fill=255, font=font, anchor="ls")
    return np.asarray(sheet)


@lru_cache(maxsize=1024)
def _open(path: Path | None, size: float) -> ImageFont.FreeTypeFont:
    if path is None:
        font = ImageFont.load_default(size)
        assert isinstance(font, ImageFont.FreeTypeFont)
        return font
    return ImageFont.truetype(str(path), size)


def _listed() -> list[FontFace]:
    """Upright-width faces known to fontconfig, or, without it, found in the usual folders."""
    if shutil.which("fc-list") is None:
        return _scanned()
    layout = "%{file}|%{family[0]}|%{weight}|%{slant}|%{width}\n"
    listing = subprocess.run(["fc-list", "--format", layout], capture_output=True, text=True)
    found = []
    for line in listing.stdout.splitlines():
        file, family, weight, slant, width = line.split("|")
        if width == "100" and weight.isdigit() and int(weight) in CSS_WEIGHTS:
            found.append(FontFace(family, CSS_WEIGHTS[int(weight)], slant != "0", Path(file)))
    return sorted(found, key=lambda f: str(f.path), reverse=True)


def _scanned() -> list[FontFace]:
    """Regular and bold faces from the font folders, by the names the files carry."""
    found = []
    for folder in (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("~/.fonts")):
        for path in sorted(folder.expanduser().rglob("*.[ot]tf")):
            try:
                family, style = ImageFont.truetype(str(path), 10).getname()
            except OSError:
                continue  # not a font FreeType can open
            weight = 700 if "Bold" in (style or "") else 400
            italic = any(word in (style or "") for word in ("Italic", "Oblique"))
            found.append(FontFace(family or path.stem, weight, italic, path))
    return found
