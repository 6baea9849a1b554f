"""Where a sheet writes its rules and declarations."""

import pytest

from webapp.studio.commands.stylesheet import declarations, rules, specificity

SHEET = """/* head { } */
a:hover, .b { color : red ; background: url("x;}y.png")  }\r
.c{margin:0}.d { content: "}" ; }
p { }
h1, h2 > em {
  font: 12px/1.5 a, b !important;
  --x: { nested };
  color: blue }
@media (min-width: 3px) { .e { color: green } }
@font-face { font-family: x; src: url(a) }
.f::before { color: red }
.unfinished { color: re"""


def test_each_rule_and_declaration_stands_where_the_file_has_it() -> None:
    found = rules("s.css", SHEET)
    assert [one.selectors for one in found] == [
        (".b",),  # what it is while it is hovered over is not how it looks
        (".c",),
        (".d",),
        ("p",),
        ("h1", "h2 > em"),
        (".e",),
        (".unfinished",),
    ]
    for rule in found:
        assert SHEET[rule.body - 1] == "{"
        assert rule.end == len(SHEET) or SHEET[rule.end] == "}"
        for one in rule.declarations:
            written = SHEET[one.start : one.end]
            assert written.lower().startswith(one.name)
            assert written.replace("!important", "").rstrip().endswith(one.value)
    assert [one.conditional for one in found] == [False] * 5 + [True, False]
    assert found[0].own("background", "color") == found[0].declarations[-1]
    assert found[4].declarations[0].important
    assert SHEET[found[0].end - 2 : found[0].end + 1] == "  }"


def test_a_sheet_inside_a_page_has_its_places_there() -> None:
    page = "<style>p { color: red }</style>"
    (rule,) = rules("index.html", page[7:-8], 7, 4)
    assert page[rule.declarations[0].start : rule.declarations[0].end] == "color: red"
    assert (rule.order, page[rule.end]) == (5, "}")
    (one,) = declarations("color: red", 12)
    assert (one.start, one.end) == (12, 22)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("*", (0, 0, 0)),
        ("ul li", (0, 0, 2)),
        ("a.b:first-child", (0, 2, 1)),
        ("#a [b=c] .d", (1, 2, 0)),
        ("p:not(.a, #b)", (1, 1, 1)),
        (":where(#a) b", (0, 0, 1)),
        ("li:nth-child(2n)", (0, 1, 1)),
    ],
)
def test_specificity(selector: str, expected: tuple[int, int, int]) -> None:
    assert specificity(selector) == expected
