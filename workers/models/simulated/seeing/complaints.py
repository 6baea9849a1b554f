"""What is wrong with a page whatever its mockup shows, as changes that mend it."""

import re
from collections.abc import Iterable, Iterator

from workers.models.simulated.seeing.fix import ATTRIBUTE, Fix
from workers.models.simulated.seeing.reports import Told

MEANT = "or the mockup’s"  # in what is said of a contrast that the mockup has as low
STEPS = 40  # from a colour to black or white

# what a rule of axe begins to say, and the attribute that keeps it
_ATTRIBUTES = (
    (re.compile(r"alternative text", re.I), 'alt="Picture"'),
    (re.compile(r"lang attribute", re.I), 'lang="en"'),
    (re.compile(r"must have labels|discernible text|accessible name", re.I), 'aria-label="Field"'),
    (re.compile(r"one main landmark", re.I), 'role="main"'),
)
_RATIO = re.compile(r"^([\d.]+) : 1")
_COLOURS = re.compile(r"#([0-9a-f]{6}) on #([0-9a-f]{6})")
_TAGS = {"page": "html"}  # in what an item is called


def fixes_of_complaints(told: Iterable[Told]) -> Iterator[Fix]:
    """One for each complaint that can be mended by rule."""
    for one in told:
        if one.kind == "overflow" and one.selector:
            yield Fix(one.page, one.selector, "max-width", "100%")
        elif one.kind == "low_contrast" and one.selector and MEANT not in one.expected:
            if colour := _readable(one):
                yield Fix(one.page, one.selector, "color", colour)
        elif one.kind == "accessibility" and one.line is not None:
            said = (value for rule, value in _ATTRIBUTES if rule.search(one.got))
            if value := next(said, None):
                tag = one.item.split(" ")[0]
                tag = "body" if value.startswith("role") else _TAGS.get(tag, tag)
                yield Fix(one.page, one.selector, ATTRIBUTE, value, f"{tag} {one.line}")


def _readable(one: Told) -> str | None:
    """The nearest colour on the way to black or white that has the contrast that is wanted."""
    wanted, colours = _RATIO.match(one.expected), _COLOURS.search(one.got)
    if wanted is None or colours is None:
        return None
    colour, ground = (
        [int(digits[at : at + 2], 16) for at in (0, 2, 4)] for digits in colours.groups()
    )
    end = 0 if _luminance(ground) > 0.18 else 255
    for step in range(1, STEPS + 1):
        mixed = [round(level + (end - level) * step / STEPS) for level in colour]
        light, dark = sorted((_luminance(mixed), _luminance(ground)), reverse=True)
        if (light + 0.05) / (dark + 0.05) >= float(wanted[1]):
            return "#{:02x}{:02x}{:02x}".format(*mixed)
    return None


def _luminance(colour: list[int]) -> float:
    linear = [
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4
        for level in (one / 255 for one in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
