"""Which tiles a layer's products are computed in: as measured on this GPU, else by a rule.

Measurements are kept in tuned.json beside this file, which the tuner writes and nobody edits; it
is absent until a GPU has been measured. The rule follows from what the compiled kernels issue: see
TRITON.md.
"""

import functools
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

Phase = Literal["decode", "prefill"]

TUNED = Path(__file__).with_name("tuned.json")

# Routed rows per expert up to which a block of that many tokens is the rule's choice.
DECODE_UP_TO = ((5.0, 8), (12.0, 16))
PREFILL_UP_TO = ((28.0, 32), (80.0, 64), (math.inf, 128))
PROGRAMS_PER_MULTIPROCESSOR = 2  # that the rule wants at least


@dataclass(frozen=True)
class Tile:
    """Rows of a weight that a program takes, its warps, and blocks of 128 columns under way."""

    rows: int
    warps: int
    stages: int


@dataclass(frozen=True)
class Config:
    """`tokens` is how many routed rows a program takes: the block to align to."""

    phase: Phase
    tokens: int
    gate_up: Tile
    down: Tile


@dataclass(frozen=True)
class Shape:
    """Of one layer on one card: w13 is [experts, 2·inner, hidden], w2 [experts, hidden, inner]."""

    experts: int
    hidden: int
    inner: int


@dataclass(frozen=True)
class Device:
    name: str
    multiprocessors: int


@dataclass(frozen=True)
class Key:
    """What a measurement holds for; `pairs` is a power of two, as `bucket` gives it."""

    device: str
    experts: int
    hidden: int
    inner: int
    pairs: int


def lookup(shape: Shape, pairs: float, device: Device) -> Config:
    """The configuration for `pairs` (token, expert) pairs that are expected on this card."""
    if measured := table().get(key(shape, pairs, device)):
        return measured
    per_expert = rows_per_expert(shape.experts, pairs)
    return by_rule(shape, per_expert, pairs / per_expert, device)


def key(shape: Shape, pairs: float, device: Device) -> Key:
    return Key(device.name, shape.experts, shape.hidden, shape.inner, bucket(pairs))


def rows_per_expert(experts: int, pairs: float) -> float:
    """Mean rows of an expert that has any, where all are as likely. At least 1."""
    missed = (1 - 1 / experts) ** pairs if experts > 1 else 0.0
    return max(1.0, pairs / (experts * (1 - missed))) if pairs else 1.0


def bucket(pairs: float) -> int:
    return int(2 ** round(math.log2(max(pairs, 1.0))))


def by_rule(shape: Shape, per_expert: float, hit: float, device: Device) -> Config:
    """For `hit` experts with `per_expert` rows each."""
    wanted = PROGRAMS_PER_MULTIPROCESSOR * device.multiprocessors
    phase: Phase = "decode" if per_expert <= DECODE_UP_TO[-1][0] else "prefill"
    limits = DECODE_UP_TO if phase == "decode" else PREFILL_UP_TO
    tokens = next(tokens for most, tokens in limits if per_expert <= most)
    blocks = hit * math.ceil(per_expert / tokens)

    def chosen(tiles: tuple[Tile, ...], rows: int) -> Tile:
        enough = [tile for tile in tiles if blocks * rows / tile.rows >= wanted]
        return max(enough, key=lambda tile: tile.rows) if enough else tiles[0]

    up, down = tiles_of(phase, tokens, shape)
    return Config(phase, tokens, chosen(up, 2 * shape.inner), chosen(down, shape.hidden))


def tiles_of(phase: Phase, tokens: int, shape: Shape) -> tuple[tuple[Tile, ...], tuple[Tile, ...]]:
    """The tiles of the rule for w13 and w2, the smallest first."""
    tiles: tuple[Tile, ...]
    if phase == "decode":
        tiles = (Tile(16, 1, 4), Tile(32, 1, 4), Tile(64, 2, 4), Tile(128, 2, 4))
    elif tokens < 128:
        tiles = (Tile(64, 4, 4), Tile(128, 4, 4))
    else:
        tiles = (Tile(128, 8, 3), Tile(256, 8, 3))
    return fitting(tiles, 2 * shape.inner), fitting(tiles, shape.hidden)


def fitting(tiles: Iterable[Tile], rows: int) -> tuple[Tile, ...]:
    return tuple(tile for tile in tiles if rows % tile.rows == 0)


def candidates(shape: Shape, pairs: float, device: Device) -> tuple[Config, ...]:
    """What is measured: the rule's choice first, then tiles a size smaller and larger."""
    per_expert = rows_per_expert(shape.experts, pairs)
    rule = by_rule(shape, per_expert, pairs / per_expert, device)
    up, down = tiles_of(rule.phase, rule.tokens, shape)
    neighbours = (
        replace(rule, gate_up=next_to(rule.gate_up, up, step), down=next_to(rule.down, down, step))
        for step in (-1, 1)
    )
    return tuple(dict.fromkeys((rule, *neighbours)))


def next_to(tile: Tile, tiles: tuple[Tile, ...], step: int) -> Tile:
    """The tile that is `step` sizes larger, or the last in that direction."""
    return tiles[min(max(tiles.index(tile) + step, 0), len(tiles) - 1)]


@functools.cache
def table() -> Mapping[Key, Config]:
    """What was measured, from TUNED."""
    return read(TUNED) if TUNED.exists() else {}


def read(path: Path) -> dict[Key, Config]:
    entries = json.loads(path.read_text())
    return {Key(**entry["key"]): _config(entry["config"]) for entry in entries}


def write(path: Path, measured: Mapping[Key, Config]) -> None:
    entries = [{"key": asdict(key), "config": asdict(config)} for key, config in measured.items()]
    path.write_text(json.dumps(entries, indent=1) + "\n")


def _config(entry: Any) -> Config:
    tiles = {name: Tile(**entry[name]) for name in ("gate_up", "down")}
    return Config(phase=entry["phase"], tokens=entry["tokens"], **tiles)
