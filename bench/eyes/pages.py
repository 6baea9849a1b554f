"""Pages that are hard to see: seeded, so that half of the seeds can be kept from whoever tunes.

What stands on a page and is no text says what it is in `data-is`; the browser says where.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.eyes.pieces import (
    CITIES,
    ICONS,
    NAMES,
    NOUNS,
    SENTENCES,
    STATES,
    TAGS,
    avatar,
    badge,
    change,
    control,
    icon,
    money,
    picked,
)

WIDTH, HEIGHT = 880, 400  # CSS pixels; a page is as high as it likes
SEEDS = 4  # of each kind: the first half to tune on, the other held out
FONTS = (
    ("Inter", "Inter"),
    ("Liberation Sans", "Liberation Sans"),
    ("Open Sans", "Liberation Serif"),
    ("Lato", "Lato"),
    ("DejaVu Sans", "DejaVu Serif"),
    ("Inter", "DejaVu Serif"),
)
THEMES = {
    "light": ("#f5f6f8", "#ffffff", "#1b1f27", "#667085", "#d6dae1", "#ffffff"),
    "warm": ("#fffdf8", "#ffffff", "#26211a", "#76695a", "#e2d8c9", "#ffffff"),
    "dark": ("#0f131a", "#1a202b", "#eef1f6", "#98a2b3", "#323b4a", "#10141b"),
}
ACCENTS = ("#2457d6", "#0f766e", "#7c3aed", "#be123c", "#b45309")
BRIGHT = ("#7aa2ff", "#5eead4", "#c4a6ff", "#ff8fa8", "#fbbf24")

STYLE = """
* { box-sizing: border-box }
body { margin: 0; padding: 24px; background: $ground; color: $ink; font: $size/1.5 "$body" }
h1, h2 { font-family: "$head"; line-height: 1.2; margin: 0 0 12px }
h1 { font-size: 28px } h2 { font-size: 19px } p { margin: 0 0 12px }
a { color: $accent } .quiet { color: $quiet } small { font-size: 12px } .end { margin-left: auto }
.row { display: flex; align-items: center; gap: 12px } .gap { gap: 28px }
.cols { display: grid; grid-template-columns: repeat($cols, 1fr); gap: 20px }
.card { background: $card; border: 1px solid $line; border-radius: $radius; padding: 18px;
  margin-bottom: 16px }
.card.raised { border: 0; box-shadow: $shadow }
.avatar { width: 36px; height: 36px; border-radius: 50%; color: #fff; flex: none;
  display: grid; place-items: center; font-size: 14px; font-weight: 600 }
.badge { border-radius: 999px; padding: 2px 9px; font-size: 12px; font-weight: 600;
  background: $accent; color: $on; display: inline-block }
.badge.soft { background: $soft; color: $ink } .badge.square { border-radius: 5px }
table { border-collapse: collapse; width: 100% } td, th { padding: 9px 10px; text-align: right;
  border-bottom: 1px solid $line } td:first-child, th:first-child { text-align: left }
th { font-size: 12px; color: $quiet } .up { color: $up } .down { color: $down }
.check, .ring, .switch, .select, .field { flex: none; background: $card;
  border: 1.5px solid $quiet }
.check { width: 18px; height: 18px; border-radius: 4px } .ring { border-radius: 50%; width: 18px;
  height: 18px; display: grid; place-items: center } .ring i { width: 8px; height: 8px;
  border-radius: 50%; background: $accent } .check svg { display: block; width: 15px; height: 15px }
.switch { width: 36px; height: 20px; border: 0; border-radius: 10px; background: $line;
  padding: 2px }
.switch i { display: block; width: 16px; height: 16px; border-radius: 50%; background: #fff }
.switch.on { background: $accent } .switch.on i { margin-left: 16px }
.select, .field { border: 1px solid $quiet; border-radius: 6px; padding: 7px 10px; width: 210px;
  display: flex; justify-content: space-between; align-items: center }
.page { min-width: 32px; height: 32px; border-radius: 6px; display: grid; place-items: center;
  border: 1px solid $line } .page.on { background: $accent; color: $on; border-color: $accent }
.button { border-radius: 7px; padding: 8px 16px; background: $accent; color: $on; font-weight: 600;
  display: inline-flex; gap: 8px; align-items: center } .tool { width: 34px; height: 34px;
  border-radius: 7px; border: 1px solid $line; display: grid; place-items: center }
.tab { padding: 8px 2px; border-bottom: 2px solid transparent } .tab.on { border-color: $accent;
  font-weight: 600 } .dotted { border-bottom: 1px dotted $quiet; padding-bottom: 6px }
.dashed { border-bottom: 2px dashed $line; padding-bottom: 6px }
ul { padding-left: 20px; margin: 0 }
.price { font-size: $price; font-weight: 700; font-family: "$head" } .price small {
  font-size: 14px; font-weight: 400; color: $quiet; font-family: "$body" }
.figure { font-size: 30px; font-weight: 700 } .two { columns: 2; column-gap: 32px }
svg { display: block; flex: none } li { margin: 4px 0 }
"""


@dataclass(frozen=True)
class Page:
    """A page and how its picture is taken; `jpeg` is its quality, 0 that it is a PNG."""

    name: str
    html: str
    scale: int
    jpeg: int
    held_out: bool


def pages() -> list[Page]:
    """Every kind with every seed."""
    return [_page(kind, seed) for seed in range(SEEDS) for kind in KINDS]


def _page(kind: str, seed: int) -> Page:
    number = list(KINDS).index(kind)
    scale = (1, 2, 1, 3)[(number + seed) % 4]
    jpeg = 60 if (number + 3 * seed) % 5 == 0 else 0
    random = Random(f"{kind} {seed}")  # noqa: S311 -- no secret
    name = f"{kind}-{seed}@{scale}" + ("j" if jpeg else "")
    html = f"<!doctype html><meta charset=utf-8><style>{_style(random)}</style>"
    return Page(name, html + KINDS[kind](random), scale, jpeg, seed >= SEEDS // 2)


def _style(random: Random) -> str:
    theme = random.choice(list(THEMES))
    ground, card, ink, quiet, line, on = THEMES[theme]
    dark, hue = theme == "dark", random.randrange(len(ACCENTS))
    body, head = random.choice(FONTS)
    values = {
        "ground": ground, "card": card, "ink": ink, "quiet": quiet, "line": line, "on": on,
        "accent": BRIGHT[hue] if dark else ACCENTS[hue],
        "soft": "#2b3647" if dark else "#e6ebf4",
        "up": "#4ade80" if dark else "#15803d",
        "down": "#f87171" if dark else "#b91c1c",
        "body": body, "head": head,
        "size": random.choice(("14px", "15px", "16px")),
        "price": random.choice(("30px", "36px", "42px")),
        "radius": random.choice(("6px", "10px", "14px")),
        "cols": str(random.choice((2, 3))),
        "shadow": random.choice(("0 2px 8px #0003", "0 6px 20px #0002", "0 1px 3px #0004")),
    }  # fmt: skip
    style = STYLE
    for name in sorted(values, key=len, reverse=True):
        style = style.replace(f"${name}", values[name])
    return style


def _team(random: Random) -> str:
    people = []
    for name in picked(random, NAMES, 6):
        role = f"<small class=quiet>{random.choice(NOUNS)} · {random.choice(CITIES)}</small>"
        state = badge(random, random.choice(STATES))
        people.append(
            f"<div class='row card'>{avatar(random, name)}<div><b>{name}</b><br>{role}</div>"
            f"<span class=end>{state}</span></div>"
        )
    count = badge(random, str(random.randint(2, 48)))
    head = f"<div class=row style='margin-bottom:16px'><h1>{random.choice(NOUNS)}</h1>{count}</div>"
    return head + "<div class=cols>" + "".join(people) + "</div>" + _pagination(random)


def _pagination(random: Random) -> str:
    last = random.randint(5, 9)
    here = random.randint(1, last)
    cells = "".join(
        f"<span class='page{' on' if at == here else ''}'>{at}</span>" for at in range(1, last + 1)
    )
    end = f"<span>…</span><span class=page>{9 * last}</span>"
    return f"<div class=row>{icon('left')}{cells}{end}{icon('right')}</div>"


def _prices(random: Random) -> str:
    cards = []
    for name in picked(random, NOUNS, 3):
        unit = random.choice(("/month", "/mo", " per seat", "/year", " / user"))
        points = "".join(
            f"<div class=row>{icon('tick')}<span>{words}</span></div>"
            for words in picked(random, TAGS, 3)
        )
        cards.append(
            f"<div class='card{random.choice(('', ' raised'))}' data-is=card><h2>{name}</h2>"
            f"<div class=price>{money(random)}<small>{unit}</small></div>"
            f"<p class=quiet>{random.choice(SENTENCES)}</p>{points}"
            f"<div class=button style='margin-top:14px'>{random.choice(STATES)}</div></div>"
        )
    return f"<h1>{random.choice(NOUNS)}</h1><div class=cols>{''.join(cards)}</div>"


def _figures(random: Random) -> str:
    tiles = "".join(
        f"<div class='card{random.choice(('', ' raised'))}'><small class=quiet>{name}</small>"
        f"<div class=row style='align-items:baseline;gap:8px'>"
        f"<span class=figure>{random.randint(2, 9)},{random.randint(100, 999)}</span>"
        f"{change(random)}</div></div>"
        for name in picked(random, NOUNS, 3)
    )
    return f"<h1>{random.choice(NOUNS)}</h1><div class=cols>{tiles}</div>" + _table(random)


def _table(random: Random) -> str:
    heads = "".join(f"<th>{name}</th>" for name in ("Account", *picked(random, NOUNS, 3)))
    rows, loud = [], random.randrange(4)
    for number in range(5):
        sign = random.choice(("−", "-", ""))
        amount = f"{sign}{money(random)}.{random.randint(10, 99)}"
        weight = " style='font-weight:700'" if number == loud else ""
        cells = (random.choice(NAMES), amount, random.randint(0, 9), change(random))
        rows.append(f"<tr{weight}>{''.join(f'<td>{each}</td>' for each in cells)}</tr>")
    return f"<div class=card><table><tr>{heads}</tr>{''.join(rows)}</table></div>"


def _form(random: Random) -> str:
    lines = []
    for words in picked(random, SENTENCES, 5):
        what = random.choice(("checkbox", "radio", "switch"))
        lines.append(
            f"<div class=row style='margin-bottom:12px'>{control(random, what)}{words}</div>"
        )
    fields = "".join(
        f"<div><div style='margin-bottom:5px'>{name}</div>{control(random, what)}</div>"
        for what, name in zip(("select", "field", "select"), picked(random, NOUNS, 3), strict=True)
    )
    link = f"<a data-is=underline href=#>{random.choice(STATES)}</a>"
    buttons = f"<div class='row gap'><span class=button>{random.choice(STATES)}</span>{link}</div>"
    return (
        f"<h1>{random.choice(NOUNS)}</h1><div class=card>{''.join(lines)}</div>"
        f"<div class='row gap' style='margin-bottom:18px'>{fields}</div>{buttons}"
    )


def _sidebar(random: Random) -> str:
    entries = []
    for name, drawn in zip(picked(random, NOUNS, 7), picked(random, ICONS, 7), strict=True):
        count = random.choice(("", str(random.randint(1, 9)), str(random.randint(10, 300))))
        told = f"<span class=end>{badge(random, count) if count else ''}</span>"
        entries.append(f"<div class=row style='padding:8px 4px'>{icon(drawn)}{name}{told}</div>")
    side = f"<div class=card style='width:230px;flex:none'>{''.join(entries)}</div>"
    tools = "".join(f"<span class=tool>{icon(name)}</span>" for name in picked(random, ICONS, 4))
    main = (
        f"<div class=row>{tools}<span class=end>{avatar(random, random.choice(NAMES))}</span></div>"
    )
    main += f"<h2 style='margin-top:16px'>{random.choice(NOUNS)}</h2>"
    main += "".join(f"<p>{words}</p>" for words in picked(random, SENTENCES, 3))
    whole = f"{side}<div style='flex:1'>{main}</div>"
    return f"<div class=row style='align-items:start;gap:28px'>{whole}</div>"


def _tags(random: Random) -> str:
    crumbs = " <span class=quiet>/</span> ".join(
        f"<a data-is=underline href=#>{name}</a>" for name in picked(random, NOUNS, 3)
    )
    tabs = "".join(
        f"<span class='tab{'' if at else ' on'}'>{name}</span>"
        for at, name in enumerate(picked(random, NOUNS, 4))
    )
    chips = "".join(badge(random, words) for words in picked(random, TAGS, 9))
    closed = "".join(
        f"<span class='badge soft row' data-is=badge style='gap:6px;display:flex'>{words}"
        f"{icon('cross', 12)}</span>"
        for words in picked(random, TAGS, 4)
    )
    return (
        f"<div style='margin-bottom:14px'>{crumbs}</div><h1>{random.choice(NOUNS)}</h1>"
        f"<div class='row gap' style='margin-bottom:16px'>{tabs}</div>"
        f"<div class=row style='flex-wrap:wrap;margin-bottom:16px'>{chips}</div>"
        f"<div class=row>{closed}</div>"
    )


def _article(random: Random) -> str:
    words = picked(random, SENTENCES, 8)
    link = f"<a data-is=underline href=#>{random.choice(TAGS)}</a>"
    points = "".join(f"<li>{each}</li>" for each in words[:3])
    terms = "".join(
        f"<div class='row {rule}'><span>{name}</span><i class=end>{random.choice(CITIES)}</i></div>"
        for rule, name in zip(("dotted", "dashed", "dotted"), picked(random, NOUNS, 3), strict=True)
    )
    text = f"<p>{words[3]} {words[4]} {link}. {words[5]} <b>{words[6]}</b></p>"
    text += f"<p><em>{words[7]}</em></p>"
    return (
        f"<h1>{random.choice(NOUNS)} – {random.choice(NOUNS).lower()}</h1>"
        f"<div class=two>{text}<ul>{points}</ul></div><div style='margin-top:20px'>{terms}</div>"
    )


def _inbox(random: Random) -> str:
    rows = []
    for name in picked(random, NAMES, 5):
        new = random.random() < 0.5
        face = "b" if new else "span"
        count = badge(random, str(random.randint(1, 9))) if new else ""
        rows.append(
            f"<div class='row dotted' style='padding:10px 0'>{control(random, 'checkbox')}"
            f"{icon(random.choice(ICONS))}<{face}>{name}</{face}>"
            f"<span class=quiet>{random.choice(SENTENCES)}</span><span class=end>{count}</span>"
            f"<small>{random.randint(1, 12)}:{random.randint(10, 59)}</small></div>"
        )
    tools = "".join(f"<span class=tool>{icon(name)}</span>" for name in picked(random, ICONS, 3))
    made = f"<span class=button>{icon('plus')}{random.choice(STATES)}</span>"
    own = f"<span class='end badge' data-is=badge>P{random.randint(50, 99)}</span>"
    card = f"<div class='card raised' style='margin-top:16px'>{''.join(rows)}</div>"
    return f"<div class=row>{made}{tools}{own}</div>{card}{_pagination(random)}"


KINDS: dict[str, Callable[[Random], str]] = {
    "team": _team,
    "prices": _prices,
    "figures": _figures,
    "form": _form,
    "sidebar": _sidebar,
    "tags": _tags,
    "article": _article,
    "inbox": _inbox,
}
