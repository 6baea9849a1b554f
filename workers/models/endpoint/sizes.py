"""About how many tokens things take, before a server has counted them."""

from workers.models.endpoint.tiles import LIMITS

BYTES_PER_TOKEN = 3.5  # of code and prose alike
PIXELS_PER_TOKEN = 28 * 28  # of a picture, as Kimi K2.5 and Qwen read them


def tokens_of(text: str) -> int:
    """Of a text."""
    return round(len(text.encode()) / BYTES_PER_TOKEN)


def picture_tokens(width: int, height: int) -> int:
    """Of a picture, as large as it is sent."""
    return round(min(width * height, LIMITS.pixels) / PIXELS_PER_TOKEN)
