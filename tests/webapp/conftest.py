"""A client of the interface, and pictures to send it."""

import io

import pytest
from django.test import Client
from PIL import Image

ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def client(installation: None) -> Client:
    """A browser on the interface's own page."""
    return Client(headers={"host": "127.0.0.1:8000", "origin": ORIGIN})


def picture(width: int = 64, height: int = 48, colour: str = "navy", **options: object) -> bytes:
    """A PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG", **options)
    return buffer.getvalue()


@pytest.fixture
def png() -> bytes:
    return picture()
