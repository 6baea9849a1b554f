"""How a stylesheet relaxes on narrow screens: each threshold told from half and twice of it."""

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.compose.stylesheet import NARROW, NarrowScreen, Stylesheet


def narrow_css(screen: NarrowScreen) -> str:
    sheet = Stylesheet(2000, screen)
    for name in ("width", "margin-left", "margin-top", "gap", "padding"):
        for pixels in (16, 36, 70, 130, 200, 300, 500):
            sheet.name(f"{name}-{pixels}", ((name, f"{pixels}px"),))
    sheet.layout("list", (("display", "flex"), ("align-items", "center")))
    sheet.name("grid", (("display", "grid"), ("grid-template-columns", "1fr 1fr")))
    return sheet.to_css(())


@off_by_two(NARROW)
def test_each_threshold_of_narrow_screens_matters(name: str, factor: float) -> None:
    assert narrow_css(varied(NARROW, name, factor)) != narrow_css(NARROW)


def test_a_part_of_a_grid_gives_way_on_a_narrow_screen_however_wide_what_it_holds_is() -> None:
    """A wide table scrolls in its part, and does not push the page apart."""
    sheet = Stylesheet(1280)
    name = sheet.name("page", (("display", "grid"), ("grid-template-columns", "220px 1fr")))
    narrow = sheet.to_css(()).split("(max-width: 1279px)")[1]
    assert f".{name} > * {{\n    min-width: 0;\n  }}" in narrow
