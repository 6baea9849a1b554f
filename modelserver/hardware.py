"""What this machine has: graphics cards and memory."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

GIB = 2**30
MEMORY = Path("/proc/meminfo")


@dataclass(frozen=True)
class Hardware:
    """Sizes in GiB. `measured` is False where a profile's own assumption stands in."""

    gpus: int
    gpu_memory: float  # of the smallest card
    ram: float
    measured: bool


def detect() -> Hardware:
    """Ask torch for graphics cards, where torch is installed, and the kernel for memory."""
    cards = graphics_cards()
    return Hardware(len(cards), min(cards, default=0.0), total_ram(), measured=True)


def graphics_cards() -> list[float]:
    """GiB of each card."""
    if importlib.util.find_spec("torch") is None:
        return []
    import torch  # noqa: PLC0415 - heavy, and a plan from config.json alone does without it

    count = torch.cuda.device_count()
    return [torch.cuda.get_device_properties(card).total_memory / GIB for card in range(count)]


def total_ram() -> float:
    return memory_field("MemTotal")


def free_ram() -> float:
    return memory_field("MemAvailable")


def memory_field(name: str) -> float:
    """A line of /proc/meminfo, in GiB."""
    for line in MEMORY.read_text().splitlines():
        field, _, rest = line.partition(":")
        if field == name:
            return int(rest.split()[0]) * 1024 / GIB
    raise LookupError(f"{MEMORY} has no {name}")
