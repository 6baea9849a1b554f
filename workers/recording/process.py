"""Decode and watch a recording in a process of its own, of bounded memory and time.

`python -m workers.recording.process FILE` is that process. It writes lines of JSON: its first
frame, and is told the scale of that; how far it is; each snapshot, followed by its PNG; at the end,
what the file was like, or why it is refused.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

import cv2

from workers.imaging import Box, Image, decode_png, encode_png
from workers.recording.decoding import Sample, Told, decode
from workers.recording.errors import RecordingRefused
from workers.recording.limits import LIMITS
from workers.recording.snapshots import Motion, Snapshot, Watch

ROOT = Path(__file__).resolve().parents[2]
_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT}
_KEPT = ("LD_LIBRARY_PATH", "PATH", "HOME", "TMPDIR")


@dataclass(frozen=True)
class Watched:
    """All that was seen of a recording. `scale` is image pixels a CSS
    pixel, a guess; `memory` is bytes, the most that its process took."""

    seconds: float
    frames: int
    width: int
    height: int
    scale: float
    memory: int
    snapshots: tuple[Snapshot, ...]


def watch_recording(
    file: Path, scale_of: Callable[[Image], float], on_progress: Callable[[float], None]
) -> Watched:
    """The page at rest, again and again. `scale_of` is asked for the image pixels a CSS pixel of
    the first frame. `on_progress` is told which part of the recording was
    seen, 0–1. Raises RecordingRefused."""
    command = (sys.executable, "-W", "ignore", "-m", __name__, str(file.resolve()))
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment["MALLOC_ARENA_MAX"] = "2"
    snapshots: list[Snapshot] = []
    watched: Watched | None = None
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            while (line := process.stdout.readline()).endswith(b"\n"):
                told: dict[str, Any] = json.loads(line)
                if "code" in told:
                    raise RecordingRefused(told["code"], told["detail"])
                if "done" in told:
                    on_progress(told["done"])
                elif "first" in told:
                    first = decode_png(process.stdout.read(told["first"]))
                    process.stdin.write(b"%f\n" % scale_of(first))
                    process.stdin.flush()
                elif "png" in told:
                    snapshots.append(_read_snapshot(told, process.stdout))
                else:
                    watched = Watched(**told, snapshots=tuple(snapshots))
        except BaseException:
            process.kill()
            raise
        status = process.wait()
    if watched is None:
        raise _ended(status)
    return watched


def _ended(status: int) -> Exception:
    if status > 0:
        return RuntimeError(f"{__name__} ended {status}; the log has its traceback")
    if -status in _CRASHES:
        return RecordingRefused("recording_truncated")
    return RecordingRefused("recording_too_complex")


def _read_snapshot(told: dict[str, Any], stream: IO[bytes]) -> Snapshot:
    motions = tuple(
        Motion(
            one["time"],
            tuple(Box(**box) for box in one["boxes"]),
            one["shift"],
            _box(one["cursor"]),
            _box(one["left"]),
        )
        for one in told["motions"]
    )
    restless = tuple(Box(**box) for box in told["restless"])
    png, cursor = stream.read(told["png"]), _box(told["cursor"])
    return Snapshot(png, told["began"], told["ended"], motions, restless, cursor)


def _box(told: dict[str, int] | None) -> Box | None:
    return Box(**told) if told else None


def main(file: str) -> None:
    """Be the process that decodes."""
    for kind, most in (
        (resource.RLIMIT_DATA, LIMITS.memory),
        (resource.RLIMIT_CPU, LIMITS.processor_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))
    cv2.setNumThreads(1)
    told = Told()
    try:
        _watch(Path(file), told)
    except (RecordingRefused, MemoryError) as error:
        refused = (
            error
            if isinstance(error, RecordingRefused)
            else RecordingRefused("recording_too_complex")
        )
        _say({"code": refused.code, "detail": refused.detail})


def _watch(file: Path, told: Told) -> None:
    samples = decode(file, told)
    first = next(samples)
    png = encode_png(first.image)
    _say({"first": len(png)})
    sys.stdout.buffer.write(png)
    sys.stdout.buffer.flush()
    scale = float(sys.stdin.readline())

    def heard(sample: Sample) -> Sample:
        _say({"done": min(1.0, sample.time / max(told.length, sample.time, 0.001))})
        return sample

    for snapshot in Watch(scale).snapshots(map(heard, chain([first], samples))):
        _say({**asdict(snapshot), "png": len(snapshot.png)})
        sys.stdout.buffer.write(snapshot.png)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    facts = {"seconds": told.seconds, "frames": told.frames}
    size = {"width": told.width, "height": told.height}
    _say({**facts, **size, "scale": scale, "memory": memory})


def _say(line: object) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
