"""Variants: what things of one kind have in common is said once, and of each what sets it apart.

Three buttons of which one is filled are `.button` and `.button--primary`, not three classes that
repeat one another. The usual one is the kind itself where the others say what differs.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from workers.drafting.compose.markup import Element
from workers.drafting.compose.merging import Declarations

Rules = Mapping[str, Declarations]

LEAST = 2  # declarations in common that are worth a class


def with_variants(
    body: Element, rules: Rules, kinds: Mapping[str, Sequence[str]]
) -> tuple[Element, Rules]:
    """The page with a class for what all of a kind have in common, or for all of the usual one
    where the others say otherwise. `kinds` are the classes of one kind by its name, which one of
    them may have."""
    common_of: dict[str, Declarations] = {}
    classes: dict[str, tuple[str, ...]] = {}
    uses = Counter(_classes(body))
    for kind, names in kinds.items():
        looks = [rules[f".{name}"] for name in names]
        common = tuple(pair for pair in looks[0] if all(pair in look for look in looks))
        if len(names) < 2 or len(common) < LEAST:
            continue
        usual = rules[f".{max(names, key=lambda name: uses[name])}"]
        if all(_tells_all_of(_rest(usual, common), look) for look in looks):
            common = usual
        common_of[kind] = common
        for name, look in zip(names, looks, strict=True):
            classes[name] = (kind, _variant(kind, name)) if _rest(look, common) else (kind,)
    return _renamed(body, classes), _retold(rules, common_of, classes)


def _tells_all_of(usual: Declarations, look: Declarations) -> bool:
    """Whether a look has a word of its own on all that is said of the usual one."""
    return {name for name, _ in usual} <= {name for name, _ in look}


def _classes(element: Element) -> Iterator[str]:
    yield from element.classes
    for child in element.children:
        if isinstance(child, Element):
            yield from _classes(child)


def _variant(kind: str, name: str) -> str:
    return f"{kind}--{name.removeprefix(kind).strip('-') or 'plain'}"


def _retold(
    rules: Rules, common_of: Mapping[str, Declarations], classes: Mapping[str, tuple[str, ...]]
) -> Rules:
    """The rules, each kind's before those of its variants."""
    found: dict[str, Declarations] = {}
    for selector, declarations in rules.items():
        names = classes.get(selector.removeprefix("."), ())
        if not names:
            found[selector] = declarations
            continue
        common = common_of[names[0]]
        found.setdefault(f".{names[0]}", common)
        for variant in names[1:]:
            found[f".{variant}"] = _rest(declarations, common)
    return found


def _rest(declarations: Declarations, common: Declarations) -> Declarations:
    return tuple(pair for pair in declarations if pair not in common)


def _renamed(element: Element, classes: Mapping[str, tuple[str, ...]]) -> Element:
    children = tuple(
        _renamed(child, classes) if isinstance(child, Element) else child
        for child in element.children
    )
    own = (each for name in element.classes for each in classes.get(name, (name,)))
    return replace(element, classes=tuple(dict.fromkeys(own)), children=children)
