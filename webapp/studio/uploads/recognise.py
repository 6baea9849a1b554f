"""Say what a file is that is not taken: by its bytes, whatever it is called.

A file is known by how it begins; what is packed in a zip, by what lies in it.
"""

import io
import re
import zipfile
import zlib

UNKNOWN = "bad_image"
DAMAGED = "image_truncated"

HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")

# (where, bytes, code of `messages.py`)
_BEGINNINGS = (
    # of formats that are taken, if they could be read
    *((4, b"ftyp" + brand, DAMAGED) for brand in (b"avif", b"avis", *HEIF_BRANDS)),
    (0, b"\x89PNG\r\n\x1a\n", DAMAGED),
    (0, b"\xff\xd8\xff", DAMAGED),
    (0, b"GIF8", DAMAGED),
    (8, b"WEBP", DAMAGED),
    (8, b"CR\x02\x00", "file_raw"),  # a TIFF otherwise
    (0, b"II*\x00", DAMAGED),
    (0, b"MM\x00*", DAMAGED),
    # of others
    (0, b"8BPS", "file_photoshop"),
    (0, b"%!PS", "file_postscript"),
    (0, b"\xc5\xd0\xd3\xc6", "file_postscript"),
    (0, b"fig-kiwi", "file_figma"),
    (0, b"fig-jam.", "file_figma"),
    (0, b"gimp xcf", "file_gimp"),
    (0, b"\x00\xffKA", "file_affinity"),
    (0, b"\x00\x00\x01\x00", "file_icon"),
    (0, b"icns", "file_icon"),
    (0, b"\xff\x0a", "file_jpeg_xl"),
    (0, b"\x00\x00\x00\x0cJXL \r\n\x87\n", "file_jpeg_xl"),
    (0, b"\x00\x00\x00\x0cjP  \r\n\x87\n", "file_jpeg_2000"),
    (0, b"\xff\x4f\xff\x51", "file_jpeg_2000"),
    (0, b"FUJIFILMCCD-RAW", "file_raw"),
    (4, b"ftypcrx ", "file_raw"),
    (0, b"\x1aE\xdf\xa3", "file_video"),
    (0, b"FLV\x01", "file_video"),
    (0, b"\x00\x00\x01\xba", "file_video"),
    (0, b"\x00\x00\x01\xb3", "file_video"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "file_video"),
    (8, b"AVI LIST", "file_video"),
    (8, b"WAVE", "file_sound"),
    (4, b"ftypM4A ", "file_sound"),
    (4, b"ftypM4B ", "file_sound"),
    (4, b"ftyp", "file_video"),
    (4, b"moov", "file_video"),
    (4, b"mdat", "file_video"),
    (4, b"wide", "file_video"),
    (0, b"ID3", "file_sound"),
    (0, b"fLaC", "file_sound"),
    *((0, bytes((0xFF, second)), "file_sound") for second in (0xF1, 0xF2, 0xF3, 0xF9, 0xFA, 0xFB)),
    (0, b"{\\rtf", "file_rich_text"),
    (0, b"7z\xbc\xaf\x27\x1c", "file_archive"),
    (0, b"Rar!\x1a\x07", "file_archive"),
    (0, b"BZh", "file_archive"),
    (0, b"\xfd7zXZ\x00", "file_archive"),
    (257, b"ustar", "file_archive"),
)

# a name in a zip, the first that fits; a folder's name ends with a slash
_PACKED = (
    ("word/", "file_word"),
    ("xl/", "file_excel"),
    ("ppt/", "file_powerpoint"),
    ("canvas.fig", "file_figma"),
    ("document.json", "file_sketch"),
    ("Index/Document.iwa", "file_iwork"),
    ("Index.zip", "file_iwork"),
)
_MIMETYPES = (
    (b"application/vnd.adobe.sparkler", "file_xd"),
    (b"application/vnd.adobe.xd", "file_xd"),
    (b"application/vnd.oasis.opendocument", "file_opendocument"),
    (b"application/x-krita", "file_krita"),
)

# the names of streams in an Office file from before 2007
_STREAMS = (
    ("WordDocument", "file_word"),
    ("Workbook", "file_excel"),
    ("Book", "file_excel"),
    ("PowerPoint Document", "file_powerpoint"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 64 * 2**10  # bytes; comments may stand before the first element
_TS_PACKET = 188  # bytes of an MPEG transport stream
_BEFORE_ELEMENT = rb"^(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*"
_SVG = re.compile(_BEFORE_ELEMENT + rb"<(?:\w+:)?svg[\s>/]", re.DOTALL | re.IGNORECASE)
_HTML = re.compile(
    rb"^(?:\s|<\?.*?\?>|<!--.*?-->)*<(?:!doctype\s+html|html|head|body)[\s>]",
    re.DOTALL | re.IGNORECASE,
)


def code_of(data: bytes) -> str:
    """The code of the refusal that names what `data` is; UNKNOWN where that is not known."""
    for place, magic, code in _BEGINNINGS:
        if data.startswith(magic, place):
            return code
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)
    if data.startswith(_OLE):
        return _office(data)
    if data.startswith(b"\x1f\x8b"):
        return _marked_up(_unzipped(data), "file_archive")
    if data.startswith(b"OggS"):
        return "file_video" if b"theora" in data[:_HEAD] else "file_sound"
    if data[0:1] == data[_TS_PACKET : _TS_PACKET + 1] == b"G" == data[2 * _TS_PACKET :][:1]:
        return "file_video"
    return _marked_up(data[:_HEAD], UNKNOWN)


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, LookupError, NotImplementedError):
        names = []
    for magic, code in _MIMETYPES:
        if magic in data[:200]:  # by its rules the first file, stored as it is
            return code
    for packed, code in _PACKED:
        is_folder = packed.endswith("/")
        if any(name.startswith(packed) if is_folder else name == packed for name in names):
            return code
    return "file_archive"


def _office(data: bytes) -> str:
    for name, code in _STREAMS:
        if name.encode("utf-16-le") in data:
            return code
    return "file_office"


def _unzipped(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, _HEAD)
    except zlib.error:
        return b""


def _marked_up(head: bytes, otherwise: str) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = text.decode("utf-16", "replace").encode()
    if _SVG.match(text):
        return "file_svg"
    return "file_html" if _HTML.match(text) else otherwise
