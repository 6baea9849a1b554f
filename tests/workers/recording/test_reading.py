"""What is read of recordings that the tests draw."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from tests.workers.recording.films import FPS, film, page, with_cursor
from webapp.studio.storyboard import Storyboard
from workers.imaging import Image, decode_png
from workers.recording import read_recording

REST = FPS


def read(tmp_path: Path, frames: list[Image]) -> tuple[Storyboard, dict[str, Image]]:
    pictures: dict[str, Image] = {}

    def store(png: bytes) -> str:
        digest = hashlib.sha256(png).hexdigest()
        pictures[digest] = decode_png(png)
        return digest

    return read_recording(film(tmp_path / "a.mp4", frames), store), pictures


def moved(
    image: Image, start: tuple[int, int], end: tuple[int, int], steps: int = 8
) -> list[Image]:
    """The cursor on its way."""
    spots = np.linspace(start, end, steps).round().astype(int)
    return [with_cursor(image, int(x), int(y)) for x, y in spots]


def opened(image: Image) -> Image:
    panel = image.copy()
    panel[80:280, 200:520] = (225, 205, 170)
    panel[100:112, 220:420] = 40
    return panel


def test_a_click_there_and_back_makes_two_states_and_two_actions(tmp_path: Path) -> None:
    shut, shown = page(), opened(page())
    frames = [with_cursor(shut, 500, 60)] * REST
    frames += moved(shut, (500, 60), (100, 310)) + [with_cursor(shut, 100, 310)] * 6
    frames += [with_cursor(shown, 100, 310)] * REST + [with_cursor(shut, 100, 310)] * REST
    board, pictures = read(tmp_path, frames)
    assert len(board.states) == 2
    assert [(one.kind, one.from_state, one.to_state) for one in board.actions] == [
        ("click", "s1", "s2"),
        ("click", "s2", "s1"),
    ]
    target = board.actions[0].target
    assert target is not None
    assert (target.x, target.y, target.width, target.height) == pytest.approx(
        (40, 300, 140, 40), abs=3
    )
    assert board.actions[0].words == "Send"
    first = pictures[board.states[0].picture]
    assert np.abs(first.astype(int) - page()).max() < 60, "the cursor is still in the picture"


def test_a_moving_cursor_alone_makes_no_state(tmp_path: Path) -> None:
    frames = [with_cursor(page(), 500, 60)] * REST
    for start, end in (((500, 60), (300, 200)), ((300, 200), (60, 120)), ((60, 120), (560, 360))):
        frames += moved(page(), start, end) + [with_cursor(page(), *end)] * REST
    board, _ = read(tmp_path, frames)
    assert (len(board.states), len(board.actions)) == (1, 0)


def test_a_caret_that_blinks_and_a_spinner_make_no_state(tmp_path: Path) -> None:
    frames = []
    for number in range(4 * FPS):
        image = page()
        if number // (FPS // 2) % 2:
            image[120:138, 60:62] = 20
        angle = number * 25
        x, y = 400 + round(14 * np.cos(angle)), 200 + round(14 * np.sin(angle))
        image[y - 6 : y + 6, x - 6 : x + 6] = (200, 60, 60)
        frames.append(image)
    board, _ = read(tmp_path, frames)
    assert (len(board.states), len(board.actions)) == (1, 0)


def test_a_fade_is_no_state_of_its_own(tmp_path: Path) -> None:
    shut, shown = page().astype(float), opened(page()).astype(float)
    fade = [(shut + (shown - shut) * t).astype(np.uint8) for t in np.linspace(0, 1, 10)]
    board, pictures = read(tmp_path, [page()] * REST + fade + [opened(page())] * REST)
    assert len(board.states) == 2
    settled = pictures[board.states[1].picture].astype(int)
    assert np.abs(settled - opened(page())).mean() < 4


def test_scrolling_makes_one_long_picture(tmp_path: Path) -> None:
    dice = np.random.default_rng(3)
    long = np.full((900, 640, 3), 245, np.uint8)
    for row in range(20, 880, 30):
        long[row : row + 12, 40 : 40 + int(dice.integers(120, 560))] = dice.integers(0, 160, 3)
    tops = [0] * REST + list(np.linspace(0, 300, 10).round().astype(int)) + [300] * REST
    board, pictures = read(tmp_path, [long[top : top + 400] for top in tops])
    assert [(one.kind, round(one.scroll_by)) for one in board.actions] == [("scroll", 300)]
    (state,) = board.states
    assert state.taller
    assert (state.width, state.height) == (640, 700)
    assert np.abs(pictures[state.picture].astype(int) - long[:700]).mean() < 4
