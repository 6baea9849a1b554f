"""Take in a picture, or a PDF's pages: check what it really is, normalise to an upright sRGB PNG.

Pure: bytes in, `Picture` out. The file's name is a hint for the scale and nothing more; what the
bytes are is read from the bytes.
"""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from webapp.studio.errors import BadImage
from webapp.studio.uploads.recognise import HEIF_BRANDS, code_of

FORMATS = ("PNG", "JPEG", "WebP", "GIF", "AVIF", "HEIC", "TIFF", "BMP", "SVG", "PDF")
_OPENED = {name.upper(): name for name in FORMATS} | {"MPO": "JPEG", "HEIF": "HEIC"}
_PILLOW_READS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF", "BMP")
_SEVERAL = {
    "TIFF": "It has several pages; the first was taken.",
    "HEIC": "It has several pictures; the main one was taken.",
}
THUMBNAIL_SIDE = 480

# Widths of device screens in pixels, by pixel ratio: phones stand upright, tablets and laptops lie.
_PHONES = {
    3: {1080, 1125, 1170, 1179, 1206, 1242, 1284, 1290, 1320},
    2: {640, 720, 750, 780, 828},
}
_LARGE_2X = {1488, 1536, 1620, 1640, 1668, 2048, 2160, 2224, 2360, 2388, 2732, 2880, 3024, 3456}

# What Pillow's decoders raise on damaged data, each its own way
_DAMAGE = (
    *(OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error),
    RuntimeError,
)

# Pillow would only warn above its limit; `_open` refuses by our own, stricter one, before decoding.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class ImageLimits:
    """What is taken in: images a project, bytes a file, pixels a side. What reading one may take:
    bytes of memory, seconds of a processor."""

    count: int
    bytes: int
    side: int
    memory: int = 2 * 2**30
    seconds: int = 60


@dataclass(frozen=True)
class Picture:
    """A picture taken in. `png` and `thumbnail` are RGB PNG; `scale` is a guess, 1, 2 or 3;
    `notes` say in sentences what was changed on the way."""

    png: bytes
    thumbnail: bytes
    width: int
    height: int
    format: str
    scale: float
    notes: tuple[str, ...]


def read_pictures(data: bytes, name: str, limits: ImageLimits) -> Iterator[Picture]:
    """Check and normalise an uploaded file: the picture in it, or the first pages of a PDF. Raises
    BadImage with the code of what is wrong."""
    if not data:
        raise BadImage("image_empty")
    if len(data) > limits.bytes:
        raise BadImage("image_too_heavy")
    if b"%PDF-" in data[:1024]:  # where its readers look for it
        yield from _read_pdf(data, limits)
    else:
        yield _read_picture(data, name, limits)


def _read_pdf(data: bytes, limits: ImageLimits) -> Iterator[Picture]:
    from webapp.studio.uploads.pdf import draw_pages  # noqa: PLC0415

    for number, (image, pages) in enumerate(draw_pages(data, limits.count, limits.side)):
        notes: list[str] = []
        if number == 0 and pages > limits.count:
            notes.append(f"It has {pages} pages; the first {limits.count} were taken.")
        yield _picture(_to_rgb(image, notes), "", "PDF", _dpi(image) / 72, notes)


def _read_picture(data: bytes, name: str, limits: ImageLimits) -> Picture:
    image = _open(data, limits.side)
    scale_from_dpi = _dpi(image) / 72
    kind = _OPENED[image.format or ""]
    notes: list[str] = []
    if _decode(image) > 1 and image.format != "MPO":
        notes.append(_SEVERAL.get(kind, "It is animated; the first frame was taken."))
    _set_upright(image, notes)
    return _picture(_to_rgb(image, notes), name, kind, scale_from_dpi, notes)


def _picture(
    upright: Image.Image, name: str, kind: str, dpi_ratio: float, notes: list[str]
) -> Picture:
    return Picture(
        png=_encode(upright),
        thumbnail=_encode(_thumbnail(upright)),
        width=upright.width,
        height=upright.height,
        format=kind,
        scale=guess_scale(upright.width, upright.height, name, dpi_ratio),
        notes=tuple(notes),
    )


def guess_scale(width: int, height: int, name: str = "", dpi_ratio: float = 1.0) -> int:
    """The pixel ratio a picture was probably taken at: 1, 2 or 3.

    By, in this order: `@2x` in its name; twice or three times 72 dpi in its header, as macOS
    writes it; the width of a known device.
    """
    told = re.search(r"@([123])x", name)
    if told:
        return int(told.group(1))
    if abs(dpi_ratio - 2) < 0.02 or abs(dpi_ratio - 3) < 0.02:
        return round(dpi_ratio)
    if height > 1.5 * width:
        return next((scale for scale, widths in _PHONES.items() if width in widths), 1)
    return 2 if width in _LARGE_2X else 1


def _open(data: bytes, side: int) -> Image.Image:
    """Read the header alone, so that a bomb is refused before it is decoded."""
    formats: tuple[str, ...] = _PILLOW_READS
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        from pi_heif import register_heif_opener  # noqa: PLC0415  a large library

        register_heif_opener()
        formats = ("HEIF", "AVIF")
    try:
        image = Image.open(io.BytesIO(data), formats=formats)
    except UnidentifiedImageError:
        raise BadImage(code_of(data)) from None
    except _DAMAGE as error:
        raise BadImage("image_truncated", _sentence(error)) from error
    if max(image.size) > side:
        raise BadImage("image_too_large", f"It is {image.width:,} × {image.height:,} pixels.")
    return image


def _decode(image: Image.Image) -> int:
    """Read the pixels of the first frame; returns how many frames there are."""
    try:
        frames = int(getattr(image, "n_frames", 1))
        if image.format != "HEIF":  # which has opened the main one
            image.seek(0)
        image.load()
    except _DAMAGE as error:
        raise BadImage("image_truncated", _sentence(error)) from error
    return frames


def _set_upright(image: Image.Image, notes: list[str]) -> None:
    """As a camera that was turned says in EXIF."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except _DAMAGE:
        notes.append("Its orientation could not be read; it was taken as it lies.")


def _sentence(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _dpi(image: Image.Image) -> float:
    dpi = image.info.get("dpi", (72, 72))
    return float(dpi[0]) if isinstance(dpi, tuple) and dpi else 72.0


def _to_rgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """8-bit sRGB without alpha, noting what had to be changed."""
    if image.mode.startswith("I") or image.mode == "F":
        image = image.convert("I").point(lambda value: value / 257).convert("L")
        notes.append("It had 16 bits a channel; 8 were kept.")
    alpha = None
    if image.has_transparency_data:
        is_bmp = image.format == "BMP"
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        if is_bmp and alpha.getextrema() == (0, 0):
            alpha = None  # nobody filled it in
    if image.mode == "CMYK":
        notes.append("It was in CMYK; colours were converted to sRGB.")
    image = _to_srgb(image, notes)
    if alpha is None or alpha.getextrema() == (255, 255):
        return image
    notes.append("It was partly transparent; it was laid on white.")
    page = Image.new("RGB", image.size, "white")
    page.paste(image, mask=alpha)
    return page


def _to_srgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """Apply the colour profile, where there is one that fits the picture."""
    profile = image.info.get("icc_profile")
    if image.mode in {"RGBA", "P", "LA", "1"}:
        image = image.convert("RGB")
    if not profile:
        return _rgb(image)
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        notes.append("Its colour profile could not be read; colours were taken as sRGB.")
        return _rgb(image)
    return converted if converted is not None else _rgb(image)


def _rgb(image: Image.Image) -> Image.Image:
    """Without a copy where it is already; one of 64 million pixels takes 256 MB."""
    return image if image.mode == "RGB" else image.convert("RGB")


def thumbnail_of(png: bytes) -> bytes:
    """A small PNG of a picture that was read before."""
    return _encode(_thumbnail(_rgb(Image.open(io.BytesIO(png)))))


def _thumbnail(image: Image.Image) -> Image.Image:
    """The top of the picture, so that a long page stays readable, at most 480 pixels wide."""
    width, height = image.width, min(image.height, image.width)
    share = min(1.0, THUMBNAIL_SIDE / width)
    size = (round(width * share), max(1, round(height * share)))
    return image.resize(size, box=(0, 0, width, height), reducing_gap=2.0)


def _encode(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.info.clear()  # of which a profile, a place or words would be written, too
    image.save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()
