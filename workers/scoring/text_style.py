"""How one line of text differs from another: size, weight, slant, family, tracking, colour."""

from dataclasses import dataclass

import numpy as np

from workers.imaging import Colour, to_colour
from workers.scoring.colour import contrast, delta, hex_of, severity_of
from workers.scoring.glyphs import (
    LEAST_LEAN,
    Levels,
    Look,
    fitted,
    height_in_em,
    similarity_of,
    slant,
    without_rim,
)
from workers.scoring.item import Finding, Item
from workers.scoring.text_lines import plain
from workers.scoring.text_pairs import Pair
from workers.scoring.text_search import SEARCH, stretches
from workers.shot import DomText


@dataclass(frozen=True)
class StyleLimits:
    """From where a person sees a difference in how text looks."""

    same_size: float = 0.02  # ratio of sizes that nobody sees, of small text a pixel's share
    same_weight: float = 0.1  # logarithm of the ratio of the ink's mass
    mass_of_weight: float = 0.0016  # that a font gains with each unit of weight above regular
    italic: float = 0.08  # tangent by which letters lean more than upright ones…
    upright: float = 0.06  # …and less than italic ones
    same_width: float = 0.025  # ratio of the widths of lines of one size
    paler: float = 12.0  # CIEDE2000 that other weights make of one colour
    same_colour: float = 4.0  # CIEDE2000
    unreadable: float = 2.0  # contrast (WCAG) of text nobody reads


STYLE = StyleLimits()


@dataclass(frozen=True)
class Inks:
    """All that stands out from the ground of a line, on both pages, (3,) levels."""

    shown: Levels
    drawn: Levels

    @property
    def ratio(self) -> float:
        """Of the mockup's ink to the render's."""
        one, other = (float(np.linalg.norm(ink)) for ink in (self.shown, self.drawn))
        return one / other if one and other else 1.0

    def colour(self, shown: Look, drawn: Look, got: Colour) -> Colour:
        """The colour that the mockup's letters have where the render's have `got`."""
        away = np.asarray(got, np.float64) - np.asarray(drawn.ground, np.float64)
        contrast = float(away @ away)
        area = float(self.drawn @ away) / contrast if contrast else 0.0  # covered, pixels
        if area <= 0:
            return got
        return to_colour(np.asarray(shown.ground, np.float64) + self.shown / area)


def style_findings(
    pair: Pair, shown: Look, drawn: Look, dom: DomText, scale: float, limits: StyleLimits = STYLE
) -> list[Finding]:
    """Size, slant, weight, family and tracking, each only where those before do not explain it."""
    findings = []
    shown, drawn = without_rim(shown), without_rim(drawn)
    same_text = plain(pair.shown.text) == plain(pair.drawn.text)
    ratio = _size_ratio(pair, shown, drawn, same_text, limits)
    if abs(ratio - 1) > max(limits.same_size, 0.8 / drawn.box.height):
        size = dom.font_size * ratio
        severity = min(0.9, 1.5 * float(abs(np.log(ratio))))
        findings.append(Finding("size", f"{size:.3g} px", f"{dom.font_size:.3g} px", severity))
    leaning = slant_findings(shown, drawn, dom, limits)
    if leaning:
        return [*findings, *leaning]
    mass = _mass_ratio(pair, shown, drawn, same_text) / ratio**2
    if same_text and abs(np.log(mass)) > limits.same_weight:
        weight = _weight(dom.weight, mass, limits)
        if weight != dom.weight:
            return [*findings, _weight_finding(weight, dom.weight, mass)]
    wide = shown.box.width / drawn.box.width / ratio
    if same_text and len(plain(pair.drawn.text)) > 2:
        scaled = fitted(drawn.coverage, shown.box.width, shown.box.height)
        alike = min(stretches(scaled, shown.coverage, SEARCH))
        if alike < 0.55 and not findings:
            expected = _family(pair.shown.text, shown, dom, scale)
            if expected != class_of(dom.family):
                return [*findings, Finding("family", expected, class_of(dom.family), 0.15)]
        if abs(wide - 1) > limits.same_width and abs(shown.box.width - drawn.box.width) > 2:
            gaps = len(pair.drawn.text) - 1
            spacing = dom.spacing + (shown.box.width / ratio - drawn.box.width) / gaps / scale
            severity = min(0.3, 1.5 * abs(wide - 1))
            findings.append(
                Finding("tracking", f"{spacing:.2g} px", f"{dom.spacing:.2g} px", severity)
            )
    return findings


def slant_findings(
    shown: Look, drawn: Look, dom: DomText, limits: StyleLimits = STYLE
) -> list[Finding]:
    """Says where letters lean that should not, or stand that should lean."""
    leaning = drawn if dom.italic else shown
    most = limits.upright if dom.italic else limits.italic
    lean = slant(leaning.coverage)
    if lean - LEAST_LEAN <= most:  # whatever the other line's slant, which is dear to measure
        return []
    if lean - slant((shown if dom.italic else drawn).coverage) <= most:
        return []
    expected, got = ("upright", "italic") if dom.italic else ("italic", "upright")
    return [Finding("slant", expected, got, 0.24)]


def _size_ratio(
    pair: Pair, shown: Look, drawn: Look, same_text: bool, limits: StyleLimits
) -> float:
    """Font size of the mockup's line over that of the render's."""
    high = shown.box.height / height_in_em(pair.shown.text)
    high /= drawn.box.height / height_in_em(pair.drawn.text)
    if not same_text:
        if abs(shown.box.height - drawn.box.height) <= 1:
            return 1.0
        ours, theirs = (max(1, len(plain(run.text))) for run in (pair.shown, pair.drawn))
        each = shown.box.width / drawn.box.width * theirs / ours
        # which letters rise and fall is not sure, nor how wide they are: what both say is
        return min(high, each, key=lambda ratio: abs(float(np.log(ratio))))
    wide = shown.box.width / drawn.box.width
    pixel = 1.5 / min(shown.box.height, drawn.box.height)
    if abs(wide - high) <= pixel + 0.03:  # widths are measured to a far smaller share
        as_size = fitted(drawn.coverage, shown.box.width, shown.box.height)
        if abs(high - 1) > pixel or similarity_of(as_size, shown.coverage) > SEARCH.same - 0.1:
            return wide
    return high if abs(high - 1) > pixel else 1.0


def _mass_ratio(pair: Pair, shown: Look, drawn: Look, same_text: bool) -> float:
    if not same_text or drawn.mass == 0 or shown.mass == 0:
        return 1.0
    return shown.mass / drawn.mass


def _weight(got: int, mass: float, limits: StyleLimits) -> int:
    """The weight, in hundreds, of letters with `mass` times the ink of those of weight `got`."""
    stroke = (1 + limits.mass_of_weight * (got - 400)) * mass
    return int(np.clip(round((400 + (stroke - 1) / limits.mass_of_weight) / 100), 1, 9)) * 100


def class_of(family: str) -> str:
    """serif, sans or mono, by the names that a CSS list of fonts has, the last one first."""
    for name in reversed(family.lower().replace('"', "").split(",")):
        if "mono" in name or "courier" in name or "consol" in name:
            return "mono"
        if "sans" in name or name.strip() in {"arial", "helvetica", "inter", "system-ui"}:
            return "sans"
        if "serif" in name or name.strip() in {"times", "georgia", "times new roman"}:
            return "serif"
    return "sans"


def _family(text: str, shown: Look, dom: DomText, scale: float) -> str:
    """The class of the mockup's letters: mono by an even pitch, serif by thin and thick strokes."""
    pitch = shown.box.width / scale / (dom.font_size * max(1, len(text)))
    got = class_of(dom.family)
    if got != "mono" and 0.57 <= pitch <= 0.615:
        return "mono"
    if got == "sans":
        return "serif"
    return "sans"


def with_colour(
    item: Item, shown: Look, drawn: Look, dom: DomText, inks: Inks, limits: StyleLimits = STYLE
) -> Item:
    """Says where the colour is another, or cannot be told from its ground.

    Thin strokes never reach their colour, and where they lie between pixels makes them paler: both
    the darkest pixels and all of them together have to say that it is another.
    """
    ours, theirs = contrast(shown.colour, shown.ground), contrast(drawn.colour, drawn.ground)
    if theirs < limits.unreadable and ours > 1.6 * theirs:
        finding = Finding("contrast", f"{ours:.1f}:1", f"{theirs:.1f}:1", 0.9)
        return item.with_finding(finding)
    thinner = any(finding.kind in ("size", "weight", "family") for finding in item.findings)
    away = delta(shown.colour, drawn.colour)
    if not thinner:
        away = min(away, delta(inks.colour(shown, drawn, drawn.colour), drawn.colour))
    expected = shown.colour if thinner else inks.colour(shown, drawn, dom.colour)
    if away <= limits.same_colour * (3 if thinner else 1):
        return item
    if delta(expected, dom.colour) <= limits.same_colour:  # only its thin strokes never reach it
        return item
    finding = Finding("colour", hex_of(expected), hex_of(dom.colour), severity_of(away))
    return item.with_finding(finding)


def with_weight(
    item: Item, shown: Look, drawn: Look, dom: DomText, inks: Inks, limits: StyleLimits = STYLE
) -> Item:
    """Says where letters of one size and place have more ink or less."""
    if delta(shown.colour, drawn.colour) > limits.paler:
        return item
    weight = _weight(dom.weight, inks.ratio, limits)
    if abs(np.log(inks.ratio)) <= limits.same_weight or weight == dom.weight:
        return item
    return item.with_finding(_weight_finding(weight, dom.weight, inks.ratio))


def _weight_finding(expected: int, got: int, mass: float) -> Finding:
    severity = min(0.45, 0.12 + 0.4 * float(abs(np.log(mass))))
    return Finding("weight", f"{expected}", f"{got}", severity)
