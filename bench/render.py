"""What a persistent browser is worth: a warm render against a browser start for every render.

`python -m bench.render` prints the numbers; `make bench-service` includes them.
"""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import psutil

from workers.browser.renderer import Renderer
from workers.browser.watchdog import tree_memory
from workers.shot import RenderRequest

PAGE = """<!doctype html><html><head><title>Prices</title><style>
body { margin: 0; font: 16px/1.5 Inter, sans-serif; color: #1c1e21; background: #f6f7f9 }
header { display: flex; gap: 24px; padding: 16px 40px; background: #fff }
main { display: grid; grid-template-columns: repeat(3, 1fr); gap: 24px; padding: 40px }
section { background: #fff; border: 1px solid #dde; border-radius: 12px; padding: 24px }
</style></head><body><header><b>Mockwright</b><span>Product</span><span>Prices</span></header>
<main>SECTIONS</main></body></html>"""
SECTION = "<section><h2>Plan {0}</h2><p>Everything a team of {0} needs.</p><b>${0}9</b></section>"
SECTIONS = 9
WIDTH, HEIGHT = 1280, 800


@dataclass(frozen=True)
class RenderSpeed:
    """Medians over one page of 1280 × 800 CSS pixels."""

    warm_seconds: float
    cold_seconds: float
    idle_bytes: int
    rounds: int

    @property
    def ratio(self) -> float:
        """How many times faster the warm render is."""
        return self.cold_seconds / self.warm_seconds


def measure_render(rounds: int = 7) -> RenderSpeed:
    """Render one page `rounds` times in one browser, and as often in a new one each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sections = "".join(SECTION.format(n) for n in range(1, SECTIONS + 1))
        (folder / "index.html").write_text(PAGE.replace("SECTIONS", sections))
        return asyncio.run(_measure(folder, rounds))


async def _measure(folder: Path, rounds: int) -> RenderSpeed:
    renderer = Renderer()
    await _timed(renderer, folder)
    warm = [await _timed(renderer, folder) for _ in range(rounds)]
    await asyncio.sleep(1)
    idle = sum(tree_memory(child.pid) for child in psutil.Process().children())
    await renderer.close()
    cold = [await _timed_cold(folder) for _ in range(rounds)]
    return RenderSpeed(median(warm), median(cold), idle, rounds)


async def _timed(renderer: Renderer, folder: Path) -> float:
    started = perf_counter()
    await renderer.render(folder, RenderRequest(width=WIDTH, height=HEIGHT))
    return perf_counter() - started


async def _timed_cold(folder: Path) -> float:
    started = perf_counter()
    renderer = Renderer()
    await renderer.render(folder, RenderRequest(width=WIDTH, height=HEIGHT))
    await renderer.close()
    return perf_counter() - started


if __name__ == "__main__":
    speed = measure_render()
    print(
        f"warm {1000 * speed.warm_seconds:.0f} ms, cold {1000 * speed.cold_seconds:.0f} ms, "
        f"ratio {speed.ratio:.1f}, browser and driver idle {speed.idle_bytes / 1e6:.0f} MB"
    )
