"""Counters that the kernels leave at zero, so that no launch has to clear them.

Each stream has its own, and all graphs of a device share one set: two graphs must not be replayed
at the same time. They are never replaced, since a captured graph keeps their address.
"""

import torch
from torch import Tensor

MOST_TOKENS = 8192
GRAPHS = -1

Key = tuple[torch.device, int, int]
_ROOM: dict[Key, Tensor] = {}


def counters(device: torch.device, tokens: int, columns: int) -> Tensor:
    """int32 [T, columns] of this stream, T up to MOST_TOKENS, zero now and after the kernels.

    A graph that is captured before any call outside of one clears its own each time.
    """
    if device.type != "cuda":
        room = room_of((device, 0, columns))
    elif not torch.cuda.is_current_stream_capturing():
        room_of((device, GRAPHS, columns))
        room = room_of((device, torch.cuda.current_stream(device).cuda_stream, columns))
    elif (device, GRAPHS, columns) in _ROOM:
        room = _ROOM[device, GRAPHS, columns]
    else:
        return torch.zeros((tokens, columns), dtype=torch.int32, device=device)
    return room[:tokens]


def room_of(key: Key) -> Tensor:
    device, _, columns = key
    if key not in _ROOM:
        _ROOM[key] = torch.zeros((MOST_TOKENS, columns), dtype=torch.int32, device=device)
    return _ROOM[key]
