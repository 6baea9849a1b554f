"""Round buttons as a browser draws them, at one and two image pixels per CSS pixel."""

import pytest

from tests.workers.drafting.perceive.typeset import Page, typeset
from workers.drafting.page import Panel
from workers.drafting.perceive.pipeline import perceive

ICON = '<svg viewBox="0 0 24 24" width="24" fill="{}"><path d="M7 4l13 8-13 8z"/></svg>'


def button(side: int, radius: str, fill: str, ground: str) -> str:
    style = f"width:{side}px;height:{side}px;border-radius:{radius};background:{fill};top:60px;"
    style += "display:flex;align-items:center;justify-content:center"
    icon = ICON.format(ground)
    return f'<style>body{{background:{ground}}}</style><div style="{style}">{icon}</div>'


def drawn(side: int, radius: str, fill: str, ground: str, scale: float) -> Panel:
    [page] = typeset([Page(button(side, radius, fill, ground), 200, scale)])
    panels = perceive(page.image, scale).panels
    [panel] = [each for each in panels if abs(each.box.width - side) <= 2]
    return panel


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("side", [48, 56, 64])
@pytest.mark.parametrize(("fill", "ground"), [("#7c5cff", "#171a23"), ("#1d4ed8", "#fff")])
def test_a_round_button_is_a_circle(side: int, fill: str, ground: str, scale: float) -> None:
    panel = drawn(side, "50%", fill, ground, scale)
    assert (panel.box.width, panel.box.height) == (side, side)
    assert panel.radius == side // 2


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("radius", [8, 16, 22])
def test_a_square_button_with_round_corners_is_no_circle(radius: int, scale: float) -> None:
    panel = drawn(56, f"{radius}px", "#7c5cff", "#171a23", scale)
    assert abs(panel.radius - radius) <= 1
