"""Files as people have them, and what is said of those that cannot be read."""

import hashlib
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image as Pillow

from tests.workers.recording.films import film, page
from webapp.studio.messages import MESSAGES
from workers.imaging import Image
from workers.recording import RecordingRefused, decoding, read_recording
from workers.recording.limits import RecordingLimits


def digest(png: bytes) -> str:
    return hashlib.sha256(png).hexdigest()


def two_states() -> list[Image]:
    before, after = page(), page()
    after[100:260, 60:420] = (220, 200, 160)
    return [before] * 16 + [after] * 16


def refusal(file: Path) -> str:
    with pytest.raises(RecordingRefused) as caught:
        read_recording(file, digest)
    assert caught.value.code in MESSAGES
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "libx264"),
        ("a.mov", "libx264"),
        ("a.mkv", "libx264"),
        ("a.webm", "libvpx-vp9"),
        ("a.gif", "gif"),
    ],
)
def test_each_kind_of_file_shows_its_two_states(tmp_path: Path, name: str, codec: str) -> None:
    board = read_recording(film(tmp_path / name, two_states(), codec), digest)
    assert len(board.states) == 2
    assert [action.kind for action in board.actions] == ["click"]
    assert (board.recording.width, board.recording.height) == (640, 400)
    assert board.recording.seconds == pytest.approx(1.6, abs=0.2)


def test_an_animated_webp_shows_its_two_states(tmp_path: Path) -> None:
    pictures = [Pillow.fromarray(image) for image in two_states()]
    file = tmp_path / "a.webp"
    pictures[0].save(file, save_all=True, append_images=pictures[1:], duration=50, lossless=True)
    assert len(read_recording(file, digest).states) == 2


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    told: list[float] = []
    read_recording(film(tmp_path / "a.mp4", two_states()), digest, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_frame_that_lasts_is_a_state_whatever_the_rate(tmp_path: Path) -> None:
    file = tmp_path / "variable.mkv"
    before, after = two_states()[0], two_states()[-1]
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 640, 400, "yuv420p"
        for image, tick in ((before, 0), (after, 30), (before, 120), (before, 125)):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts = tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    board = read_recording(file, digest)
    assert len(board.states) == 2
    assert [(one.from_state, one.to_state) for one in board.actions] == [("s1", "s2"), ("s2", "s1")]


def test_a_recording_turned_by_its_header_is_shown_upright(tmp_path: Path) -> None:
    file = film(tmp_path / "turned.mp4", [page()] * 8)
    data = bytearray(file.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    turned = (0, 1 << 16, 0, -(1 << 16), 0, 0, 400 << 16, 0, 1 << 30)
    data[at : at + 36] = struct.pack(">9i", *turned)
    file.write_bytes(data)
    board = read_recording(file, digest)
    assert (board.recording.width, board.recording.height) == (400, 640)


def test_sound_alone_is_named(tmp_path: Path) -> None:
    file = tmp_path / "sound.mp4"
    with av.open(str(file), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert refusal(file) == "recording_no_picture"


def test_a_file_without_a_frame_is_named(tmp_path: Path) -> None:
    file = film(tmp_path / "none.mkv", [page()])
    data = file.read_bytes()
    cluster = data.index(b"\x1f\x43\xb6\x75")
    file.write_bytes(data[:cluster])
    assert refusal(file) in ("recording_no_frames", "recording_truncated")


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_file_that_breaks_off_is_named(tmp_path: Path, share: float) -> None:
    noise = np.random.default_rng(1)
    frames = [noise.integers(0, 255, (120, 160, 3), np.uint8) for _ in range(100)]
    for name in ("a.mp4", "a.mkv"):
        data = film(tmp_path / name, frames).read_bytes()
        (tmp_path / name).write_bytes(data[: int(share * len(data))])
        assert refusal(tmp_path / name) == "recording_truncated", name


def test_what_is_no_recording_is_named(tmp_path: Path) -> None:
    for name, data, code in (
        ("a.mp4", b"", "recording_empty"),
        ("b.mp4", b"<html>hello</html>" * 50, "recording_unreadable"),
    ):
        (tmp_path / name).write_bytes(data)
        assert refusal(tmp_path / name) == code


def test_a_protected_file_is_named(tmp_path: Path) -> None:
    file = film(tmp_path / "drm.mp4", [page()] * 4)
    file.write_bytes(file.read_bytes().replace(b"avc1", b"encv"))
    assert refusal(file) == "recording_encrypted"


def test_eight_thousand_pixels_are_too_many(tmp_path: Path) -> None:
    file = film(tmp_path / "8k.mkv", [np.zeros((4320, 7680, 3), np.uint8)])
    assert refusal(file) == "recording_too_large"


def test_what_is_longer_than_three_minutes_is_named(tmp_path: Path) -> None:
    small = np.zeros((32, 32, 3), np.uint8)
    assert refusal(film(tmp_path / "long.mp4", [small] * 185, fps=1)) == "recording_too_long"


def test_what_never_ends_is_left_when_its_time_is_over(tmp_path: Path) -> None:
    """A live stream's header tells no length."""
    small = np.zeros((32, 32, 3), np.uint8)
    file = film(tmp_path / "live.mkv", [small] * 185, fps=1)
    data = file.read_bytes()
    at = data.index(b"\x44\x89")  # Duration
    file.write_bytes(data[:at] + b"\xec\x89" + data[at + 2 :])  # Void
    assert refusal(file) == "recording_too_long"


def test_a_heavy_file_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / "heavy.mp4"
    file.write_bytes(b"0" * 2048)
    told = decoding.Told()
    with pytest.raises(RecordingRefused, match="recording_too_heavy"):
        next(decoding.decode(file, told, RecordingLimits(bytes=1024)))
