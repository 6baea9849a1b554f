"""A page that shows nothing without its scripts says so, where it would show itself.

What a page shows is told from its markup alone, in one pass: what style sheets hide or draw is not
known. Where in doubt, the page is left as it is.
"""

import html
import re

from webapp.studio.page_source import RAW, VOID

NOTICE = (
    b'<div role="status" style="all:initial;display:block;position:fixed;inset:0 0 auto 0;'
    b"z-index:2147483647;padding:24px;background:#fff;color:#222;"
    b'font:16px/1.5 system-ui,sans-serif;text-align:center">'
    b"<style>html,body{display:block!important;visibility:visible!important;opacity:1!important}"
    b"</style>This page needs scripts. It is empty until they are switched on.</div>"
)
UNSEEN = {"script", "style", "title", "template", "datalist", "object", "iframe", "noembed"}
SEEN = {"img", "svg", "video", "audio", "input", "button", "select", "textarea", "hr", "meter"}
SEEN |= {"progress"}
TAG = re.compile(r"""<(/?)([a-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
SCRIPTS = re.compile(r"|module|(text|application)/(x-)?(java|ecma)script", re.IGNORECASE)
HIDING = re.compile(r"(display:none|visibility:hidden|opacity:0*(\.0+)?)(;|!|$)")
BYTE_ORDER_MARK = "\xef\xbb\xbf"  # as its three bytes read


def with_notice(page: bytes) -> bytes:
    """`page`, and the notice in its body where it has scripts and nothing to see without them."""
    look = _Look(page.decode("latin-1"))  # a letter a byte: a place in one is a place in the other
    if look.has_content or not look.has_scripts:
        return page
    return page[: look.body] + NOTICE + page[look.body :]


class _Look:
    """What a page says of itself without running. Ends at the first thing to see."""

    def __init__(self, text: str) -> None:
        self.has_scripts = False
        self.has_content = False
        self.body = len(text)  # where its content begins; its end, where no body is opened
        self._text = text
        self._lower = text.lower()
        self._hidden: list[str] = []  # open elements, from the outermost that is not seen
        at = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
        while at < len(text) and not self.has_content:
            at = self._step(at)

    def _step(self, at: int) -> int:
        """Read on to the end of the next tag or comment."""
        start = self._place("<", at)
        if not self._hidden and html.unescape(self._text[at:start]).strip():
            self.has_content = True
        if self._text.startswith("<!--", start):
            return self._place("-->", start + 2) + 3
        if self._text.startswith(("<!", "<?"), start):
            return self._place(">", start) + 1
        tag = TAG.match(self._text, start)
        if tag is None:
            self.has_content |= start < len(self._text)  # a tag that is not understood, or a "<"
            return start + 1
        closes, name = tag[1], tag[2].lower()
        if closes:
            self._close(name)
            return tag.end()
        self._open(name, _attributes(tag[3]))
        if name == "body":
            self.body = tag.end()
        return self._place(f"</{name}", tag.end()) if name in RAW else tag.end()

    def _place(self, what: str, at: int) -> int:
        found = self._lower.find(what, at)
        return len(self._text) if found < 0 else found

    def _open(self, name: str, given: dict[str, str]) -> None:
        runs = name == "script" and SCRIPTS.fullmatch(given.get("type", "").strip())
        if runs or any(one.startswith("on") for one in given):
            self.has_scripts = True
        if self._hidden or _is_hidden(name, given):
            if name not in VOID:
                self._hidden.append(name)
        elif name in SEEN:
            self.has_content = True

    def _close(self, name: str) -> None:
        while name in self._hidden and self._hidden.pop() != name:
            pass  # elements whose end tags were left out


def _attributes(text: str) -> dict[str, str]:
    return {one[1].lower(): (one[2] or "").strip("\"'") for one in ATTRIBUTE.finditer(text)}


def _is_hidden(name: str, given: dict[str, str]) -> bool:
    if name in UNSEEN or "hidden" in given:
        return True
    if name == "dialog" and "open" not in given:
        return True
    if name == "input" and given.get("type", "").lower() == "hidden":
        return True
    return bool(HIDING.search(re.sub(r"\s", "", given.get("style", "")).lower()))
