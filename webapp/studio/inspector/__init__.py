"""The inspector: what an element of a page looks like and why, and its change by hand.

files ─ inspection ─→ properties with the rules that set them ─ person ─→ change ─→ files
"""

from webapp.studio.inspector.change import ElementChange, Scope, change_element, describe
from webapp.studio.inspector.declared import ElementUnknown
from webapp.studio.inspector.inspection import Inspection, inspect_element
from webapp.studio.inspector.lines import element_at, element_source

__all__ = [
    "ElementChange",
    "ElementUnknown",
    "Inspection",
    "Scope",
    "change_element",
    "describe",
    "element_at",
    "element_source",
    "inspect_element",
]
