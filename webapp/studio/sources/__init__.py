"""Sources that a page is built of: which line writes an element, and how it is changed there.

marked page ─ marks ─→ places ─ project ─→ elements of TSX and Vue ─ values ─→ words and attributes
"""

from webapp.studio.sources.elements import Place, SourceElement, SourceRefused, Words
from webapp.studio.sources.marks import BUILD_FAILED, BUILT, SUFFIX, is_marked_page, marked_page
from webapp.studio.sources.project import Project, Sheet
from webapp.studio.sources.written import WrittenPage

__all__ = [
    "BUILD_FAILED",
    "BUILT",
    "SUFFIX",
    "Place",
    "Project",
    "Sheet",
    "SourceElement",
    "SourceRefused",
    "Words",
    "WrittenPage",
    "is_marked_page",
    "marked_page",
]
