"""Recordings at a shell: a storyboard taken in with its pictures, and what its replay did."""

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from pydantic import ValidationError

from webapp.studio.blobs import FileBlobs
from webapp.studio.storyboard import Replay, Storyboard
from workers.agent.protocols import Blobs
from workers.drafting.interactions.scrolling import stitched
from workers.imaging import Image, decode_png, encode_png, resample
from workers.management.command_line import Source, missing, wrong
from workers.management.local_run import mockup_of
from workers.recording import read_recording

STATES = "states.json"
RECORDINGS = frozenset({".mp4", ".webm", ".mov", ".mkv"})
STRIP_WIDTH = 480  # px of a picture in the strip
STRIP_GAP = 8  # px between two
FILM_FPS = 2  # frames a second of the film, in which nothing moves
FILM_SECONDS = 2  # that each step is shown


def is_recording(path: Path) -> bool:
    """Whether an input has states and actions: a storyboard or a screen recording, by its name."""
    return path.suffix.lower() in RECORDINGS | {".json"}


def read_storyboard(path: Path, blobs: FileBlobs) -> Storyboard:
    """A `states.json` with the pictures beside it, or what is read from a recording. Raises
    CommandError, and RecordingRefused and OSError."""
    if not path.is_file():
        raise missing(path)
    if path.suffix.lower() != ".json":
        return read_recording(path, blobs.put)
    try:
        storyboard = Storyboard.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise wrong(f"{path} has no states ({place}: {first['msg']}).") from error
    for state in storyboard.states:
        picture = path.parent / "states" / f"{state.id}.png"
        if not picture.is_file():
            raise missing(picture)
        if blobs.put(picture.read_bytes()) != state.picture:
            raise wrong(f"{picture} is not the picture that {path} was made with.")
    return storyboard


def source_of(path: Path, storyboard: Storyboard, blobs: FileBlobs) -> Source:
    """The recording's first page as a mockup."""
    pictures = {one.id: decode_png(blobs.get(one.picture)) for one in storyboard.states}
    sha256 = blobs.put(encode_png(stitched(storyboard, pictures)[0]))
    return Source(path.stem, path, mockup_of(blobs.path(sha256), sha256, storyboard.scale))


def write_recording(
    folder: Path, storyboard: Storyboard, replay: Replay | None, blobs: Blobs
) -> None:
    """Write `states.json` with `states/`, and where there was a replay `replay.json`, a picture of
    it, `replay.png`, and a film, `replay.webm`. Raises OSError."""
    (folder / "states").mkdir(parents=True, exist_ok=True)
    (folder / STATES).write_text(storyboard.model_dump_json(indent=2) + "\n")
    for state in storyboard.states:
        (folder / "states" / f"{state.id}.png").write_bytes(blobs.get(state.picture))
    if replay is not None:
        (folder / "replay.json").write_text(replay.model_dump_json(indent=2) + "\n")
        (folder / "replay.png").write_bytes(strip(storyboard, replay, blobs))
        if replay.steps:
            write_film(folder / "replay.webm", _rows(storyboard, replay, blobs))


def strip(storyboard: Storyboard, replay: Replay, blobs: Blobs) -> bytes:
    """PNG of each step under the other: what was recorded after it, and what the page showed."""
    gap = np.full((STRIP_GAP, 2 * STRIP_WIDTH + STRIP_GAP, 3), 255, np.uint8)
    rows = _rows(storyboard, replay, blobs)
    return encode_png(np.concatenate([part for row in rows for part in (row, gap)]))


def write_film(path: Path, rows: Sequence[Image]) -> None:
    """A film of the steps, each shown for so many seconds. Raises OSError."""
    height, width = (max(row.shape[side] for row in rows) // 2 * 2 for side in (0, 1))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx-vp9", rate=FILM_FPS)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "30", "deadline": "realtime", "cpu-used": "8"}
        for row in rows:
            shown = np.full((height, width, 3), 255, np.uint8)
            shown[: len(row), : row.shape[1]] = row[:height, :width]
            for _ in range(FILM_FPS * FILM_SECONDS):
                frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
                container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _rows(storyboard: Storyboard, replay: Replay, blobs: Blobs) -> list[Image]:
    """Of each step what was recorded after it, and beside it what the page showed."""
    rows: list[Image] = []
    for step in replay.steps:
        action = next(one for one in storyboard.actions if one.id == step.action_id)
        recorded = decode_png(blobs.get(storyboard.state(action.to_state).picture))
        shown = decode_png(blobs.get(step.picture)) if step.picture else np.full_like(recorded, 128)
        rows.append(_row([recorded, shown]))
    return rows


def _row(pictures: Sequence[Image]) -> Image:
    small = [
        resample(one, STRIP_WIDTH, max(1, round(len(one) * STRIP_WIDTH / one.shape[1])))
        for one in pictures
    ]
    height = max(map(len, small))
    white = np.full((height, STRIP_GAP, 3), 255, np.uint8)
    padded = [
        np.pad(one, ((0, height - len(one)), (0, 0), (0, 0)), constant_values=255) for one in small
    ]
    return np.concatenate([padded[0], white, padded[1]], axis=1)


def told(storyboard: Storyboard, replay: Replay) -> str:
    """A line for each step."""
    lines = []
    for step in replay.steps:
        action = next(one for one in storyboard.actions if one.id == step.action_id)
        words = f" “{action.words}”" if action.words else ""
        state = storyboard.state(action.to_state).name
        found = step.problem or f"{100 * (step.after or 0):.1f}% of “{state}”"
        seconds = f", settled in {step.seconds:g} s" if step.seconds is not None else ""
        lines.append(f"{action.kind}{words}: {found}{seconds}")
    return "\n".join(lines)
