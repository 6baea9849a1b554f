"""Facts of a page's code turned into numbers.

Lines are counted as a printer would write them that gives each thing a line of its own, the same
for every page, whoever wrote it and however it is folded. Of HTML: an element of the body takes a
line, and one more for its end tag where another element or two texts stand inside; each text
beside elements takes a line; what is inside an svg takes none. Of CSS: a rule takes a line for
each declaration and two more, and so does what stands around rules; @font-face, @keyframes,
@import and `style` attributes take none.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bench.code_facts import Element, Facts, Rule

ROOT_SIZE = 16  # CSS pixels a rem
WIDE = 48  # CSS pixels: a width that is fixed beyond them is one that a layout is made with
SMALLEST_TEXT = 12  # CSS pixels
SMALLEST_CONTROL = 24  # CSS pixels, of both sides
CONTROLS = ("a", "button", "input", "select", "textarea")
DISTANCES = re.compile(
    r"(margin|padding|inset)(-.+)?|(row-|column-|grid-)*gap|top|right|bottom|left"
)
NAMES = re.compile(r"\.(-?[A-Za-z_](?:[\w-]|\\.)*)")
# a declaration ends at a semicolon outside of quotes and brackets
DECLARATION = re.compile(
    r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:"[^"]*"|'[^']*'|[^()"']|\([^()]*\))*\)|[^;])+"""
)
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
TOKEN = re.compile(r"(?:\((?:[^()]|\([^()]*\))*\)|[^\s(])+")
LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))([a-z%]*)")


def declarations_of(rule: Rule) -> Iterator[tuple[str, str]]:
    """Name and value of each."""
    for declaration in DECLARATION.findall(rule.css):
        name, colon, value = declaration.partition(":")
        if colon:
            yield name.strip(), value.replace("!important", "").strip()


def resolved(value: str, variables: Mapping[str, str]) -> str:
    """A value with its custom properties put in; one that nothing defines becomes nothing."""
    for _ in range(10):  # a cycle never ends
        value, replaced = VARIABLE.subn(
            lambda found: variables.get(found[1], found[2] or "").strip(), value
        )
        if not replaced:
            break
    return value


def class_numbers(drafted: Facts) -> dict[str, float]:
    """Classes that the CSS defines, and the shares of them that end in a number and that one
    element alone has."""
    defined = {name for rule in drafted.rules for name in NAMES.findall(rule.selector)}
    used = Counter(name for element in drafted.elements for name in set(element.classes))
    return {
        "classes": float(len(defined)),
        "numbered": _share(sum(name[-1].isdigit() for name in defined), len(defined)),
        "used_once": _share(sum(used[name] == 1 for name in defined), len(defined)),
    }


def line_numbers(drafted: Facts, reference: Facts | None) -> dict[str, float]:
    """CSS lines for each of HTML, and lines for each of the reference's visible part.

    That part is its elements that are visible or have one inside that is, and its rules that lead
    to at least one element, on any width.
    """
    html, css = html_lines(drafted.elements), css_lines(drafted.rules, drafted.groups)
    numbers = {"html_lines": float(html), "css_lines": float(css), "css_per_html": css / html}
    if reference is not None:
        rules = [rule for rule in reference.rules if rule.matches]
        seen = html_lines(reference.elements, seen_only=True) + css_lines(rules, 0)
        numbers["reference_lines"] = float(seen)
        numbers["lines_per_reference"] = (html + css) / seen
    return numbers


def html_lines(elements: tuple[Element, ...], *, seen_only: bool = False) -> int:
    """Lines of the body, its own tags among them; see the module."""
    counted = _seen(elements) if seen_only else set(range(len(elements)))
    written = {place for place in counted if not elements[place].drawing}
    parents = {elements[place].parent for place in written}
    lines = 0
    for place in written:
        element = elements[place]
        apart = place in parents or element.texts > 1  # otherwise all of it is on one line
        lines += 2 + element.texts if apart else 1
    return max(1, lines)


def css_lines(rules: Iterable[Rule], groups: int) -> int:
    in_sheets = [rule for rule in rules if rule.selector]
    return 2 * groups + sum(2 + len(list(declarations_of(rule))) for rule in in_sheets)


def length_numbers(drafted: Facts) -> dict[str, float]:
    """Distinct distances and font sizes, fixed widths, and margins that are set.

    Distances are those of margin, padding, gap and inset in the CSS, without their sign. Font
    sizes are computed ones of texts that are seen.
    """
    distances: set[str] = set()
    widths = margins = 0
    for rule, name, value in _resolved_declarations(drafted.rules):
        lengths = [length for token in TOKEN.findall(value) if (length := _length(token))]
        if DISTANCES.fullmatch(name):
            distances.update(lengths)
            margins += name.startswith("margin") and bool(lengths)
        elif name == "width" and not rule.media and not _of_pictures(rule):
            widths += any(_pixels(length) > WIDE for length in lengths)
    sizes = {round(one.size, 3) for one in drafted.elements if one.visible and one.texts}
    return {
        "distances": float(len(distances)),
        "font_sizes": float(len(sizes)),
        "broken_sizes": float(sum(size != round(size) for size in sizes)),
        "fixed_widths": float(widths),
        "margins": float(margins),
    }


def tree_numbers(drafted: Facts, reference: Facts) -> dict[str, float]:
    """TreeBLEU: the share of the reference's subtrees of depth 1 (a tag and the tags of its
    children, as a set of such) that the draft has; and the share of the draft's that the reference
    has."""
    ours, theirs = _subtrees(drafted.elements), _subtrees(reference.elements)
    both = len(ours & theirs)
    return {
        "tree_bleu": _share(both, len(theirs)),
        "tree_precision": _share(both, len(ours)),
    }


def phone_numbers(drafted: Facts) -> dict[str, float]:
    """Of a page as it is on a phone: controls whose text is cut, controls too small to touch that
    are no links in a text, and elements with small text."""
    seen = [one for one in drafted.elements if one.visible and not one.drawing]
    controls = [one for one in seen if one.tag in CONTROLS]
    small = [
        one
        for one in controls
        if max(one.box[2:]) < SMALLEST_CONTROL and not (one.tag == "a" and one.inline)
    ]
    return {
        "cut_controls": float(sum(one.cut for one in controls)),
        "small_controls": float(len(small)),
        "small_texts": float(sum(one.texts > 0 and one.size < SMALLEST_TEXT for one in seen)),
    }


def absolute_share(drafted: Facts) -> float:
    """Of the elements that are no part of an svg."""
    written = [one for one in drafted.elements if not one.drawing]
    return _share(sum(one.absolute for one in written), len(written))


def _resolved_declarations(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, str, str]]:
    declared = [(rule, *declaration) for rule in rules for declaration in declarations_of(rule)]
    variables: dict[str, str] = {}
    for _, name, value in declared:
        if name.startswith("--"):
            variables.setdefault(name, value)
    for rule, name, value in declared:
        if not name.startswith("--"):
            yield rule, name, resolved(value, variables)


def _length(token: str) -> str:
    """A length other than 0 without its sign, rem as px; a function as it stands; otherwise ""."""
    number = LENGTH.fullmatch(token)
    if number is None:
        return token if "(" in token else ""
    size, unit = abs(float(number[1])), number[2]
    if unit == "rem":
        size, unit = size * ROOT_SIZE, "px"
    return f"{size:g}{unit}" if size else ""


def _pixels(length: str) -> float:
    return float(length.removesuffix("px")) if re.fullmatch(r"[\d.]+px", length) else 0.0


def _of_pictures(rule: Rule) -> bool:
    return bool(rule.tags) and set(rule.tags) <= {"img", "svg"}


def _seen(elements: tuple[Element, ...]) -> set[int]:
    """Places of the elements that are visible, and of all that those stand in."""
    seen: set[int] = set()
    for place in reversed(range(len(elements))):
        if elements[place].visible or place in seen:
            seen.update({place, elements[place].parent} - {-1})
    return seen


def _subtrees(elements: tuple[Element, ...]) -> set[tuple[str, ...]]:
    children: defaultdict[int, list[str]] = defaultdict(list)
    for element in elements:
        if element.parent >= 0:
            children[element.parent].append(element.tag)
    return {(elements[parent].tag, *tags) for parent, tags in children.items()}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
