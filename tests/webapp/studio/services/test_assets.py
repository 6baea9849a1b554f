"""What a picture is called that was taken in."""

from io import BytesIO

import pytest

from tests.webapp.conftest import picture
from webapp.serving.local_user import local_user
from webapp.studio import services

LONGEST_NAME = 200  # characters

pytestmark = pytest.mark.usefixtures("installation")


def test_the_name_of_a_picture_is_kept_as_far_as_there_is_room() -> None:
    owner = local_user()
    for name, colour, kept in (
        ("n" * 2 * LONGEST_NAME, "red", "n" * LONGEST_NAME),
        ("", "blue", "mockup"),
    ):
        assert services.create_asset(owner, name, BytesIO(picture(colour=colour))).name == kept
