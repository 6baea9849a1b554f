"""How a stylesheet relaxes on narrow screens: each threshold told from half and twice of it."""

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.compose.stylesheet import NARROW, NarrowScreen, Stylesheet


def narrow_css(screen: NarrowScreen) -> str:
    sheet = Stylesheet(2000, screen)
    for name in ("width", "margin-left", "margin-top", "gap", "padding"):
        for pixels in (16, 36, 70, 130, 200, 300, 500):
            sheet.name(f"{name}-{pixels}", ((name, f"{pixels}px"),))
    sheet.layout("list", (("display", "flex"), ("align-items", "center")))
    sheet.name("grid", (("display", "grid"), ("grid-template-columns", "repeat(3, 1fr)")))
    sheet.name("parts", (("display", "grid"), ("grid-template-columns", "1fr minmax(0, 377px)")))
    return sheet.to_css(())


@off_by_two(NARROW)
def test_each_threshold_of_narrow_screens_matters(name: str, factor: float) -> None:
    assert narrow_css(varied(NARROW, name, factor)) != narrow_css(NARROW)


def test_a_part_of_a_grid_gives_way_on_a_narrow_screen_however_wide_what_it_holds_is() -> None:
    """A wide table scrolls in its part, and does not push the page apart."""
    sheet = Stylesheet(1280)
    name = sheet.name("page", (("display", "grid"), ("grid-template-columns", "220px 1fr")))
    narrow = sheet.to_css(("table",)).split("(max-width: 1279px)")[1]
    assert f".{name} > :has(table) {{\n    min-width: 0;\n  }}" in narrow
    assert ":has(table)" not in sheet.to_css(())


def test_a_sidebar_on_a_phone_is_no_empty_screen_and_what_is_beside_it_is_off_the_edge() -> None:
    sheet = Stylesheet(1280)
    page = (("display", "grid"), ("grid-template-columns", "220px 1fr"), ("padding", "0 32px 0 0"))
    name = sheet.name("page", page)
    side = sheet.name("sidebar", (("min-height", "800px"),))
    hero = sheet.name("hero", (("min-height", "800px"), ("background", "url(a.png)")))
    phone = sheet.to_css(("aside",)).split("(max-width: 640px)")[1]
    assert f".{side} {{\n    min-height: 0;\n  }}" in phone and hero not in phone
    assert f".{name}:has(> aside) > :not(aside) {{\n    padding-inline: 16px;\n  }}" in phone
    assert ":has(> aside)" not in sheet.to_css(())


def test_equal_columns_are_fewer_where_they_would_be_too_narrow() -> None:
    sheet = Stylesheet(1280)
    four = sheet.name("cards", (("display", "grid"), ("grid-template-columns", "repeat(4, 1fr)")))
    two = sheet.name("parts", (("display", "grid"), ("grid-template-columns", "repeat(2, 1fr)")))
    narrow = sheet.to_css(()).split("(max-width: 1279px)")[1].split("(max-width: 640px)")[0]
    assert f".{four} {{\n    grid-template-columns: repeat(auto-fit, minmax(160px, 1fr));" in narrow
    assert f".{two} {{" not in narrow


def test_a_part_is_below_one_that_keeps_its_width_where_it_would_be_starved() -> None:
    """And the bars of a chart in it share its width, where things in a row go below each other."""
    sheet = Stylesheet(1280)
    parts = (("display", "grid"), ("grid-template-columns", "1fr minmax(0, 377px)"))
    name = sheet.name("parts", parts)
    sheet.name("bar", (("width", "62px"), ("height", "99px")))
    narrow = sheet.to_css(()).split("(max-width: 1279px)")[1].split("(max-width: 640px)")[0]
    least = "minmax(min(100%, 280px), 1fr)"
    assert f".{name} {{\n    grid-template-columns: repeat(auto-fit, {least});" in narrow
    assert ":has(> .bar) {\n    flex-wrap: nowrap;" in narrow
    words = Stylesheet(1280)
    words.name("bar", (("padding", "8px"),))
    assert ":has(> .bar)" not in words.to_css(())
