"""What a composer gives back: files to write and pictures to cut out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workers.imaging import Box

FontStack = Callable[[str], str]  # installed family → value of font-family


@dataclass(frozen=True)
class Asset:
    """A picture to cut out of mockup number `mockup`, or where that is named of a `state` of the
    storyboard; `box` in CSS pixels, text erased."""

    path: str
    mockup: int
    box: Box
    state: str = ""


@dataclass(frozen=True)
class PageFiles:
    """Text files by path, and the assets they refer to."""

    files: Mapping[str, str]
    assets: tuple[Asset, ...]
