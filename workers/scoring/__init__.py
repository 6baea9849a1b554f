"""How alike a render is to its mockup: pure functions from pixels and boxes to a score."""

from workers.scoring.heat_map import beside, close_ups
from workers.scoring.page_view import PageView, view_of_mockup, view_of_render
from workers.scoring.problems import overflow_at
from workers.scoring.score import Comparison, compare, mean_score

__all__ = [
    "Comparison",
    "PageView",
    "beside",
    "close_ups",
    "compare",
    "mean_score",
    "overflow_at",
    "view_of_mockup",
    "view_of_render",
]
