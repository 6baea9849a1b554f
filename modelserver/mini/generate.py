"""Greedy answers, several prompts at once."""

from collections.abc import Sequence

import torch
from torch import Tensor

from modelserver.mini.layers import additive
from modelserver.mini.model import At, Mini
from modelserver.mini.vocabulary import ID

END = ID["<|im_end|>"]


@torch.no_grad()
def answers(
    model: Mini, prompts: Sequence[list[int]], images: Tensor, limit: int
) -> list[list[int]]:
    """Up to `limit` tokens per prompt, the ending `<|im_end|>` included; images uint8 [B, …]."""
    device = images.device
    length = max(map(len, prompts))
    padding = torch.tensor([length - len(prompt) for prompt in prompts], device=device)
    padded = [[ID["[EOS]"]] * (length - len(prompt)) + prompt for prompt in prompts]
    x = model.embed(torch.tensor(padded, device=device), model.see(images))
    at = At(*model.tables(0, length, x.dtype), _mask(0, length, padding, x.dtype), keep=True)
    written: list[Tensor] = []
    ended = torch.zeros(len(prompts), dtype=torch.bool, device=device)
    for end in range(length, length + limit):
        token = model.decode(x, at)[:, -1].argmax(-1)
        written.append(token)
        ended |= token == END
        if ended.all():
            break
        x = model.language_model.model.embed_tokens(token)[:, None]
        at.cos, at.sin = model.tables(end, end + 1, x.dtype)
        at.mask = _mask(end, end + 1, padding, x.dtype)
    return [_up_to_end(row) for row in torch.stack(written, 1).tolist()]


def _mask(start: int, end: int, padding: Tensor, dtype: torch.dtype) -> Tensor:
    """Causal for positions start … end, blind to the padding but for a padded row's own place."""
    key = torch.arange(end, device=padding.device)
    query = key[start:]
    seen = (key <= query[:, None])[None] & (key >= padding[:, None])[:, None]
    return additive((seen | (key == query[:, None])[None])[:, None], dtype)


def _up_to_end(tokens: list[int]) -> list[int]:
    return tokens[: tokens.index(END) + 1] if END in tokens else tokens
