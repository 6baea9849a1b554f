"""What this machine has: graphics cards and memory."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

GIB = 2**30
MEMORY = Path("/proc/meminfo")
LIMIT = Path("/sys/fs/cgroup/memory.max")  # bytes or "max"
USED = Path("/sys/fs/cgroup/memory.current")  # bytes


@dataclass(frozen=True)
class Hardware:
    """Sizes in GiB. `measured` is False where a profile's own assumption stands in."""

    gpus: int
    gpu_memory: float  # of the smallest card
    ram: float  # free
    measured: bool


def detect() -> Hardware:
    """Ask torch for graphics cards, where torch is installed, and the kernel for memory."""
    cards = graphics_cards()
    return Hardware(len(cards), min(cards, default=0.0), free_ram(), measured=True)


def graphics_cards() -> list[float]:
    """GiB of each card."""
    if importlib.util.find_spec("torch") is None:
        return []
    import torch  # noqa: PLC0415 - heavy, and a plan from config.json alone does without it

    count = torch.cuda.device_count()
    return [torch.cuda.get_device_properties(card).total_memory / GIB for card in range(count)]


def free_ram() -> float:
    """What may still be taken, by the kernel's own estimate and within the container's limit."""
    line = next(
        line for line in MEMORY.read_text().splitlines() if line.startswith("MemAvailable:")
    )
    free = int(line.split()[1]) * 1024 / GIB
    limit = LIMIT.read_text().strip() if LIMIT.is_file() else "max"
    return free if limit == "max" else min(free, (int(limit) - int(USED.read_text())) / GIB)
