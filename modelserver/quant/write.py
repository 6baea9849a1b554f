"""Writing one file of a quantised checkpoint, a block of a tensor at a time."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

from modelserver.quant.int4 import quantise
from modelserver.quant.shards import PACKED, SCALE, SHAPE, Shard, is_routed_expert
from modelserver.quant.stored import Stored
from modelserver.refusal import Refusal

COPIED = 4 * 2**20  # bytes of a tensor that is passed on, at a time
QUANTISED = 2**20  # bytes of an expert's weight, at a time: the work on them stays in the cache
PARTIAL = ".partial"  # ends the name of a file that is being written


@dataclass(frozen=True)
class Writer:
    """Writes files into `folder`. `advance` hears how many bytes of the source are done."""

    folder: Path
    search: bool
    advance: Callable[[int], object]

    def write(self, shard: Shard) -> None:
        """Write a whole file, or none: it gets its name when its last byte is on the disk.

        Every block goes straight to its place, so that neither a file nor a tensor is ever held
        in memory. Raises Refusal where a weight has a NaN or infinite value, OSError where the
        disk fails.
        """
        header, starts = shard.header()
        partial = self.folder / (shard.name + PARTIAL)
        try:
            with partial.open("wb") as file:
                file.write(header)
                for source in shard.sources:
                    put = self._quantise if is_routed_expert(source) else self._copy
                    put(source, file, starts)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(self.folder / shard.name)
        finally:
            partial.unlink(missing_ok=True)

    def _copy(self, source: Stored, file: BinaryIO, starts: dict[str, int]) -> None:
        file.seek(starts[source.name])
        for block in read_blocks(source, COPIED):
            file.write(block)
            self.advance(len(block))

    def _quantise(self, source: Stored, file: BinaryIO, starts: dict[str, int]) -> None:
        columns = source.shape[1]
        packed, scales = starts[source.name + PACKED], starts[source.name + SCALE]
        row = 0
        for block in read_blocks(source, max(1, QUANTISED // (2 * columns)) * 2 * columns):
            rows = torch.frombuffer(block, dtype=torch.bfloat16).reshape(-1, columns)
            try:
                quantised = quantise(rows, search=self.search)
            except ValueError as error:
                raise Refusal(
                    f"{source.name}, rows from {row}: {error}.", "Fetch that checkpoint again."
                ) from error
            packed += _put(quantised.packed, file, packed)
            scales += _put(quantised.scales, file, scales)
            row += len(rows)
            self.advance(len(block))
        shape = torch.tensor(source.shape, dtype=torch.int32)
        _put(shape, file, starts[source.name + SHAPE])


def read_blocks(source: Stored, size: int) -> Iterator[bytearray]:
    """A tensor's bytes, `size` at a time. Raises Refusal when its file ends before it."""
    with source.file.open("rb") as file:
        file.seek(source.start)
        for start in range(0, source.size, size):
            block = bytearray(min(size, source.size - start))
            if file.readinto(block) != len(block):
                raise Refusal(
                    f"{source.file} ends before {source.name} does.", "Fetch that file again."
                )
            yield block


def _put(tensor: Tensor, file: BinaryIO, start: int) -> int:
    """Write a tensor's bytes from byte `start` of the file on; returns how many they are."""
    file.seek(start)
    return file.write(tensor.contiguous().view(torch.uint8).numpy().data)
