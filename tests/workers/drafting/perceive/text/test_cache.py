"""A picture is read once."""

from pathlib import Path

import numpy as np
import pytest

from workers.drafting.perceive.text.cache import _memory, cached
from workers.imaging import Box, Image, TextRun

PICTURE = np.arange(300, dtype=np.uint8).reshape(10, 10, 3)
RUNS = (TextRun("Words", Box(1, 2, 30, 9), (1, 2, 3), (255, 255, 255), 0.97),)


class Reader:
    """Reads anything as RUNS, and counts."""

    def __init__(self) -> None:
        self.readings = 0

    def __call__(self, image: Image) -> tuple[TextRun, ...]:
        self.readings += 1
        return RUNS


@pytest.fixture(autouse=True)
def _nothing_read_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOCKWRIGHT_TEXT_CACHE", raising=False)
    _memory.clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOCKWRIGHT_TEXT_CACHE", str(tmp_path))
    return tmp_path


def test_a_second_look_does_not_read_again() -> None:
    reader = Reader()
    assert cached(PICTURE, reader) == cached(PICTURE.copy(), reader) == RUNS
    assert reader.readings == 1


def test_another_picture_is_read() -> None:
    reader = Reader()
    cached(PICTURE, reader)
    cached(PICTURE + 1, reader)
    cached(PICTURE.reshape(20, 5, 3), reader)
    assert reader.readings == 3


def test_a_folder_keeps_readings_for_another_process(folder: Path) -> None:
    reader = Reader()
    cached(PICTURE, reader)
    _memory.clear()
    assert cached(PICTURE, reader) == RUNS
    assert reader.readings == 1
    assert len(list(folder.glob("*.json"))) == 1


def test_a_spoilt_file_is_read_again(folder: Path) -> None:
    reader = Reader()
    cached(PICTURE, reader)
    for file in folder.glob("*.json"):
        file.write_text('[{"text": "W')
    _memory.clear()
    assert cached(PICTURE, reader) == RUNS
    assert reader.readings == 2


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("")
    assert cached(PICTURE, Reader()) == RUNS
