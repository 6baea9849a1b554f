"""What is read of recordings that the tests draw."""

import hashlib
from pathlib import Path

import cv2
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


def buttons(on: int) -> Image:
    """A strip of three tabs, one of which has another ground, and what it shows."""
    image = np.full((400, 640, 3), 250, np.uint8)
    for number, word in enumerate(("Runs", "Rides", "Notes")):
        ground, ink = (
            ((190, 70, 20), (255, 255, 255)) if number == on else ((225, 220, 210), (60,) * 3)
        )
        left = 60 + 110 * number
        image[60:96, left : left + 96] = ground
        cv2.putText(image, word, (left + 16, 84), cv2.FONT_HERSHEY_SIMPLEX, 0.6, ink, 2)
    for row in range(3):
        image[140 + 40 * row : 152 + 40 * row, 60 : 200 + 90 * on + 60 * row] = 40
    return image


def test_a_tab_is_clicked_and_nothing_typed_where_the_cursor_goes_along_the_tabs(
    tmp_path: Path,
) -> None:
    frames = [with_cursor(buttons(0), 500, 300)] * REST
    frames += moved(buttons(0), (500, 300), (210, 78)) + [with_cursor(buttons(0), 210, 78)] * 4
    frames += [with_cursor(buttons(1), 210, 78)] * REST
    frames += moved(buttons(1), (210, 78), (320, 78)) + [with_cursor(buttons(1), 320, 78)] * 4
    frames += [with_cursor(buttons(2), 320, 78)] * REST
    board, _ = read(tmp_path, frames)
    assert [one.kind for one in board.actions] == ["click", "click"]
    targets = [one.target for one in board.actions]
    assert [round(one.x) if one else None for one in targets] == pytest.approx([170, 280], abs=4)


def test_without_a_cursor_the_tab_that_stands_out_now_was_clicked(tmp_path: Path) -> None:
    frames = [buttons(0)] * REST + [buttons(1)] * REST + [buttons(2)] * REST + [buttons(0)] * REST
    board, _ = read(tmp_path, frames)
    assert [one.kind for one in board.actions] == ["click"] * 3
    targets = [one.target for one in board.actions]
    assert [round(one.x) if one else None for one in targets] == pytest.approx(
        [170, 280, 60], abs=4
    )


def test_what_changes_while_the_cursor_is_on_its_way_is_hovered(tmp_path: Path) -> None:
    """At ten frames a second the cursor is seen three times on its way."""
    plain, tinted = page(), page()
    plain[90:250, 100:300] = (235, 235, 240)
    tinted[90:250, 100:300] = (120, 150, 235)
    frames = [with_cursor(plain, 560, 360)] * REST
    for x, y, image in (
        (500, 320, plain),
        (330, 240, plain),
        (215, 190, tinted),
        (190, 180, tinted),
    ):
        frames += [with_cursor(image, x, y)] * 2
    frames += [with_cursor(tinted, 190, 180)] * REST
    for x, y, image in ((330, 240, plain), (440, 300, plain), (540, 350, plain)):
        frames += [with_cursor(image, x, y)] * 2
    board, _ = read(tmp_path, [*frames, *([with_cursor(plain, 540, 350)] * REST)])
    assert board.actions[0].kind == "hover"
    target = board.actions[0].target
    assert target is not None
    assert (target.x, target.y, target.width) == pytest.approx((100, 90, 200), abs=6)


def test_below_what_unfolds_is_the_row_that_was_clicked(tmp_path: Path) -> None:
    def rows(is_open: bool) -> Image:
        image = np.full((400, 640, 3), 250, np.uint8)
        top = 60
        for number in range(4):
            cv2.putText(
                image, "Question", (50, top + 24), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (40,) * 3, 2
            )
            image[top + 10 : top + 20, 570 : 584 - 7 * (is_open and number == 1)] = (30, 60, 120)
            top += 44
            if is_open and number == 1:
                image[top : top + 12, 50:420] = 120
                image[top + 20 : top + 32, 50:360] = 120
                top += 52
            image[top - 4 : top - 3, 40:600] = 200
        return image

    board, _ = read(tmp_path, [rows(False)] * REST + [rows(True)] * REST + [rows(False)] * REST)
    assert [one.kind for one in board.actions] == ["click", "click"]
    for action in board.actions:
        assert action.target is not None
        assert 100 <= action.target.y + action.target.height / 2 <= 148
        assert action.target.width > 400
