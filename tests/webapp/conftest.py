"""A client of the interface, and pictures to send it."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.test import Client
from PIL import Image

from webapp.asgi import application

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


def talk_to_service(scope: Mapping[str, object]) -> Any:
    """The other end of a connection to the whole service, as a web server holds it."""
    return ApplicationCommunicator(application, dict(scope))  # type: ignore[no-untyped-call]
