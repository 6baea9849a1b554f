"""How alike a render is to its mockup: pure functions from pixels and boxes to a score."""

from workers.scoring.heat_map import triptych
from workers.scoring.page_view import Sight, sight_of_mockup, sight_of_render
from workers.scoring.score import Comparison, compare, mean_score

__all__ = [
    "Comparison",
    "Sight",
    "compare",
    "mean_score",
    "sight_of_mockup",
    "sight_of_render",
    "triptych",
]
