"""The tensors of a safetensors checkpoint: what they are and where their bytes lie.

Files are read with plain reads rather than mapped into memory, so that the memory a reader takes
is what it asked for and no more.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from modelserver.refusal import Refusal

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
TYPES = {
    8: ("F64", "I64", "U64"),
    4: ("F32", "I32", "U32"),
    2: ("BF16", "F16", "I16", "U16"),
    1: ("F8_E4M3", "F8_E5M2", "I8", "U8", "BOOL"),
}
VALUE_BYTES = {name: size for size, names in TYPES.items() for name in names}
LENGTH_BYTES = 8  # a file begins with the length of its header, little-endian
LONGEST_HEADER = 100_000_000  # bytes; the format's own limit
FETCH_AGAIN = "Fetch that file again."


@dataclass(frozen=True)
class Stored:
    """A tensor in a file: `size` bytes from byte `start`. `dtype` is safetensors' name for it."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    file: Path
    start: int
    size: int


@dataclass(frozen=True)
class Checkpoint:
    """A folder of safetensors files; its tensors in the order of files and bytes."""

    folder: Path
    files: tuple[Path, ...]
    tensors: tuple[Stored, ...]


def open_checkpoint(folder: Path) -> Checkpoint:
    """Read every header of a checkpoint, sharded or single. Raises Refusal where it is broken."""
    if not folder.is_dir():
        raise Refusal(
            f"There is no folder {folder}.",
            "Give the local folder that holds config.json and the safetensors files.",
        )
    index = folder / INDEX
    if not index.exists():
        single = folder / SINGLE
        if not single.exists():
            raise Refusal(
                f"{folder} holds neither {INDEX} nor {SINGLE}.",
                "Give a folder with a checkpoint in safetensors files.",
            )
        return Checkpoint(folder, (single,), read_header(single))
    places = read_index(index)
    files = tuple(folder / name for name in sorted(set(places.values())))
    missing = [file.name for file in files if not file.exists()]
    if missing:
        raise Refusal(
            f"{len(missing)} of {len(files)} files named in {index} are not there, "
            f"first {missing[0]}.",
            "Fetch the missing files.",
        )
    found = [tensor for file in files for tensor in read_header(file)]
    tensors = tuple(each for each in found if places.get(each.name) == each.file.name)
    if len(tensors) < len(places):
        lost = min(places.keys() - {tensor.name for tensor in tensors})
        raise Refusal(f"{folder / places[lost]} lacks {lost}, which the index names.", FETCH_AGAIN)
    return Checkpoint(folder, files, tensors)


def read_index(path: Path) -> dict[str, str]:
    """Tensor name → file name."""
    try:
        places = json.loads(path.read_text())["weight_map"]
        return {str(name): str(file) for name, file in places.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(f"{path} is no index of a checkpoint.", FETCH_AGAIN) from error


def read_header(path: Path) -> tuple[Stored, ...]:
    """The tensors of one file in the order of their bytes. Raises Refusal where it is broken."""
    length = path.stat().st_size
    with path.open("rb") as file:
        data = LENGTH_BYTES + int.from_bytes(file.read(LENGTH_BYTES), "little")
        if length < LENGTH_BYTES or data > LONGEST_HEADER:
            raise Refusal(f"{path} is not a safetensors file.", FETCH_AGAIN)
        if data > length:
            raise Refusal(
                f"{path} is cut short: {length:,} of {data:,} bytes are there.", FETCH_AGAIN
            )
        text = file.read(data - LENGTH_BYTES)
    try:
        entries = json.loads(text)
        tensors = [
            Stored(
                name=name,
                dtype=entry["dtype"],
                shape=tuple(entry["shape"]),
                file=path,
                start=data + entry["data_offsets"][0],
                size=entry["data_offsets"][1] - entry["data_offsets"][0],
            )
            for name, entry in entries.items()
            if name != "__metadata__"
        ]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise Refusal(f"{path} has a damaged header.", FETCH_AGAIN) from error
    _check_sizes(tensors, length)
    return tuple(sorted(tensors, key=lambda tensor: tensor.start))


def _check_sizes(tensors: list[Stored], length: int) -> None:
    for tensor in tensors:
        size = math.prod(tensor.shape) * VALUE_BYTES.get(tensor.dtype, 0)
        if tensor.dtype in VALUE_BYTES and tensor.size != size:
            raise Refusal(f"{tensor.file} gives {tensor.name} a wrong size.", FETCH_AGAIN)
        if tensor.start + tensor.size > length:
            raise Refusal(f"{tensor.file} is cut short at {tensor.name}.", FETCH_AGAIN)
