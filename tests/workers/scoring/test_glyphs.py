"""What a line looks like, on ink drawn by hand."""

import numpy as np
import pytest

from tests.workers.scoring.small import Small
from workers.imaging import Box
from workers.scoring.glyphs import (
    Coverage,
    Look,
    coverage,
    fitted,
    height_in_em,
    ink_of,
    look_of,
    similarity_of,
    slant,
    without_rim,
)

INK, GROUND = (20, 40, 200), (240, 240, 220)


def strokes(height: int, lean: float) -> Coverage:
    """Upright strokes that lean to the right by a tangent, soft at their edges."""
    fine = np.zeros((height, 8 * 120), np.float32)
    for row in range(height):
        for left in range(80, 760, 64):
            at = round(left + 8 * lean * (height - 1 - row))
            fine[row, at : at + 20] = 1
    return np.asarray(fine.reshape(height, 120, 8).mean(axis=2))


@pytest.mark.parametrize("height", [9, 12, 18, 27, 44])
@pytest.mark.parametrize("lean", [0.0, 0.09, 0.18, 0.3])
def test_slant_is_the_tangent_by_which_strokes_lean(height: int, lean: float) -> None:
    assert slant(strokes(height, lean)) == pytest.approx(lean, abs=0.045)


def test_letters_of_a_real_face_lean_where_they_are_italic_alone(small: Small) -> None:
    for thing, text in (("title", "Quart"), ("note", "Review"), ("text", "arrives")):
        for name, least, most in (("own", -0.01, 0.04), (f"italic {thing}", 0.09, 0.22)):
            look = look_of(small.image(name), small.run(name, text).ink)
            assert look is not None
            assert least <= slant(look.coverage) <= most


@pytest.mark.parametrize("shape", [(5, 40), (20, 3)])
def test_what_is_too_small_does_not_lean(shape: tuple[int, int]) -> None:
    assert slant(np.tri(*shape, dtype=np.float32)) == 0


def test_coverage_is_the_way_from_the_ground_to_the_ink() -> None:
    share = np.linspace(0, 1, 5)[:, None]
    patch = np.round(np.array(GROUND) + share * (np.array(INK) - np.array(GROUND)))[None]
    beyond = np.array([[[255, 255, 220], [0, 20, 199]]])
    found = coverage(patch.astype(np.uint8), INK, GROUND)
    assert found[0] == pytest.approx([0, 0.25, 0.5, 0.75, 1], abs=0.01)
    assert coverage(beyond.astype(np.uint8), INK, GROUND)[0].tolist() == [0, 1]


@pytest.mark.parametrize(("level", "seen"), [(107, True), (106, False)])
def test_ink_that_is_less_than_twelve_levels_off_has_no_shape(level: int, seen: bool) -> None:
    patch = np.full((3, 3, 3), level, np.uint8)
    assert coverage(patch, (level,) * 3, (100, 100, 100)).any() == seen


def test_a_look_is_the_ink_in_its_box_and_its_colours() -> None:
    image = np.full((40, 90, 3), GROUND, np.uint8)
    image[10:20, 20:60] = INK
    look = look_of(image, Box(20, 10, 40, 10))
    assert look is not None
    assert (look.colour, look.ground, look.mass) == (INK, GROUND, 400)
    assert ink_of(image, look).tolist() == [400 * (a - b) for a, b in zip(INK, GROUND, strict=True)]
    assert look_of(image, Box(200, 10, 40, 10)) is None
    outside = look_of(image, Box(-10, 10, 40, 10))
    assert outside is not None and outside.box == Box(0, 10, 30, 10)


def test_ink_between_pixels_is_as_much_as_ink_on_them() -> None:
    sharp, soft = (np.full((20, 20, 3), 255, np.uint8) for _ in range(2))
    sharp[4:16, 8:10] = 0
    soft[4:16, 8], soft[4:16, 9], soft[4:16, 10] = 127, 0, 128
    one, other = (look_of(image, Box(8, 4, 2, 12)) for image in (sharp, soft))
    assert one is not None and other is not None
    assert ink_of(sharp, one) == pytest.approx(ink_of(soft, other))


@pytest.mark.parametrize(
    ("text", "em"),
    [("sun", 0.53), ("Sun", 0.72), ("sung", 0.74), ("Sung", 0.93), ("2,9", 0.93), (" 7 ", 0.72),
     ("漢", 0.72), ("", 0.53)],
)  # fmt: skip
def test_a_line_is_as_high_as_its_letters(text: str, em: float) -> None:
    assert height_in_em(text) == pytest.approx(em)


def test_likeness_is_one_of_the_same_and_none_of_what_has_nothing_in_common() -> None:
    one, other = np.zeros((2, 4, 4), np.float32)
    one[:2], other[2:] = 1, 1
    assert similarity_of(one, one) == 1
    assert similarity_of(one, other) == 0
    assert similarity_of(one, np.ones_like(one)) == pytest.approx(1 - 8 / 24)
    assert similarity_of(np.zeros_like(one), np.zeros_like(one)) == 1


@pytest.mark.parametrize("size", [(20, 10), (9, 5), (50, 30), (0, 0)])
def test_ink_at_another_size_keeps_its_share(size: tuple[int, int]) -> None:
    ink = np.zeros((20, 40), np.float32)
    ink[:, 10:30] = 1
    other = fitted(ink, *size)
    assert other.shape == (max(1, size[1]), max(1, size[0]))
    assert float(other.mean()) == pytest.approx(0.5, abs=0.06)


def test_the_rim_of_a_line_that_lies_between_pixels_is_no_part_of_it() -> None:
    image = np.full((30, 60, 3), GROUND, np.uint8)
    image[10:20, 10:50] = INK
    pale = np.array(GROUND) + 0.3 * (np.array(INK) - np.array(GROUND))
    image[[9, 20], 10:50] = pale
    image[10:20, [9, 50]] = pale
    seen, unseen = (look_of(image, box) for box in (Box(9, 9, 42, 12), Box(10, 10, 40, 10)))
    assert seen is not None
    assert unseen is not None
    assert without_rim(seen).box == without_rim(unseen).box == Box(10, 10, 40, 10)
    assert without_rim(seen).coverage.shape == (10, 40)
    assert without_rim(seen).coverage.min() > 0.9


def test_a_look_that_is_hardly_ink_keeps_its_box() -> None:
    look = Look(Box(3, 4, 5, 6), np.full((6, 5), 0.2, np.float32), INK, GROUND)
    assert without_rim(look) is look
