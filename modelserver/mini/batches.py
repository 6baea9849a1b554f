"""Samples → tensors of few distinct shapes."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from modelserver.mini.data import Sample, Shards
from modelserver.mini.vocabulary import ID

IGNORED = -100  # target of a padded position
POOL = 8  # batches drawn at once and sorted by length


class NoSamples(Exception):
    """The data folder holds nothing to learn from."""


@dataclass(frozen=True)
class Batch:
    """ids [B, T]; images uint8 [B, 308, 224, 3]; asked [B, A]: the positions before each answer
    token; targets [B, A], IGNORED where padded; marks float [B, 88, MARKS]."""

    ids: Tensor
    images: Tensor
    asked: Tensor
    targets: Tensor
    marks: Tensor

    def to(self, device: str) -> "Batch":
        return Batch(*(part.to(device, non_blocking=True) for part in vars(self).values()))


def collate(samples: Sequence[Sample]) -> Batch:
    """Pads on the right: sequences to a multiple of 32, answers to a multiple of 16."""
    length = _ceil(max(len(s.prompt) + len(s.answer) - 1 for s in samples), 32)
    answers = _ceil(max(len(s.answer) for s in samples), 16)
    ids = torch.full((len(samples), length), ID["[EOS]"])
    asked = torch.zeros(len(samples), answers, dtype=torch.long)
    targets = torch.full((len(samples), answers), IGNORED)
    for row, sample in enumerate(samples):
        sequence = torch.tensor((sample.prompt + sample.answer)[:-1])
        ids[row, : len(sequence)] = sequence
        size = len(sample.answer)
        asked[row, :size] = torch.arange(size) + len(sample.prompt) - 1
        targets[row, :size] = torch.tensor(sample.answer)
    images = torch.from_numpy(np.stack([s.image for s in samples]))
    marks = torch.from_numpy(np.stack([s.marks for s in samples])).float()
    return Batch(ids, images, asked, targets, marks)


def training_batches(
    epochs: Callable[[int], Iterable[Sample]], size: int, simple_only: Callable[[], bool]
) -> Iterator[Batch]:
    """Batches without end; `epochs(number)` is one pass. Samples of like length share a batch.

    Raises NoSamples when a pass is empty or none of its samples may be used.
    """
    samples = _wanted(epochs, simple_only)
    for number in count():
        pool = sorted(islice(samples, size * POOL), key=_length)
        batches = [pool[at : at + size] for at in range(0, len(pool), size)]
        random.Random(number).shuffle(batches)  # noqa: S311
        yield from map(collate, batches)


def fixed_samples(folder: Path, limit: int) -> list[Sample]:
    """The first `limit` validation samples of a fixed order, sorted by length."""
    samples = list(islice(Shards(folder, "validation").epoch(0), limit))
    if not samples:
        raise NoSamples(f"{folder}/validation holds no shard: generate pages first")
    return sorted(samples, key=_length)


def _wanted(
    epochs: Callable[[int], Iterable[Sample]], simple_only: Callable[[], bool]
) -> Iterator[Sample]:
    for number in count():
        used = False
        for sample in epochs(number):
            if sample.simple or not simple_only():
                used = True
                yield sample
        if not used:
            raise NoSamples("train/ is empty, or holds no simple pages: generate pages first")


def _length(sample: Sample) -> int:
    return len(sample.prompt) + len(sample.answer)


def _ceil(number: int, step: int) -> int:
    return -(-number // step) * step
