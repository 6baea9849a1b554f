"""How alike a render is to its mockup: pure functions from pixels and boxes to a score."""

from workers.compare.heat import triptych
from workers.compare.score import Comparison, compare, mean_score
from workers.compare.sight import Sight, sight_of_mockup, sight_of_render

__all__ = [
    "Comparison",
    "Sight",
    "compare",
    "mean_score",
    "sight_of_mockup",
    "sight_of_render",
    "triptych",
]
