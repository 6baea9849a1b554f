"""The folder a quantised checkpoint is written to, and how an interrupted run goes on.

While a run is unfinished the folder holds STATE, which says what the run is making. Shards get
their names when they are complete, config.json comes last, so that nothing unfinished can be
taken for a model.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from modelserver.quant.shards import Shard
from modelserver.quant.stored import INDEX, Checkpoint
from modelserver.quant.write import PARTIAL
from modelserver.refusal import Refusal

STATE = "quantising.json"
WEIGHTS = frozenset({".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".gguf"})


@dataclass(frozen=True)
class Job:
    """What a run makes: the same job gives the same files."""

    source: str
    files: tuple[tuple[str, int, int], ...]  # the source's names, sizes, times of change (ns)
    search: bool
    shard_size: int

    @staticmethod
    def of(source: Checkpoint, *, search: bool, shard_size: int) -> "Job":
        states = [(file.name, file.stat()) for file in source.files]
        files = tuple((name, state.st_size, state.st_mtime_ns) for name, state in states)
        return Job(str(source.folder.resolve()), files, search, shard_size)

    def text(self) -> str:
        return json.dumps(asdict(self), indent=2)


@contextmanager
def claimed(folder: Path, job: Job) -> Iterator[None]:
    """Hold the target folder for one job: new, or the one it was left with.

    Raises Refusal when the folder holds something else or another run is at work in it.
    """
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"{folder} is a file.", "Name a new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal(
                f"Another run is writing {folder}.", "Wait for it, or name another folder."
            ) from error
        _check_state(folder, job)
        yield
    finally:
        os.close(lock)


def _check_state(folder: Path, job: Job) -> None:
    state = folder / STATE
    if all(path.name == STATE + PARTIAL for path in folder.iterdir()):
        write_whole(state, job.text())
    elif not state.exists():
        raise Refusal(
            f"{folder} is not empty, and what it holds is no unfinished run of this command.",
            "Name a new folder.",
        )
    elif state.read_text() != job.text():
        raise Refusal(
            f"{folder} holds an unfinished run with other settings or of other files; "
            f"{state} lists them.",
            "Repeat that command, or delete the folder and start anew.",
        )


def finished(folder: Path, shard: Shard) -> bool:
    """Whether a shard is there. Only complete files have their names; the length is checked."""
    path = folder / shard.name
    return path.exists() and path.stat().st_size == shard.size()


def check_space(folder: Path, needed: int) -> None:
    """Raises Refusal when fewer than `needed` bytes are free on the folder's disk."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refusal(
            f"{needed / 1e9:.2f} GB are still to be written to {folder}, and its disk has "
            f"{free / 1e9:.2f} GB free.",
            "Free some space, or name a folder on another disk.",
        )


def complete(folder: Path, source: Path, shards: Sequence[Shard], config: object) -> None:
    """Add everything beside the weights: side files, index, config.json at the very last."""
    for path in side_files(source):
        partial = folder / (path.name + PARTIAL)
        shutil.copyfile(path, partial)
        partial.rename(folder / path.name)
    write_whole(folder / INDEX, json.dumps(index(shards), indent=2))
    write_whole(folder / "config.json", json.dumps(config, indent=2, ensure_ascii=False))
    (folder / STATE).unlink()


def side_files(source: Path) -> list[Path]:
    """Tokenizer, remote code, templates, licence: all files of the source but the weights."""
    made = {"config.json", INDEX}
    return sorted(
        path
        for path in source.iterdir()
        if path.is_file() and path.name not in made and path.suffix not in WEIGHTS
    )


def index(shards: Sequence[Shard]) -> dict[str, object]:
    """What model.safetensors.index.json says."""
    pieces = [(piece.name, shard.name, piece.size) for shard in shards for piece in shard.pieces()]
    return {
        "metadata": {"total_size": sum(size for _, _, size in pieces)},
        "weight_map": {name: file for name, file, _ in sorted(pieces)},
    }


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all."""
    partial = path.with_name(path.name + PARTIAL)
    with partial.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
