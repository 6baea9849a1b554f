"""A page as one file: what is in it, what stays as it was, and what it says that it lacks."""

import base64
import re

import pytest

from webapp.studio.exports.single_file import single_file

PNG = b"\x89PNG\r\n\x1a\n"
URI = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
FILES = {"a.png": PNG, "img/b c.png": PNG}


def made(page: str, files: dict[str, bytes | str] | None = None) -> str:
    return embedded({"index.html": page, **(files or {})})[0]


def embedded(files: dict[str, bytes | str], page: str = "index.html") -> tuple[str, list[str]]:
    data = {path: one.encode() if isinstance(one, str) else one for path, one in files.items()}
    result = single_file({**FILES, **data}, page)
    return result.html, list(result.left_out)


def decoded(uri: str) -> str:
    return base64.b64decode(uri.partition(",")[2]).decode()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('<img src="a.png" alt="x src=a.png">', f'<img src="{URI}" alt="x src=a.png">'),
        ("<img src=a.png>", f'<img src="{URI}">'),
        ("<IMG SRC='./img/b%20c.png?v=1'/>", f'<IMG SRC="{URI}"/>'),
        (
            '<img srcset="a.png, img/../a.png 2x">',
            f'<img srcset="{URI}, {URI} 2x">',
        ),
        (
            '<source srcset="a.png 480w,a.png 800w" media="(min-width: 1px)">',
            f'<source srcset="{URI} 480w, {URI} 800w" media="(min-width: 1px)">',
        ),
        ('<video poster="a.png"></video>', f'<video poster="{URI}"></video>'),
        ('<link rel="shortcut icon" href="a.png">', f'<link rel="shortcut icon" href="{URI}">'),
        ('<svg><image xlink:href="a.png"/></svg>', f'<svg><image xlink:href="{URI}"/></svg>'),
        (
            """<p style="background:url('a.png')">x</p>""",
            f'<p style="background:url(&quot;{URI}&quot;)">x</p>',
        ),
        (
            "<style>p{background:url(a.png) no-repeat,url( 'img/b\\ c.png' )}</style>",
            f'<style>p{{background:url("{URI}") no-repeat,url("{URI}")}}</style>',
        ),
        (
            '<style>p{background:image-set("a.png" 1x, url(a.png) 2x type("image/png"))}</style>',
            f'<style>p{{background:image-set(url("{URI}") 1x, url("{URI}") 2x'
            ' type("image/png"))}</style>',
        ),
        ('<link rel="preload" as="image" href="a.png">\n<p>', "\n<p>"),
    ],
)
def test_what_a_page_loads_is_in_it(given: str, expected: str) -> None:
    assert made(given) == expected


@pytest.mark.parametrize(
    "text",
    [
        "<!doctype html>\r\n<p  class = x>a &amp; b &nbsp; <br/>ü</p\n>\n",
        "<!-- <img src=a.png> --><p>a.png",
        f'<img src="{URI}">',
        "<style>/* url(a.png) */ p::after{content:'url(a.png)'} q{fill:url(#g)}</style>",
        "<script>const a = '<img src=a.png>'; if (1 < 2) import('x')</script>",
        '<a href="#top">x</a><a href="mailto:a@b.c">y</a>',
    ],
)
def test_the_rest_stays_byte_for_byte(text: str) -> None:
    html, left_out = embedded({"index.html": text})
    assert html == text
    assert left_out == []


def test_a_style_sheet_is_a_style_element_at_its_place_with_its_own_files_found_beside_it() -> None:
    html = made(
        '<link rel=stylesheet media="(width > 9px)" href="css/a.css?v=2"><p>',
        {
            "css/a.css": "@import 'b.css' screen;\np{background:url(../a.png)}",
            "css/b.css": "@font-face{src:url(f.woff2) format('woff2')}",
            "css/f.woff2": b"wOF2",
        },
    )
    found = re.fullmatch(
        r'<style media="\(width &gt; 9px\)">\n@import url\("(.+?)"\) screen;\n'
        rf'p{{background:url\("{re.escape(URI)}"\)}}</style><p>',
        html,
    )
    assert found
    assert found[1].startswith("data:text/css;charset=utf-8;base64,")
    font = f"data:font/woff2;base64,{base64.b64encode(b'wOF2').decode()}"
    assert decoded(found[1]) == f"@font-face{{src:url(\"{font}\") format('woff2')}}"


def test_a_script_runs_where_it_stood_and_one_that_waits_still_waits() -> None:
    html = made(
        '<script src="now.js" class=x></script><script defer src=later.js></script>',
        {"now.js": "say('</script>', 1 < 2)", "later.js": "later()"},
    )
    now, later = re.fullmatch(
        r'(<script class=x>\n.*?</script>)<script defer src="(.*?)"></script>', html, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    assert now == "<script class=x>\nsay('<\\/script>', 1 < 2)</script>"
    assert later.startswith("data:text/javascript;charset=utf-8;base64,")
    assert decoded(later) == "later()"


def test_modules_hold_the_modules_that_they_import() -> None:
    html = made(
        "<script type=module>import {a} from './m/a.js'; a()</script>",
        {
            "m/a.js": 'export * from "./b.js"\nimport "../c.js"\nexport const x = "./b.js"',
            "m/b.js": "export const a = 1",
            "c.js": "c()",
        },
    )
    outer = re.fullmatch(r'<script type=module>import {a} from "(.+?)"; a\(\)</script>', html)
    assert outer
    inner = decoded(outer[1])
    named = re.findall(r'"(data:.+?)"', inner)
    assert [decoded(one) for one in named] == ["export const a = 1", "c()"]
    assert inner.endswith('export const x = "./b.js"')


def test_the_words_of_a_sheet_do_not_end_its_element() -> None:
    html = made("<link rel=stylesheet href=a.css>", {"a.css": "p{content:'</style><b>'}"})
    assert html == "<style>\np{content:'<\\/style><b>'}</style>"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"index.html": "<a href='two.html#x'>2</a>", "two.html": "", "three.html": ""},
            "It is index.html alone: links to two.html lead nowhere.",
        ),
        ({"index.html": "", "two.html": ""}, "It is index.html alone, without two.html."),
        ({"index.html": "<iframe src='a.html'></iframe>"}, "a.html, shown in a frame, stays out"),
        ({"index.html": "<img src='no.png'>"}, "no.png, which index.html names, is not there."),
        ({"index.html": "<img src='../a.png'>"}, "../a.png, which index.html names, is not"),
        ({"index.html": "<img src='/a.png'>"}, "/a.png, which index.html names, is not there."),
        (
            {"index.html": "<link rel=stylesheet href='https://fonts.example/a.css'>"},
            "https://fonts.example/a.css is still loaded from the network.",
        ),
        (
            {
                "index.html": "<link rel=stylesheet href=a.css>",
                "a.css": "@import 'b.css'",
                "b.css": "@import 'b.css'",
            },
            "b.css names itself by way of b.css: that stays a link.",
        ),
        ({"index.html": "<link rel=manifest href=m.json>"}, "m.json, the manifest, stays outside."),
        ({"index.html": "<svg><use href='s.svg#i'/></svg>"}, "s.svg#i, a part of another drawing"),
    ],
)
def test_what_it_cannot_hold_is_said(files: dict[str, bytes | str], expected: str) -> None:
    _, left_out = embedded(files)
    assert len(left_out) == 1
    assert left_out[0].startswith(expected)


def test_a_page_in_a_folder_finds_its_files_from_there() -> None:
    html, left_out = embedded({"de/index.html": "<img src=../a.png>"}, "de/index.html")
    assert html == f'<img src="{URI}">'
    assert left_out == []


def test_a_page_in_utf_16_is_read_as_a_browser_reads_it() -> None:
    html, _ = embedded({"index.html": "<p>ü<img src=a.png>".encode("utf-16")})
    assert html == f'<p>ü<img src="{URI}">'
