"""Tell by its first bytes whether a file can be a screen recording; what is in it, its reader finds
out. Pure: bytes in, a format out."""

from dataclasses import dataclass

from webapp.studio.errors import BadRecording
from webapp.studio.uploads.recognise import UNKNOWN, code_of

# content types by format, as a browser plays them
FORMATS = {
    "MP4": "video/mp4",
    "WebM": "video/webm",
    "MOV": "video/quicktime",
    "MKV": "video/x-matroska",
    "GIF": "image/gif",
    "WebP": "image/webp",
}
_DOCUMENT_TYPE = 64  # bytes within which a Matroska file says which kind of one it is


@dataclass(frozen=True)
class RecordingLimits:
    """What is taken in: bytes a file, bytes of it a request, seconds."""

    bytes: int
    part_bytes: int
    seconds: int


def format_of(beginning: bytes) -> str:
    """One of FORMATS. Raises BadRecording, which names what else it is where that is known."""
    if beginning.startswith(b"\x1aE\xdf\xa3"):
        return "WebM" if b"webm" in beginning[:_DOCUMENT_TYPE] else "MKV"
    if beginning.startswith(b"ftypqt", 4) or beginning[4:8] in {b"moov", b"mdat", b"wide"}:
        return "MOV"
    if beginning.startswith(b"GIF8"):
        return "GIF"
    if beginning.startswith(b"RIFF") and beginning.startswith(b"WEBP", 8):
        return "WebP"
    code = code_of(beginning)
    if code == "file_video" and beginning.startswith(b"ftyp", 4):
        return "MP4"
    # a picture is told as damaged, which it need not be
    known = code.startswith("file_") and code != UNKNOWN
    raise BadRecording(detail=KINDS.get(code, "") if known else "")


# what else a person takes for a recording
KINDS = {
    "file_video": "It is a video of another kind.",
    "file_sound": "It has sound alone.",
    "file_archive": "It is an archive: unpack it first.",
    "file_powerpoint": "It is a presentation.",
}
