"""Recordings that the tests write, frame by frame."""

from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np

from workers.imaging import Image

FPS = 20


def page(width: int = 640, height: int = 400) -> Image:
    """A page with a heading, a line of text and a button."""
    image = np.full((height, width, 3), 250, np.uint8)
    image[:48] = (30, 60, 120)
    cv2.putText(image, "Harbour", (20, 32), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 2)
    image[300:340, 40:180] = (40, 120, 60)
    cv2.putText(image, "Send", (80, 326), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 2)
    return image


def with_cursor(image: Image, x: int, y: int) -> Image:
    """A dark arrow with a white edge, its tip at (`x`, `y`)."""
    outline = np.array([[0, 0], [0, 17], [4, 13], [7, 19], [9, 18], [7, 12], [12, 12]])
    outline += np.array([x, y])
    drawn = image.copy()
    cv2.fillPoly(drawn, [outline.astype(np.int32)], (0, 0, 0))
    cv2.polylines(drawn, [outline.astype(np.int32)], True, (255, 255, 255), 1)
    return drawn


def film(
    file: Path,
    frames: Sequence[Image],
    codec: str = "libx264",
    fps: int = FPS,
    rotation: int = 0,
) -> Path:
    """Encode `frames`, one after the other; what `file` ends in is the container."""
    height, width = frames[0].shape[:2]
    with av.open(str(file), "w") as container:
        stream = container.add_stream(codec, rate=fps)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = width, height
        stream.pix_fmt = {"gif": "rgb8", "libwebp_anim": "yuva420p"}.get(codec, "yuv420p")
        if codec == "libx264":
            stream.options = {"crf": "20", "preset": "ultrafast"}
        for image in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    return file
