"""Form controls as HTML: what is written for one, and where a browser puts what stands in it."""

import re
from pathlib import Path

import pytest

from tests.workers.drafting.compose.pieces import column, panel, text
from tests.workers.drafting.compose.test_html_css import outline
from tests.workers.drafting.compose.test_tables import files_of, harbour, rule_of
from tests.workers.drafting.perceive.kit import INK
from workers.browser.renderer import Renderer
from workers.drafting.compose.roles import is_form
from workers.drafting.page import (
    Border,
    Check,
    CheckKind,
    Container,
    Crop,
    Field,
    FieldKind,
    Node,
    Panel,
)
from workers.imaging import Box, Colour, bounds
from workers.shot import RenderRequest

WHITE: Colour = (255, 255, 255)
HINT: Colour = (150, 158, 170)
BLUE: Colour = (30, 90, 230)
X = 40
EDGE = Border(1, (170, 180, 194))


def field(
    label: str = "",
    held: str = "",
    *,
    y: int = 40,
    kind: FieldKind = "input",
    colour: Colour = INK,
    icon: int | None = None,
    inset: int = 13,
    height: int = 44,
) -> Field:
    """A field whose label stands above it; an `icon` that far from its left."""
    above = text(label, X, y, 14) if label else None
    control = Box(X, y + 27, 300, height)
    look = Panel(control, WHITE, EDGE, 6)
    inner = text(held, X + inset, control.y + 10, colour=colour) if held else None
    picture = Crop(Box(X + icon, control.y + 14, 16, 16)) if icon is not None else None
    box = bounds([above.box, control]) if above is not None else control
    return Field(box, kind, control, look, inner, above, picture)


def check(kind: CheckKind = "checkbox", *, mark: Crop | None = None) -> Check:
    box = Box(X, 44, 16, 16)
    label = text("Keep me posted", X + 24, 40)
    look = Panel(box, WHITE, EDGE, 8 if kind == "radio" else 3)
    return Check(bounds([box, label.box]), kind, look, label, mark)


def button(y: int = 400, words: str = "Book") -> Container:
    label = text(words, 0, 0, colour=WHITE)
    inner = text(words, X + (120 - label.box.width) // 2, y + 10, colour=WHITE)
    return panel(Box(X, y, 120, 44), inner, fill=BLUE, radius=6)


def elements(*nodes: Node) -> list[tuple[str, dict[str, str | None]]]:
    return outline(files_of(*nodes)[0]).seen


def written(node: Node, tag: str = "input") -> dict[str, str | None]:
    """The attributes of the one element of this tag that is written for a node."""
    (found,) = (attributes for name, attributes in elements(node) if name == tag)
    return found


@pytest.mark.parametrize("kind", ["input", "select", "textarea"])
def test_a_label_is_for_its_field(kind: FieldKind) -> None:
    node = field("Full name of the ship", "Albatross", kind=kind)
    found = written(node, kind)
    assert found["id"] == found["name"] == written(node, "label")["for"] == "full-name"
    assert "aria-label" not in found


def test_fields_have_names_of_their_own() -> None:
    fields = (field("Name", y=40), field("Name", y=140), field(held="123", y=240))
    made = elements(column(*fields, field(y=340, icon=12)))
    ids = [attributes["id"] for tag, attributes in made if tag == "input"]
    assert ids == ["name", "name-2", "field", "field-2"]
    assert [each["for"] for tag, each in made if tag == "label"] == ids[:2]


def test_a_field_without_a_label_is_named_by_its_text() -> None:
    found = written(field(held="Search berths", colour=HINT))
    assert (found["id"], found["aria-label"]) == ("search-berths", "Search berths")


@pytest.mark.parametrize(
    ("label", "held", "kind"),
    [
        ("Full name", "", "text"),
        ("Email address", "", "email"),
        ("E-Mail", "", "email"),
        ("", "you@example.org", "email"),
        ("Password", "", "password"),
        ("Passwort", "", "password"),
        ("", "Search", "search"),
        ("Suche", "", "search"),
        ("Phone", "", "tel"),
        ("Telefon", "", "tel"),
        ("Website", "", "url"),
        ("", "https://example.org", "url"),
        ("Date", "", "date"),
        ("Update", "", "text"),
        ("Date", "dd/mm/yyyy", "text"),
    ],
)
def test_a_field_is_of_the_type_that_its_words_say(label: str, held: str, kind: str) -> None:
    assert written(field(label, held, colour=HINT))["type"] == kind


def test_what_was_typed_is_a_value_and_a_hint_a_placeholder() -> None:
    typed, hinted = (written(field("Name", "Ada", colour=tone)) for tone in (INK, HINT))
    assert (typed.get("value"), typed.get("placeholder")) == ("Ada", None)
    assert (hinted.get("value"), hinted.get("placeholder")) == (None, "Ada")
    _, css = files_of(field("Name", "Ada", colour=HINT))
    assert "color: var(--hint)" in rule_of(css, "::placeholder")
    look = rule_of(css, "input")
    assert "--hint: var(--color-muted)" in look
    assert "  color: var(--color-text)" in look


def test_a_password_that_can_be_read_is_typed_as_text() -> None:
    assert written(field("Password", "anchor7"))["type"] == "text"
    assert written(field("Password", "At least 8", colour=HINT))["type"] == "password"


def test_a_menu_has_what_is_chosen_and_its_arrow() -> None:
    html, css = files_of(field("Season", "Summer", kind="select", icon=272))
    assert re.search(r"<select[^>]*>\s*<option>Summer</option>\s*</select>", html)
    look = rule_of(css, "select")
    assert "background-image: url(assets/icon-1.png)" in look
    assert "background-position: right 11px center" in look
    assert "appearance: none" in rule_of(css, "select")


def test_an_icon_at_the_left_stays_there() -> None:
    _, css = files_of(field(held="Search", colour=HINT, icon=12, inset=36))
    look = rule_of(css, "input")
    assert "background-position: left 11px center" in look
    assert "padding: 0 35px" in look


def test_an_area_holds_what_was_typed_or_a_hint() -> None:
    area = field("Message", "Good morning", kind="textarea", height=120)
    assert re.search(r"<textarea[^>]*>Good morning</textarea>", files_of(area)[0])
    hinted = field("Message", "Tell us more…", kind="textarea", height=120, colour=HINT)
    assert written(hinted, "textarea")["placeholder"] == "Tell us more…"
    assert "></textarea>" in files_of(hinted)[0]


@pytest.mark.parametrize("kind", ["checkbox", "radio"])
def test_a_mark_stands_in_its_label(kind: CheckKind) -> None:
    html, css = files_of(check(kind))
    text = r"<label[^>]*>\s*<input[^>]*>\s*<span[^>]*>Keep me posted</span>\s*</label>"
    assert re.search(text, html)
    found = written(check(kind))
    assert found["type"] == kind
    assert "checked" not in found
    look = rule_of(css, "input")
    assert "appearance: none" in look
    round_corners = "border-radius: 50%" in look
    assert round_corners == (kind == "radio")


def test_a_marked_box_is_checked_and_shows_its_mark() -> None:
    marked = check(mark=Crop(Box(X + 3, 47, 10, 10)))
    assert written(marked)["checked"] == "checked"
    look = rule_of(files_of(marked)[1], "input")
    assert "background-image: url(assets/icon-1.png)" in look


def test_fields_with_a_button_are_a_form_that_it_sends() -> None:
    held = (field("Name", y=40), check(), button())
    assert is_form(column(*held))
    assert is_form(column(column(field("Name", y=40)), button()))
    assert is_form(column(check(), button()))
    assert not is_form(column(*held[:2]))
    assert not is_form(column(text("Name"), button()))
    form = column(text("Book a berth", X, 0, 24), *held)
    made = elements(form, text("As of today", X, 500))
    assert [tag for tag, _ in made].count("form") == 1
    assert [each["type"] for tag, each in made if tag == "button"] == ["submit"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [("Book", "submit"), ("Cancel", "button"), ("Zurück", "button"), ("Backup", "submit")],
)
def test_a_button_sends_its_form_unless_its_words_leave_it(words: str, kind: str) -> None:
    made = column(field("Name", y=40), field("Town", y=140), button(words=words))
    assert ("button", kind) in [(tag, has.get("type")) for tag, has in elements(made)]


def test_a_field_that_looks_otherwise_is_named_by_its_words() -> None:
    made = column(field("Name", y=40), field("Town", y=140), field("Note", y=240, height=60))
    _, css = files_of(made)
    assert "height: 60px" in rule_of(css, ".field--note")


def test_a_form_is_no_sidebar_and_its_button_no_footer() -> None:
    """Though it is as narrow, and the button the last thing on the page."""
    form = (field("Name", y=340), field("Ship", y=440), field("Berth", y=540), button(700))
    made = elements(text("Berths", X, 40, 32), text("Book a berth", X, 300, 24), *form)
    seen = [tag for tag, _ in made]
    assert "form" in seen
    assert not {"aside", "footer"} & set(seen)
    assert [each["type"] for tag, each in made if tag == "button"] == ["submit"]


def test_a_page_that_is_a_form_has_one() -> None:
    title = text("Log in", X, 300, 24)
    made = [tag for tag, _ in elements(title, field("Name", y=340), button())]
    assert made.count("form") == 1
    assert made.index("main") < made.index("form") < made.index("h1")


def test_only_elements_on_the_page_are_reset() -> None:
    _, css = files_of(field("Name"))
    assert rule_of(css, "input")
    assert not any(rule_of(css, tag) for tag in ("select", "textarea", "table", "th", "ul"))
    _, css = files_of(harbour())
    assert rule_of(css, "table")
    assert not rule_of(css, "input")


def beside() -> Field:
    """A field with its label before it."""
    control = Box(160, 40, 300, 44)
    label, held = text("Ship", X, 50), text("Albatross", 173, 50)
    look = Panel(control, WHITE, EDGE, 6)
    return Field(bounds([label.box, control]), "input", control, look, held, label)


SCENES: dict[str, Field | Check] = {
    "a label above": field("Name", "Ada Lovelace"),
    "a label beside": beside(),
    "a hint": field("Name", "Ada Lovelace", colour=HINT),
    "an icon at the left": field(held="Search", colour=HINT, icon=12, inset=36),
    "a menu": field("Season", "Summer", kind="select", icon=272),
    "an area": field("Message", "Good morning", kind="textarea", height=120),
    "a mark": check(),
}


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.asyncio(loop_scope="session")
async def test_a_browser_puts_a_control_where_it_was(
    name: str, tmp_path: Path, renderer: Renderer
) -> None:
    node = SCENES[name]
    html, css = files_of(column(node, text("As of today", X, 600)))
    (tmp_path / "index.html").write_text(html)
    (tmp_path / "style.css").write_text(css)
    (tmp_path / "assets").mkdir()
    shot = await renderer.render(tmp_path, RenderRequest(width=1280, height=800))
    texts = {each.text: each.rect for each in shot.texts}
    held = [node.label, node.text] if isinstance(node, Field) else [node.label]
    for each in held:
        if each is not None:
            rect, box = texts[each.paragraph.text], each.box
            assert abs(rect.x - box.x) <= 1.5
            assert abs(2 * rect.y + rect.height - 2 * box.y - box.height) <= 4
    outer = node.control if isinstance(node, Field) else node.panel.box
    assert any(
        (each.rect.x, each.rect.width, each.rect.height) == (outer.x, outer.width, outer.height)
        and abs(each.rect.y - outer.y) <= 1
        for each in shot.boxes
    )
    narrow = await renderer.render(tmp_path, RenderRequest(width=390, height=800))
    assert shot.overflow_px == narrow.overflow_px == 0
