"""Which pages say that they need scripts."""

import pytest

from webapp.previews.scripts_notice import NOTICE, with_notice

SCRIPT = b"<script>document.body.textContent = 'drawn'</script>"
HEAD = b"<!doctype html><html><head><meta charset=utf-8><title>Shop</title></head>"


@pytest.mark.parametrize(
    "body",
    [
        b"<body>",
        b"<body class='a > b'><div id=root></div></body></html>",
        b"<body><!-- <p>none</p> --><div id=root>\n &nbsp;</div>",
        b"<body><template><p>later</p></template><style>p { color: red }</style>",
        b"<body hidden><p>later</p></body>",
        b"<body style='opacity: 0'><p>later</p></body>",
        b"<body><main style='display: none'><p>one<p>two</main>",
        b"<body><input type=hidden value=1><dialog>later</dialog>",
        b"<body><canvas></canvas>",
    ],
)
def test_a_page_that_shows_nothing_without_its_scripts_says_so(body: bytes) -> None:
    said = with_notice(HEAD + body + SCRIPT)
    assert said.startswith(HEAD)
    assert said.replace(NOTICE, b"") == HEAD + body + SCRIPT
    assert said != HEAD + body + SCRIPT


@pytest.mark.parametrize(
    "script",
    [
        b"<script src=app.js></script>",
        b"<SCRIPT TYPE=module>1</SCRIPT>",
        b"<script type='text/javascript'>1</script>",
        b"<script>const a = '<p>text</p>'",
        b"<div onclick='go()'></div>",
    ],
)
def test_scripts_are_known_by_their_kind(script: bytes) -> None:
    assert NOTICE in with_notice(b"\xef\xbb\xbf<!doctype html><title>x</title>" + script)


@pytest.mark.parametrize(
    "page",
    [
        HEAD + b"<body>text" + SCRIPT,
        HEAD + b"<p>text" + SCRIPT,
        b"<head><title>x</title><p>text" + SCRIPT,
        HEAD + b"<body>" + SCRIPT + b"<noscript>Switch scripts on.</noscript>",
        HEAD + b"<body><main hidden><p>x</p></main><p>seen</p>" + SCRIPT,
        HEAD + b"<body><img src=a.png>" + SCRIPT,
        HEAD + b"<body><svg><path d=''/></svg>" + SCRIPT,
        HEAD + b"<body><input>" + SCRIPT,
        HEAD + b"<body><div></div>",
        HEAD + b"<body><script type='application/json'>{}</script>",
        HEAD + b"<body>" + SCRIPT + b"<p class='never closed",
        b"",
    ],
)
def test_any_other_page_is_left_as_it_is(page: bytes) -> None:
    assert with_notice(page) == page


@pytest.mark.parametrize(
    "part", [b"<", b"<!--", b"<p ", b"<a '", b"<!", b"</", b"<script>", b"<b>"]
)
@pytest.mark.timeout(60)  # where each step looked to the end of the page, it would be many minutes
def test_a_long_page_is_looked_through_once(part: bytes) -> None:
    with_notice(HEAD + b"<body>" + SCRIPT + part * 200_000)
