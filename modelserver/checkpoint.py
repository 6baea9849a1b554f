"""A checkpoint is looked at before anything loads: its files, their lengths, its tensors."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from modelserver.architecture import Architecture, read_architecture
from modelserver.inventory import tensors
from modelserver.quant.stored import INDEX, Stored, read_header
from modelserver.refusal import Refusal

TOKENIZERS = ("tokenizer.json", "tiktoken.model", "tokenizer.model")
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
COMPUTED = "rotary_emb.inv_freq"  # older exports store it; it is computed
FETCH = "Fetch the checkpoint again; an interrupted download is continued."


@dataclass(frozen=True)
class Checkpoint:
    """A folder that can be served. `unknown` names tensors that no part of the model takes."""

    folder: Path
    architecture: Architecture
    size: int  # bytes of the weights
    unknown: tuple[str, ...]


def is_hub_id(model: str) -> bool:
    """`org/name`, and no such folder here."""
    return HUB_ID.fullmatch(model) is not None and not Path(model).exists()


def inspect(folder: Path) -> Checkpoint:
    """Look at everything that can be wrong without loading weights. Raises Refusal."""
    if not folder.is_dir():
        raise Refusal(f"There is no folder {folder}.", "Give an existing folder with --model.")
    architecture = read_architecture(folder / "config.json")
    if not any((folder / name).is_file() for name in TOKENIZERS):
        raise Refusal(f"{folder} has no tokenizer ({', '.join(TOKENIZERS)}).", FETCH)
    stored: dict[str, Stored] = {}
    shards = find_shards(folder)
    for shard in shards:
        stored.update((tensor.name, tensor) for tensor in read_header(shard))
    unknown = compare(architecture, stored, folder)
    size = sum(shard.stat().st_size for shard in shards)
    return Checkpoint(folder, architecture, size, unknown)


def find_shards(folder: Path) -> list[Path]:
    """The safetensors files, as the index lists them. Raises Refusal when one is missing."""
    index = folder / INDEX
    if not index.is_file():
        shards = sorted(folder.glob("*.safetensors"))
        if not shards:
            raise Refusal(f"{folder} has no safetensors files.", FETCH)
        return shards
    try:
        names = sorted(set(json.loads(index.read_text())["weight_map"].values()))
    except (ValueError, KeyError, AttributeError) as error:
        raise Refusal(f"{index} is damaged.", FETCH) from error
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise Refusal(
            f"{folder} misses {len(missing)} of {len(names)} shards, first {missing[0]}.", FETCH
        )
    return [folder / name for name in names]


def integral(dtype: str) -> bool:
    """Floating types are converted on loading; packed integers must be integers."""
    return dtype[0] in "IU"


def compare(
    architecture: Architecture, stored: Mapping[str, Stored], folder: Path
) -> tuple[str, ...]:
    """Names on disk that the model does not have. Raises Refusal for one that it misses."""
    known = set()
    missing, wrong = [], []
    for tensor in tensors(architecture):
        known.add(tensor.name)
        found = stored.get(tensor.name)
        if found is None:
            missing.append(tensor.name)
        elif found.shape != tensor.shape or integral(found.dtype) != integral(tensor.dtype):
            wrong.append(
                f"{tensor.name} is {found.dtype} {list(found.shape)} instead of "
                f"{tensor.dtype} {list(tensor.shape)}"
            )
    if missing:
        raise Refusal(
            f"{folder} misses {len(missing):,} tensors that its config.json implies, "
            f"first {missing[0]}.",
            "Fetch or export the checkpoint again; config.json and weights must be of one model.",
        )
    if wrong:
        raise Refusal(
            f"{folder} has {len(wrong):,} tensors unlike its config.json: {wrong[0]}.",
            "Fetch or export the checkpoint again; config.json and weights must be of one model.",
        )
    return tuple(sorted(name for name in stored if name not in known and COMPUTED not in name))
