"""A client of the interface, and pictures to send it."""

import io

import pytest
from django.test import Client
from PIL import Image

HOST = "127.0.0.1:8000"
ORIGIN = f"http://{HOST}"


@pytest.fixture
def client(installation: None) -> Client:
    """A browser on the interface's own page."""
    return Client(headers={"host": HOST, "origin": ORIGIN})


def picture(width: int = 64, height: int = 48, colour: str = "navy") -> bytes:
    """A PNG of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "PNG")
    return buffer.getvalue()
