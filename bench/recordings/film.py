"""A file that a recording's frames are written to."""

from pathlib import Path

import av
import numpy as np

from bench.recordings.scripts import Camera
from workers.imaging import Image


class Film:
    """A file that frames are written to, (H, W, 3) RGB, all of one size."""

    def __init__(self, file: Path, camera: Camera) -> None:
        self._container = av.open(str(file), "w")
        self._camera = camera
        self._stream: av.VideoStream | None = None

    def write(self, image: Image) -> None:
        if self._stream is None:
            codec = {".webm": "libvpx-vp9", ".gif": "gif"}.get(self._camera.suffix, "libx264")
            stream = self._container.add_stream(codec, rate=self._camera.fps)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height = image.shape[1] // 2 * 2, image.shape[0] // 2 * 2
            stream.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
            if codec != "gif":
                stream.options = {"crf": str(self._camera.crf), "preset": "veryfast"}
            self._stream = stream
        stream = self._stream
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
        self._container.mux(stream.encode(frame))

    def close(self) -> None:
        if self._stream is not None:
            self._container.mux(self._stream.encode(None))
        self._container.close()
