"""What goes into each file of a quantised checkpoint.

A routed expert's weight becomes three tensors (packed codes, scales, shape); every other tensor
stays as it is. All sizes are known before a value is read.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from modelserver.quant.int4 import GROUP, PER_WORD
from modelserver.quant.stored import LENGTH_BYTES, VALUE_BYTES, Stored
from modelserver.refusal import Refusal

ROUTED_EXPERT = re.compile(
    r"(language_model\.)?model\.layers\.\d+\.mlp\.experts\.\d+\.(gate|up|down)_proj\.weight"
)
PACKED, SCALE, SHAPE = "_packed", "_scale", "_shape"  # after the weight's own name
QUANTISED = re.compile(r"\.(weight_packed|weight_scale|weight_scale_inv|qweight)$")


@dataclass(frozen=True)
class Piece:
    """A tensor of the new checkpoint; `size` in bytes."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    size: int


@dataclass(frozen=True)
class Shard:
    """A file of the new checkpoint and the tensors it is made from."""

    name: str
    sources: tuple[Stored, ...]

    def pieces(self) -> Iterator[Piece]:
        return (piece for source in self.sources for piece in pieces_of(source))

    def header(self) -> tuple[bytes, dict[str, int]]:
        """The file's first bytes, and at which byte of the file each tensor begins.

        Tensors of wide values come first, which keeps every tensor aligned.
        """
        entries: dict[str, object] = {"__metadata__": {"format": "pt"}}
        starts, end = {}, 0
        for piece in sorted(self.pieces(), key=lambda piece: -VALUE_BYTES.get(piece.dtype, 0)):
            starts[piece.name] = end
            end += piece.size
            offsets = [starts[piece.name], end]
            entries[piece.name] = {
                "dtype": piece.dtype,
                "shape": piece.shape,
                "data_offsets": offsets,
            }
        text = json.dumps(entries, separators=(",", ":")).encode()
        text += b" " * (-len(text) % LENGTH_BYTES)
        data = LENGTH_BYTES + len(text)
        length = len(text).to_bytes(LENGTH_BYTES, "little")
        return length + text, {name: data + start for name, start in starts.items()}

    def size(self) -> int:
        """Of the whole file, in bytes."""
        return len(self.header()[0]) + sum(piece.size for piece in self.pieces())


def is_routed_expert(tensor: Stored) -> bool:
    return ROUTED_EXPERT.fullmatch(tensor.name) is not None


def pieces_of(source: Stored) -> tuple[Piece, ...]:
    """What a tensor of the bf16 checkpoint becomes."""
    if not is_routed_expert(source):
        return (Piece(source.name, source.dtype, source.shape, source.size),)
    rows, columns = source.shape
    words, groups = columns // PER_WORD, columns // GROUP
    return (
        Piece(source.name + PACKED, "I32", (rows, words), 4 * rows * words),
        Piece(source.name + SCALE, "BF16", (rows, groups), 2 * rows * groups),
        Piece(source.name + SHAPE, "I32", (2,), 8),
    )


def plan_shards(tensors: Iterable[Stored], limit: int) -> tuple[Shard, ...]:
    """Tensors in order, in files of at most `limit` bytes of data each.

    A tensor larger than that gets a file of its own.
    """
    filled: list[list[Stored]] = []
    size = limit
    for tensor in tensors:
        more = sum(piece.size for piece in pieces_of(tensor))
        if size + more > limit or not filled:
            filled.append([])
            size = 0
        filled[-1].append(tensor)
        size += more
    names = (f"model-{n:05}-of-{len(filled):05}.safetensors" for n in range(1, len(filled) + 1))
    return tuple(Shard(name, tuple(each)) for name, each in zip(names, filled, strict=True))


def check_quantisable(tensors: Iterable[Stored]) -> None:
    """Raises Refusal when there is no routed expert, or one that cannot become INT4."""
    experts = 0
    for tensor in tensors:
        if QUANTISED.search(tensor.name):
            raise Refusal(
                f"The checkpoint is quantised already: it has {tensor.name}.",
                "Serve it as it is, or quantise its bf16 original.",
            )
        if is_routed_expert(tensor):
            experts += 1
            _check_expert(tensor)
    if not experts:
        raise Refusal(
            "The checkpoint has no routed experts: no tensor is named "
            "model.layers.N.mlp.experts.N.{gate,up,down}_proj.weight.",
            "Serve it as it is: there is nothing to quantise.",
        )


def _check_expert(tensor: Stored) -> None:
    if tensor.dtype != "BF16":
        raise Refusal(
            f"{tensor.name} is {tensor.dtype}, not BF16.", "Convert the checkpoint to bf16 first."
        )
    if len(tensor.shape) != 2:
        raise Refusal(
            f"{tensor.name} has shape {tensor.shape}, not rows × columns.",
            "Use a checkpoint with one matrix for each expert.",
        )
    if tensor.shape[1] % GROUP:
        raise Refusal(
            f"{tensor.name} is {tensor.shape[1]} wide, not a multiple of the {GROUP} values that "
            "share a scale.",
            "Serve this model in bf16: its experts do not fit the format.",
        )
