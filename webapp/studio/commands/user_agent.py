"""What a browser does where a page says nothing.

https://html.spec.whatwg.org/multipage/rendering.html#sections-and-headings
"""

SIZES = {
    "h1": "2em",
    "h2": "1.5em",
    "h3": "1.17em",
    "h5": "0.83em",
    "h6": "0.67em",
    "small": "0.83em",
}
CONTROLS = ("button", "input", "select", "textarea")
SIZES |= dict.fromkeys(CONTROLS, "13.333px")
INKS = dict.fromkeys(CONTROLS, "#000000") | {"a": "#0000ee"}
BOLD = dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "b", "strong", "th"), "bold")
ITALIC = dict.fromkeys(("em", "i", "cite", "address"), "italic")
USER_AGENT = {"color": INKS, "font-size": SIZES, "font-weight": BOLD, "font-style": ITALIC}
