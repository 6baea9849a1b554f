"""What a recording may be, and by which numbers it is read. CSS pixels are image pixels divided by
the scale that was guessed; levels are those of sRGB, 0–255."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RecordingLimits:
    """What is taken in. `memory` bounds the process that decodes."""

    seconds: float = 180.0
    bytes: int = 200 * 1024 * 1024
    side: int = 4_096  # image pixels
    memory: int = 600 * 1024 * 1024
    processor_seconds: int = 400


@dataclass(frozen=True)
class Sampling:
    """Which frames are looked at, and when the page stands still."""

    per_second: float = 15.0  # frames
    settled: float = 0.2  # seconds without a change: the page rests
    quiet: float = 0.34  # seconds in which only small things move: it rests below a moving cursor
    scrolled: float = 0.08  # of the picture that changes where a page begins to be scrolled
    restless_share: float = 0.3  # of the last seconds in which a cell changed: a spinner, a video
    restless_pause: float = 0.5  # seconds without a change after which it has come to rest
    restless_memory: float = 1.6  # seconds
    restless_area: float = 0.3  # of the picture; what moves more of it is no spinner


@dataclass(frozen=True)
class Differencing:
    """When a place is no longer the same. The noise of a codec is below both levels."""

    cell: int = 8  # CSS pixels, each way
    mean: float = 5.0  # levels, of a cell
    pixel: int = 26  # levels, of a pixel: bounds a change that a cell told of
    least_pixels: int = 24  # CSS pixels² that a change takes: less is noise
    least_faint: int = 900  # CSS pixels² that a change takes whose pixels are all below `pixel`
    faint: float = 10.0  # levels, on the mean, of such a change: a codec's new picture is fainter
    faint_filled: float = 0.6  # of its box, which a tint fills and a codec's rest does not
    caret_width: float = 4.0  # CSS pixels: what is narrower and not taller than a line blinks
    caret_height: float = 40.0  # CSS pixels
    small: float = 56.0  # CSS pixels each way: a letter, a check box, a cursor and where it was


LIMITS = RecordingLimits()
SAMPLING = Sampling()
DIFFERENCING = Differencing()
