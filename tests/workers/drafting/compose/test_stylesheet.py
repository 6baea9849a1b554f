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
