"""What a page does: from the states of a recording and the actions between them to its parts."""

from workers.drafting.interactions.pages import plan_pages
from workers.drafting.interactions.values import (
    Interactions,
    NodeKey,
    Part,
    Step,
    Trigger,
    key_of,
)
from workers.drafting.interactions.views import Scene

__all__ = [
    "Interactions",
    "NodeKey",
    "Part",
    "Scene",
    "Step",
    "Trigger",
    "key_of",
    "plan_pages",
]
