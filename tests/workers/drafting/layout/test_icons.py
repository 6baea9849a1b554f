"""Icons before the labels of one column are cut out to one size."""

from tests.workers.drafting.compose.pieces import column, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.icons import ICONS, IconThresholds, with_even_icons
from workers.drafting.page import Container, Crop
from workers.imaging import Box, bounds


def entry(y: int, width: int, left: int = 60, height: int = 14) -> Container:
    icon, label = Crop(Box(30 - width // 2, y, width, height)), text("Berths", left, y)
    return Container(bounds([icon.box, label.box]), "row", (icon, label))


MENUS = {
    **{
        f"{count} entries": column(*(entry(40 * i, 12 + 2 * i) for i in range(count)))
        for count in (2, 4)
    },
    **{
        f"icons of {wide}": column(*(entry(60 * i, wide + i, 90, wide) for i in range(4)))
        for wide in (20, 40)
    },
    **{
        f"labels {off} off": column(*(entry(40 * i, 12 + i, 60 + off * (i % 2)) for i in range(4)))
        for off in (2, 3)
    },
}


def icons_of(menu: Container, thresholds: IconThresholds = ICONS) -> set[tuple[int, int, int]]:
    """Left side, width and height of the icons."""
    rows = with_even_icons(menu, thresholds).children
    held = [row.children[0].box for row in rows if isinstance(row, Container)]
    return {(box.x, box.width, box.height) for box in held}


def test_icons_of_a_menu_have_one_box() -> None:
    assert icons_of(MENUS["4 entries"]) == {(21, 18, 14)}
    assert len(icons_of(MENUS["2 entries"])) == 2


def test_icons_that_would_touch_other_rows_stay_as_they_are() -> None:
    rows = [entry(14 * i, 12, height=12 if i else 13) for i in range(4)]
    tight = column(*(Container(row.children[0].box, "row", row.children) for row in rows))
    made = with_even_icons(tight)
    assert made == tight


@off_by_two(ICONS)
def test_each_threshold_of_icons_matters(name: str, factor: float) -> None:
    def found(thresholds: IconThresholds) -> list[set[tuple[int, int, int]]]:
        return [icons_of(menu, thresholds) for menu in MENUS.values()]

    assert found(varied(ICONS, name, factor)) != found(ICONS)
