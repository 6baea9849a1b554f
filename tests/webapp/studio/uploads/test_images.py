"""What is taken in, and in which words the rest is refused."""

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from webapp.studio.errors import BadImage
from webapp.studio.uploads.images import ImageLimits, Picture, guess_scale, read_pictures

LIMITS = ImageLimits(count=5, bytes=20 * 2**20, side=8000)
DATA = Path(__file__).parents[3] / "data" / "uploads"
RED, WHITE = (255, 0, 0), (255, 255, 255)


def encode(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def solid(
    colour: tuple[int, ...] = RED, size: tuple[int, int] = (40, 30), mode: str = "RGB"
) -> Image.Image:
    return Image.new(mode, size, colour)


def turned() -> Image.Exif:
    """Of a camera that lay on its side: the picture is to be turned a quarter clockwise."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def take(data: bytes, name: str = "mockup.png") -> Picture:
    (picture,) = read_pictures(data, name, LIMITS)
    return picture


def pixel(picture: Picture, x: int = 5, y: int = 5) -> tuple[int, ...]:
    image = Image.open(io.BytesIO(picture.png))
    assert image.mode == "RGB"
    assert image.size == (picture.width, picture.height)
    value = image.getpixel((x, y))
    assert isinstance(value, tuple)
    return value


def refusal(data: bytes, name: str = "mockup.png") -> str:
    with pytest.raises(BadImage) as caught:
        take(data, name)
    return caught.value.code


def png_chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WebP", "GIF", "AVIF", "TIFF", "BMP"])
def test_each_format_becomes_an_rgb_png(name: str) -> None:
    picture = take(encode(solid(), name.upper()))
    assert (picture.format, picture.width, picture.height) == (name, 40, 30)
    assert np.allclose(pixel(picture), RED, atol=3)


def test_a_heic_of_a_turned_camera_is_set_upright_once() -> None:
    picture = take((DATA / "turned.heic").read_bytes(), "IMG_0001.HEIC")
    assert (picture.format, picture.width, picture.height) == ("HEIC", 48, 64)
    assert np.allclose(pixel(picture, 44, 30), (0, 0, 255), atol=20)
    assert np.allclose(pixel(picture, 10, 30), RED, atol=20)


def test_of_a_heic_with_several_pictures_the_main_one_is_taken() -> None:
    picture = take((DATA / "two.heic").read_bytes())
    assert (picture.width, picture.height) == (32, 32)
    assert "main one" in picture.notes[0]


def test_a_transparent_heic_is_laid_on_white() -> None:
    assert pixel(take((DATA / "clear.heic").read_bytes())) == WHITE


def test_of_a_tiff_the_first_page_is_taken() -> None:
    data = encode(solid(), "TIFF", save_all=True, append_images=[solid(WHITE)])
    picture = take(data)
    assert pixel(picture) == RED
    assert picture.notes == ("It has several pages; the first was taken.",)


def bmp(alpha: int, size: int = 20) -> bytes:
    """Red, with a channel of its own for `alpha`."""
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack("<IiiHHIIiiII", 108, size, size, 1, 32, 3, 0, 2835, 2835, 0, 0)
    body = header + struct.pack("<4I52x", *masks) + bytes((0, 0, 255, alpha)) * size**2
    return struct.pack("<2sIHHI", b"BM", 14 + len(body), 0, 0, 14 + 108) + body


def test_a_bmp_whose_alpha_nobody_filled_in_is_opaque() -> None:
    """Programs of Windows keep pictures so."""
    picture = take(bmp(alpha=0))
    assert (pixel(picture), picture.notes) == (RED, ())


def test_a_transparent_bmp_is_laid_on_white() -> None:
    picture = take(bmp(alpha=128))
    assert np.allclose(pixel(picture), (255, 127, 127), atol=1)


def test_lab_becomes_srgb() -> None:
    lab = ImageCms.profileToProfile(
        solid(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    assert np.allclose(pixel(take(encode(lab, "TIFF"))), RED, atol=8)


def test_the_content_counts_and_not_the_extension() -> None:
    assert take(encode(solid(), "JPEG"), "photo.png").format == "JPEG"


@pytest.mark.parametrize("data", [b"hello", b"\x00" * 500])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert refusal(data) == "bad_image"


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "image_empty"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "TIFF", "BMP"])
def test_a_truncated_picture_is_refused(kind: str) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (60, 60, 3), dtype=np.uint8)
    data = encode(Image.fromarray(noise), kind)
    assert refusal(data[: len(data) // 2]) == "image_truncated"


def test_a_damaged_picture_is_refused() -> None:
    data = bytearray(encode(solid()))
    data[60] ^= 0xFF
    assert refusal(bytes(data)) == "image_truncated"


@pytest.mark.filterwarnings("ignore:.*(EXIF|Tag|Truncated|APNG):UserWarning")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "AVIF", "TIFF", "BMP"])
def test_wherever_a_picture_is_damaged_it_is_taken_or_refused_with_a_code(kind: str) -> None:
    is_single = kind in {"JPEG", "BMP", "AVIF"}
    several = {} if is_single else {"save_all": True, "append_images": [solid(WHITE, (8, 6))]}
    exif = {} if kind in {"TIFF", "BMP"} else {"exif": turned().tobytes()}
    whole = encode(solid(size=(8, 6)), kind, **exif, **several)
    for place in range(len(whole)):
        for damage in b"\x00\x80\xff":
            data = bytearray(whole)
            data[place] = damage
            with suppress(BadImage):
                take(bytes(data))


def test_a_picture_with_damaged_metadata_is_taken_as_it_lies() -> None:
    data = encode(solid(), "WEBP", exif=turned().tobytes())
    picture = take(data.replace(b"MM\x00*", b"M?\x00*"))
    assert (picture.width, picture.height) == (40, 30)
    assert "orientation" in picture.notes[0]


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 100_000)
    bomb = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body)
    assert refusal(bomb + png_chunk(b"IEND", b"")) == "image_too_large"


@pytest.mark.parametrize("size", [(10, 20_000), (8001, 10)])
def test_a_picture_with_too_long_a_side_is_refused_with_its_size(size: tuple[int, int]) -> None:
    with pytest.raises(BadImage) as caught:
        take(encode(solid(size=size)))
    assert caught.value.code == "image_too_large"
    assert f"{max(size):,}" in caught.value.detail


def test_a_picture_of_the_longest_side_is_taken() -> None:
    assert take(encode(solid(size=(10, 8000)))).height == 8000


def test_a_heavy_file_is_refused() -> None:
    assert refusal(encode(solid()) + b"\x00" * LIMITS.bytes) == "image_too_heavy"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken(kind: str) -> None:
    frames = [solid((0, 0, 255)), solid((0, 255, 0))]
    data = encode(solid(RED), kind, save_all=True, append_images=frames)
    picture = take(data)
    assert np.allclose(pixel(picture), RED, atol=3)
    assert "first frame" in picture.notes[0]


def test_cmyk_becomes_srgb() -> None:
    picture = take(encode(solid((0, 255, 255, 0), mode="CMYK"), "JPEG"))
    assert np.allclose(pixel(picture), RED, atol=20)
    assert "CMYK" in picture.notes[0]


def test_of_16_bit_grey_the_upper_8_are_kept() -> None:
    ramp = np.full((30, 40), 0x8080, dtype=np.uint16)
    picture = take(encode(Image.fromarray(ramp)))
    assert pixel(picture) == (128, 128, 128)
    assert "16 bits" in picture.notes[0]


def test_of_16_bit_colour_the_upper_8_are_kept() -> None:
    row = b"\x00" + struct.pack(">HHH", 0xFFFF, 0x8000, 0x0000) * 8
    header = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)
    parts = (png_chunk(b"IHDR", header), png_chunk(b"IDAT", zlib.compress(row * 8)))
    picture = take(b"\x89PNG\r\n\x1a\n" + b"".join(parts) + png_chunk(b"IEND", b""))
    assert np.allclose(pixel(picture), (255, 128, 0), atol=1)


def test_a_turned_photo_is_set_upright() -> None:
    image = solid(size=(40, 30))
    image.paste((0, 0, 255), (0, 0, 40, 10))
    picture = take(encode(image, "JPEG", exif=turned(), quality=95))
    assert (picture.width, picture.height) == (30, 40)
    assert np.allclose(pixel(picture, 27, 20), (0, 0, 255), atol=20)


def test_transparency_is_laid_on_white() -> None:
    picture = take(encode(solid((255, 0, 0, 0), mode="RGBA")))
    assert pixel(picture) == WHITE
    assert "white" in picture.notes[0]


def test_a_transparent_palette_is_laid_on_white() -> None:
    image = solid((0, 0, 0, 0), mode="RGBA").convert("P")
    assert pixel(take(encode(image, transparency=0))) == WHITE


def test_an_opaque_alpha_channel_is_not_worth_a_note() -> None:
    picture = take(encode(solid((*RED, 255), mode="RGBA")))
    assert (pixel(picture), picture.notes) == (RED, ())


def test_a_standard_colour_profile_leaves_colours_as_they_are() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = take(encode(solid(), icc_profile=profile))
    assert np.allclose(pixel(picture), RED, atol=2)


def test_a_broken_colour_profile_is_noted_and_left_aside() -> None:
    picture = take(encode(solid(), icc_profile=b"nonsense" * 30))
    assert pixel(picture) == RED
    assert "profile" in picture.notes[0]


def test_a_thumbnail_shows_the_top_of_a_long_page() -> None:
    image = solid(size=(900, 6000))
    image.paste((0, 0, 255), (0, 3000, 900, 6000))
    thumbnail = Image.open(io.BytesIO(take(encode(image)).thumbnail))
    assert thumbnail.size == (480, 480)
    assert thumbnail.getpixel((5, 470)) == RED


def test_nothing_of_the_file_but_its_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "the secret place"
    assert b"secret" not in take(encode(solid(), exif=exif)).png


@pytest.mark.parametrize(
    ("width", "height", "name", "dpi", "scale"),
    [
        (1280, 800, "", 1.0, 1),
        (1179, 2556, "", 1.0, 3),
        (750, 1334, "", 1.0, 2),
        (2880, 1800, "", 1.0, 2),
        (1440, 900, "page@2x.png", 1.0, 2),
        (1440, 900, "", 2.0, 2),
        (390, 844, "", 1.0, 1),
    ],
)
def test_the_scale_is_guessed(width: int, height: int, name: str, dpi: float, scale: int) -> None:
    assert guess_scale(width, height, name, dpi) == scale


def test_the_scale_is_read_from_the_header_of_a_mac_screenshot() -> None:
    assert take(encode(solid(), dpi=(144, 144))).scale == 2
