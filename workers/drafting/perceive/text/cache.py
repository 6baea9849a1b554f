"""What was read before, by the hash of the picture and the languages that there are: in memory, and
in a folder if one is given."""

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter

from webapp.environment import Environment
from workers.drafting.perceive.text.languages import installed_languages
from workers.imaging import Image, TextRun

Runs = tuple[TextRun, ...]
_RUNS: TypeAdapter[Runs] = TypeAdapter(Runs)

KEPT_IN_MEMORY = 64
READING_VERSION = "9"  # part of every key: raise it when reading changes

_memory: OrderedDict[str, Runs] = OrderedDict()


def cached(image: Image, read: Callable[[Image], Runs]) -> Runs:
    """`read(image)`, or what it gave before. The folder is $MOCKWRIGHT_TEXT_CACHE."""
    key = _key(image)
    if key in _memory:
        _memory.move_to_end(key)
        return _memory[key]
    named = Environment().text_cache
    folder = Path(named) if named else None
    runs = _load(folder, key)
    if runs is None:
        runs = read(image)
        _save(folder, key, runs)
    _memory[key] = runs
    while len(_memory) > KEPT_IN_MEMORY:
        _memory.popitem(last=False)
    return runs


def _key(image: Image) -> str:
    languages = ",".join(installed_languages())
    digest = hashlib.sha256(f"{READING_VERSION}:{languages}:{image.shape}".encode())
    digest.update(image.tobytes())
    return digest.hexdigest()


def _load(folder: Path | None, key: str) -> Runs | None:
    if folder is None:
        return None
    try:
        return _RUNS.validate_json((folder / f"{key}.json").read_bytes())
    except (OSError, ValueError):
        return None  # absent, half-written by an older version, or foreign: read again


def _save(folder: Path | None, key: str, runs: Runs) -> None:
    """Write atomically; a full or read-only disk only costs the next read."""
    if folder is None:
        return
    part = folder / f"{key}.{os.getpid()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps([asdict(run) for run in runs]))
        part.replace(folder / f"{key}.json")
    except OSError:
        with suppress(OSError):
            part.unlink()
