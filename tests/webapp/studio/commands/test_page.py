"""What a plain command does to pages that nobody wrote for it."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from justhtml.dom import Element

from webapp.studio.commands import CommandRefused, change_files
from webapp.studio.commands.colours import contrast, read
from webapp.studio.commands.site import Page, bearers, classes, inner, lineage
from webapp.studio.commands.work import ground_of
from webapp.studio.page_source import PageSource

PAGES = Path(__file__).parents[3] / "data" / "pages"
WORDS = ["green", "remove", "bigger", "bold", "round corners", "shadow", "no border", "darker"]
WORDS += ["text white", "background black", "duplicate", "center", "more space", "border", "pill"]
STRANGE = """<!doctype html><html><head><style>.a { color: red }</style></head>
<BODY class=x><p class='a b' style="color: blue; margin:0">One <b>two</b></p>
<div><p class=a>Three<p>Four</div><img src=a.png><input placeholder=Name>
<section id=s style=""><h2>Five</h2></section>"""


def pages() -> list[tuple[str, dict[str, str]]]:
    found = [(path.name, {"index.html": path.read_text()}) for path in sorted(PAGES.glob("*.html"))]
    return [*found, ("strange", {"index.html": STRANGE})]


@pytest.mark.parametrize(("name", "files"), pages())
def test_dark_mode_can_be_read_wherever_the_light_page_could(
    name: str, files: dict[str, str]
) -> None:
    before = Page("index.html", files)
    ground = ground_of(before, before.source.query("body")[0])
    mode = "light mode" if sum(ground) < 1.5 else "dark mode"
    after = Page("index.html", files | change_files(files, mode, "index.html"))
    pairs = zip(_words(before), _words(after), strict=True)
    dimmed = [
        (old, new) for old, new in pairs if new < min(4.4, old - 0.1)
    ]  # 4.5, and what rounding to eight bits costs
    assert not dimmed
    now = ground_of(after, after.source.query("body")[0])
    assert (sum(now) < 1.5) is (mode == "dark mode")
    back = "light mode" if mode == "dark mode" else "dark mode"
    assert change_files(files | {"index.html": after.source.html}, back, "index.html")


DARK = """<style>:root{--bg:#0e1116;--panel:#171b22;--text:#e6e9ef;--accent:#4c8dff}
body{background:var(--bg);color:var(--text)} .panel{background:var(--panel)}
.panel a{color:#8b93a1} .go{background:var(--accent);color:#fff}</style>
<body><h1>Orders</h1><div class=panel><a href="#">One</a></div><button class=go>Go</button>"""


def test_a_dark_page_becomes_as_light_as_light_pages_are() -> None:
    files = {"index.html": DARK}
    page = Page("index.html", files | change_files(files, "light mode", "index.html"))
    for selector in ("body", ".panel"):
        assert min(ground_of(page, page.source.query(selector)[0])) > 0.85
    # what was faint on a ground that stays is as the page had it
    assert ".go{background:var(--accent);color:#fff}" in page.source.html


def test_a_class_counts_by_its_selector_and_not_by_important() -> None:
    links = DARK.replace('<a href="#">One</a>', '<a href="#">One</a><a href="#">Two</a>')
    files = {"index.html": links}
    changed = change_files(files, "“Two” white", "index.html")["index.html"]
    assert ".panel a.a--white {\n  color: #ffffff;\n}" in changed
    assert "!important" not in changed


def _words(page: Page) -> list[float]:
    """The contrast of each text with what it stands on."""
    found = []
    for one in bearers(page.source.query("body")):
        ink = read(page.value(one, "color") or "#000000")
        if ink is not None:
            found.append(contrast(ink, ground_of(page, one)))
    return found


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(pages()), st.sampled_from(WORDS), st.integers(0, 200))
def test_what_is_not_meant_stays_as_it_is(
    page: tuple[str, dict[str, str]], words: str, number: int
) -> None:
    """Any element of any page: the rest of the markup is the same to the letter."""
    files = page[1]
    before = PageSource(files["index.html"])
    elements = _in_body(before)
    element = elements[number % len(elements)]
    selector = _path(element)
    try:
        changed = change_files(files, words, "index.html", selector)
    except CommandRefused as refusal:
        assert refusal.code == "command_refused"
        return
    after = PageSource(changed["index.html"])
    count = len(_in_body(after)) - len(elements)
    if words == "remove":
        assert count < 0
    elif words == "duplicate":
        assert count > 0
    else:
        assert count == 0
        assert _plain(after.html) == _plain(before.html)


def _plain(html: str) -> str:
    """Without what may be written anew: classes, `style` attributes and sheets."""
    html = re.sub(r"<style>.*?</style>\n?", "", html, flags=re.DOTALL)
    return re.sub(r"""\s(?:class|style)=(?:"[^"]*"|'[^']*'|[^\s>]+)""", "", html)


def _in_body(page: PageSource) -> list[Element]:
    return [one for body in page.query("body") for one in inner(body) if one is not body]


def _path(element: Element) -> str:
    """A selector of one element, as the studio makes one."""
    parts = []
    for one in lineage(element):
        if isinstance(one.parent, Element):
            around = [each for each in one.parent.children if isinstance(each, Element)]
            at = next(place for place, each in enumerate(around, 1) if each is one)
            parts.append(f"{one.name}:nth-child({at})")
    return " > ".join(["html", *reversed(parts)])


def test_the_rule_that_counts_is_changed() -> None:
    style = "#s p { color: red } p.a { color: blue } .a { color: navy !important }"
    html = f"<style>{style}</style><div id=s><p class=a>One</p></div>"
    changed = change_files({"index.html": html}, "text green", "index.html", "p.a")["index.html"]
    assert re.search(r"\.a \{ color: #\w{6} !important \}", changed)
    assert "#s p { color: red } p.a { color: blue }" in changed


def test_who_selects_the_words_of_a_button_means_the_button() -> None:
    html = "<style>.go { background: #444444 }</style><button class=go><span>Go</span></button>"
    changed = change_files({"index.html": html}, "green", "index.html", "span")["index.html"]
    assert ".go { background: #" in changed
    assert "<button class=go><span>Go</span></button>" in changed
    assert change_files({"index.html": html}, "remove", "index.html", "span")["index.html"] == (
        "<style>.go { background: #444444 }</style>"
    )


def test_a_style_of_the_element_itself_counts_most() -> None:
    html = '<style>p { color: red }</style><p style="color: blue">One</p><p>Two</p>'
    files = {"index.html": html}
    changed = change_files(files, "text green", "index.html", "p:nth-child(1)")["index.html"]
    assert re.search(r'<p style="color: #\w{6}">One</p><p>Two</p>', changed)


def test_what_another_page_has_as_well_is_left_alone_there() -> None:
    link = '<link rel="stylesheet" href="style.css">'
    files = {
        "index.html": f'{link}<button class="go">Go</button>',
        "page-2.html": f'{link}<button class="go">Back</button>',
        "style.css": ".go { background: #444444; color: #fff }",
    }
    changed = change_files(files, "button green", "index.html")
    assert ".go { background: #444444; color: #fff }" in changed["style.css"]
    assert "go--green" in changed["index.html"]
    assert "page-2.html" not in changed


def test_a_class_is_named_once_and_never_twice_on_one_page() -> None:
    files = {"index.html": "<style>.a { color: red }</style><p class=a>1</p><p class=a>2</p>"}
    for number, words in itertools.product((1, 2), ("bold", "italic")):
        selector = f"p:nth-of-type({number})"
        files |= change_files(files, words, "index.html", selector)
    found = [name for one in PageSource(files["index.html"]).query("p") for name in classes(one)]
    made = [name for name in found if "--" in name]
    assert len(made) == len(set(made)) == 2  # what is special about an element is one rule


@pytest.mark.parametrize(
    "html",
    [
        "",
        "no markup",
        "<p>One",
        "<button>Go",
        "<style>p { color: red }",
        "<style></style><button class>Go</button>",
        "<button style>Go</button>",
        '<link rel=stylesheet href=missing.css><button class="a">Go</button>',
        "<style>@import 'x'; button{}</style><button>Go</button>",
        "<style>button{color:red;;}}} p {</style><button>Go</button>",
    ],
)
def test_odd_pages_are_changed_or_refused(html: str) -> None:
    for words in ("button green", "dark mode", "text bigger", "remove the button"):
        try:
            changed = change_files({"index.html": html}, words, "index.html")
        except CommandRefused:
            continue
        assert changed["index.html"] != html
        PageSource(changed["index.html"])
