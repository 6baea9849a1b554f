"""What pages are made of: words, and small things that are no text."""

from collections.abc import Sequence
from random import Random

NAMES = (
    "Ada Novak", "Bo Li", "Chidi Okafor", "Dana Weiss", "Emil Sørensen", "Fatima Zahra",
    "Gus Ito", "Hana Kim", "Ines Duarte", "Jörg Maier", "Kofi Mensah", "Lena Fischer",
)  # fmt: skip
NOUNS = (
    "Billing", "Overview", "Reports", "Members", "Projects", "Security", "Invoices", "Audience",
    "Settings", "Orders", "Activity", "Storage", "Integrations", "Calendar", "Help", "Teams",
)  # fmt: skip
CITIES = ("Oslo", "Lisbon", "Kyoto", "Berlin", "Accra", "Lima", "Turin", "Seoul")
STATES = ("Active", "Pending", "Trial", "Paid", "Save", "Cancel", "Upgrade", "Invite", "On hold")
TAGS = (
    "Design", "24/7 support", "API v2", "Q3 plan", "10 GB", "Unlimited seats", "Urgent", "UX",
    "Single sign-on", "Beta", "R&D", "Custom domain", "Priority 1", "A/B tests", "EU only",
)  # fmt: skip
SENTENCES = (
    "Send me a weekly summary", "Everyone in the workspace can see this", "Keep drafts for 30 days",
    "Ask before files are deleted", "Show prices with tax", "Your trial ends on 12 May",
    "We have moved the export to the menu above", "Notify me when a build fails",
    "Only owners may invite guests", "Remember this device", "Sync contacts once a day",
    "Payments are handled by our partner", "Compare it with the month before",
)  # fmt: skip
TONES = ("#2563eb", "#be185d", "#15803d", "#b45309", "#6d28d9", "#0e7490")
SHAPES = {
    "search": "<circle cx=11 cy=11 r=7 /><path d='M16 16l5 5'/>",
    "bell": "<path d='M6 16V11a6 6 0 0 1 12 0v5l2 2H4z'/><path d='M10 21h4'/>",
    "house": "<path d='M4 11l8-7 8 7v9H4z'/><path d='M10 20v-6h4v6'/>",
    "person": "<circle cx=12 cy=8 r=4 /><path d='M4 21a8 8 0 0 1 16 0'/>",
    "letter": "<rect x=3 y=5 width=18 height=14 rx=2 /><path d='M3 7l9 6 9-6'/>",
    "heart": "<path d='M12 20S3 14 3 8a4.5 4.5 0 0 1 9-1 4.5 4.5 0 0 1 9 1c0 6-9 12-9 12'/>",
    "star": "<path d='M12 3l2.8 5.8 6.2.9-4.5 4.4 1 6.2-5.5-3-5.5 3 1-6.2L3 9.7l6.2-.9z'/>",
    "plus": "<path d='M12 4v16M4 12h16'/>",
    "cross": "<path d='M5 5l14 14M19 5L5 19'/>",
    "tick": "<path d='M4 13l5 5L20 6'/>",
    "bin": "<path d='M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14'/>",
    "chart": "<path d='M4 20V10M12 20V4M20 20v-7'/>",
    "clock": "<circle cx=12 cy=12 r=9 /><path d='M12 7v5l4 2'/>",
    "lock": "<rect x=5 y=11 width=14 height=10 rx=2 /><path d='M8 11V8a4 4 0 0 1 8 0v3'/>",
    "left": "<path d='M15 5l-7 7 7 7'/>",
    "right": "<path d='M9 5l7 7-7 7'/>",
    "down": "<path d='M5 9l7 7 7-7'/>",
}
ICONS = tuple(name for name in SHAPES if name not in ("left", "right", "down", "tick", "cross"))


def picked(random: Random, words: Sequence[str], count: int) -> list[str]:
    return random.sample(words, count)


def icon(name: str, side: int = 18, *, told: bool = True) -> str:
    """A stroked drawing, `side` CSS pixels; not `told` where it is part of something else."""
    said = " data-is=icon" if told else ""
    return (
        f"<svg{said} width={side} height={side} viewBox='0 0 24 24' fill=none stroke=currentColor "
        f"stroke-width=2 stroke-linecap=round stroke-linejoin=round>{SHAPES[name]}</svg>"
    )


def avatar(random: Random, name: str) -> str:
    """A disc with one or two initials."""
    letters = "".join(part[0] for part in name.split())[: random.choice((1, 2))]
    tone = f"background:{random.choice(TONES)}"
    return f"<span class=avatar data-is=avatar style='{tone}'>{letters}</span>"


def badge(random: Random, words: str) -> str:
    look = random.choice(("", " soft", " soft square"))
    return f"<span class='badge{look}' data-is=badge>{words}</span>"


def money(random: Random) -> str:
    return random.choice(("$", "€", "£")) + str(random.choice((9, 12, 29, 49, 79, 120, 249)))


def change(random: Random) -> str:
    """A difference with its sign, which may be a true minus."""
    size = random.choice(
        (f"{random.randint(1, 19)}", f"{random.randint(0, 9)}.{random.randint(1, 9)}")
    )
    up, unit = random.random() < 0.5, random.choice(("%", " %", ""))
    sign = "+" if up else random.choice(("−", "-"))
    return f"<span class={'up' if up else 'down'}>{sign}{size}{unit}</span>"


def control(random: Random, what: str) -> str:
    """A checkbox, radio, switch, select or field, drawn as pages draw them or by the browser."""
    on = random.random() < 0.5
    if what == "checkbox" and random.random() < 0.4:
        checked = " checked" if on else ""
        look = "width:16px;height:16px;margin:0"
        return f"<input type=checkbox{checked} data-is=checkbox style='{look}'>"
    held = {
        "checkbox": ("check", icon("tick", 15, told=False) if on else ""),
        "radio": ("ring", "<i></i>" if on else ""),
        "switch": ("switch on" if on else "switch", "<i></i>"),
        "select": ("select", f"<span>{random.choice(CITIES)}</span>{icon('down', 14, told=False)}"),
        "field": ("field", random.choice(NAMES)),
    }
    looks, inside = held[what]
    return f"<span class='{looks}' data-is={what}>{inside}</span>"
