"""Fewer classes for the same page: what is told by tags, by components and as variants."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.browser.renderer import Renderer
from workers.drafting.compose.cascade import Rules, simplified
from workers.drafting.compose.markup import Element, document
from workers.drafting.compose.variants import with_variants
from workers.shot import RenderRequest

RED, BLUE, BOLD = ("color", "red"), ("color", "blue"), ("font-weight", "700")
WIDE = ("width", "300px")


def el(tag: str, classes: str, *children: Element | str) -> Element:
    return Element(tag, tuple(classes.split()), (), children)


def classes_of(element: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield element.tag, element.classes
    for child in element.children:
        if isinstance(child, Element):
            yield from classes_of(child)


def cards(*last: Element) -> Element:
    """Two cards with titles and prices, and what comes after them."""
    card = el("li", "card", el("h3", "title", "Berth"), el("p", "price", "9 €"))
    return el("body", "", el("ul", "row cards", card, card), *last)


CARD_RULES: Rules = {
    ".card": (WIDE,),
    ".title": (BOLD,),
    ".price": (RED,),
    ".row": (("display", "flex"),),
    ".cards": (("gap", "8px"),),
    ".note": (BLUE,),
}


def test_a_look_that_all_of_a_tag_have_is_the_tags() -> None:
    body, rules = simplified(cards(), CARD_RULES, {"row"}, {"card"})
    assert rules["h3"] == (BOLD,)
    assert ("h3", ()) in set(classes_of(body))


def test_what_all_of_a_tag_in_a_component_have_is_told_by_the_component() -> None:
    told = {**CARD_RULES, ".note": (BOLD,)}
    body, rules = simplified(cards(el("p", "note", "Free")), told, {"row"}, {"card"})
    assert rules[".card p"] == (RED,)
    assert rules[".note"] == (BOLD,)
    assert [names for tag, names in classes_of(body) if tag == "p"] == [(), (), ("note",)]


def test_one_that_looks_otherwise_keeps_the_class_of_the_rest() -> None:
    """In one of the cards there is a text that is not red: `.card p` would be about it too."""
    other = el(
        "li", "card", el("h3", "title", "Quay"), el("p", "price", "7 €"), el("p", "", "a day")
    )
    _, rules = simplified(cards(other), CARD_RULES, {"row"}, {"card"})
    assert rules[".price"] == (RED,)


def test_a_tag_is_told_by_it_though_some_say_all_of_it_themselves() -> None:
    body = cards(el("p", "note", "Free"), el("p", "note", "Full"), el("p", "note", "Shut"))
    _, rules = simplified(body, CARD_RULES, {"row"}, {"card"})
    assert rules["p"] == (BLUE,)
    assert rules[".card p"] == (RED,)


def test_classes_that_always_stand_together_are_one() -> None:
    body = el("body", "", el("div", "muted wide", "a"), el("div", "muted wide", "b"))
    made, rules = simplified(body, {".muted": (RED,), ".wide": (WIDE,)}, (), ())
    assert rules == {".wide": (RED, WIDE)}
    assert [names for tag, names in classes_of(made) if tag == "div"] == [("wide",), ("wide",)]


def test_a_class_that_says_what_another_says_keeps_its_place() -> None:
    """The later one wins as classes; told by a component it would win over both."""
    one = el("p", "red blue", "both")
    body = el("body", "", el("div", "box", one, el("p", "red", "one")), el("p", "", "none"))
    rules = {".red": (RED,), ".blue": (BLUE,), ".box": (WIDE,)}
    assert simplified(body, rules, (), ())[1] == rules


def test_a_class_that_another_rule_names_stays() -> None:
    body = el("body", "", el("ul", "list", el("li", "row", "a"), el("li", "row", "b")))
    rules = {".list": (WIDE,), ".row": (RED,), ".row + .row": (BOLD,)}
    assert ".row" in simplified(body, rules, (), ())[1]
    assert ".list" in simplified(body, rules, (), {"list"})[1]


def test_what_buttons_have_in_common_is_said_once() -> None:
    body = el("body", "", el("button", "button", "Book"), el("button", "button-2", "Cancel"))
    rules = {".button": (WIDE, BOLD, RED), ".button-2": (WIDE, BOLD, BLUE), ".other": (RED,)}
    made, told = with_variants(body, rules, {"button": ["button", "button-2"]})
    assert told == {
        ".button": (WIDE, BOLD, RED),
        ".button--2": (BLUE,),
        ".other": (RED,),
    }
    assert [names for tag, names in classes_of(made) if tag == "button"] == [
        ("button",),
        ("button", "button--2"),
    ]


def test_what_only_the_usual_one_says_is_no_word_on_the_others() -> None:
    body = el("body", "", el("button", "button", "Book"), el("button", "button-new", "Cancel"))
    rules = {".button": (WIDE, BOLD, RED), ".button-new": (WIDE, BOLD, ("gap", "1px"))}
    _, told = with_variants(body, rules, {"button": ["button", "button-new"]})
    assert told == {
        ".button": (WIDE, BOLD),
        ".button--plain": (RED,),
        ".button--new": (("gap", "1px"),),
    }


def test_one_that_has_no_more_than_all_needs_no_variant() -> None:
    body = el("body", "", el("div", "card", "a"), el("div", "card-new", "b"))
    rules = {".card": (WIDE, BOLD), ".card-new": (WIDE, BOLD, RED)}
    made, told = with_variants(body, rules, {"card": ["card", "card-new"]})
    assert told == {".card": (WIDE, BOLD), ".card--new": (RED,)}
    assert [names for tag, names in classes_of(made) if tag == "div"] == [
        ("card",),
        ("card", "card--new"),
    ]


def test_things_with_one_declaration_in_common_stay_apart() -> None:
    body = el("body", "", el("div", "card", "a"), el("div", "card-new", "b"))
    rules = {".card": (WIDE, BOLD), ".card-new": (WIDE, RED)}
    assert with_variants(body, rules, {"card": ["card", "card-new"]}) == (body, rules)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_browser_shows_the_same_page(tmp_path: Path, renderer: Renderer) -> None:
    page = cards(el("p", "note", "Free"), el("main", "wide", el("p", "price", "1 €")))
    rules = {**CARD_RULES, ".wide": (("padding", "9px"),)}
    shots = []
    for name, (body, told) in {
        "before": (page, rules),
        "after": simplified(page, rules, {"row"}, {"card"}),
    }.items():
        folder = tmp_path / name
        folder.mkdir()
        css = "".join(
            f"{each} {{ {'; '.join(f'{key}: {value}' for key, value in said)} }}\n"
            for each, said in told.items()
        )
        (folder / "style.css").write_text(css)
        (folder / "index.html").write_text(document("Berths", "style.css", body))
        shots.append(await renderer.render(folder, RenderRequest(width=800, height=300)))
    assert shots[0].png == shots[1].png
