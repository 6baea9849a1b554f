"""The closed vocabulary of Kimi mini: K2.5's marks, coordinates, and pieces of HTML.

A token is a piece of text as it stands in a tool call's JSON arguments, so quotes and line breaks
are escaped. Joined, the tokens of an answer are K2.5's tool-call markup around valid JSON around
valid HTML. Standard library only.
"""

import json
from importlib.resources import files

SPECIAL = (
    "[BOS]", "[EOS]", "<|im_end|>", "<|im_user|>", "<|im_assistant|>", "<|im_system|>",
    "<|im_middle|>", "<|media_begin|>", "<|media_content|>", "<|media_pad|>", "<|media_end|>",
    "<think>", "</think>", "<|tool_calls_section_begin|>", "<|tool_calls_section_end|>",
    "<|tool_call_begin|>", "<|tool_call_end|>", "<|tool_call_argument_begin|>",
)  # fmt: skip

LINES = 48  # text lines a page may hold
COLUMNS, ROWS, WIDTHS, HEIGHTS = 32, 44, 33, 24  # cells of `x`, `y`, `w`, `h`: see lines.py
STYLE_SHEET = files(__package__).joinpath("style.css").read_text("utf-8")

# name → (ground, ink, muted, surface, line)
GROUNDS = {
    "white": ("#ffffff", "#191c23", "#5f6672", "#e2e6ee", "#9aa3b2"),
    "cream": ("#fdf4dc", "#2a2418", "#766a4f", "#efdfb4", "#b9a672"),
    "mist": ("#dfe9f7", "#182235", "#53637d", "#bfd0ea", "#8298bc"),
    "rose": ("#ffe1e6", "#351a20", "#7f565f", "#f7bfc9", "#c8818f"),
    "black": ("#101014", "#ebebf0", "#a2a4ae", "#2e2f38", "#6a6c78"),
    "navy": ("#0f193c", "#e6ebfa", "#97a5cd", "#25346e", "#5a6db0"),
    "forest": ("#0e2a1e", "#e2f3ea", "#8fb6a2", "#1f4f39", "#558a70"),
    "plum": ("#301434", "#f5e6f7", "#bb98c0", "#57275e", "#93609b"),
}
# name → (colour, text on it)
PALETTE = {
    "red": ("#dc2626", "#ffffff"), "orange": ("#f06e14", "#ffffff"),
    "amber": ("#f5c314", "#141419"), "green": ("#22a03c", "#ffffff"),
    "teal": ("#0d9488", "#ffffff"), "cyan": ("#28c3e1", "#141419"),
    "blue": ("#2563eb", "#ffffff"), "indigo": ("#4632be", "#ffffff"),
    "purple": ("#9b41e1", "#ffffff"), "pink": ("#f05aa5", "#ffffff"),
    "brown": ("#784828", "#ffffff"), "slate": ("#5a697d", "#ffffff"),
}  # fmt: skip


def escaped(text: str) -> str:
    """`text` as it stands inside a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def ground(name: str) -> str:
    names = ("ground", "ink", "muted", "surface", "line")
    values = ";".join(f"--{key}:{value}" for key, value in zip(names, GROUNDS[name], strict=True))
    return escaped(f' style="{values}')


def accent(name: str) -> str:
    colour, on = PALETTE[name]
    return f";--accent:{colour};--on-accent:{on}"


def band(name: str) -> str:
    colour, on = PALETTE[name]
    return escaped(f' style="background:{colour};color:{on}"')


def swatch(name: str) -> str:
    return escaped(f'<i style="background:{PALETTE[name][0]}"></i>')


def line(number: int) -> str:
    """Stands for the words of a text line, in the prompt and in the page."""
    return "{{" + str(number) + "}}"


DOCUMENT_BEGIN = '{"path":"index.html","content":"' + escaped(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>'
)
HEAD_END = escaped('</title>\n<link rel="stylesheet" href="style.css">\n</head>\n<body')
DOCUMENT_END = escaped("</body>\n</html>\n") + '"}'
SHEET = '{"path":"style.css","content":"' + escaped(STYLE_SHEET) + '"}'
SUMMARY = '{"summary":"Wrote the page."}'
WRITE_PAGE, WRITE_SHEET, FINISH = (
    "functions.write_file:0", "functions.write_file:1", "functions.finish:2",
)  # fmt: skip
NAMES = ("tool_declare", "write_file", " finish", "user", "assistant", "image", "system")
SECTIONS = (" header", " hero", " cards", " form", " table", " footer")  # of a thought

BUTTONS = tuple(
    escaped(opening)
    for opening in (
        "<button>",
        '<button class="pill">',
        '<button class="line">',
        '<button class="line pill">',
    )
)
HEADERS = tuple(escaped(f'<header class="{nav}"') for nav in ("start", "end"))
CARDS = tuple(
    escaped(f'<section class="cards {box}{centre}">\n')
    for box in ("box", "flat")
    for centre in ("", " center")
)
FORMS = tuple(escaped(f'<form class="{width}">\n') for width in ("half", "full"))
TABLES = tuple(escaped(f'<table class="{rows}">\n') for rows in ("striped", "lines"))
HEROES = tuple(
    escaped(f'<section class="hero{centre}{roomy}"')
    for centre in ("", " center")
    for roomy in ("", " roomy")
)
FOOTERS = tuple(escaped(opening) for opening in ("<footer", '<footer class="center"'))
LARGE = escaped(' class="large"')

TAGS = tuple(
    escaped(piece)
    for piece in (
        '"', ">\n", ">", "<b>", '</b>\n<nav><a href="#">', '</a> <a href="#">',
        "</a></nav>\n</header>\n", "<h1>", "</h1>\n", "<p>", "</p>\n", "</button>\n",
        "</section>\n", "<article>", "<h3>", "</h3>", "</p>", "</button>", "</article>\n",
        "<label>", " <input></label>\n", "</form>\n", "<tr><th>", "</th><th>", "</th></tr>\n",
        "<tr><td>", "</td><td>", "</td></tr>\n", "</table>\n", "</footer>\n",
    )
)  # fmt: skip

# what a page leaves to choice, by the name under which its accuracy is reported
_GROUPS = {
    "ground": tuple(ground(name) for name in GROUNDS),
    "accent": tuple(accent(name) for name in PALETTE),
    "band": tuple(band(name) for name in PALETTE),
    "swatch": tuple(swatch(name) for name in PALETTE),
    "size": (LARGE,),
    "button": BUTTONS,
    "header": HEADERS,
    "hero": HEROES,
    "cards": CARDS,
    "form": FORMS,
    "table": TABLES,
    "footer": FOOTERS,
}


def _tokens() -> tuple[str, ...]:
    cells = {"x": COLUMNS, "y": ROWS, "w": WIDTHS, "h": HEIGHTS}
    tokens = [
        *SPECIAL,
        *(line(number) for number in range(LINES)),
        *(f" {axis}{cell}" for axis, count in cells.items() for cell in range(count)),
        "\n",  # ends a line of the prompt
        *NAMES, *SECTIONS, WRITE_PAGE, WRITE_SHEET, FINISH,
        DOCUMENT_BEGIN, HEAD_END, DOCUMENT_END, SHEET, SUMMARY, *TAGS,
        *(token for group in _GROUPS.values() for token in group),
        "[UNK]",
    ]  # fmt: skip
    tokens += [f"[unused{number}]" for number in range(-len(tokens) % 32)]
    return tuple(tokens)


TOKENS = _tokens()
ID = {token: number for number, token in enumerate(TOKENS)}
GROUPS = {name: tuple(ID[token] for token in group) for name, group in _GROUPS.items()}
assert len(ID) == len(TOKENS), "two tokens have the same text"
