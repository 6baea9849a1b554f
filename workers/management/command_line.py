"""What the commands share: a mockup taken in, options checked, refusals in one sentence."""

import asyncio
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.management.base import CommandError

from webapp.studio.blobs import FileBlobs
from webapp.studio.errors import MockwrightError
from webapp.studio.messages import explain
from webapp.studio.uploads.decoding import decode
from workers.agent.protocols import Mockup
from workers.browser.errors import NoBrowser
from workers.browser.find import find_browser
from workers.management.local_run import mockup_of

FAILED, WRONG_INPUT, STOPPED = 1, 2, 130  # exit codes

Made = TypeVar("Made")


@dataclass(frozen=True)
class Source:
    """A mockup as it was given. `notes` say what was changed when the picture was taken in."""

    name: str
    path: Path
    mockup: Mockup
    notes: tuple[str, ...] = ()


def take_in(path: Path, scale: float | None, blobs: FileBlobs) -> Source:
    """The picture at `path`, normalised and kept in `blobs`; its scale guessed where not given.

    Raises BadImage, DiskFull and OSError; `reason_of` puts them into words.
    """
    with path.open("rb") as file:
        picture, *pages = decode(file, path.name, settings.LIMITS)
    sha256 = blobs.put(picture.png)
    mockup = mockup_of(blobs.path(sha256), sha256, scale or picture.scale)
    notes = (*picture.notes, "Of its pages the first was taken.") if pages else picture.notes
    return Source(path.stem, path, mockup, notes)


def reason_of(error: MockwrightError | OSError) -> str:
    """What went wrong, and what to do where that is known."""
    if isinstance(error, MockwrightError):
        problem = explain(error)
        return f"{problem.message} {problem.hint}"
    return f"{error.strerror}: {error.filename}."


def wrong(sentence: str) -> CommandError:
    """The refusal of an input: `sentence` names the cause and one next action."""
    return CommandError(sentence, returncode=WRONG_INPUT)


def missing(path: Path) -> CommandError:
    return wrong(f"There is no {path}. Check the name.")


def number(text: str) -> float:
    """The type of an option. Raises ArgumentTypeError, which ends the command with 2."""
    try:
        return float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no number. Give one, as 2 or 0.95.") from None


def add_scale(parser: ArgumentParser) -> None:
    parser.add_argument("--scale", type=number, help="device pixel ratio: 1, 2 or 3; else guessed")


def check_scale(scale: object) -> float | None:
    """Image pixels per CSS pixel; None where it is to be guessed. Raises CommandError."""
    assert scale is None or isinstance(scale, float)
    if scale is not None and not 0.5 <= scale <= 4:
        raise wrong(f"A scale of {scale:g} is not possible. Give 1, 2 or 3.")
    return scale


def check_browser() -> None:
    """Raises CommandError where this machine has none."""
    try:
        find_browser()
    except NoBrowser as error:
        raise wrong(str(error)) from error


def run_to_end(work: Coroutine[Any, Any, Made]) -> Made:
    """The result of `work`. Raises CommandError when Ctrl-C ends it."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise CommandError("Stopped.", returncode=STOPPED) from None
