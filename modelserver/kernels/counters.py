"""Counters that kernels leave as they need them, so that no launch has to clear them.

Each stream has its own, and all graphs of a device share one set: two graphs must not be replayed
at the same time. They are never replaced, since a captured graph keeps their address.
"""

import torch
from torch import Tensor

GRAPHS = -1

Key = tuple[torch.device, int, str, int]
_KEPT: dict[Key, Tensor] = {}


def counters(device: torch.device, kernel: str, count: int) -> Tensor:
    """int32 [count] of this stream and of kernels of one name, zero at first.

    A graph that is captured before any call outside of one clears its own each time.
    """
    size = 1 << count.bit_length()
    if device.type != "cuda":
        room = kept((device, 0, kernel, size))
    elif not torch.cuda.is_current_stream_capturing():
        kept((device, GRAPHS, kernel, size))
        room = kept((device, torch.cuda.current_stream(device).cuda_stream, kernel, size))
    elif (device, GRAPHS, kernel, size) in _KEPT:
        room = _KEPT[device, GRAPHS, kernel, size]
    else:
        return torch.zeros(count, dtype=torch.int32, device=device)
    return room[:count]


def kept(key: Key) -> Tensor:
    device, *_, size = key
    if key not in _KEPT:
        _KEPT[key] = torch.zeros(size, dtype=torch.int32, device=device)
    return _KEPT[key]
