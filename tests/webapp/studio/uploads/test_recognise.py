"""What a file is that is not taken, told by its content."""

import gzip
import io
import zipfile

import pytest
from PIL import Image

from webapp.studio.messages import message_for
from webapp.studio.uploads.recognise import UNKNOWN, code_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def packed(*names: str, mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if mimetype:
            archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name in names:  # without the time, which the name of a test would have
            archive.writestr(zipfile.ZipInfo(name), "x")
    return buffer.getvalue()


def stream(name: str) -> bytes:
    """An Office file from before 2007 that has a stream of this name."""
    return OLE + name.encode("utf-16-le")


def icon() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, "ICO")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (SVG, "This is an SVG drawing."),
        (b"\xef\xbb\xbf \n" + SVG, "This is an SVG drawing."),
        (b'<?xml version="1.0"?><!-- <b> --><!DOCTYPE svg>\n' + SVG, "This is an SVG drawing."),
        (SVG.decode().encode("utf-16"), "This is an SVG drawing."),
        (b"<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>", "This is an SVG drawing."),
        (gzip.compress(SVG, mtime=0), "This is an SVG drawing."),
        (b"<!doctype html><p>Inline:" + SVG, "This is a web page."),
        (b"\n<HTML lang=en><body>", "This is a web page."),
        (b"8BPS\x00\x01", "This is a Photoshop file."),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "This is a PostScript file."),
        (b"fig-kiwi\x0f", "This is a Figma file."),
        (packed("canvas.fig", "meta.json"), "This is a Figma file."),
        (packed("document.json", "meta.json", "pages/1.json"), "This is a Sketch file."),
        (packed(mimetype="application/vnd.adobe.sparkler.project+dcxucf"), "This is an Adobe XD"),
        (b"gimp xcf v011", "This is a GIMP file."),
        (b"\x00\xffKA", "This is an Affinity file."),
        (packed(mimetype="application/x-krita"), "This is a Krita file."),
        (icon(), "This is an icon."),
        (b"\xff\x0a\xfa\x1f", "This is a JPEG XL picture."),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "This is a JPEG 2000 picture."),
        (b"\x00\x00\x00\x18ftypcrx \x00", "This is a camera's raw picture."),
        (b"\x00\x00\x00\x18ftypisom\x00", "This is a video."),
        (b"\x00\x00\x00\x14ftypqt  \x00", "This is a video."),
        (b"\x1aE\xdf\xa3\x01", "This is a video."),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "This is a video."),
        ((b"G" + bytes(187)) * 3, "This is a video."),
        (b"OggS" + bytes(24) + b"\x80theora", "This is a video."),
        (b"OggS" + bytes(24) + b"OpusHead", "This is a sound recording."),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "This is a sound recording."),
        (b"\xff\xfb\x90\x64", "This is a sound recording."),
        (b"\x00\x00\x00\x20ftypM4A \x00", "This is a sound recording."),
        (packed("[Content_Types].xml", "word/document.xml"), "This is a Word document."),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "This is an Excel workbook."),
        (packed("ppt/presentation.xml"), "This is a PowerPoint presentation."),
        (stream("WordDocument"), "This is a Word document."),
        (stream("Workbook"), "This is an Excel workbook."),
        (stream("PowerPoint Document"), "This is a PowerPoint presentation."),
        (OLE, "This is an Office document."),
        (
            packed("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
            "This is a LibreOffice document.",
        ),
        (packed("Index/Document.iwa"), "This is a Pages, Numbers or Keynote document."),
        (b"{\\rtf1\\ansi", "This is a rich text document."),
        (packed("shot.png"), "This is an archive."),
        (packed("shot.png")[:40], "This is an archive."),
        (gzip.compress(b"words", mtime=0), "This is an archive."),
        (b"Rar!\x1a\x07\x01\x00", "This is an archive."),
        (b"\x89PNG\r\n\x1a\n", "This picture is damaged or incomplete."),
        (b"\x00\x00\x00\x18ftypheic", "This picture is damaged or incomplete."),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00", "This is a camera's raw picture."),
        (b"these are notes", "This file is not a picture."),
        (b"", "This file is not a picture."),
    ],
)
def test_a_file_is_named_by_what_is_in_it(data: bytes, text: str) -> None:
    assert message_for(code_of(data)).text.startswith(text)


def test_a_long_comment_does_not_hold_the_search_up() -> None:
    assert code_of(b"<!--" * 50_000) == UNKNOWN
    assert code_of(b" " * 200_000) == UNKNOWN
    assert code_of(b"<!DOCTYPE" * 50_000) == UNKNOWN
