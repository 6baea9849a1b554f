"""What the seeing simulator makes of a person's words."""

import pytest

from tests.workers.models.simulated.seeing.kit import PAGE, SHEET
from workers.models.simulated.seeing.conversation import Selected
from workers.models.simulated.seeing.words import follow

FILES = {"index.html": PAGE, "style.css": SHEET}


@pytest.mark.parametrize(
    ("words", "path", "before", "after"),
    [
        ("Make the button green", "style.css", "#2f5bd0", "#2e7d32"),
        ("The Sign in label in red, please", "style.css", "", "color: #d32f2f"),
        ("make the headline #123456", "style.css", "#101010", "#123456"),
        ("A larger headline", "style.css", "font-size: 20px", "font-size: 25px"),
        ("smaller headline please", "style.css", "font-size: 20px", "font-size: 16px"),
        ("Change “New here?” to “First time?”", "index.html", "New here?", "First time?"),
        ("replace 'Hello' with 'Hi'", "index.html", ">Hello<", ">Hi<"),
        ("Remove 'New here?'", "index.html", '  <p class="text note">New here?</p>\n', ""),
        ("make the page black", "style.css", "#ffffff", "#111111"),
    ],
)
def test_words_change_what_they_name_and_nothing_else(
    words: str, path: str, before: str, after: str
) -> None:
    change = follow(words, FILES)
    assert change is not None and change.summary
    others = {name: text for name, text in FILES.items() if name != path}
    assert {name: text for name, text in change.files.items() if name != path} == others
    assert after in change.files[path]
    assert not before or before not in change.files[path]


def test_words_that_are_on_two_pages_change_on_both() -> None:
    change = follow("Change “New here?” to “First time?”", {**FILES, "page-2.html": PAGE})
    assert change is not None
    changed = PAGE.replace("New here?", "First time?")
    assert change.files == {**FILES, "index.html": changed, "page-2.html": changed}


def test_a_dark_page_is_dark_and_its_strong_colours_stay() -> None:
    change = follow("Make it a dark page", FILES)
    assert change is not None
    sheet = change.files["style.css"]
    assert "background: #121212" in sheet  # as dark as white is light
    assert "#333333" not in sheet and "#2f5bd0" in sheet
    assert change.files["index.html"] == PAGE


def test_two_wishes_are_both_followed() -> None:
    change = follow("Make it dark, and change 'Hello' to 'Hi'", FILES)
    assert change is not None
    assert ">Hi<" in change.files["index.html"] and "#ffffff" not in change.files["style.css"]


@pytest.mark.parametrize("words", ["More playful", "Remove the carousel", "Change 'x' to 'y'", ""])
def test_words_that_name_nothing_there_are_not_understood(words: str) -> None:
    assert follow(words, FILES) is None


def test_a_page_without_a_stylesheet_is_styled_in_the_page() -> None:
    change = follow("Make the button green", {"index.html": "<body><button>Go</button></body>"})
    assert change is not None
    assert "<style>button { background: #2e7d32; }</style>" in change.files["index.html"]


TWICE = "<body>\n<p class=a>One</p>\n<p class=a>One</p>\n<h1>Hello</h1>\n</body>"


@pytest.mark.parametrize(
    ("words", "after"),
    [
        ("Change 'One' to 'Two'", TWICE.replace("One</p>\n<h1", "Two</p>\n<h1")),
        ("Remove this", TWICE.replace("<p class=a>One</p>\n<h1", "<h1")),
        ("Remove the headline", TWICE.replace("<p class=a>One</p>\n<h1", "<h1")),
        ("Change 'Hello' to 'Hi'", None),
        ("Make it dark", None),
    ],
)
def test_only_what_is_selected_is_changed(words: str, after: str | None) -> None:
    selected = Selected("index.html", 3, "body > p:nth-of-type(2)", "<p class=a>One</p>")
    change = follow(words, {"index.html": TWICE}, selected)
    assert (change.files["index.html"] if change else None) == after


def test_a_selected_element_has_a_rule_of_its_own() -> None:
    selected = Selected("index.html", 0, "main > p", '<p class="text note">New here?</p>')
    change = follow("Make this green", FILES, selected)
    assert change is not None and change.files["index.html"] == PAGE
    assert change.files["style.css"] == f"{SHEET.rstrip()}\n\nmain > p {{\n  color: #2e7d32;\n}}\n"
