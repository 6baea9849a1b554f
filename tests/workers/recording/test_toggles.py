"""How large a check box, a radio button and a switch are."""

from dataclasses import replace

import pytest

from workers.imaging import Box
from workers.recording.toggles import TOGGLES, is_toggle


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_check_boxes_and_switches_are_toggles_and_buttons_are_none(scale: float) -> None:
    def sized(width: int, height: int) -> bool:
        return is_toggle(Box(9, 9, round(width * scale), round(height * scale)), scale)

    assert all(sized(*size) for size in ((16, 16), (20, 20), (24, 24), (52, 30), (44, 24)))
    assert not any(sized(*size) for size in ((10, 10), (90, 36), (72, 48), (150, 40)))


@pytest.mark.parametrize(
    ("name", "size"),
    [("least", (14, 14)), ("width", (66, 37)), ("height", (48, 38))],
)
def test_a_size_that_is_off_by_two_takes_other_things(name: str, size: tuple[int, int]) -> None:
    box = Box(0, 0, *size)
    assert is_toggle(box, 1.0)
    worse = getattr(TOGGLES, name) * (2 if name == "least" else 0.5)
    assert not is_toggle(box, 1.0, replace(TOGGLES, **{name: worse}))
    other = Box(0, 0, round(size[0] * (0.6 if name == "least" else 1.6)),
                round(size[1] * (0.6 if name == "least" else 1.6)))  # fmt: skip
    assert not is_toggle(other, 1.0)
    better = getattr(TOGGLES, name) * (0.5 if name == "least" else 2)
    both = {"width": TOGGLES.width * 2, "height": TOGGLES.height * 2} if name != "least" else {}
    assert is_toggle(other, 1.0, replace(TOGGLES, **(both | {name: better})))
