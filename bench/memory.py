"""What the whole service holds in memory while nothing happens."""

from dataclasses import dataclass

import psutil

from bench.stack import Stack


@dataclass(frozen=True)
class Memory:
    """Megabytes. `rss` counts shared pages once a process, so it is the stricter figure."""

    processes: int
    rss_mb: float
    pss_mb: float


def measure_memory(stack: Stack) -> Memory:
    """Sum over every process of the service."""
    rss = pss = 0
    processes = stack.processes()
    for process in processes:
        memory = process.memory_full_info()
        rss += memory.rss
        pss += memory.pss
    return Memory(len(processes), round(rss / 2**20), round(pss / 2**20))


def hardware() -> str:
    """The processor's name, cores and memory, for every figure to stand beside."""
    name = "unknown processor"
    with open("/proc/cpuinfo") as info:  # noqa: PTH123  a kernel file, not a path of ours
        for line in info:
            if line.startswith("model name"):
                name = line.split(":", 1)[1].strip()
                break
    memory = psutil.virtual_memory().total / 2**30
    return f"{name}, {psutil.cpu_count()} cores, {memory:.0f} GB"
