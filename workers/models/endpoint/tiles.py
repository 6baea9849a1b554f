"""Which parts of a long picture go beside it: what is shrunk as a whole loses its small print."""

from dataclasses import dataclass
from math import ceil

from workers.imaging import Box


@dataclass(frozen=True)
class TileLimits:
    """Pixels are those of a picture as it is sent, where nothing else is said."""

    pixels: int = 16_384 * 14 * 14  # Kimi K2.5 reads at most 16,384 patches of 14×14 pixels
    side: int = 512 * 14
    overview_pixels: int = 1_200_000  # of a picture that goes with its tiles
    least_scale: float = 0.75  # pixels for a CSS pixel: with fewer, small print is lost
    overlap: int = 64  # CSS pixels that neighbours share: no line of text is cut on both
    fewest: int = 2  # tiles; one would be the picture again


LIMITS = TileLimits()


@dataclass(frozen=True)
class Tile:
    """A band across a picture of `length` image pixels that way: rows of it, or columns. `width`
    and `height` are those that it is sent with."""

    box: Box
    is_rows: bool
    length: int
    width: int
    height: int

    @property
    def place(self) -> str:
        """Like "rows 2160–4320 of 9000"."""
        box = self.box
        first, last = (box.y, box.bottom) if self.is_rows else (box.x, box.right)
        return f"{'rows' if self.is_rows else 'columns'} {first}–{last} of {self.length}"


def fitted(
    width: int, height: int, pixels: int | None = None, limits: TileLimits = LIMITS
) -> tuple[int, int]:
    """The size in which a picture is sent: `pixels` at most, or as many as a model reads."""
    most = pixels or limits.pixels
    shrink = min(1.0, (most / (width * height)) ** 0.5, limits.side / max(width, height))
    if shrink == 1.0:
        return width, height
    return max(1, int(width * shrink)), max(1, int(height * shrink))


def tiles_of(
    width: int, height: int, scale: float, most: int, limits: TileLimits = LIMITS
) -> tuple[Tile, ...]:
    """The tiles of a picture of so many image pixels, `scale` of them per CSS pixel: none where it
    can be read as a whole. Where `most` cannot hold all its pixels, they are shrunk a little."""
    if fitted(width, height, limits=limits)[0] / width * scale >= limits.least_scale:
        return ()
    is_rows = height >= width
    across, length = (width, height) if is_rows else (height, width)
    overlap = round(limits.overlap * scale)
    band = min(limits.side, limits.pixels // min(across, limits.side))  # that is sent as it is
    count = min(most, ceil((length - overlap) / max(1, band - overlap)))
    if count < limits.fewest:
        return ()
    step = (length - overlap) / count
    edges = [(round(at * step), round((at + 1) * step) + overlap) for at in range(count)]
    boxes = [
        Box(0, first, width, last - first) if is_rows else Box(first, 0, last - first, height)
        for first, last in edges
    ]
    return tuple(
        Tile(box, is_rows, length, *fitted(box.width, box.height, limits=limits)) for box in boxes
    )
