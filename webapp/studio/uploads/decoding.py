"""Decode an upload in a process of its own, of bounded memory and time; two at once, others wait.

A small file may hold a large picture: 64 million pixels come in a megabyte and take half a gigabyte
while they are read. What a decoder does wrong with a file made for that ends its process alone.
`python -m webapp.studio.uploads.decoding TASK` is that process: the file on its standard input; on
its standard output, for each picture, a line of JSON and the two PNGs. An SVG is drawn first, by a
process that the renderer's room has for that and that answers in the same way.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

from webapp.studio.errors import BadImage
from webapp.studio.uploads.images import ImageLimits, Picture, read_pictures

AT_ONCE = 2
HANGS_AFTER = 3  # times the seconds of a processor that it may take
ROOT = Path(__file__).resolve().parents[3]
DRAWS_SVG = "workers.browser.drawing"  # by name, as tasks are: the record does not know the work
_DRAWING_SEES = (
    *("HOME", "LANG", "LD_LIBRARY_PATH", "MOCKWRIGHT_DATA", "PATH", "TMPDIR"),
    *("PLAYWRIGHT_BROWSERS_PATH", "PLAYWRIGHT_CHROMIUM"),
)
_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}
_turns = threading.BoundedSemaphore(AT_ONCE)


class _Ended(Exception):
    """A signal has ended the process after so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"after {seconds:.0f} s")


class Upload(Protocol):
    """An open file, or one that came in a form."""

    def read(self, size: int, /) -> bytes: ...


def decode(file: Upload, name: str, limits: ImageLimits) -> Iterator[Picture]:
    """Check and normalise an uploaded file: the picture in it, or the pages of a PDF, one by one.
    It waits where it is until its turn comes. Raises BadImage with the code of what is wrong."""
    with _turns:
        data = file.read(limits.bytes + 1)
        try:
            yield from _decoded(data, name, limits)
        except BadImage as refused:
            if refused.code != "file_svg":
                raise
            yield from _drawn(data, limits)


def _decoded(data: bytes, name: str, limits: ImageLimits) -> Iterator[Picture]:
    task = json.dumps({"name": name, "limits": asdict(limits)})
    # every further arena of memory would count as 64 MB of it
    environment = {**_kept("LD_LIBRARY_PATH"), "MALLOC_ARENA_MAX": "2"}
    for told, (png, thumbnail) in _answers((__name__, task), data, environment, limits.seconds):
        told["notes"] = tuple(told["notes"])
        yield Picture(png=png, thumbnail=thumbnail, **told)


def _drawn(svg: bytes, limits: ImageLimits) -> Iterator[Picture]:
    """`limits` hold the browser to its pixels; what it may take of the machine, it is told."""
    task, environment = (DRAWS_SVG, str(limits.side)), _kept(*_DRAWING_SEES)
    for told, (png,) in _answers(task, svg, environment, limits.seconds):
        (picture,) = _decoded(png, "", replace(limits, bytes=len(png)))
        yield replace(picture, format="SVG", scale=told["scale"], notes=tuple(told["notes"]))


def _kept(*names: str) -> dict[str, str]:
    """Of this process's environment, nothing that is secret."""
    return {name: os.environ[name] for name in names if name in os.environ}


def _answers(
    module: tuple[str, str], data: bytes, environment: dict[str, str], seconds: float
) -> Iterator[tuple[dict[str, Any], list[bytes]]]:
    """What the process of a module finds in `data`; asked once more where it was ended from
    outside. Raises BadImage."""
    given = 0
    for is_last in (False, True):
        try:
            for answer in islice(_ask(module, data, environment, seconds), given, None):
                given += 1
                yield answer
        except _Ended as error:
            # its own limit of time ends it in the same way, and would once more
            if is_last or error.seconds >= seconds / 2:
                raise BadImage("image_too_complex") from error
        else:
            return


def _ask(
    module: tuple[str, str], data: bytes, environment: dict[str, str], seconds: float
) -> Iterator[tuple[dict[str, Any], list[bytes]]]:
    """Raises BadImage and _Ended."""
    command = (sys.executable, "-W", "ignore", "-m", *module)
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        hung = threading.Timer(seconds * HANGS_AFTER, process.kill)
        hung.start()
        try:
            began = time.monotonic()
            with suppress(BrokenPipeError), process.stdin as told:  # broken if it has died
                told.write(data)
            yield from _read_answers(process.stdout)
            status = process.wait()
        finally:
            hung.cancel()
    if status > 0:
        raise RuntimeError(f"{module[0]} ended {status}; the log has its traceback")
    if -status in _CRASHES:
        raise BadImage("image_truncated")
    if status < 0:
        raise _Ended(time.monotonic() - began)


def _read_answers(stream: IO[bytes]) -> Iterator[tuple[dict[str, Any], list[bytes]]]:
    while (line := stream.readline()).endswith(b"\n"):
        told = json.loads(line)
        if "code" in told:
            raise BadImage(told["code"], told["detail"])
        sizes = told.pop("sizes")
        files = [stream.read(size) for size in sizes]
        if list(map(len, files)) == sizes:
            yield told, files


def main(task: str) -> None:
    """Be the process that decodes."""
    told = json.loads(task)
    limits = ImageLimits(**told["limits"])
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS takes none of address space
            resource.setrlimit(kind, (most, most))
    try:
        for picture in read_pictures(sys.stdin.buffer.read(), told["name"], limits):
            _say_picture(picture)
    except (BadImage, MemoryError) as error:
        refused = error if isinstance(error, BadImage) else BadImage("image_too_complex")
        _say({"code": refused.code, "detail": refused.detail})


def _say_picture(picture: Picture) -> None:
    pngs = (picture.png, picture.thumbnail)
    bare = asdict(replace(picture, png=b"", thumbnail=b""))
    del bare["png"], bare["thumbnail"]
    _say({**bare, "sizes": [len(png) for png in pngs]})
    for png in pngs:
        sys.stdout.buffer.write(png)


def _say(line: object) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1])
