"""What the inspector says of an element."""

from tests.webapp.studio.inspector.test_change import BUTTON, FILES, FIRST, SECOND
from webapp.studio.inspector import Inspection, inspect_element
from webapp.studio.inspector.inspection import InspectedProperty


def inspected(selector: str, page: str = "index.html") -> Inspection:
    paths = (*FILES, "kiln.png", "images/a.SVG")
    return inspect_element(FILES, paths, page, selector)


def found(selector: str, name: str) -> InspectedProperty:
    return next(one for one in inspected(selector).properties if one.name == name)


def test_a_property_says_which_rule_sets_it_and_for_how_many() -> None:
    padding = found(FIRST, "padding")
    assert (padding.value, padding.computed) == ("24px 32px", "24px 32px")
    rule = padding.rule
    assert rule is not None
    assert (rule.path, rule.line, rule.selector, rule.elements) == ("style.css", 25, ".card", 2)
    assert found(BUTTON, "color").rule.selector == ".button, .submit"  # type: ignore[union-attr]


def test_the_strongest_rule_is_the_one() -> None:
    assert found(FIRST, "border").value == "1px solid var(--line)"
    assert found(SECOND, "border").value == "2px solid var(--brand)"
    assert found(SECOND, "border").computed == "2px solid #b4472a"


def test_what_is_inherited_has_no_rule_of_the_elements_own() -> None:
    color = found("h1", "color")
    assert (color.value, color.computed, color.rule) == ("", "#22201d", None)
    family = found("h1", "font-family")
    assert (family.value, family.computed) == ("", "sans-serif")


def test_a_ground_is_called_as_the_file_calls_it() -> None:
    names = [one.name for one in inspected(FIRST).properties]
    assert "background" in names
    assert "background-color" not in names
    assert "background-color" in [one.name for one in inspected("h1").properties]


def test_longhands_that_a_rule_sets_stand_behind_their_shorthand() -> None:
    page = "<title>A</title><style>p { padding: 1px; padding-top: 2px; row-gap: 3px }</style><p>A"
    names = [one.name for one in inspect_element({"a.html": page}, (), "a.html", "p").properties]
    assert names[names.index("padding") + 1] == "padding-top"
    assert "row-gap" in names


def test_a_style_attribute_is_a_rule_of_one() -> None:
    page = "<title>A</title>\n<p style='color: red'>A"
    one = inspect_element({"a.html": page}, (), "a.html", "p").properties[0]
    assert one.rule is not None
    assert (one.rule.line, one.rule.selector, one.rule.elements) == (2, "", 1)


def test_words_attributes_tokens_and_pictures_are_on_offer() -> None:
    link = inspected(BUTTON)
    assert link.text == "Book a visit"
    assert [(one.name, one.value) for one in link.attributes] == [("href", "#visit")]
    assert [one.name for one in link.colours] == ["--ink", "--brand", "--success", "--line"]
    assert inspected(".plans").text is None
    assert inspected("img").pictures == ("kiln.png", "images/a.SVG")
    assert {one.name for one in inspected("img").attributes} == {"src", "alt"}


def test_the_home_of_a_new_property_is_the_rule_that_says_what_the_element_is() -> None:
    assert inspected(FIRST).home.selector == ".card"  # type: ignore[union-attr]
    assert inspected(SECOND).home.selector == ".card--featured"  # type: ignore[union-attr]
    assert inspected(".lead").home is None
