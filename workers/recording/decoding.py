"""The frames of a file, upright, one after the other, and what is wrong with it."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

import av
import av.error
import numpy as np
from PIL import Image as Pillow

from workers.imaging import Image
from workers.recording.errors import RecordingRefused
from workers.recording.limits import LIMITS, SAMPLING, RecordingLimits

Timed = tuple[float, Callable[[], Image]]  # seconds, and the frame, turned into colours if asked

_LOOKED_THROUGH = 1 << 20  # bytes
_MATROSKA, _CLUSTER = b"\x1a\x45\xdf\xa3", b"\x1f\x43\xb6\x75"
_CONTENT_ENCRYPTION, _KEY_ID = b"\x50\x35", b"\x47\xe2"
_TRUNCATED_SHARE = 0.9
_DAMAGE = (av.error.FFmpegError, OSError, ValueError, EOFError, SyntaxError)


@dataclass(frozen=True)
class Sample:
    """One frame. `time` is seconds from the first; `image` (H, W, 3) RGB as shown, upright."""

    time: float
    image: Image


@dataclass
class Told:
    """What a file says of itself, and what was seen of it so far; `length` is the seconds that it
    claims, 0 where it does not say."""

    seconds: float = 0.0
    length: float = 0.0
    frames: int = 0
    width: int = 0
    height: int = 0


def decode(file: Path, told: Told, limits: RecordingLimits = LIMITS) -> Iterator[Sample]:
    """Frames at most `SAMPLING.per_second`, and always the last; `told` is filled in as they come.
    Raises RecordingRefused."""
    size = file.stat().st_size
    if size == 0:
        raise RecordingRefused("recording_empty")
    if size > limits.bytes:
        raise RecordingRefused("recording_too_heavy", f"It has {size / 1e6:,.0f} MB.")
    frames = _webp(file) if _is_webp(file) else _video(file, told, limits)
    due, last = 0.0, None
    for time, picture in frames:
        told.frames, told.seconds = told.frames + 1, max(told.seconds, time)
        if time > limits.seconds:
            raise RecordingRefused("recording_too_long")
        last = (time, picture)
        if time + 1e-6 >= due:
            due = max(due + 1 / SAMPLING.per_second, time + 0.5 / SAMPLING.per_second)
            last = None
            yield _sample(time, picture(), told, limits)
    if last is not None:
        yield _sample(last[0], last[1](), told, limits)
    if told.frames == 0:
        raise RecordingRefused("recording_no_frames")


def _sample(time: float, image: Image, told: Told, limits: RecordingLimits) -> Sample:
    told.height, told.width = image.shape[:2]
    if max(told.height, told.width) > limits.side:
        _too_large(told.width, told.height)
    return Sample(time, image)


def _video(file: Path, told: Told, limits: RecordingLimits) -> Iterator[Timed]:
    try:
        container = av.open(str(file), metadata_errors="ignore")
    except _DAMAGE as error:
        _refuse(file, error)
    with container:
        if not container.streams.video:
            code = "recording_no_picture" if container.streams.audio else "recording_unreadable"
            raise RecordingRefused(code)
        stream = container.streams.video[0]
        if _encrypted(file):
            raise RecordingRefused("recording_encrypted")
        if stream.codec_context is None:  # which FFmpeg knows no decoder for
            raise RecordingRefused("recording_unreadable")
        if max(stream.width or 0, stream.height or 0) > limits.side:
            _too_large(stream.width, stream.height)
        length = (container.duration or 0) / av.time_base
        if length > limits.seconds:
            raise RecordingRefused("recording_too_long", f"It takes {length:,.0f} seconds.")
        told.length = length
        stream.thread_type = "AUTO"
        try:
            yield from _timed(container, stream, told)
        except _DAMAGE as error:
            if told.frames:
                raise RecordingRefused("recording_truncated") from error
            _refuse(file, error)
        if told.frames and length and told.seconds < _TRUNCATED_SHARE * length - 1:
            raise RecordingRefused("recording_truncated")
        told.seconds = max(told.seconds, min(length, limits.seconds))


def _timed(
    container: av.container.InputContainer, stream: av.VideoStream, told: Told
) -> Iterator[Timed]:
    """Frames without a time follow each other at the rate of the stream."""
    first: float | None = None
    step = 1 / float(stream.average_rate or SAMPLING.per_second)
    for frame in container.decode(stream):
        shown = frame.time
        if shown is None or (first is not None and shown < first):
            shown = (first or 0.0) + told.frames * step
        first = shown if first is None else first
        yield shown - first, partial(_upright, frame)


def _upright(frame: av.VideoFrame) -> Image:
    turned = np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90)
    return np.ascontiguousarray(turned)


def _webp(file: Path) -> Iterator[Timed]:
    """FFmpeg's decoder knows no animated WebP."""
    try:
        with Pillow.open(file) as picture:
            time = 0.0
            for number in range(getattr(picture, "n_frames", 1)):
                picture.seek(number)
                picture.load()
                shown = np.asarray(picture.convert("RGB"))
                yield time, partial(_given, shown)
                time += picture.info.get("duration", 100) / 1000
    except _DAMAGE as error:
        raise RecordingRefused("recording_truncated") from error


def _given(image: Image) -> Image:
    return image


def _is_webp(file: Path) -> bool:
    with file.open("rb") as opened:
        head = opened.read(16)
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _encrypted(file: Path) -> bool:
    """Whether what is in the file can be read with a key alone, by its header."""
    with file.open("rb") as opened:
        head = opened.read(_LOOKED_THROUGH)
        if head[:4] == _MATROSKA:
            header = head.partition(_CLUSTER)[0]
            return _CONTENT_ENCRYPTION in header and _KEY_ID in header
        if head[4:8] != b"ftyp":
            return False
        at = 0
        while True:
            opened.seek(at)
            size, kind = struct.unpack(">I4s", opened.read(8).ljust(8, b"\0"))
            if kind == b"moov":
                return b"encv" in opened.read(min(size, 8 * _LOOKED_THROUGH))
            if size == 1:
                (size,) = struct.unpack(">Q", opened.read(8).ljust(8, b"\0"))
            if size < 8:
                return False
            at += size


def _refuse(file: Path, error: Exception) -> NoReturn:
    with file.open("rb") as opened:
        head = opened.read(_LOOKED_THROUGH)
    if _encrypted(file):
        raise RecordingRefused("recording_encrypted") from error
    container = head[4:8] == b"ftyp" or head[:4] in (_MATROSKA, b"GIF8")
    code = "recording_truncated" if container else "recording_unreadable"
    raise RecordingRefused(code) from error


def _too_large(width: int, height: int) -> NoReturn:
    raise RecordingRefused("recording_too_large", f"It is {width:,} × {height:,} pixels.")
