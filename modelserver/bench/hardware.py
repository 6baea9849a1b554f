"""The name of the hardware that a figure was measured on."""

import os
from pathlib import Path


def processor() -> str:
    """Like "Intel(R) Xeon(R) Processor, 2 cores, avx512_bf16 amx_bf16"."""
    facts: dict[str, str] = {}
    for row in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = row.partition(":")
        facts.setdefault(name.strip(), value.strip())
    flags = facts.get("flags", "").split()
    told = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
    cores = len(os.sched_getaffinity(0))
    return f"{facts.get('model name', 'unknown CPU')}, {cores} cores, {' '.join(told)}"
